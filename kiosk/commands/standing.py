"""What a command leaves behind until another changes it, restarts or not: out of service, the notice at home, the volume."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kiosk.transaction.journal import TERMINAL, Journal
from kiosk.transaction.plan import Mark

ACT = "standing"


@dataclass(frozen=True)
class Notice:
    """`until`: the centre's time."""

    text: str
    text_en: str
    until: datetime


@dataclass(frozen=True)
class Standing:
    """`by`: the command, or the menu at the machine, that set it last. `heard`: the centre's time then."""

    closed: bool = False
    notice: Notice | None = None
    volume: int | None = None
    by: str = ""
    heard: datetime | None = None


class StandingOrders:
    """One row of the terminal's own for each change; the newest counts."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        newest = None
        self._done: set[str] = set()
        for newest in journal.rows_beginning(f"{ACT}:"):
            self._done.add(str(newest.facts.get("by", "")))
        self.now = _read(newest.facts) if newest is not None else Standing()

    def change(self, by: str, heard: datetime, **what: Any) -> None:
        """Raises JournalBroken; then nothing has changed."""
        changed = replace(self.now, by=by, heard=heard, **what)
        _, number = self._journal.last_of_terminal(f"{ACT}:%")
        self._journal.write(TERMINAL, f"{ACT}:set", number + 1, Mark.DONE, _written(changed))
        self.now = changed
        self._done.add(by)

    def was_set_by(self, command_id: str) -> bool:
        return command_id in self._done


def _written(standing: Standing) -> dict[str, Any]:
    notice = standing.notice
    told = {"text": notice.text, "text_en": notice.text_en, "until": notice.until.isoformat()} if notice is not None else None
    heard = standing.heard.isoformat() if standing.heard is not None else ""
    return {"closed": standing.closed, "notice": told, "volume": standing.volume, "by": standing.by, "heard": heard}


def _read(facts: Mapping[str, Any]) -> Standing:
    told = facts.get("notice")
    notice = Notice(told["text"], told["text_en"], datetime.fromisoformat(told["until"])) if told else None
    heard = datetime.fromisoformat(facts["heard"]) if facts.get("heard") else None
    return Standing(bool(facts.get("closed")), notice, facts.get("volume"), str(facts.get("by", "")), heard)
