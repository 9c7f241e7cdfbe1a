"""A chip station whose card lives in the same process: for the simulation. No thread, no socket, no time."""
from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import trio

from card.atr import is_readable
from card.conditions import ChipMute, ReaderBusy
from card.transport import CardOutcomeUnknown, CardRemoved, CardTransport
from card.virtual.card import VirtualCard
from card.virtual.tear import Mute, PowerLost

GONE_POLL_S = 0.4  # how often a reader looks for its card, facts/card.md 3.2


class InProcessStation:
    """`get_card` tells which card is at the contacts now; whoever moves a card away calls its `power_off`.

    One trio checkpoint per APDU, before the chip sees it.
    """

    def __init__(self, get_card: Callable[[], VirtualCard | None]) -> None:
        self._get_card = get_card
        self._in_use = False

    def power_up(self) -> AbstractAsyncContextManager[CardTransport]:
        """Raises CardRemoved (none there), ChipMute (no readable ATR) or ReaderBusy (powered already)."""
        return self._powered()

    @asynccontextmanager
    async def _powered(self) -> AsyncIterator[CardTransport]:
        await trio.lowlevel.checkpoint()
        if self._in_use:
            raise ReaderBusy("the chip is powered for somebody else")
        card = self._get_card()
        if card is None:
            raise CardRemoved("no card at the station")
        self._in_use = True
        try:
            if not is_readable(card.power_on()):
                raise ChipMute("no readable answer to reset")
            yield _InProcessTransport(card, self._get_card)
        finally:
            if self._get_card() is card:
                card.power_off()
            self._in_use = False


class _InProcessTransport:
    def __init__(self, card: VirtualCard, get_card: Callable[[], VirtualCard | None]) -> None:
        self._card = card
        self._get_card = get_card
        self._lost = False
        self.atr = card.atr

    async def transmit(self, apdu: bytes) -> bytes:
        await trio.lowlevel.checkpoint()
        if self._lost or self._get_card() is not self._card or not self._card.powered:
            self._lost = True
            raise CardRemoved("the card left its contacts")
        self._lost = True
        try:
            answer = self._card.handle(apdu)
        except PowerLost as lost:
            raise CardOutcomeUnknown("the card lost power in mid-command") from lost
        except Mute as mute:
            while self._get_card() is self._card and self._card.powered:  # noqa: ASYNC110  (a callable has no event to wait for)
                await trio.sleep(GONE_POLL_S)
            raise CardOutcomeUnknown("the card never answered and was pulled") from mute
        if len(answer) < 2:
            raise CardOutcomeUnknown("this is no answer")
        self._lost = False
        return answer
