"""News reaches the centre whatever happens on the way, under a virtual clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import trio

from remote.central.store import schema
from remote.messages import Event, EventKind
from remote.outbox import BATCH, Outbox
from remote.platform import Platform
from tests.remote.hall import Hall
from tests.remote.test_platform_client import Network
from tests.virtual_time import run_in_virtual_time


class Rows:
    """The journal's side, in memory."""

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self.events = list(events)
        self.closed: list[str] = []

    async def waiting(self, at_most: int, without: Collection[str]) -> Sequence[Event]:
        return [event for event in self.events if event.event_id not in without][:at_most]

    async def arrived(self, event_ids: Sequence[str]) -> None:
        self.events = [event for event in self.events if event.event_id not in event_ids]

    async def settled_elsewhere(self, obligation_ids: Sequence[str]) -> None:
        self.closed += obligation_ids

    async def count_waiting(self) -> int:
        return len(self.events)


def stock(number: int) -> Event:
    at = datetime(2027, 3, 9, tzinfo=UTC)
    return Event(event_id=f"e{number:03d}", kind=EventKind.STOCK, at=at, body={"kind": "issued", "count": 1})


def outbox(rows: Rows, network: Network) -> Outbox:
    return Outbox(rows, Platform(network, "T1", random=Random(1)), Random(2))


async def drain_for(box: Outbox, seconds: float) -> None:
    with trio.move_on_after(seconds):
        await box.drain()


def test_every_event_is_stored_once_however_often_it_is_sent() -> None:
    async def main() -> None:
        hall, rows = Hall(), Rows([stock(number) for number in range(BATCH * 2 + 3)])
        network = Network(hall, "answer lost", "not sent", "503", "answer lost", "answer lost", "portal")
        await drain_for(outbox(rows, network), 600)
        assert rows.events == [] and len(hall.rows(schema.stock_events)) == BATCH * 2 + 3

    run_in_virtual_time(main)


def test_a_centre_away_for_a_day_loses_nothing_and_the_reason_shows() -> None:
    async def main() -> None:
        hall, rows = Hall(), Rows([stock(1)])
        network = Network(hall, *["not sent"] * 100_000)
        box = outbox(rows, network)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(box.drain)
            await trio.sleep(24 * 3600)
            status = await box.status()
            assert status.waiting == 1 and status.oldest_since == rows.events[0].at
            assert status.last_failure is not None and "report" in status.last_failure
            assert len(network.keys) < 2_000  # it backs off
            network.fate.clear()
            await trio.sleep(300)
            assert rows.events == [] and (await box.status()).last_failure is None
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main)


def test_an_event_the_centre_cannot_read_is_set_aside_and_does_not_hold_up_the_rest() -> None:
    class Picky(Network):
        async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
            if b"e002" in body:
                return 422, b'{"error":"malformed"}'
            return await super().call(path, body, headers)

    async def main() -> None:
        rows = Rows([stock(number) for number in range(5)])
        box = outbox(rows, Picky(Hall()))
        await drain_for(box, 60)
        status = await box.status()
        assert [event.event_id for event in rows.events] == ["e002"]
        assert status.set_aside == {"e002": "malformed"} and status.waiting == 1

    run_in_virtual_time(main)


def test_a_refused_terminal_sets_nothing_aside() -> None:
    async def main() -> None:
        rows = Rows([stock(1)])
        network = Network(Hall())
        network.signer = replace(network.signer, serial=bytes(20))
        box = outbox(rows, network)
        await drain_for(box, 300)
        status = await box.status()
        assert status.waiting == 1 and status.set_aside == {} and "401" in (status.last_failure or "")

    run_in_virtual_time(main)


def test_a_new_row_is_sent_at_once_when_the_outbox_is_poked() -> None:
    async def main() -> None:
        rows = Rows()
        box = outbox(rows, Network(Hall()))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(box.drain)
            await trio.sleep(1)
            rows.events.append(stock(1))
            box.poke()
            await trio.sleep(0.1)
            assert rows.events == []
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main)


def test_obligations_settled_elsewhere_come_back_to_the_terminal() -> None:
    async def main() -> None:
        hall = Hall()
        ref = hall.check("senior_card_new").person_ref
        at = datetime(2027, 3, 9, tzinfo=UTC)
        body = {"obligation_id": "o1", "kind": "refund", "person_ref": ref, "claim_code": "7K3M9QZT"}
        rows = Rows([Event(event_id="e1", kind=EventKind.OBLIGATION_OPENED, at=at, body=body)])
        box = outbox(rows, Network(hall))
        await box.send_once()
        hall.centre.counter.settle_obligation("o1", hall.citizen("senior_card_new").id_number, "王敏")
        rows.events.append(stock(1))
        await box.send_once()
        assert rows.closed == ["o1"]

    run_in_virtual_time(main)
