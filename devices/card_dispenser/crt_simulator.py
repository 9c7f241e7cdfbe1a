"""A CRT-571/591 at the other end of the wire: the model behind the protocol, byte for byte, in either framing.

Where papers are silent it does the worse thing: nothing but a question for its version is answered before an initialisation, and
an ejection with nothing inside is refused.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import trio

from devices.card_dispenser import crt_codec as codec
from devices.card_dispenser import movements
from devices.card_dispenser.crt_chips import ChipBoard
from devices.card_dispenser.crt_codec import Cm, Command, Reply
from devices.card_dispenser.framing import (
    ACK,
    EOT,
    NAK,
    ClassicFraming,
    Control,
    Damaged,
    Frame,
    FrameParser,
    Framing,
)
from devices.card_dispenser.machine import DispenserSimulator, Line, Parser, PlugLine
from devices.card_dispenser.mechanics import CHIP_FAULTS
from devices.card_dispenser.model import DispenserModel, Stopped
from devices.card_dispenser.words import PathMedia

CRT_FAULTS = {
    "movement_unheard": "a movement command is lost on the way: nothing is done, nothing said",
    "not_initialised": "the machine restarts by itself and wants to be initialised",
    "counter_overflow": "the bin's counter is at its end, and captures are refused",
    "no_counter": "a model without a counter of its bin",
    "sensor_error": "a sensor is dirty, and movements are refused",
    "undefined_status": "the status says something no paper has",
    "old_failure_letter": "failures begin with E instead of N",
}
CODE_OF_REASON = {
    "HOPPER_EMPTY": "A0",
    "BIN_FULL": "A1",
    "JAM": "10",
    "DOUBLE_FEED": "10",
    "MOVED_BY_HAND": "16",
    "MOTOR": "51",
    "NO_MEDIA": "02",
    "OCCUPIED": "02",
    "CONTACT_ENGAGED": "05",
}
SENSORS = 12  # ten light barriers and two switches (a maker's paper); which is where is this simulator's own
SENSOR_CONTACT, SENSOR_CONTACTLESS, SENSOR_TRANSPORT, SENSOR_GATE, SENSOR_HOPPER = 1, 2, 3, 4, 6
_MOVEMENTS = (Cm.INITIALISE, Cm.MOVE, Cm.CPU_CARD, Cm.RF_CARD)
_ANSWERED_ALWAYS = (Cm.INITIALISE, Cm.VERSION, Cm.SERIAL_NUMBER)
_PLACES = {codec.TO_CONTACT: PathMedia.AT_CONTACT, codec.TO_CONTACTLESS: PathMedia.AT_CONTACTLESS}


class Fails(Exception):
    """The answer is a failure with this code."""


class CrtSimulator(DispenserSimulator):
    def __init__(
        self,
        model: DispenserModel | None = None,
        framing: Framing | None = None,
        address: int = 0,
        *,
        line: PlugLine | None = None,
        seed: int = 0,
        firmware: str = "C571_V1.00_A_090910",
    ) -> None:
        super().__init__(model or DispenserModel(), {**CHIP_FAULTS, **CRT_FAULTS}, line=line, seed=seed)
        self._framing, self._address, self._firmware = framing or ClassicFraming(), address, firmware
        self._one = trio.Lock()
        self._initialised = False
        self._last: bytes | None = None
        self._chips = ChipBoard(self._model)

    def power_on(self) -> None:
        super().power_on()
        self._initialised, self._last = False, None

    def _new_parser(self) -> Parser:
        return FrameParser(self._framing)

    @property
    def _length_at(self) -> int:
        return self._framing.head - 1

    def _said_nonsense(self, event: Any) -> bool:
        return isinstance(event, Damaged) or (isinstance(event, Frame) and event.address not in (self._address, 0))

    async def _take(self, line: Line, event: Any) -> None:
        match event:
            case Control(byte) if byte == NAK and self._last is not None:
                await line.send(self._spoilt(self._last))
            case Control(byte) if byte == EOT:
                await line.send(bytes((EOT,)))
            case Frame(text):
                await self._command(line, text)

    async def _command(self, line: Line, text: bytes) -> None:
        command = codec.parse_command(text)
        if command is None or self.faults.take("silent"):
            return
        if command.cm in _MOVEMENTS and self.faults.take("movement_unheard"):
            return
        if self.faults.take("not_understood"):
            await line.send(bytes((NAK,)))
            return
        if not self.faults.take("ack_lost"):
            await line.send(bytes((ACK,)))
        self.commands.append(command.name)
        with self._model.motion() as motion:
            async with self._one:  # commands of an old line and of a new one are still done one after the other
                reply = await self._reply(command)
        if motion.cancelled_caught or not self._model.powered:
            return
        answer = self._framing.encode(self._encoded(reply), self._address)
        self._last = answer
        old = self._framing.encode(Reply(Cm.CONFIGURATION, 0x30, "000").encode(), self._address)
        with self._model.motion():
            movement = command.cm in _MOVEMENTS
            await self._answer(line, answer, asked=self._framing.encode(text, self._address), old=old, breaks=movement)

    def _encoded(self, reply: Reply) -> bytes:
        text = reply.encode()
        return b"\x45" + text[1:] if not reply.ok and self.faults.take("old_failure_letter") else text

    async def _reply(self, command: Command) -> Reply:
        if self.faults.take("not_initialised"):
            self._initialised = False
        try:
            if not self._initialised and command.cm not in _ANSWERED_ALWAYS:
                raise Fails("B0")
            data = await self._execute(command)
        except Fails as failure:
            return Reply(command.cm, command.pm, code=str(failure))
        except Stopped as stopped:
            return Reply(command.cm, command.pm, code=CODE_OF_REASON.get(stopped.reason, "12"))
        return Reply(command.cm, command.pm, self._status_word(), data=data)

    async def _execute(self, command: Command) -> bytes:
        acts: dict[int, Callable[[Command], Awaitable[bytes]]] = {
            Cm.INITIALISE: self._initialise,
            Cm.STATUS: self._status,
            Cm.MOVE: self._move,
            Cm.ENTRY: self._entry,
            Cm.VERSION: self._version,
            Cm.SERIAL_NUMBER: self._version,
            Cm.BIN_COUNTER: self._counter,
            Cm.CPU_CARD: self._chip,
            Cm.RF_CARD: self._chip,
        }
        act = acts.get(command.cm)
        if act is None:
            raise Fails("00")
        return await act(command)

    async def _initialise(self, command: Command) -> bytes:
        counting = command.pm >= codec.INIT_TO_GATE + codec.INIT_COUNTING
        pm = command.pm - codec.INIT_COUNTING * counting
        if pm not in (codec.INIT_TO_GATE, codec.INIT_TO_BIN, codec.INIT_LEAVE):
            raise Fails("01")
        if counting and self.faults.is_set("no_counter"):
            raise Fails("01")
        self._model.counting = counting
        await movements.reset(self._model)
        self._initialised = True
        if pm == codec.INIT_TO_BIN:
            capture = self._model.gate_sensed and not self._model.path_sensed
            await (movements.capture(self._model) if capture else movements.reject(self._model, forced=True))
        elif pm == codec.INIT_TO_GATE and self._model.path_sensed:
            await movements.eject(self._model)
        return self._firmware.encode()

    async def _status(self, command: Command) -> bytes:
        await trio.lowlevel.checkpoint()
        return self._sensors() if command.pm == codec.STATUS_SENSORS.pm else b""

    async def _move(self, command: Command) -> bytes:
        model = self._model
        if self.faults.is_set("sensor_error"):
            raise Fails("12")
        if command.pm in _PLACES:
            if model.gate_sensed:
                raise Fails("02")
            place = _PLACES[command.pm]
            await (movements.bring(model, place) if model.path_sensed else movements.feed(model, place))
        elif command.pm == codec.TO_BIN:
            if self.faults.is_set("counter_overflow"):
                raise Fails("50")
            await (movements.capture(model) if model.gate_sensed else self._reject())
        elif command.pm in (codec.TO_GATE, codec.TO_HOLD):
            await movements.eject(model)
        else:
            raise Fails("01")
        return b""

    async def _reject(self) -> None:
        if not self._model.path_sensed:
            raise Fails("02")
        await movements.reject(self._model)

    async def _entry(self, command: Command) -> bytes:
        await trio.lowlevel.checkpoint()
        (self._model.open_slot if command.pm == codec.ENTRY_OPEN.pm else self._model.close_slot)()
        return b""

    async def _version(self, command: Command) -> bytes:
        await trio.lowlevel.checkpoint()
        return self._firmware.encode() if command.cm == Cm.VERSION else b"SIM0000001"

    async def _counter(self, command: Command) -> bytes:
        await trio.lowlevel.checkpoint()
        if self.faults.is_set("no_counter"):
            raise Fails("03")
        if command.pm == codec.SET_BIN:
            count = codec.decode_retained(command.data)
            if count is None:
                raise Fails("04")
            self._model.retained = count
            return b""
        return codec.encode_retained(min(self._model.retained, codec.RETAINED_MAX))

    async def _chip(self, command: Command) -> bytes:
        data, code = await self._chips.do(command)
        if code:
            raise Fails(code)
        return data

    def _status_word(self) -> str:
        model = self._model
        if self.faults.is_set("undefined_status"):
            return "7??"
        card = codec.CARD_INSIDE if model.path_sensed else codec.CARD_AT_GATE if model.gate_sensed else codec.CARD_NONE
        left = model.hopper_sensed
        hopper = codec.HOPPER_EMPTY if not left else codec.HOPPER_LOW if left <= model.low_at else codec.HOPPER_OK
        return card + hopper + (codec.BIN_FULL if model.bin_full else codec.BIN_ROOM)

    def _sensors(self) -> bytes:
        model = self._model
        seen = {
            SENSOR_CONTACT: model.path_sensed and model.place is PathMedia.AT_CONTACT,
            SENSOR_CONTACTLESS: model.path_sensed and model.place is PathMedia.AT_CONTACTLESS,
            SENSOR_TRANSPORT: model.path_sensed,
            SENSOR_GATE: model.gate_sensed,
            SENSOR_HOPPER: model.hopper_sensed > 0,
        }
        return bytes(0x31 if seen.get(index) else 0x30 for index in range(SENSORS))
