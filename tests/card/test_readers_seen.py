"""What happened between two looks at the readers."""
from __future__ import annotations

import pytest

from card.readers_seen import DOWN, Event, Happening, Seen, Slot, changes

H = Happening
ATR = b"\x3b\x00"
EMPTY = Slot(False)
CARD = Slot(True, False, ATR, 1)


def seen(connection: int = 1, **readers: Slot) -> Seen:
    return Seen(connection, readers)


ROWS: list[tuple[Seen | None, Seen | None, list[Event]]] = [
    (None, None, []),
    (None, DOWN, [Event(H.SERVICE_DOWN)]),
    (DOWN, DOWN, []),
    (None, seen(), [Event(H.SERVICE_UP)]),
    (seen(), DOWN, [Event(H.SERVICE_DOWN)]),
    (DOWN, seen(A=CARD), [Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"), Event(H.CARD_INSERTED, "A", ATR)]),
    (seen(1, A=CARD), seen(1, A=CARD), []),
    (seen(1, A=EMPTY), seen(1, A=CARD), [Event(H.CARD_INSERTED, "A", ATR)]),
    (seen(1, A=CARD), seen(1, A=EMPTY), [Event(H.CARD_REMOVED, "A")]),
    (seen(1, A=EMPTY), seen(1, A=Slot(True, True)), [Event(H.CARD_INSERTED, "A", b"", True)]),
    (seen(1, A=CARD), seen(1), [Event(H.READER_GONE, "A")]),
    (seen(1), seen(1, A=EMPTY), [Event(H.READER_ARRIVED, "A")]),
    # another stay, told by the count of comings and goings alone
    (seen(1, A=CARD), seen(1, A=Slot(True, False, ATR, 3)), [Event(H.CARD_REMOVED, "A"), Event(H.CARD_INSERTED, "A", ATR)]),
    (seen(1, A=Slot(True, False, ATR, 0xFFFF)), seen(1, A=CARD), [Event(H.CARD_REMOVED, "A"), Event(H.CARD_INSERTED, "A", ATR)]),
    (seen(1, A=CARD), seen(1, A=Slot(True, False, ATR, 2)), []),
    # a service that died and came back between two looks: nothing of before holds, not even for the same card
    (
        seen(1, A=CARD), seen(2, A=CARD),
        [Event(H.SERVICE_DOWN), Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"), Event(H.CARD_INSERTED, "A", ATR)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "now", "events"), ROWS)
def test_what_is_told(before: Seen | None, now: Seen | None, events: list[Event]) -> None:
    assert list(changes(before, now)) == events
