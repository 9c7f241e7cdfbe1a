"""Every minute the centre is told how far the chain has come: from then on nobody shortens or rewrites it unseen."""
from __future__ import annotations

from collections.abc import Callable

import trio

from kiosk.transaction.journal import Journal
from remote.messages.audit import Contradiction, Witness
from remote.platform import Platform, PlatformAway, PlatformRefused

EVERY_S = 60.0
Found = Callable[[Contradiction], None]


class Witnessing:
    """`contradicted` is called for every contradiction the centre finds; the centre has kept it already."""

    def __init__(self, journal: Journal, platform: Platform, contradicted: Found) -> None:
        self._journal = journal
        self._platform = platform
        self._contradicted = contradicted
        self._seen = 0                       # newest row that is known to be witnessed, since this start
        self._seen_head = ""

    async def run(self) -> None:
        """For ever. What could not be told is told a minute later: the next head stands for all before it."""
        while True:
            await self.once()
            await trio.sleep(EVERY_S)

    async def once(self) -> bool:
        """False: nothing new, a disk that fails, or the centre was not reached."""
        last = 0 if self._journal.broken else self._journal.last
        if last <= self._seen:
            await trio.lowlevel.checkpoint()
            return False
        head = self._journal.chain_at(last)
        ask = Witness(
            chain=self._journal.chain_at(1), seq=last, head=head,
            seen=self._seen, seen_head=self._journal.chain_at(self._seen) if self._seen else "",
        )  # fmt: skip
        try:
            answer = await self._platform.witness(ask)
        except (PlatformAway, PlatformRefused):
            return False
        self._seen, self._seen_head = last, head
        for contradiction in answer.contradictions:
            self._contradicted(contradiction)
        return True
