"""A chip station that is a PC/SC reader. Besides monitor.py the only file that knows pyscard.

The plain SCard functions are used, not pyscard's connection objects: those disconnect when they are garbage-collected
and reset the card under the next one (facts/card.md 5.2). A chip is powered with a context and a thread of its own; both
are gone before the next one is powered. A chip that hangs blocks its thread without a time limit (5.1): the watchdog gives
it up, the next visit gets a new context, and the thread disconnects by itself as soon as it comes back.
"""
from __future__ import annotations

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
from card.powered_chip import PoweredChip
from card.reader_choice import Reader, choose, choose_pair
from card.transport import CardOutcomeUnknown, CardRemoved, CardTransport, ServiceDown

SEEN_WITHIN_S = 2.0  # a fed card is seen after 0.14 to 0.43 s, facts/card.md 3.2
LOOK_AGAIN_S = 0.05
SERVICE_TIMEOUT_S = 2.0  # own choice; connect takes 0.6 ms (facts/card.md 4), a real card's reset some 100 ms
ANSWER_WITHIN_S = 5.0  # own choice: some eighty times what a real card takes, 10 to 60 ms (facts/card.md 4)
HANGING_MAX = 4  # own choice: threads of one reader that were given up and have not come back


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
    """One reader slot. `given_up`: how often the watchdog or a caller gave a command, or a connect, up since the start."""

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
        self._asked: ChipThread | None = None
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
            chip = PoweredChip(self._api, self.manners.transmission.value)
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

    async def _connect(self, chip: PoweredChip, thread: ChipThread, deadline: float) -> None:
        while True:
            perhaps_ours = self.hanging > 0  # before asking: the one that holds the reader may come back in the meantime
            try:
                return await thread.call(partial(chip.open, self._pick), SERVICE_TIMEOUT_S)
            except Hung:
                await self._ask_the_service()
                raise ReaderBusy("another program is in the middle of a transaction") from None
            except (CardRemoved, ReaderBusy) as error:
                worth_waiting = isinstance(error, CardRemoved) or perhaps_ours
                if trio.current_time() >= deadline or not worth_waiting:
                    raise
            await trio.sleep(LOOK_AGAIN_S)


    async def check(self) -> None:
        """Whether the reader is there: no card is touched, and it may be in use. Raises ReaderBusy (a command that was given
        up is still in it), ReaderGone or ServiceDown."""
        self._pick(await self._ask_the_service())
        if self.hanging:
            raise ReaderBusy("a command that was given up has not come back")

    async def _ask_the_service(self) -> list[str]:
        """All readers' names. Connecting waits as long as somebody else's transaction lasts (measured, pcscd 1.9.9): this does
        not. Raises ServiceDown where it is the service that does not answer."""
        if self._asked is not None and not self._asked.ended:
            raise ServiceDown("the PC/SC service has not answered the question before")
        self._asked = asking = ChipThread(lambda: None)
        try:
            return await asking.call(partial(reader_names, self._api), SERVICE_TIMEOUT_S)
        except Hung as error:
            raise ServiceDown("the PC/SC service does not answer") from error
        finally:
            await asking.close(SERVICE_TIMEOUT_S)


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
    def __init__(self, chip: PoweredChip, thread: ChipThread, manners: Manners) -> None:
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
