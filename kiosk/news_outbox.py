"""The journal's outbox rows as the sender wants them."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from kiosk.transaction.heart import Heart
from kiosk.transaction.journal import Journal
from remote.messages import Event, EventKind

MOST_SKIPPED = 500       # rows looked at beyond a batch when some are set aside


class JournalOutbox:
    """`remote.outbox.OutboxStore` over the journal: committed with the fact it tells of, deleted once it has arrived."""

    def __init__(self, journal: Journal, heart: Heart) -> None:
        self._journal = journal
        self._heart = heart

    async def waiting(self, at_most: int, without: Collection[str]) -> Sequence[Event]:
        rows = [row for row in self._journal.waiting(at_most + MOST_SKIPPED) if row.event_id not in without]
        return [
            Event(event_id=row.event_id, kind=EventKind(row.kind), at=datetime.fromisoformat(row.at), body=row.body)
            for row in rows[:at_most]
        ]

    async def arrived(self, event_ids: Sequence[str]) -> None:
        self._journal.sent(list(event_ids))

    async def settled_elsewhere(self, obligation_ids: Sequence[str]) -> None:
        """The counter has settled what this terminal owes in its name; the plan itself is settled when it can be."""
        for obligation in obligation_ids:
            self._heart.settled_elsewhere(obligation)

    async def count_waiting(self) -> int:
        return self._journal.count_waiting()
