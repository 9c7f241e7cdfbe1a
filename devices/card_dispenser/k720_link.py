"""One conversation at a time with a K720.

The machine does nothing before ENQ. So a command whose ACK does not come is asked again without harm, and after the ENQ of
a movement nothing is repeated: what becomes of it, the status tells. Before a movement, and after anything that went wrong, the
line is brought in step by asking for the version: whatever comes before that answer is old.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import trio

from devices.card_dispenser.errors import MachineIncomprehensible, MachineSilent, words
from devices.card_dispenser.k720_codec import (
    ACK,
    ENQ,
    VERSION,
    Control,
    Event,
    Frame,
    K720Parser,
    control,
    decode_bits,
    encode,
)
from devices.errors import DeviceGone, DeviceRefused, OutcomeUnknown
from devices.wire import OpenWire, Wire, WireGone

T = TypeVar("T")


@dataclass(frozen=True)
class K720Patience:
    """Seconds; all of them configuration. `begin`: after ENQ, until the machine shows that it moves."""

    open: float = 10.0
    answer: float = 1.0  # facts/devices.md 4
    begin: float = 3.0
    move: float = 15.0
    poll: float = 0.2
    gap: float = 0.2


ATTEMPTS = 3
_DRAIN_S = 0.002
_DRAIN_LIMIT_BYTES = 16_384


class _Refused(Exception):
    """NAK."""


class K720Link:
    """The wire to one machine. Not for concurrent use: the driver holds a lock around it."""

    def __init__(self, open_wire: OpenWire, address: bytes, patience: K720Patience) -> None:
        self._open_wire, self._address, self.patience = open_wire, address, patience
        self._wire: Wire | None = None
        self._parser = K720Parser()
        self._in_step = False
        self.version = b""

    async def aclose(self) -> None:
        self._in_step = False
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.aclose()

    async def ask(self, text: bytes, read: Callable[[bytes], T | None]) -> T:
        """A question; `read` makes sense of an answer or says None. Raises DeviceGone, DeviceRefused."""
        refused = 0
        error: DeviceGone = MachineSilent("never asked")
        for _ in range(ATTEMPTS):
            try:
                wire = await self._step()
                return await self._question(wire, text, read)
            except WireGone as gone:
                error = gone
                await self._drop()
            except (MachineSilent, MachineIncomprehensible) as silent:
                error = silent
            except _Refused:
                refused += 1
                if refused == ATTEMPTS:
                    raise DeviceRefused(words("NOT_UNDERSTOOD"), "NOT_UNDERSTOOD") from None
                error = MachineIncomprehensible("the machine refuses the question")
        raise error

    async def order(self, text: bytes) -> None:
        """A movement, up to its ENQ. DeviceGone and DeviceRefused: the ENQ was not sent, nothing moves. OutcomeUnknown: the
        line broke under the ENQ."""
        await self._synchronise()
        for attempt in range(ATTEMPTS):
            wire = await self._step()
            try:
                await self._announce(wire, text)
                break
            except _Refused:
                continue
            except WireGone:
                await self._drop()
                raise
            except (MachineSilent, MachineIncomprehensible):
                if attempt == ATTEMPTS - 1:
                    raise
        else:
            raise DeviceRefused(words("NOT_UNDERSTOOD"), "NOT_UNDERSTOOD")
        try:
            await wire.send(control(ENQ, self._address))
        except WireGone as gone:
            await self._drop()
            raise OutcomeUnknown(f"{text.decode()} was sent: {gone}") from gone
        self._in_step = True

    async def _synchronise(self) -> None:
        self._in_step = False
        self.version = await self.ask(VERSION, _version)

    async def _drop(self) -> None:
        with trio.CancelScope(shield=True):  # closing takes no time, and a dead line must not be used again
            await self.aclose()

    async def _step(self) -> Wire:
        if self._wire is None:
            with trio.move_on_after(self.patience.open):
                self._wire = await self._open_wire()
            if self._wire is None:
                raise WireGone("the line cannot be opened")
            self._parser, self._in_step = K720Parser(), False
        if await self._drain(self._wire) or not self._in_step:
            try:
                self.version = await self._question(self._wire, VERSION, _version)
            except _Refused:
                raise MachineIncomprehensible("the machine does not say what it is") from None
        return self._wire

    async def _drain(self, wire: Wire) -> bool:
        drained = 0
        while drained < _DRAIN_LIMIT_BYTES:
            data = b""
            with trio.move_on_after(_DRAIN_S):
                data = await wire.receive()
            if not data:
                break
            drained += len(data)
        self._parser.clear()
        return drained > 0

    async def _question(self, wire: Wire, text: bytes, read: Callable[[bytes], T | None]) -> T:
        await self._announce(wire, text)
        await wire.send(control(ENQ, self._address))

        def take(event: Event) -> T | None:
            return read(event.text) if isinstance(event, Frame) and event.address == self._address else None

        answer = await self._hear(wire, take)
        self._in_step = True
        return answer

    async def _announce(self, wire: Wire, text: bytes) -> None:
        """The command and its ACK. Out of step until whoever called says otherwise."""
        self._in_step = False
        await wire.send(encode(text, self._address))

        def take(event: Event) -> bool | None:
            if not isinstance(event, Control) or event.address != self._address or event.byte == ENQ:
                return None
            return event.byte == ACK

        if not await self._hear(wire, take):
            raise _Refused

    async def _hear(self, wire: Wire, take: Callable[[Event], T | None]) -> T:
        """Events until `take` likes one. Raises MachineSilent, MachineIncomprehensible or WireGone."""
        deadline = trio.current_time() + self.patience.answer
        skipped, broken = self._parser.skipped, False
        while True:
            data = b""
            with trio.move_on_at(deadline):
                data = await wire.receive()
            if not data:
                if broken or self._parser.waiting or self._parser.skipped > skipped:
                    self._parser.clear()
                    raise MachineIncomprehensible("answers, but nothing that makes sense")
                raise MachineSilent("no answer")
            for event in self._parser.feed(data):
                liked = take(event)
                if liked is not None:
                    return liked
                broken = broken or not isinstance(event, Frame | Control)


def _version(text: bytes) -> bytes | None:
    """Anything that is no status: how the version is written is uncertain."""
    return text if decode_bits(text) is None else None



