"""A K720 at the other end of the wire: the model behind the protocol, byte for byte.

What no paper says is assumed: a reset frees a jam and leaves the card inside; FC with nothing inside takes a card from the
hopper; a card inside always covers the reader's sensor; a card waits ready before the hopper while there is one.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import trio

from devices.card_dispenser import k720_codec as codec
from devices.card_dispenser import movements
from devices.card_dispenser.k720_codec import MOVING, Bits, Control, Frame, K720Parser, control, encode, encode_bits
from devices.card_dispenser.machine import DispenserSimulator, Line, Parser, PlugLine
from devices.card_dispenser.model import DispenserModel, Stopped
from devices.card_dispenser.words import PathMedia

K720_FAULTS = {
    "enquiry_lost": "the ENQ after a command is lost: nothing is done",
    "prepare_fails": "the next card cannot be made ready",
    "wrong_address": "answers come from another machine on the line",
    "digits_beyond_9": "status digits go on from 9 as ASCII does",
    "moves_for_ever": "the status shows a movement that never ends",
}
_COMMANDS_PER_ENQ = (codec.VERSION, codec.STATUS, codec.SENSORS)


class K720Simulator(DispenserSimulator):
    def __init__(
        self,
        model: DispenserModel | None = None,
        address: int = 15,
        *,
        line: PlugLine | None = None,
        seed: int = 0,
        version: str = "K720V2.03",
    ) -> None:
        super().__init__(model or DispenserModel(), K720_FAULTS, line=line, seed=seed)
        self._address, self._version = b"%02d" % address, version
        self._pending: bytes | None = None
        self._errors = Bits(0)
        self._shows = Bits(0)

    def power_on(self) -> None:
        super().power_on()
        self._pending, self._errors, self._shows = None, Bits(0), Bits(0)

    def _new_parser(self) -> Parser:
        return K720Parser()

    @property
    def _length_at(self) -> int:
        return 4

    def _said_nonsense(self, event: Any) -> bool:
        return not isinstance(event, Frame | Control) or event.address != self._address

    async def _take(self, line: Line, event: Any) -> None:
        if isinstance(event, Control):
            if event.byte == codec.ENQ:
                await self._enquired(line)
            return
        if self.faults.take("silent"):
            return
        if self.faults.take("not_understood"):
            await line.send(control(codec.NAK, self._address))
            return
        self._pending = event.text
        if not self.faults.take("ack_lost"):
            await line.send(control(codec.ACK, self._address))

    async def _enquired(self, line: Line) -> None:
        text, self._pending = self._pending, None
        if text is None:
            return
        if text not in _COMMANDS_PER_ENQ and self.faults.take("enquiry_lost"):
            return
        self.commands.append(text.decode("ascii", "replace"))
        match text:
            case codec.VERSION:
                await self._say(line, text, self._version.encode())
            case codec.SENSORS:
                await self._say(line, text, self._status(4))
            case codec.STATUS:
                await self._say(line, text, self._status(3))
            case _:
                if self._movements is not None and not self._shows & MOVING:
                    self._movements.start_soon(self._perform, text)

    async def _say(self, line: Line, asked: bytes, text: bytes) -> None:
        address = b"14" if self.faults.take("wrong_address") else self._address
        old = encode(codec.STATUS_HEAD + b"000", self._address)
        # GV has no other answer it could be taken for; everything else can be preceded by an old one.
        old = encode(b"V0.00", self._address) if asked != codec.VERSION else old
        await self._answer(line, encode(text, address), asked=encode(asked, self._address), old=old)

    async def _perform(self, text: bytes) -> None:
        """One movement, beside the conversation."""
        acts: dict[bytes, tuple[Bits, Callable[[], Awaitable[None]]]] = {
            codec.move(7): (Bits.SENDING, self._to_reader),
            codec.move(4): (Bits.SENDING, self._out),
            codec.move(0): (Bits.SENDING, self._out),
            codec.move(8): (Bits(0), self._open),
            codec.CAPTURE: (Bits.COLLECTING, self._capture),
            codec.RESET: (Bits.PREPARING, self._reset),
        }
        shows, act = acts.get(text, (Bits(0), self._unknown))
        self._errors = Bits(0)
        self._shows = shows
        with trio.CancelScope(shield=True), self._model.motion():
            try:
                await act()
            except Stopped as stopped:
                self._errors |= self._error_of(stopped, shows)
        self._shows = Bits(0)

    @staticmethod
    def _error_of(stopped: Stopped, shows: Bits) -> Bits:
        if not stopped.moved:
            return Bits.REFUSED
        if stopped.reason == "DOUBLE_FEED":
            return Bits.OVERLAP | Bits.ISSUE_ERROR
        return {Bits.COLLECTING: Bits.RECYCLE_ERROR, Bits.PREPARING: Bits.PREPARE_FAILED}.get(shows, Bits.ISSUE_ERROR)

    async def _to_reader(self) -> None:
        if self.faults.take("prepare_fails"):
            raise Stopped("FEED_FAILED", moved=True)
        if self._model.gate_sensed and not self._model.path_sensed:
            raise Stopped("OCCUPIED", moved=False)
        move = movements.bring if self._model.path_sensed else movements.feed
        await move(self._model, PathMedia.AT_CONTACTLESS)

    async def _out(self) -> None:
        if not self._model.path_sensed:
            await self._to_reader()
        await movements.eject(self._model)

    async def _capture(self) -> None:
        if self._model.gate_sensed and not self._model.path_sensed:
            await movements.capture(self._model)
        elif self._model.path_sensed:
            await movements.reject(self._model)
        else:
            raise Stopped("NO_MEDIA", moved=False)

    async def _open(self) -> None:
        await trio.lowlevel.checkpoint()
        self._model.open_slot()

    async def _reset(self) -> None:
        await movements.reset(self._model, frees_jam=True)

    async def _unknown(self) -> None:
        await trio.lowlevel.checkpoint()
        raise Stopped("COMMAND", moved=False)

    def _status(self, digits: int) -> bytes:
        text = encode_bits(self._bits(), digits)
        if self.faults.is_set("digits_beyond_9"):
            text = text[:2] + bytes(0x3A + byte - 0x41 if byte >= 0x41 else byte for byte in text[2:])
        return text

    def _bits(self) -> Bits:
        model, bits = self._model, self._errors | self._shows
        left = model.hopper_sensed
        drawing = model.path and model.moving and model.place is PathMedia.IN_TRANSPORT
        for shown, bit in (
            (left > 0, Bits.SENSOR_1),
            (model.path_sensed, Bits.SENSOR_2),
            (model.gate_sensed, Bits.SENSOR_3),
            (not left, Bits.EMPTY),
            (0 < left <= model.low_at, Bits.PRE_EMPTY),
            (model.place is PathMedia.JAMMED, Bits.JAM),
            (model.bin_full, Bits.BIN_FULL),
            (drawing and not self._shows, Bits.SENDING),
            (self.faults.is_set("moves_for_ever"), Bits.SENDING),
        ):
            bits |= bit if shown else Bits(0)
        return bits
