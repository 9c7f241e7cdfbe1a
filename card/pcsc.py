"""A chip station that is a PC/SC reader. Besides monitor.py the only file that knows pyscard.

The plain SCard functions are used, not pyscard's connection objects: those disconnect when they are garbage-collected
and reset the card under the next one (facts/card.md 5.2). Calls run in one worker thread per station. A chip that hangs
blocks its thread without a time limit (5.1), so a caller may give up: the thread then disconnects by itself as soon as it
comes back, and the station is busy until then.
"""
from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import trio
from smartcard import scard

from card import pcsc_results as results
from card.conditions import ReaderBusy
from card.transport import CardOutcomeUnknown, CardRemoved, CardTransport, ReaderGone, ServiceDown

T = TypeVar("T")

SEEN_WITHIN_S = 2.0  # a fed card is seen after 0.14 to 0.43 s, facts/card.md 3.2
LOOK_AGAIN_S = 0.05
SERVICE_TIMEOUT_S = 5.0  # connect takes 0.6 ms (facts/card.md 4); after this the service hangs


def reader_names(api: Any = scard) -> list[str]:
    """The readers the PC/SC service knows now. Blocks for some milliseconds. Raises ServiceDown."""
    result, context = api.SCardEstablishContext(api.SCARD_SCOPE_SYSTEM)
    if result != results.SUCCESS:
        raise ServiceDown(f"no PC/SC service ({result & 0xFFFFFFFF:08X})")
    try:
        result, readers = api.SCardListReaders(context, [])
    finally:
        api.SCardReleaseContext(context)
    if result & 0xFFFFFFFF == results.NO_READERS_AVAILABLE:
        return []
    if result != results.SUCCESS:
        raise ServiceDown(f"the PC/SC service does not list its readers ({result & 0xFFFFFFFF:08X})")
    return sorted(readers)


class PcscStation:
    """One reader slot by its PC/SC name, such as `Kiosk Contact 00 00`, or the only name that begins so."""

    def __init__(self, reader_name: str, *, seen_within_s: float = SEEN_WITHIN_S, api: Any = scard) -> None:
        """`seen_within_s`: how long `power_up` looks for a card that was just fed. `api`: the SCard functions."""
        self._reader_name = reader_name
        self._seen_within_s = seen_within_s
        self._api = api
        self._limiter = trio.CapacityLimiter(1)
        self._chip: _Chip | None = None

    def power_up(self) -> AbstractAsyncContextManager[CardTransport]:
        """Exclusive, cold, and powered off at the end. Raises CardRemoved (none seen in time), ChipMute, ReaderBusy,
        ReaderGone or ServiceDown."""
        return self._powered()

    @asynccontextmanager
    async def _powered(self) -> AsyncIterator[CardTransport]:
        deadline = trio.current_time() + self._seen_within_s
        await self._until_free(deadline)
        chip = await self._connect(deadline)
        try:
            yield _PcscTransport(chip, self._limiter)
        finally:
            await self._release(chip)

    async def _until_free(self, deadline: float) -> None:
        """A command that was given up may still be in the reader; its thread is heard of by polling only."""
        while self._chip is not None and not self._chip.closed:
            if trio.current_time() >= deadline:
                raise ReaderBusy("the chip is powered for somebody else, or hangs")
            await trio.sleep(LOOK_AGAIN_S)

    async def _connect(self, deadline: float) -> _Chip:
        while True:
            self._chip = chip = _Chip(self._api)
            try:
                with trio.fail_after(SERVICE_TIMEOUT_S):
                    await _in_worker(chip, partial(chip.open, self._reader_name), self._limiter)
                return chip
            except trio.TooSlowError as error:
                raise ServiceDown("the PC/SC service does not answer") from error
            except CardRemoved:
                if trio.current_time() >= deadline:
                    raise
            await trio.sleep(LOOK_AGAIN_S)

    async def _release(self, chip: _Chip) -> None:
        """Also when the visit is cancelled: a chip that stays powered keeps its PIN open."""
        if chip.give_up():
            return
        with trio.move_on_after(SERVICE_TIMEOUT_S) as scope:
            scope.shield = True
            await trio.to_thread.run_sync(chip.close, limiter=self._limiter, abandon_on_cancel=True)


