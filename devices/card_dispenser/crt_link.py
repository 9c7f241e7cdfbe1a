"""One conversation at a time with a CRT: questions that may be asked again, movements that are sent once.

Every answer repeats CM and PM of its command, but carries no number. So after a time-out, a cancellation or a new connection
the line is brought in step first: the machine answers in order, so whatever comes before the answer about its version is old.
A damaged answer is asked for again with NAK, which moves nothing: the machine repeats what it said.
"""
from __future__ import annotations

import contextlib
from dataclasses import dataclass

import trio

from devices.card_dispenser.crt_codec import VERSION, Command, Reply, parse_reply
from devices.card_dispenser.errors import MachineIncomprehensible, MachineSilent, words
from devices.card_dispenser.framing import ACK, NAK, Control, Damaged, Event, Frame, FrameParser, Framing
from devices.errors import DeviceGone, DeviceRefused, OutcomeUnknown
from devices.wire import OpenWire, Wire, WireGone


@dataclass(frozen=True)
class CrtPatience:
    """Seconds; all of them configuration. `move` is about three times what a healthy machine may need; `busy` how long a
    movement of an earlier life may still go on. The 0.3 s for ACK is a maker's (facts/devices.md 3.1)."""

    open: float = 10.0
    acknowledge: float = 0.3
    answer: float = 1.5
    move: float = 15.0
    initialise: float = 20.0
    chip: float = 12.0
    busy: float = 20.0
    gap: float = 0.3


ATTEMPTS = 3  # a question: one answer can be lost, or two
REPEATS = 2  # NAKs for one damaged answer, and commands sent again after the machine's own NAK
_DRAIN_S = 0.002
_DRAIN_LIMIT_BYTES = 16_384
_NOISE_BYTES = 4  # more bytes than this that are nothing at all are an answer that was spoilt


class _NotUnderstood(Exception):
    """The machine said NAK and nothing else."""


class CrtLink:
    """The wire to one machine. Not for concurrent use: the driver holds a lock around it."""

    def __init__(self, open_wire: OpenWire, framing: Framing, address: int, patience: CrtPatience) -> None:
        self._open_wire, self._framing, self._address = open_wire, framing, address
        self.patience = patience
        self._wire: Wire | None = None
        self._parser = FrameParser(framing)
        self._in_step = False
        self._maybe_moving = True
        self.connections = 0  # how often the line was opened

    async def aclose(self) -> None:
        """Let go of the line; the next call takes it again."""
        self._in_step, self._maybe_moving = False, True
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.aclose()

    async def ask(self, command: Command, patience_s: float | None = None) -> Reply:
        """A question, or a setting that does no harm twice. Raises DeviceGone."""
        error: DeviceGone = MachineSilent("never asked")
        for _ in range(ATTEMPTS):
            try:
                wire = await self._step()
                return await self._exchange(wire, command, self.patience.answer if patience_s is None else patience_s)
            except WireGone as gone:
                error = gone
                await self._drop()
            except (MachineSilent, MachineIncomprehensible) as silent:
                error = silent
            except _NotUnderstood:
                error = MachineIncomprehensible("the machine does not understand anything")
        raise error

    async def once(self, command: Command, patience_s: float) -> Reply:
        """Sent at most once, unless the machine itself says that it did not understand. DeviceGone: not sent."""
        await self.synchronise()
        for _ in range(1 + REPEATS):
            wire = await self._step()
            try:
                self._maybe_moving = True
                reply = await self._exchange(wire, command, patience_s)
                self._maybe_moving = False
                return reply
            except _NotUnderstood:
                continue
            except DeviceGone as gone:
                if isinstance(gone, WireGone):
                    await self._drop()
                raise OutcomeUnknown(f"{command.name} was sent: {gone}") from gone
        self._maybe_moving = False
        raise DeviceRefused(words("NOT_UNDERSTOOD"), "NOT_UNDERSTOOD")

    async def synchronise(self) -> None:
        """Connected, with no answer under way. Raises DeviceGone."""
        error: DeviceGone = MachineSilent("never asked")
        for _ in range(ATTEMPTS):
            try:
                await self._step()
                return
            except WireGone as gone:
                error = gone
                await self._drop()
            except (MachineSilent, MachineIncomprehensible) as silent:
                error = silent
            except _NotUnderstood:
                error = MachineIncomprehensible("the machine does not understand anything")
        raise error

    async def _drop(self) -> None:
        with trio.CancelScope(shield=True):  # closing takes no time, and a dead line must not be used again
            await self.aclose()

    async def _step(self) -> Wire:
        if self._wire is None:
            with trio.move_on_after(self.patience.open):
                self._wire = await self._open_wire()
            if self._wire is None:
                raise WireGone("the line cannot be opened")
            self._parser = FrameParser(self._framing)
            self._in_step, self._maybe_moving = False, True
            self.connections += 1
        if await self._drain(self._wire) or not self._in_step:
            patience = self.patience.busy if self._maybe_moving else self.patience.answer
            await self._exchange(self._wire, VERSION, patience)
            self._maybe_moving = False
        return self._wire

    async def _drain(self, wire: Wire) -> bool:
        """Throw away what lies in the line. True where there was something."""
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

    async def _exchange(self, wire: Wire, command: Command, patience_s: float) -> Reply:
        """One command, one answer. Out of step until the answer is there, whatever happens in between."""
        self._in_step = False
        deadline = trio.current_time() + patience_s
        await wire.send(self._framing.encode(command.text, self._address))
        reply = await _Hearing(self._parser, wire, command, deadline, self.patience).reply(self._address)
        with contextlib.suppress(WireGone):  # we have the answer; the next command finds out about the line
            await wire.send(bytes((ACK,)))
        self._in_step = True
        return reply


