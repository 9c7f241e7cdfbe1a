"""Requests to the board and its answers: Modbus RTU, encoded and decoded by pymodbus's own messages and framer.

pymodbus's framer gives up all it holds at the first byte that does not fit, so noise before a good answer costs the
answer (pymodbus 3.16, framer/rtu.py). Here the answer is looked for at every byte: the request says which unit,
function and length it must have, and its CRC must be right; what is found is decoded by pymodbus.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest, WriteMultipleCoilsRequest
from pymodbus.pdu.diag_message import ReturnQueryDataRequest
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, WriteSingleRegisterRequest

EXCEPTION_BIT = 0x80
_CRC_BYTES = 2
_EXCEPTION_FRAME_BYTES = 5  # unit, function with the top bit, code, CRC
_ECHO_FRAME_BYTES = 8  # unit, function, two words, CRC
_LONGEST_FRAME_BYTES = 256  # Modbus over serial line 2.5.1
_FRAMER = FramerRTU(DecodePDU(is_server=False))


@dataclass(frozen=True)
class ReadInputs:
    """Function 02: discrete inputs."""

    address: int
    count: int


@dataclass(frozen=True)
class ReadCoils:
    """Function 01: what the outputs are."""

    address: int
    count: int


@dataclass(frozen=True)
class WriteCoils:
    """Function 15: all outputs of the block at once."""

    address: int
    levels: tuple[bool, ...]


@dataclass(frozen=True)
class ReadRegister:
    """Function 03, one register."""

    address: int


@dataclass(frozen=True)
class WriteRegister:
    """Function 06."""

    address: int
    value: int


@dataclass(frozen=True)
class Loopback:
    """Function 08, sub-function 0: the board gives the token (0 to 65535) back. Its answer is like no other."""

    token: int


Request = ReadInputs | ReadCoils | WriteCoils | ReadRegister | WriteRegister | Loopback


@dataclass(frozen=True)
class Levels:
    levels: tuple[bool, ...]


@dataclass(frozen=True)
class Word:
    value: int


@dataclass(frozen=True)
class Done:
    """Written, or looped back."""


@dataclass(frozen=True)
class Refused:
    """A Modbus exception: the board did not do it."""

    code: int


Answer = Levels | Word | Done | Refused


def encode(unit: int, request: Request) -> bytes:
    """The request as it goes onto the line."""
    return bytes(_FRAMER.buildFrame(_message(unit, request)))


class AnswerParser:
    """Looks for the answer to one request in what comes; everything else on the line is dropped."""

    def __init__(self, unit: int, request: Request) -> None:
        self._unit, self._request = unit, request
        self._function = _message(unit, request).function_code
        self._buffer = bytearray()

    @property
    def heard(self) -> bool:
        """Something came that is no answer, or not yet one."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> Answer | None:
        """The answer, once it is whole."""
        self._buffer += data
        for frame in self._frames():
            answer = self._decode(frame)
            if answer is not None:
                self._buffer.clear()
                return answer
        del self._buffer[: -2 * _LONGEST_FRAME_BYTES]
        return None

    def _frames(self) -> Iterator[bytes]:
        buffer = bytes(self._buffer)
        for start in range(len(buffer) - _EXCEPTION_FRAME_BYTES + 1):
            if buffer[start] != self._unit:
                continue
            size = self._size(buffer[start + 1])
            frame = buffer[start : start + size]
            if size and len(frame) == size and _crc_fits(frame):
                yield frame

    def _size(self, function: int) -> int:
        """Bytes of the answer with this function code; 0 = it belongs to another request."""
        if function == self._function | EXCEPTION_BIT:
            return _EXCEPTION_FRAME_BYTES
        if function != self._function:
            return 0
        match self._request:
            case ReadInputs(_, count) | ReadCoils(_, count):
                return 3 + (count + 7) // 8 + _CRC_BYTES
            case ReadRegister():
                return 3 + 2 + _CRC_BYTES
            case _:
                return _ECHO_FRAME_BYTES

    def _decode(self, frame: bytes) -> Answer | None:
        _, message = _FRAMER.handleFrame(frame, self._unit, 0)
        if message is None:
            return None
        if message.isError():
            return Refused(int(message.exception_code))
        match self._request:
            case ReadInputs(_, count) | ReadCoils(_, count):
                levels = tuple(bool(bit) for bit in message.bits[:count])
                return Levels(levels) if len(levels) == count else None
            case ReadRegister():
                return Word(message.registers[0]) if len(message.registers) == 1 else None
            case WriteCoils(address, written):
                return Done() if (message.address, message.count) == (address, len(written)) else None
            case WriteRegister(address, value):
                return Done() if (message.address, list(message.registers)) == (address, [value]) else None
            case Loopback(token):
                return Done() if frame[2:6] == b"\0\0" + token.to_bytes(2, "big") else None


def _crc_fits(frame: bytes) -> bool:
    return bool(FramerRTU.check_CRC(frame[:-_CRC_BYTES], int.from_bytes(frame[-_CRC_BYTES:], "big")))


def _message(unit: int, request: Request) -> ModbusPDU:
    match request:
        case ReadInputs(address, count):
            return ReadDiscreteInputsRequest(dev_id=unit, address=address, count=count)
        case ReadCoils(address, count):
            return ReadCoilsRequest(dev_id=unit, address=address, count=count)
        case WriteCoils(address, levels):
            return WriteMultipleCoilsRequest(dev_id=unit, address=address, bits=list(levels))
        case ReadRegister(address):
            return ReadHoldingRegistersRequest(dev_id=unit, address=address, count=1)
        case WriteRegister(address, value):
            return WriteSingleRegisterRequest(dev_id=unit, address=address, registers=[value])
        case Loopback(token):
            return ReturnQueryDataRequest(dev_id=unit, message=token)