class _PcscTransport:
    def __init__(self, chip: _Chip, limiter: trio.CapacityLimiter) -> None:
        self._chip = chip
        self._limiter = limiter

    async def transmit(self, apdu: bytes) -> bytes:
        return await _in_worker(self._chip, partial(self._chip.transmit, apdu), self._limiter)


async def _in_worker(chip: _Chip, work: Callable[[], T], limiter: trio.CapacityLimiter) -> T:
    if chip.given_up:
        raise CardRemoved("the chip was given up in the command before")
    try:
        return await trio.to_thread.run_sync(chip.call, work, limiter=limiter, abandon_on_cancel=True)
    except trio.Cancelled:
        chip.give_up()
        raise


class _Chip:
    """Context and card handle. Everything but `give_up`, `given_up` and `closed` runs in the worker thread."""

    def __init__(self, api: Any) -> None:
        self._api = api
        self._context: Any = None
        self._card: Any = None
        self._protocol = 0
        self._lock = threading.Lock()
        self._busy = False
        self.given_up = False
        self._lost = False
        self.closed = False

    def call(self, work: Callable[[], T]) -> T:
        """Run `work`; if nobody waits for it any more when it is done, clean up."""
        with self._lock:
            if self.given_up:
                raise CardRemoved("given up before it was sent")
            self._busy = True
        try:
            return work()
        finally:
            with self._lock:
                self._busy = False
                abandoned = self.given_up
            if abandoned:
                self.close()

    def give_up(self) -> bool:
        """Nothing more will be sent. True: a call is still in the reader, and its thread will close."""
        with self._lock:
            self.given_up = True
            if self._context is None and not self._busy:
                self.closed = True
            return self._busy

    def open(self, reader_name: str) -> None:
        """Closed again if it fails."""
        try:
            self._open(reader_name)
        except BaseException:
            self.close()
            raise

    def _open(self, reader_name: str) -> None:
        api = self._api
        result, self._context = api.SCardEstablishContext(api.SCARD_SCOPE_SYSTEM)
        if result != results.SUCCESS:
            self._context = None
            raise results.while_connecting(result)
        result, readers = api.SCardListReaders(self._context, [])
        if result != results.SUCCESS:
            raise results.while_connecting(result)
        result, card, protocol = api.SCardConnect(
            self._context,
            _only_reader(reader_name, readers),
            api.SCARD_SHARE_EXCLUSIVE,
            api.SCARD_PROTOCOL_T0 | api.SCARD_PROTOCOL_T1,
        )
        if result != results.SUCCESS:
            raise results.while_connecting(result)
        self._card = card
        self._protocol = api.SCARD_PCI_T0 if protocol == api.SCARD_PROTOCOL_T0 else api.SCARD_PCI_T1

    def transmit(self, apdu: bytes) -> bytes:
        """SCardStatus first (0.03 ms, no card I/O): what it finds wrong is certain not to have reached the chip."""
        result = self._api.SCardStatus(self._card)[0]
        if result != results.SUCCESS:
            raise results.before_sending(result)
        if self._lost:
            raise CardRemoved("the chip was lost in the command before")
        self._lost = True
        result, answer = self._api.SCardTransmit(self._card, self._protocol, list(apdu))
        if result != results.SUCCESS:
            raise results.of_sending(result)
        if len(answer) < 2:  # a card pulled in mid-command "succeeds" with nothing, facts/card.md 5.1
            raise CardOutcomeUnknown("PC/SC success without an answer")
        self._lost = False
        return bytes(value & 0xFF for value in answer)

    def close(self) -> None:
        """Power the chip off and let go of the service; idempotent. Results do not matter: there is no second way."""
        card, self._card = self._card, None
        context, self._context = self._context, None
        if card is not None:
            self._api.SCardDisconnect(card, self._api.SCARD_UNPOWER_CARD)
        if context is not None:
            self._api.SCardReleaseContext(context)
        self.closed = True


def _only_reader(name: str, readers: list[str]) -> str:
    found = [reader for reader in readers if reader == name] or [one for one in readers if one.startswith(name)]
    if len(found) != 1:
        raise ReaderGone(f"{len(found)} readers are called {name!r}")
    return found[0]
