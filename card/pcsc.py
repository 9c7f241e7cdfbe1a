"""A chip station that is a PC/SC reader. Besides monitor.py the only file that knows pyscard.

The plain SCard functions are used, not pyscard's connection objects: those disconnect when they are garbage-collected
and reset the card under the next one (facts/card.md 5.2). A chip is powered with a context and a thread of its own; both
are gone before the next one is powered. A chip that hangs blocks its thread without a time limit (5.1): the watchdog gives
it up, the next visit gets a new context, and the thread disconnects by itself as soon as it comes back.
"""
from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

import trio
from smartcard import scard

from card import pcsc_results as results
from card.chip_thread import ChipThread, GivenUp, Hung
from card.conditions import ReaderBusy
from card.reader_choice import Reader, choose, choose_pair
from card.transport import CardOutcomeUnknown, CardRemoved, CardTransport, ServiceDown

SEEN_WITHIN_S = 2.0  # a fed card is seen after 0.14 to 0.43 s, facts/card.md 3.2
LOOK_AGAIN_S = 0.05
SERVICE_TIMEOUT_S = 5.0  # connect takes 0.6 ms (facts/card.md 4); after this the service hangs
ANSWER_WITHIN_S = 5.0  # own choice: some eighty times what a real card takes, 10 to 60 ms (facts/card.md 4)
HANGING_MAX = 4  # own choice: threads of one reader that were given up and have not come back
PROVEN_FOR_S = 0.05
"""So long after an answer the service is not asked before the next command: it looks for itself every 0.4 s only
(facts/card.md 3.2), and asking costs half as much as a command to a virtual card."""


class Transmission(Enum):
    """The protocols offered to the card (facts/card.md 3.4: the ATR decides, T=0 where it offers both)."""

    T0 = scard.SCARD_PROTOCOL_T0
    T1 = scard.SCARD_PROTOCOL_T1
    EITHER = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1


@dataclass(frozen=True)
class Manners:
    """How one reader is to be treated. `seen_within_s`: how long a card that was just fed is looked for. `answer_within_s`:
    the watchdog's limit for one command. `pace_s`: rest between an answer and the next command, for readers that need it."""

    seen_within_s: float = SEEN_WITHIN_S
    answer_within_s: float = ANSWER_WITHIN_S
    pace_s: float = 0.0
    transmission: Transmission = Transmission.EITHER


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
    """One reader slot. `given_up`: how often the watchdog or a caller gave a command up since the start."""

    def __init__(
        self, reader: Reader | Callable[[Sequence[str]], str], *,
        seen_within_s: float | None = None, manners: Manners | None = None, api: Any = scard,
    ) -> None:  # fmt: skip
        """`reader`: see reader_choice; or a function that picks from all names. `seen_within_s` goes before `manners`.
        `api`: the SCard functions."""
        self._pick = reader if callable(reader) else partial(choose, reader)
        self.manners = manners or Manners()
        self._seen_within_s = self.manners.seen_within_s if seen_within_s is None else seen_within_s
        self._api = api
        self._owner = trio.Semaphore(1)
        self._left: list[ChipThread] = []
        self.given_up = 0

    @property
    def hanging(self) -> int:
        """Threads that were given up and have not come back; at HANGING_MAX the reader is not tried any more."""
        self._left = [thread for thread in self._left if not thread.ended]
        return len(self._left)

    def power_up(self) -> AbstractAsyncContextManager[CardTransport]:
        """Exclusive, cold, and powered off at the end. Raises CardRemoved (none seen in time), ChipMute, ReaderBusy,
        ReaderGone or ServiceDown. The transport knows its ATR."""
        return self._powered()

    @asynccontextmanager
    async def _powered(self) -> AsyncIterator[CardTransport]:
        deadline = trio.current_time() + self._seen_within_s
        await self._own(deadline)
        try:
            await self._until_few_hang(deadline)
            chip = _Chip(self._api, self.manners.transmission)
            thread = ChipThread(chip.close)
            try:
                await self._connect(chip, thread, deadline)
                yield _PcscTransport(chip, thread, self.manners)
            finally:
                await thread.close(SERVICE_TIMEOUT_S)
                if thread.given_up:
                    self.given_up += 1
                    self._left.append(thread)
        finally:
            self._owner.release()

    async def _own(self, deadline: float) -> None:
        try:
            self._owner.acquire_nowait()
        except trio.WouldBlock:
            with trio.move_on_at(deadline) as scope:
                await self._owner.acquire()
            if scope.cancelled_caught:
                raise ReaderBusy("the chip is powered for somebody else") from None

    async def _until_few_hang(self, deadline: float) -> None:
        """A thread that comes back is heard of by looking only."""
        while self.hanging >= HANGING_MAX:
            if trio.current_time() >= deadline:
                raise ReaderBusy(f"{HANGING_MAX} commands were given up and never came back")
            await trio.sleep(LOOK_AGAIN_S)

    async def _connect(self, chip: _Chip, thread: ChipThread, deadline: float) -> None:
        while True:
            perhaps_ours = self.hanging > 0  # before asking: the one that holds the reader may come back in the meantime
            try:
                return await thread.call(partial(chip.open, self._pick), SERVICE_TIMEOUT_S)
            except Hung as error:
                raise ServiceDown("the PC/SC service does not answer") from error
            except (CardRemoved, ReaderBusy) as error:
                worth_waiting = isinstance(error, CardRemoved) or perhaps_ours
                if trio.current_time() >= deadline or not worth_waiting:
                    raise
            await trio.sleep(LOOK_AGAIN_S)


