"""The pair of slots a case plays at on the real private pcscd, and whoever else has a hand in the same readers."""
from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

import trio
from smartcard import scard

from card.monitor import ReaderMonitor
from card.virtual import vpcd
from card.virtual.card import VirtualCard
from card.virtual.slot import ChipSlot

HUNG_POLL_S = 0.01


@asynccontextmanager
async def slot_at(port: int) -> AsyncIterator[ChipSlot]:
    """An empty slot whose cards vpcd sees at this port."""
    slot = ChipSlot()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(vpcd.offer, slot, "127.0.0.1", port)
        yield slot
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def watching(**how: Any) -> AsyncIterator[ReaderMonitor]:
    monitor = ReaderMonitor(**how)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(monitor.run)
        yield monitor
        nursery.cancel_scope.cancel()


class SomebodyElse:
    """Another program with the same card. Every call is made in a thread: the card answers from this loop."""

    def __init__(self, card: Any) -> None:
        self._card = card

    async def begin_transaction(self) -> None:
        assert await _of(scard.SCardBeginTransaction, self._card) == scard.SCARD_S_SUCCESS

    async def end_transaction(self) -> None:
        assert await _of(scard.SCardEndTransaction, self._card, scard.SCARD_LEAVE_CARD) == scard.SCARD_S_SUCCESS

    async def reset(self) -> None:
        how = scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1, scard.SCARD_RESET_CARD
        assert (await _of(scard.SCardReconnect, self._card, *how))[0] == scard.SCARD_S_SUCCESS


@asynccontextmanager
async def somebody_else(reader: str, share: int) -> AsyncIterator[SomebodyElse]:
    result, context = await _of(scard.SCardEstablishContext, scard.SCARD_SCOPE_SYSTEM)
    assert result == scard.SCARD_S_SUCCESS
    try:
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, card, _ = await _of(scard.SCardConnect, context, reader, share, protocols)
        assert result == scard.SCARD_S_SUCCESS
        try:
            yield SomebodyElse(card)
        finally:
            await _of(scard.SCardDisconnect, card, scard.SCARD_LEAVE_CARD)
    finally:
        await _of(scard.SCardReleaseContext, context)


async def _of(call: Callable[..., Any], *arguments: Any) -> Any:
    with trio.CancelScope(shield=True):
        return await trio.to_thread.run_sync(partial(call, *arguments))


def sharing() -> Any:
    """The real SCard functions for a station that does not keep others out: what they can then do to it."""
    real = {name: getattr(scard, name) for name in dir(scard) if name.startswith(("SCard", "SCARD_"))}
    return SimpleNamespace(**{**real, "SCARD_SHARE_EXCLUSIVE": scard.SCARD_SHARE_SHARED})


async def until_hung(card: VirtualCard) -> None:
    """The chip has no event to tell that its tear went off."""
    while card.tear is not None:
        await trio.sleep(HUNG_POLL_S)
