"""What goes over every wire and what is asked of every driver, masked before anybody can take it.

What a machine answers is masked when its answer is over: at the next thing that is sent, at the end of the call, or when the
wire goes. Until then it is held as it came, as the driver itself holds it.
"""
from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any, TypeVar, cast

from devices.blackbox.masks import MASKS, Masks
from devices.errors import DeviceError
from devices.wire import OpenWire, Wire, WireGone

D = TypeVar("D")

ANSWER_OVER_S = 5.0
"""[A] What came so long ago waits for no further piece of the same answer."""
MOST_BYTES = 8_000_000
"""Where nobody takes it: the oldest goes first."""
SHOWN = ("status", "counters", "capabilities", "sam_status", "sam_number", "print_items", "present", "capture", "reject")
"""Calls whose answers name nobody; of the others only the kind of the answer is kept."""


class Happened(Enum):
    OPENED = "opened"
    SENT = "sent"
    RECEIVED = "received"
    GONE = "gone"
    CALL = "call"                # {"name", "arguments"}
    ENDED = "ended"              # {"name", "answer"}


@dataclass
class Entry:
    """`at`: seconds on the terminal's monotonic clock. `data` is masked; `words` belong to calls."""

    at: float
    device: str
    happened: Happened
    data: bytes = b""
    words: tuple[str, ...] = ()


@dataclass
class _Answer:
    sent: bytes
    pieces: list[tuple[Entry, int]]
    raw: bytearray


class Recorder:
    """One for all machines of a terminal. `now` is the monotonic clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._kept: deque[Entry] = deque()
        self._bytes = 0
        self._open: dict[str, _Answer] = {}

    def take(self, *, all_of_it: bool = False) -> list[Entry]:
        """What was kept since the last time, oldest first, up to the first answer that may still go on."""
        for device, answer in list(self._open.items()):
            if all_of_it or not answer.pieces or self._now() - answer.pieces[0][0].at > ANSWER_OVER_S:
                self.settle(device)
        waiting = {id(entry) for answer in self._open.values() for entry, _ in answer.pieces}
        taken: list[Entry] = []
        while self._kept and id(self._kept[0]) not in waiting:
            taken.append(self._kept.popleft())
            self._bytes -= len(taken[-1].data)
        return taken

    def wire(self, device: str, open_wire: OpenWire) -> OpenWire:
        async def opened() -> Wire:
            try:
                wire = await open_wire()
            except WireGone as gone:
                self._add(Entry(self._now(), device, Happened.GONE, words=(str(gone),)))
                raise
            self._add(Entry(self._now(), device, Happened.OPENED))
            return _RecordedWire(self, device, wire)

        return opened

    def driver(self, device: str, driver: D) -> D:
        """The same driver; each call of it is kept by name, with the kind of its answer."""
        return cast(D, _RecordedDriver(self, device, driver))

    # -- what the wires and drivers tell -----------------------------------------------------------------------------

    def sent(self, device: str, data: bytes) -> None:
        self.settle(device)
        self._add(Entry(self._now(), device, Happened.SENT, self._masks(device).sent(data)))
        self._open[device] = _Answer(data, [], bytearray())

    def received(self, device: str, data: bytes) -> None:
        entry = Entry(self._now(), device, Happened.RECEIVED)
        self._add(entry)
        answer = self._open.setdefault(device, _Answer(b"", [], bytearray()))
        answer.pieces.append((entry, len(data)))
        answer.raw += data

    def gone(self, device: str, why: str) -> None:
        self.settle(device)
        self._add(Entry(self._now(), device, Happened.GONE, words=(why,)))

    def told(self, device: str, happened: Happened, *words: str) -> None:
        self.settle(device)
        self._add(Entry(self._now(), device, happened, words=words))

    def settle(self, device: str) -> None:
        """Mask the answer that came so far and forget how it was."""
        answer = self._open.pop(device, None)
        if answer is None:
            return
        masked = self._masks(device).received(answer.sent, bytes(answer.raw))
        at = 0
        for entry, length in answer.pieces:
            entry.data = masked[at : at + length]
            self._bytes += len(entry.data)
            at += length

    def _masks(self, device: str) -> Masks:
        return MASKS.get(device, Masks())

    def _add(self, entry: Entry) -> None:
        self._kept.append(entry)
        self._bytes += len(entry.data)
        while self._bytes > MOST_BYTES:
            self._bytes -= len(self._kept.popleft().data)


class _RecordedWire:
    def __init__(self, recorder: Recorder, device: str, wire: Wire) -> None:
        self._recorder, self._device, self._wire = recorder, device, wire

    def __getattr__(self, name: str) -> Any:
        """What only some wires have: a baud rate."""
        return getattr(self._wire, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            super().__setattr__(name, value)
        else:
            setattr(self._wire, name, value)

    async def send(self, data: bytes) -> None:
        self._recorder.sent(self._device, bytes(data))
        try:
            await self._wire.send(data)
        except WireGone as gone:
            self._recorder.gone(self._device, str(gone))
            raise

    async def receive(self, at_most: int = 4096) -> bytes:
        try:
            data = await self._wire.receive(at_most)
        except WireGone as gone:
            self._recorder.gone(self._device, str(gone))
            raise
        self._recorder.received(self._device, data)
        return data

    async def aclose(self) -> None:
        await self._wire.aclose()


class _RecordedDriver:
    def __init__(self, recorder: Recorder, device: str, driver: object) -> None:
        self._recorder, self._device, self._driver = recorder, device, driver

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._driver, name)
        if name.startswith("_") or not inspect.iscoroutinefunction(found):
            return found
        recorder, device = self._recorder, self._device

        @wraps(found)
        async def call(*arguments: Any, **named: Any) -> Any:
            words = [words_of(one) for one in arguments] + [f"{key}={words_of(one)}" for key, one in named.items()]
            recorder.told(device, Happened.CALL, name, *words)
            ended = "cancelled"
            try:
                answer = await found(*arguments, **named)
                ended = answer_of(name, answer)
                return answer
            except DeviceError as error:
                ended = f"{type(error).__name__}: {error}"
                raise
            finally:
                recorder.told(device, Happened.ENDED, name, ended)

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_recorder", "_device", "_driver"):
            super().__setattr__(name, value)
        else:
            setattr(self._driver, name, value)


def words_of(argument: object) -> str:
    """An argument as it can be made again; a picture or a slip only by its kind."""
    if isinstance(argument, Enum):
        return f"{type(argument).__name__}.{argument.name}"
    if argument is None or isinstance(argument, bool | int | float):
        return repr(argument)
    return f"withheld:{type(argument).__name__}"


def answer_of(name: str, answer: object) -> str:
    if answer is None or (name in SHOWN and not isinstance(answer, bytes)):
        return repr(answer)
    return type(answer).__name__
