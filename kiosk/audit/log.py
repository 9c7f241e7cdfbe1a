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
    MENU_REFUSED = "menu_refused"          # {"tries"}: wrong PIN or card, until the gate shut or it was given up
    MENU_CLOSED = "menu_closed"
    CLOSED_BY_STAFF = "closed_by_staff"    # out of service at the menu
    OPENED_BY_STAFF = "opened_by_staff"
    DOOR_OPENED = "door_opened"            # {"door", "menu": whether the menu was open}
    DOOR_CLOSED = "door_closed"
    TAMPERED = "tampered"
    CONFIGURED = "configured"              # {"what"}: a setting, a bundle, a certificate
    COMMAND = "command"                    # {"id", "what", "who", "end"}: from the centre
    UPDATED = "updated"                    # {"from", "to", "end"}
    HANDED_BACK = "handed_back"            # {"what", "who"}: something kept, given back against the ID card
    DAY_CLOSED = "day_closed"              # {"loaded", "issued", ...}


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
