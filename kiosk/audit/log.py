"""Acts of people and programs at the machine that are no citizen's business: rows of the terminal's own, in the journal's chain.

Beside these, the journal's other rows of the terminal are part of the audit: blanks loaded, units exchanged, tamper.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.transaction.journal import TERMINAL, Event, Journal
from kiosk.transaction.plan import Facts, Mark

PREFIX = "audit:"


class Deed(StrEnum):
    STARTED = "started"                    # the program; {"software"}
    LEFT = "left"                          # by a technician, out of the full screen
    MENU_OPENED = "menu_opened"            # {"who"}
    MENU_REFUSED = "menu_refused"          # {"who", "why": pin card, "tries": how many in a row}
    MENU_CLOSED = "menu_closed"            # {"who"}
    CARD_MISSING = "card_missing"          # {"who"}: came in by PIN alone, the reader was silent
    SECOND_SIGNED = "second_signed"        # {"who", "beside"}: the second of two people
    SECOND_REFUSED = "second_refused"      # {"who", "why"}
    NO_RIGHT = "no_right"                  # {"who", "right"}
    COUNTS_DIFFERED = "counts_differed"    # {"who", "second", "what"}: two people, twice, and no agreement
    DAY_OPENED = "day_opened"              # {"who", "missing", "slip"}
    JAM_CLEARED = "jam_cleared"            # {"who", "what"}
    JAM_REMAINS = "jam_remains"            # {"who", "what"}
    MODULE_REPLACED = "module_replaced"    # {"who", "device", "old", "new", "works"}
    COMMISSIONED = "commissioned"          # {"who", ...}: what was tried and how it went
    ENROLLED = "enrolled"                  # {"who", "end"}: a pairing code at the screen
    CLOSED_BY_STAFF = "closed_by_staff"    # out of service at the menu
    OPENED_BY_STAFF = "opened_by_staff"
    DOOR_OPENED = "door_opened"            # {"door", "menu": whether the menu was open}
    DOOR_CLOSED = "door_closed"
    TAMPERED = "tampered"
    CONFIGURED = "configured"              # {"what"}: a setting, a bundle, a certificate
    COMMAND = "command"                    # {"id", "what", "who", "end"}: from the centre
    UPDATED = "updated"                    # {"from", "to", "end"}
    HANDING_BACK = "handing_back"          # {"who", "second", "plan"}: begun; the plan knows how it went
    HANDED_BACK = "handed_back"            # {"who", "second", "plan", "unit", "what"}: given back against the ID card
    DAY_CLOSED = "day_closed"              # {"who", "second", "loaded", "issued", ..., "differs"}


@dataclass(frozen=True)
class Entry:
    seq: int
    at: str
    deed: str
    facts: Facts


class Audit:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def note(self, deed: Deed, events: Sequence[Event] = (), /, **facts: str | int | bool) -> None:
        """Written before it takes effect, where it is a decision; with the news that tells of it. No personal data of a
        citizen. Raises JournalBroken."""
        act = PREFIX + deed
        self._journal.write(TERMINAL, act, self._journal.last_of_terminal(act)[1] + 1, Mark.DONE, facts, events)

    def entries(self) -> Iterator[Entry]:
        """All of the terminal's own rows, oldest first."""
        for row in self._journal.rows(TERMINAL):
            yield Entry(row.seq, row.at, row.act.removeprefix(PREFIX), row.facts)