class _Hearing:
    """Listening for the answer to one command. Whatever is broken, the line is first heard to its end: a good answer may lie
    behind the noise. Only then the machine is asked to repeat it."""

    def __init__(self, parser: FrameParser, wire: Wire, command: Command, deadline: float, patience: CrtPatience) -> None:
        self._parser, self._wire, self._command = parser, wire, command
        self._deadline, self._patience = deadline, patience
        self._repeats = 0
        self._refused_at: float | None = None
        self._broken = False
        self._quiet_from = parser.skipped

    async def reply(self, address: int) -> Reply:
        """Raises MachineSilent, MachineIncomprehensible, WireGone or _NotUnderstood."""
        while True:
            data = b""
            with trio.move_on_at(self._until()):
                data = await self._wire.receive()
            for event in self._parser.feed(data) if data else await self._paused():
                if (reply := self._take(event, address)) is not None:
                    return reply

    @property
    def _spoilt(self) -> bool:
        noise = self._parser.skipped - self._quiet_from
        return self._broken or self._parser.waiting or noise >= _NOISE_BYTES

    def _until(self) -> float:
        if self._spoilt:
            return min(self._deadline, trio.current_time() + self._patience.gap)
        if self._refused_at is not None:
            return min(self._deadline, self._refused_at + self._patience.acknowledge)
        return self._deadline

    async def _paused(self) -> list[Event]:
        """Nothing more comes, or not in time."""
        if self._parser.waiting:
            self._broken = True
            return list(self._parser.abandon())
        if self._spoilt:
            await self._ask_again()
            return []
        if self._refused_at is not None:
            raise _NotUnderstood  # a NAK alone, and then quiet, is the machine's word; one inside noise is noise
        raise MachineSilent(f"{self._command.name}: no answer")

    def _take(self, event: Event, address: int) -> Reply | None:
        match event:
            case Frame(text, from_address):
                reply = parse_reply(text)
                if reply is not None and reply.answers(self._command) and from_address in (address, 0):
                    return reply
                self._refused_at = None  # a late answer to something else, or an echo
            case Damaged():
                self._broken, self._refused_at = True, None
            case Control(byte):
                self._refused_at = trio.current_time() if byte == NAK else None
        return None

    async def _ask_again(self) -> None:
        self._repeats += 1
        if self._repeats > REPEATS:
            raise MachineIncomprehensible(f"{self._command.name}: answers, but nothing that makes sense")
        self._broken, self._refused_at, self._quiet_from = False, None, self._parser.skipped
        await self._wire.send(bytes((NAK,)))
