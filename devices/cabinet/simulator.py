"""The board at the other end of the wire: the model behind Modbus RTU, with faults that can be turned on while it runs.

Requests are decoded and carried out by pymodbus's own server side (its request messages and its simulated device), here
on trio, so that it runs under a virtual clock; pymodbus's whole server, on a pty of its own, is in tests/devices/cabinet.
"""
from __future__ import annotations

import contextlib
import random
from typing import Any, Protocol

import trio
from pymodbus.constants import ExcCodes
from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.simulator import DataType, SimData, SimDevice
from pymodbus.simulator.simcore import SimCore

from devices.cabinet.bench import BenchHand
from devices.cabinet.board import REFERENCE, BoardMap
from devices.cabinet.model import CabinetModel
from devices.faults import Faults
from devices.wire import Wire, WireGone

LATE_S = 1.3  # longer than a driver waits for any answer
REQUEST_GAP_S = 0.05  # a request whose bytes pause longer is given up
_LOOPBACK = 8
_BITS_PER_REGISTER = 16

FAULTS = {
    "silent": "no answer",
    "late": f"the answer comes {LATE_S} s late",
    "wrong_crc": "one bit of the answer's CRC is wrong",
    "cut_short": "the answer breaks off half way",
    "garbage": "noise comes instead of the answer",
    "noise_before": "noise that looks like the beginning of a frame comes before the answer",
    "twice": "the answer comes twice",
    "echo": "the line gives back the request before the answer (two-wire RS-485)",
    "wrong_unit": "another board answers: its number is not the one that was asked",
    "wrong_function": "the answer is one to another function",
    "failed": "the board says that it failed (exception 04)",
    "writes_refused": "the board carries out no writing (exception 04)",
    "busy": "the board is busy (exception 06)",
    "no_such_address": "the board knows none of the addresses (exception 02)",
    "no_loopback": "the board does not know function 08 (exception 01)",
    "loopback_unheard": "the board keeps silent at function 08",
    "restarted": "the board's processor starts anew before it answers: outputs off, watchdog not running",
    "stuck_input": "all inputs stay as they are",
    "stuck_output": "outputs stay off whatever is written",
    "bouncing": "the contacts of the doors bounce at every move",
    "unplugged": "the plug is pulled half way through the answer",
}
_REFUSALS = {
    "failed": ExcCodes.DEVICE_FAILURE,
    "busy": ExcCodes.DEVICE_BUSY,
    "no_such_address": ExcCodes.ILLEGAL_ADDRESS,
}


class Line(Protocol):
    """The plug the machine hangs on, where it has one (devices.pty_port.Pty)."""

    def unplug(self) -> None: ...


class BoardFaults(Faults):
    """The board's faults. A list of its own, so that each belongs to one place: the board, or the line."""

    def __init__(self) -> None:
        super().__init__(FAULTS)


class Board:
    """The model as pymodbus's simulated device, with the faults that are the board's own."""

    def __init__(self, model: CabinetModel, faults: Faults) -> None:
        self.model, self.faults = model, faults

    def device(self) -> SimDevice:
        """One unit with coils, inputs and registers in blocks of their own. Beyond what is wired there is no address."""
        board = self.model.board
        coils = _registers(board.coils.stop)
        inputs = _registers(board.inputs.stop)
        holding = 1 if board.watchdog is None else board.watchdog.register + 1
        return SimDevice(
            id=board.unit,
            simdata=(
                [SimData(0, values=[False] * coils * _BITS_PER_REGISTER, datatype=DataType.BITS)],
                [SimData(0, values=[False] * inputs * _BITS_PER_REGISTER, datatype=DataType.BITS)],
                [SimData(0, count=holding, values=0, datatype=DataType.REGISTERS)],
                [SimData(0, values=0, datatype=DataType.REGISTERS)],
            ),
            action=self.act,
        )

    async def act(
        self, function: int, start: int, address: int, count: int, registers: list[int], values: list[Any] | None
    ) -> ExcCodes | None:
        """Called by pymodbus before it reads or writes its store: the store is made what the model is."""
        if self.faults.take("restarted"):
            self.model.restart()
        for fault, code in _REFUSALS.items():
            if self.faults.take(fault):
                return code
        if values is not None and self.faults.take("writes_refused"):
            return ExcCodes.DEVICE_FAILURE
        if values is None:
            self._show(function, registers)
        elif function in (5, 15):
            for offset, on in enumerate(values):
                self.model.set_coil(address + offset, bool(on) and not self.faults.is_set("stuck_output"))
        elif self.model.board.watchdog is not None and address == self.model.board.watchdog.register:
            self.model.set_watchdog(int(values[0]))
        return None

    def _show(self, function: int, registers: list[int]) -> None:
        if function == 2:
            levels = self.inputs()
        elif function == 1:
            levels = {address: self.model.coil(address) for address in self.model.board.coils}
        else:
            watchdog = self.model.board.watchdog
            if watchdog is not None and function == 3:
                registers[watchdog.register] = self.model.watchdog_left()
            return
        for at in range(len(registers)):
            registers[at] = sum(
                levels.get(at * _BITS_PER_REGISTER + bit, False) << bit for bit in range(_BITS_PER_REGISTER)
            )

    def inputs(self) -> dict[int, bool]:
        if not self.faults.is_set("stuck_input"):
            self.model.stuck_inputs.clear()
        elif not self.model.stuck_inputs:
            for address in self.model.board.inputs:
                self.model.stick(address)
        self.model.bounce = 4 if self.faults.is_set("bouncing") else 0
        return self.model.inputs()


