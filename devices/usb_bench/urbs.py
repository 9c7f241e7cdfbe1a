"""What one opened device node does: the kernel's usbfs ioctls, answered over umockdev's socket (facts/devices.md 10.2.4-10.2.6).

The client's memory is read and written through the socket, because the URBs lie there.
"""
from __future__ import annotations

import errno
import struct
from collections import deque
from dataclasses import dataclass
from typing import Protocol

import trio

_MESSAGE = struct.Struct("=3Q")
_IOCTL, _DONE, _READ_MEM, _WRITE_MEM = 1, 3, 5, 6
_CONTROL = 2  # URB type
_URB_BYTES = 56
_SUBMIT, _REAP, _REAP_NO_DELAY, _DISCARD = 0x550A, 0x550C, 0x550D, 0x550B
_CLAIM, _RELEASE, _GET_DRIVER, _CAPABILITIES = 0x550F, 0x5510, 0x5508, 0x551A
_ZERO_PACKET = 1  # capability: libusb then cuts bulk transfers at 16,384 bytes
_DISCARDED, _STALLED, _SHUT_DOWN = -errno.ENOENT, -errno.EPIPE, -errno.ESHUTDOWN
_IDLE_S = 0.001  # without it libusb asks without end: the fake node is always "ready"
_IN = 0x80


class Machine(Protocol):
    """The plugged machine as its bus sees it; one per plugging, shared by every opening of its node."""

    plugged: bool
    deaf: bool
    holder: object | None

    def put(self, endpoint: int, data: bytes) -> None:
        """Bytes that came OUT."""

    def take(self, endpoint: int, at_most: int) -> bytes | None:
        """The next transfer that goes IN, or None."""

    def control(self, setup: bytes) -> bytes | None:
        """Answer of a control request; None = stall."""


@dataclass(frozen=True)
class _Waiting:
    address: int
    endpoint: int
    buffer: int
    length: int


class OpenNode:
    """One open() of the device node by one program, until that program closes it."""

    def __init__(self, stream: trio.SocketStream, machine: Machine) -> None:
        self._stream = stream
        self._machine = machine
        self._heard = bytearray()
        self._waiting: list[_Waiting] = []
        self._finished: deque[tuple[int, int, int]] = deque()  # URB address, status, actual length

    async def serve(self) -> None:
        try:
            while True:
                command, request, argument = _MESSAGE.unpack(await self._exactly(_MESSAGE.size))
                value = -errno.ENOTTY
                if command == _IOCTL:
                    value = await self._ioctl(request & 0xFFFF, argument)
                await self._say(_DONE, (-1 if value < 0 else value) & (2**64 - 1), max(0, -value))
        except (_Closed, trio.BrokenResourceError):
            return
        finally:
            if self._machine.holder is self:
                self._machine.holder = None

    async def _ioctl(self, request: int, argument: int) -> int:
        """The call's result, negative = -errno."""
        match request:
            case _ if request in (_REAP, _REAP_NO_DELAY):
                return await self._reap(argument)
            case _ if request == _DISCARD:
                return self._discard(argument)
            case _ if request == _CAPABILITIES:
                await self._write(argument, struct.pack("=I", _ZERO_PACKET))
                return 0
            case _ if request == _GET_DRIVER:
                return -errno.ENODATA
            case _ if not self._machine.plugged:
                return -errno.ENODEV
            case _ if request == _SUBMIT:
                await self._submit(argument)
            case _ if request == _CLAIM:
                if self._machine.holder not in (None, self):
                    return -errno.EBUSY
                self._machine.holder = self
            case _ if request == _RELEASE and self._machine.holder is self:
                self._machine.holder = None
        return 0

    async def _submit(self, address: int) -> None:
        urb = await self._read(address, _URB_BYTES)
        kind, endpoint = urb[0], urb[1]
        buffer, length = struct.unpack_from("=Qi", urb, 16)
        if kind == _CONTROL:
            answer = self._machine.control(await self._read(buffer, length))
            if answer:
                await self._write(buffer + 8, answer)  # after the setup packet
            self._finished.append((address, _STALLED if answer is None else 0, len(answer or b"")))
        elif endpoint & _IN or self._machine.deaf:
            self._waiting.append(_Waiting(address, endpoint, buffer, length))
        else:
            self._machine.put(endpoint, await self._read(buffer, length))
            self._finished.append((address, 0, length))

    async def _reap(self, place: int) -> int:
        await self._finish_what_can_be()
        if not self._finished:
            await trio.sleep(_IDLE_S)
            await self._finish_what_can_be()
        if not self._finished:
            return -errno.EAGAIN
        address, status, length = self._finished.popleft()
        await self._write(address + 4, struct.pack("=i", status))
        await self._write(address + 28, struct.pack("=i", length))
        await self._write(place, struct.pack("=Q", address))
        return 0

    async def _finish_what_can_be(self) -> None:
        for urb in list(self._waiting):
            if not self._machine.plugged:
                self._waiting.remove(urb)
                self._finished.append((urb.address, _SHUT_DOWN, 0))
            elif (data := self._machine.take(urb.endpoint, urb.length)) is not None:
                self._waiting.remove(urb)
                await self._write(urb.buffer, data)
                self._finished.append((urb.address, 0, len(data)))

    def _discard(self, address: int) -> int:
        for urb in self._waiting:
            if urb.address == address:
                self._waiting.remove(urb)
                self._finished.append((address, _DISCARDED, 0))
                return 0
        return -errno.EINVAL

    async def _read(self, address: int, length: int) -> bytes:
        await self._say(_READ_MEM, address, length)
        return await self._exactly(length)

    async def _write(self, address: int, data: bytes) -> None:
        await self._say(_WRITE_MEM, address, len(data), data)

    async def _say(self, command: int, first: int, second: int, data: bytes = b"") -> None:
        await self._stream.send_all(_MESSAGE.pack(command, first, second) + data)

    async def _exactly(self, length: int) -> bytes:
        while len(self._heard) < length:
            more = await self._stream.receive_some()
            if not more:
                raise _Closed
            self._heard += more
        data = bytes(self._heard[:length])
        del self._heard[:length]
        return data


class _Closed(Exception):
    """The program closed the node, or ended."""
