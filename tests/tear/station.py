"""A chip station that tears one exchange: the chip loses power before, in or after it, or the terminal dies."""
from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum

import trio

from card.transport import CardTransport, ChipStation
from card.virtual.card import VirtualCard
from card.virtual.tear import Moment, Tear


class How(Enum):
    BEFORE_COMMIT = "before commit"
    AFTER_COMMIT = "after commit"
    ANSWER_LOST = "answer lost"              # half of it was on its way
    KILLED_BEFORE = "terminal killed before"
    KILLED_AFTER = "terminal killed after"


MOMENTS = {
    How.BEFORE_COMMIT: Moment.BEFORE_COMMIT, How.AFTER_COMMIT: Moment.AFTER_COMMIT, How.ANSWER_LOST: Moment.IN_ANSWER,
}  # fmt: skip


@dataclass
class Torn:
    """`at`: which exchange of the visit, from 0; None only counts. `exchanges`: how many there were, and their INS bytes."""

    station: ChipStation
    card: Callable[[], VirtualCard | None]
    at: int | None
    how: How
    die: Callable[[], None]
    pull: Callable[[], object]
    exchanges: list[int] = field(default_factory=list)
    counting: bool = True
    happened: bool = False

    def power_up(self) -> AbstractAsyncContextManager[CardTransport]:
        return self._powered()

    @asynccontextmanager
    async def _powered(self) -> AsyncIterator[CardTransport]:
        async with self.station.power_up() as transport:
            yield _Transport(self, transport)


@dataclass
class _Transport:
    torn: Torn
    inner: CardTransport

    async def transmit(self, apdu: bytes) -> bytes:
        torn = self.torn
        if not torn.counting or torn.happened:
            return await self.inner.transmit(apdu)
        torn.exchanges.append(apdu[1])
        if len(torn.exchanges) - 1 != torn.at:
            return await self.inner.transmit(apdu)
        torn.happened = True
        if torn.how in MOMENTS:
            card = torn.card()
            assert card is not None
            card.tear = Tear(MOMENTS[torn.how])
            try:
                return await self.inner.transmit(apdu)
            finally:
                torn.pull()
        if torn.how is How.KILLED_AFTER:
            await self.inner.transmit(apdu)
        torn.die()
        return await trio.sleep_forever()