def _registers(points: int) -> int:
    return max(1, -(-points // _BITS_PER_REGISTER))


class LineFaults:
    """What the line makes of an answer: bytes to send, each after a pause in seconds."""

    def __init__(self, faults: Faults, seed: int = 0) -> None:
        self._faults = faults
        self._noise = random.Random(seed)

    def spoil(self, request: bytes, answer: bytes) -> list[tuple[float, bytes]]:
        """`request` and `answer` are whole frames. An empty list: nothing comes."""
        take = self._faults.take
        loopback = len(request) > 1 and request[1] == _LOOPBACK
        if take("silent") or (loopback and self._faults.is_set("loopback_unheard")):
            return []
        if loopback and self._faults.is_set("no_loopback"):
            answer = _frame(answer[:1] + bytes((_LOOPBACK | 0x80, ExcCodes.ILLEGAL_FUNCTION)))
        pause = LATE_S if take("late") else 0.0
        before = request if take("echo") else b""
        if take("noise_before"):
            before += b"\x00\xff" + answer[:2] + b"\x40\x13"
        times = 2 if take("twice") else 1
        return [(pause, before + self._spoilt(answer) * times)]

    def _spoilt(self, answer: bytes) -> bytes:
        take = self._faults.take
        if take("wrong_crc"):
            return answer[:-1] + bytes((answer[-1] ^ 0x01,))
        if take("cut_short"):
            return answer[: len(answer) // 2]
        if take("garbage"):
            return self._noise.randbytes(len(answer))
        if take("wrong_unit"):
            return _frame(bytes((answer[0] + 1,)) + answer[1:-2])
        if take("wrong_function"):
            return _frame(answer[:1] + b"\x04" + answer[2:-2])
        return answer


def _frame(content: bytes) -> bytes:
    return content + FramerRTU.compute_CRC(content).to_bytes(2, "big")


class BoardSimulator:
    """`line` lets the machine be unplugged; without one, "unplugged" closes the wire."""

    def __init__(self, board: BoardMap = REFERENCE, *, line: Line | None = None, seed: int = 0) -> None:
        self.faults: Faults = BoardFaults()
        self.model = CabinetModel(board, trio.current_time)
        self.line = line
        self._board = Board(self.model, self.faults)
        self._spoiler = LineFaults(self.faults, seed)
        self._store = SimCore(self._board.device())
        self._framer = FramerRTU(DecodePDU(is_server=True))

    async def control(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the bench can do (devices.cabinet.bench). Raises ValueError, TypeError or KeyError for what it cannot."""
        await trio.lowlevel.checkpoint()
        return BenchHand(self.model, self.faults).handle(request)

    async def serve(self, wire: Wire) -> None:
        """Answer until the wire goes."""
        with contextlib.suppress(WireGone):
            await self._talk(wire)

    async def _talk(self, wire: Wire) -> None:
        buffer = b""
        while True:
            heard = b""
            with trio.move_on_after(REQUEST_GAP_S if buffer else float("inf")):
                heard = await wire.receive()
            buffer = buffer + heard if heard else b""
            if not self.model.powered:
                buffer = b""
            used, request = self._decode(buffer)
            if request is not None:
                await self._answer(wire, request, buffer[:used])
            buffer = buffer[used:]

    def _decode(self, buffer: bytes) -> tuple[int, ModbusPDU | None]:
        try:
            used, request = self._framer.handleFrame(buffer, 0, 0)
        except ModbusException:
            return len(buffer), None
        return used, request

    async def _answer(self, wire: Wire, request: ModbusPDU, frame: bytes) -> None:
        unit = self.model.board.unit
        if request.dev_id != unit:
            return  # it is not meant: silence is right on a line with several boards
        if request.function_code == _LOOPBACK or 0 < request.function_code < 5 or request.function_code in (5, 6, 15, 16):
            answer = await request.datastore_update(self._store, unit)  # type: ignore[arg-type]
        else:
            answer = ExceptionResponse(request.function_code, ExcCodes.ILLEGAL_FUNCTION)
        answer.dev_id = unit
        whole = self._framer.buildFrame(answer)
        if self.faults.take("unplugged"):
            await wire.send(whole[: len(whole) // 2])
            if self.line is not None:
                self.line.unplug()
            await wire.aclose()
            raise WireGone("unplugged")
        for pause, data in self._spoiler.spoil(frame, whole):
            await trio.sleep(pause)
            await wire.send(data)
