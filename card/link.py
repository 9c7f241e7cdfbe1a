"""A chip station over TCP: the reader's end of the vpcd protocol, for machines without PC/SC (facts/card.md 3.2)."""
from __future__ import annotations

import select
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import trio

from card import frames
from card.atr import is_readable
from card.conditions import ChipMute, ReaderBusy
from card.transport import CardOutcomeUnknown, CardRemoved, CardTransport, ReaderGone

ATR_TIMEOUT_S = 2.0  # own choice: longer than any reset, shorter than a citizen's patience
POWER_OFF_TIMEOUT_S = 0.5


class LinkStation:
    """Connects when a chip is to be powered. One owner at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._in_use = False

    def power_up(self) -> AbstractAsyncContextManager[CardTransport]:
        """Raises ReaderGone (nobody listens), CardRemoved (the slot is empty), ChipMute (no readable ATR) or ReaderBusy."""
        return self._powered()

    @asynccontextmanager
    async def _powered(self) -> AsyncIterator[CardTransport]:
        if self._in_use:
            raise ReaderBusy("the chip is powered for somebody else")
        self._in_use = True
        try:
            async with await self._connect() as stream:
                transport = _LinkTransport(stream, await _cold_start(stream))
                try:
                    yield transport
                finally:
                    await _power_off(stream)
        finally:
            self._in_use = False

    async def _connect(self) -> trio.SocketStream:
        try:
            return await trio.open_tcp_stream(self._host, self._port)
        except OSError as error:
            raise ReaderGone(f"{self._host}:{self._port}: {error}") from error


async def _cold_start(stream: trio.SocketStream) -> bytes:
    """The answer to reset."""
    try:
        with trio.fail_after(ATR_TIMEOUT_S):
            await frames.send_frame(stream, frames.POWER_ON)
            await frames.send_frame(stream, frames.GET_ATR)
            atr = await frames.receive_frame(stream)
    except frames.LineClosed as error:
        raise CardRemoved("no card at the station") from error
    except trio.TooSlowError as error:
        raise ChipMute("no answer to reset") from error
    if not atr:
        raise CardRemoved("no card at the station")
    if not is_readable(atr):
        raise ChipMute("no readable answer to reset")
    return atr


async def _power_off(stream: trio.SocketStream) -> None:
    """Also when the visit is cancelled: a chip that stays powered keeps its PIN open. Closing the line ends it anyway."""
    with trio.move_on_after(POWER_OFF_TIMEOUT_S) as scope:
        scope.shield = True
        try:
            await frames.send_frame(stream, frames.POWER_OFF)
        except frames.LineClosed:
            return


class _LinkTransport:
    def __init__(self, stream: trio.SocketStream, atr: bytes) -> None:
        self._stream = stream
        self.atr = atr
        self._lost = False

    async def transmit(self, apdu: bytes) -> bytes:
        if self._lost or _is_closed(self._stream):
            self._lost = True
            raise CardRemoved("the card left before the command was sent")
        self._lost = True  # until the answer is here: one given up half-way would be taken for the next one's
        try:
            await frames.send_frame(self._stream, apdu)
        except frames.LineClosed as error:
            raise CardRemoved("the card left before the command was sent") from error
        try:
            answer = await frames.receive_frame(self._stream)
        except frames.LineClosed as error:
            raise CardOutcomeUnknown("the card left in mid-command") from error
        if not answer:
            raise CardOutcomeUnknown("the card left in mid-command")
        self._lost = False
        return answer


def _is_closed(stream: trio.SocketStream) -> bool:
    """Nothing may be waiting here between two commands, so readable means closed (or out of step: no better)."""
    look = select.poll()
    look.register(stream.socket.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(look.poll(0))
