"""A chip station that tears one exchange: the chip loses power before, in or after it; the terminal or the PC/SC service dies."""
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
    SERVICE_BEFORE = "pcscd killed before"   # the command never reaches the chip
    SERVICE_AFTER = "pcscd killed after"     # the chip has carried it out, and nobody hears its answer


MOMENTS = {
    How.BEFORE_COMMIT: Moment.BEFORE_COMMIT, How.AFTER_COMMIT: Moment.AFTER_COMMIT, How.ANSWER_LOST: Moment.IN_ANSWER,
}  # fmt: skip
OF_THE_SERVICE = (How.SERVICE_BEFORE, How.SERVICE_AFTER)


@dataclass
class Tearing:
    """One tear of a visit, wherever its chips are. `at`: which exchange, from 0; None only counts. `exchanges`: how many
    there were, by their INS bytes. `die`: the terminal, or the service, is gone in this instant."""

    at: int | None
    how: How
    die: Callable[[], None]
    exchanges: list[int] = field(default_factory=list)
    counting: bool = True
    happened: bool = False

    def hits(self, apdu: bytes) -> bool:
        if not self.counting or self.happened:
            return False
        self.exchanges.append(apdu[1])
        self.happened = len(self.exchanges) - 1 == self.at
        return self.happened


@dataclass
class Torn:
    """`pull`: the chip leaves its contacts."""

    station: ChipStation
    card: Callable[[], VirtualCard | None]
    tearing: Tearing
    pull: Callable[[], object]

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
        tearing = self.torn.tearing
        if not tearing.hits(apdu):
            return await self.inner.transmit(apdu)
        card = self.torn.card()
        assert card is not None
        if tearing.how in MOMENTS:
            card.tear = Tear(MOMENTS[tearing.how])
            try:
                return await self.inner.transmit(apdu)
            finally:
                self.torn.pull()
        if tearing.how in OF_THE_SERVICE:
            return await self._without_service(card, apdu)
        if tearing.how is How.KILLED_AFTER:
            await self.inner.transmit(apdu)
        tearing.die()
        return await trio.sleep_forever()

    async def _without_service(self, card: VirtualCard, apdu: bytes) -> bytes:
        tearing = self.torn.tearing
        if tearing.how is How.SERVICE_BEFORE:
            tearing.die()
            return await self.inner.transmit(apdu)
        handle = card.handle

        def once(command: bytes) -> bytes:
            del vars(card)["handle"]
            answer = handle(command)
            tearing.die()
            return answer

        vars(card)["handle"] = once
        return await self.inner.transmit(apdu)