@dataclass(frozen=True)
class TerminalSlots:
    """The citizen's slot and the purchase module's."""

    user: PcscStation
    sam: PcscStation


def terminal_slots(
    user: Reader, sam: Reader, *, manners: Manners | None = None, sam_manners: Manners | None = None, api: Any = scard
) -> TerminalSlots:
    """Two readers that are only used while both are there, see `choose_pair`."""
    return TerminalSlots(
        PcscStation(lambda names: choose_pair(user, sam, names)[0], manners=manners, api=api),
        PcscStation(lambda names: choose_pair(user, sam, names)[1], manners=sam_manners, api=api),
    )


class _PcscTransport:
    def __init__(self, chip: _Chip, thread: ChipThread, manners: Manners) -> None:
        self._chip = chip
        self._thread = thread
        self._manners = manners
        self._rested_at = trio.current_time()
        self.atr = chip.atr

    async def transmit(self, apdu: bytes) -> bytes:
        if self._rested_at > trio.current_time():
            await trio.sleep_until(self._rested_at)
        try:
            return await self._thread.call(partial(self._chip.transmit, apdu), self._manners.answer_within_s)
        except GivenUp as error:
            raise CardRemoved("the chip was given up in the command before") from error
        except Hung as error:
            raise CardOutcomeUnknown(str(error)) from error
        finally:
            self._rested_at = trio.current_time() + self._manners.pace_s


class _Chip:
    """Context and card handle. Everything runs in the chip's own thread."""

    def __init__(self, api: Any, transmission: Transmission) -> None:
        self._api = api
        self._transmission = transmission
        self._context: Any = None
        self._card: Any = None
        self._pci: Any = None
        self._proven_at = -PROVEN_FOR_S
        self._lost = False
        self.atr = b""

    def open(self, pick: Callable[[Sequence[str]], str]) -> None:
        """Closed again if it fails; may then be opened again."""
        try:
            self._open(pick)
        except BaseException:
            self.close()
            raise

    def _open(self, pick: Callable[[Sequence[str]], str]) -> None:
        api = self._api
        result, context = api.SCardEstablishContext(api.SCARD_SCOPE_SYSTEM)
        if result != results.SUCCESS:
            raise results.while_connecting(result)
        self._context = context
        result, readers = api.SCardListReaders(context, [])
        if result != results.SUCCESS:
            raise results.while_connecting(result)
        result, card, protocol = api.SCardConnect(
            context, pick(readers), api.SCARD_SHARE_EXCLUSIVE, self._transmission.value
        )
        if result != results.SUCCESS:
            raise results.while_connecting(result)
        self._card = card
        self._pci = api.SCARD_PCI_T0 if protocol == api.SCARD_PROTOCOL_T0 else api.SCARD_PCI_T1
        result, *_, atr = api.SCardStatus(card)
        if result != results.SUCCESS:
            raise results.before_sending(result)
        self.atr = bytes(value & 0xFF for value in atr)

    def transmit(self, apdu: bytes) -> bytes:
        """SCardStatus first (0.03 ms, no card I/O): what it finds wrong is certain not to have reached the chip."""
        if self._lost or time.monotonic() - self._proven_at >= PROVEN_FOR_S:
            result = self._api.SCardStatus(self._card)[0]
            if result != results.SUCCESS:
                raise results.before_sending(result)
        if self._lost:
            raise CardRemoved("the chip was lost in the command before")
        self._lost = True
        result, answer = self._api.SCardTransmit(self._card, self._pci, list(apdu))
        if result != results.SUCCESS:
            raise results.of_sending(result)
        if len(answer) < 2:  # a card pulled in mid-command "succeeds" with nothing, facts/card.md 5.1
            raise CardOutcomeUnknown("PC/SC success without an answer")
        self._lost = False
        self._proven_at = time.monotonic()
        return bytes(value & 0xFF for value in answer)

    def close(self) -> None:
        """Power the chip off and let go of the service; idempotent. Results do not matter: there is no second way."""
        card, self._card = self._card, None
        context, self._context = self._context, None
        if card is not None:
            self._api.SCardDisconnect(card, self._api.SCARD_UNPOWER_CARD)
        if context is not None:
            self._api.SCardReleaseContext(context)
