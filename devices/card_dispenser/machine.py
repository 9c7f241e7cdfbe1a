"""What the simulated dispensers share: a line that spoils answers, a slot that draws cards in, power, and the bench's hand.

A movement goes on when the terminal is killed or the line is cut; only its own power stops it. Without power it reads the
line and is silent.
"""
from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import trio

from devices.baud import heard_at
from devices.card_dispenser import movements
from devices.card_dispenser.mechanics import FAULTS
from devices.card_dispenser.model import DispenserModel, Stopped
from devices.card_dispenser.words import PathMedia
from devices.faults import Faults
from devices.wire import Wire, WireGone

LINE_FAULTS = {
    "silent": "commands are neither carried out nor answered",
    "ack_lost": "a command is carried out and its acknowledgement is lost",
    "not_understood": "the machine hears a command damaged and says so",
    "answer_lost": "a movement is made and its answer is lost (K720: any answer)",
    "answer_late": "the answer to a movement comes a minute late (K720: any answer)",
    "answer_damaged": "one bit of an answer's checksum is wrong",
    "answer_cut_short": "an answer breaks off half way",
    "answer_too_long": "an answer says that it is longer than it is",
    "answer_twice": "an answer comes twice",
    "garbage_answer": "noise comes instead of an answer",
    "noise_before": "noise, with the beginning of a frame in it, comes before an answer",
    "echo": "the line gives back the command before the answer",
    "old_answer": "the answer to an earlier command comes before the right one",
    "baud_mismatch": "the machine listens at another speed",
    "unplugged": "the plug is pulled half way through the answer to a movement (K720: any answer)",
}
"""Faults of the line, the same for every make."""

LATE_ANSWER_S = 60.0
_OWN_BAUD, _WRONG_BAUD = 9_600, 38_400
_REQUEST_GAP_S = 0.05  # a command whose bytes pause longer is given up (20 ms in a maker's paper)
_QUEUE = 64


class PlugLine(Protocol):
    """The plug the machine hangs on, where it has one (devices.pty_port.Pty)."""

    def unplug(self) -> None: ...


class Parser(Protocol):
    @property
    def waiting(self) -> bool: ...

    def clear(self) -> None: ...

    def feed(self, data: bytes) -> Any: ...


class DispenserSimulator:
    """`model` outlives every wire. `commands`: what was received, in order: the evidence that nothing is sent twice."""

    def __init__(
        self, model: DispenserModel, more_faults: Mapping[str, str], *, line: PlugLine | None = None, seed: int = 0
    ) -> None:
        self._model = model
        model.faults = Faults({**FAULTS, **LINE_FAULTS, **more_faults})
        self.faults = model.faults
        self.line = line
        self.commands: list[str] = []
        self._noise = random.Random(seed)
        self._wires: set[Wire] = set()
        self._movements: trio.Nursery | None = None

    @property
    def model(self) -> DispenserModel:
        return self._model

    async def serve(self, wire: Wire) -> None:
        """Until the wire goes; a movement that has begun is finished first, commands behind it are dropped."""
        line = Line(wire)
        to_do, work = trio.open_memory_channel[Any](_QUEUE)
        self._wires.add(wire)
        try:
            async with trio.open_nursery() as nursery:
                self._movements = nursery
                nursery.start_soon(self._watch_slot)
                nursery.start_soon(self._read, line, to_do)
                async with work:
                    async for event in work:
                        if line.gone:
                            break
                        if self._model.powered:
                            await self._take(line, event)
                nursery.cancel_scope.cancel()
        finally:
            self._wires.discard(wire)

    async def unplug(self) -> None:
        """Pull the data cable: every open wire ends. The machine stays powered."""
        if self.line is not None:
            self.line.unplug()
        for wire in list(self._wires):
            await wire.aclose()

    def power_off(self) -> None:
        self._model.power_off()

    def power_on(self) -> None:
        self._model.power_on()

    # For the protocols

    def _new_parser(self) -> Parser:
        raise NotImplementedError

    def _said_nonsense(self, event: Any) -> bool:
        """Is this event worth nothing to the machine?"""
        raise NotImplementedError

    async def _take(self, line: Line, event: Any) -> None:
        raise NotImplementedError

    async def _on_draw_in(self, stopped: Stopped | None) -> None:
        """A card was drawn in from outside, or stopped on the way."""

    async def _answer(self, line: Line, answer: bytes, *, asked: bytes = b"", old: bytes = b"", breaks: bool = True) -> None:
        """Say it, as the faults of the line leave it. `breaks`: an answer that may be lost, late, or cut off with the line."""
        if breaks and self.faults.take("answer_lost"):
            return
        if breaks and self.faults.take("answer_late"):
            await trio.sleep(LATE_ANSWER_S)
        if asked and self.faults.take("echo"):
            await line.send(asked)
        if old and self.faults.take("old_answer"):
            await line.send(old)
        if breaks and self.faults.take("unplugged"):
            await line.send(answer[: len(answer) // 2])
            await self.unplug()
            return
        twice = self.faults.take("answer_twice")
        spoilt = self._spoilt(answer)
        await line.send(spoilt)
        if twice:
            await line.send(spoilt)

    def _spoilt(self, answer: bytes) -> bytes:
        length_at = self._length_at
        spoil: dict[str, Callable[[], bytes]] = {
            "answer_damaged": lambda: answer[:-1] + bytes((answer[-1] ^ 0x01,)),
            "answer_cut_short": lambda: answer[: len(answer) // 2],
            "answer_too_long": lambda: answer[:length_at] + bytes((answer[length_at] + 3,)) + answer[length_at + 1 :],
            "garbage_answer": lambda: self._noise.randbytes(max(len(answer), 8)),
            "noise_before": lambda: b"\x00\xff" + answer[:2] + b"\x13" + answer,
        }
        for name, result in spoil.items():
            if self.faults.take(name):
                return result()
        return answer

    @property
    def _length_at(self) -> int:
        """Where the low byte of a frame's length stands."""
        raise NotImplementedError

    async def _read(self, line: Line, to_do: trio.MemorySendChannel[Any]) -> None:
        parser = self._new_parser()
        async with to_do:
            while True:
                data = await line.receive(_REQUEST_GAP_S if parser.waiting else None)
                if line.gone:
                    return
                if not self._model.powered or data is None:
                    parser.clear()
                    continue
                if self.faults.take("baud_mismatch"):
                    data = heard_at(data, _OWN_BAUD, _WRONG_BAUD)
                for event in parser.feed(data):
                    if not self._said_nonsense(event):
                        await to_do.send(event)

    async def _watch_slot(self) -> None:
        while True:
            await self._model.wait_offered()
            with trio.CancelScope(shield=True), self._model.motion():
                try:
                    await movements.draw_in(self._model, PathMedia.AT_CONTACTLESS)
                    await self._on_draw_in(None)
                except Stopped as stopped:
                    await self._on_draw_in(stopped)


class Line:
    """A wire that remembers that it went instead of raising: a movement must not end because nobody listens."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._sending = trio.Lock()
        self.gone = False

    async def receive(self, patience: float | None) -> bytes | None:
        """None where nothing came in time, or the wire is gone."""
        with trio.move_on_after(float("inf") if patience is None else patience):
            try:
                return await self._wire.receive()
            except WireGone:
                self.gone = True
        return None

    async def send(self, data: bytes) -> None:
        async with self._sending:
            try:
                await self._wire.send(data)
            except WireGone:
                self.gone = True
