"""A wire carries bytes: serial, TCP, or memory. The same driver runs over each of them.

Reading is awaited on the file descriptor itself, never in a thread: a read abandoned in a thread would steal the
next answer (measured, facts on pty round trips: 0.13 ms, clean cancellation).
"""
from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import Protocol

import serial
import trio

from devices.errors import DeviceGone

BITS_PER_BYTE = 10  # 8N1: start bit, eight data bits, stop bit


class WireGone(DeviceGone):
    """The other end is unplugged or closed. Open a new wire to go on."""


class Wire(Protocol):
    """Bytes both ways. Cancellation of `receive` loses nothing: unread bytes stay on the line."""

    async def send(self, data: bytes) -> None:
        """Hand all bytes to the line. Raises WireGone."""

    async def receive(self, at_most: int = 4096) -> bytes:
        """Wait for at least one byte and return what is there. Raises WireGone at the end of the line."""

    async def aclose(self) -> None:
        """Close this end; idempotent."""


OpenWire = Callable[[], Awaitable[Wire]]
"""How a driver (re)connects: called at the start and again after every WireGone."""


class SerialWire:
    """A serial port or pty slave. Opened exclusively: a second opener steals answers (facts/devices.md 9)."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port

    @classmethod
    async def open(cls, path: str, baud: int = 115_200) -> SerialWire:
        """Raises WireGone where there is no such port, or another program holds it."""
        try:
            return cls(serial.Serial(path, baud, timeout=0, write_timeout=0, exclusive=True))
        except OSError as error:  # SerialException, a bare OSError and termios.error all end here
            raise WireGone(f"{path}: {error}") from error

    @property
    def baud(self) -> int:
        return int(self._port.baudrate)

    @baud.setter
    def baud(self, value: int) -> None:
        self._port.baudrate = value

    async def send(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                await trio.lowlevel.wait_writable(self._port.fileno())
                try:
                    left = left[self._port.write(left) or 0 :]
                except serial.SerialTimeoutException:
                    continue
        except (OSError, TypeError, ValueError) as error:
            raise WireGone(str(error)) from error

    async def receive(self, at_most: int = 4096) -> bytes:
        try:
            while True:
                await trio.lowlevel.wait_readable(self._port.fileno())
                if data := bytes(self._port.read(at_most)):
                    return data
        except (OSError, TypeError, ValueError) as error:
            raise WireGone(str(error)) from error

    async def aclose(self) -> None:
        with contextlib.suppress(OSError):
            if self._port.is_open:
                trio.lowlevel.notify_closing(self._port.fileno())
            self._port.close()


class StreamWire:
    """A TCP (or Unix) socket, or any other trio stream."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream

    @classmethod
    async def connect(cls, host: str, port: int) -> StreamWire:
        try:
            return cls(await trio.open_tcp_stream(host, port))
        except OSError as error:
            raise WireGone(f"{host}:{port}: {error}") from error

    async def send(self, data: bytes) -> None:
        try:
            await self._stream.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise WireGone(str(error)) from error

    async def receive(self, at_most: int = 4096) -> bytes:
        try:
            data = await self._stream.receive_some(at_most)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise WireGone(str(error)) from error
        if not data:
            raise WireGone("the other end closed")
        return bytes(data)

    async def aclose(self) -> None:
        await self._stream.aclose()


class MemoryWire:
    """One end of a wire inside the process, paced like a line of `baud` under whatever clock trio runs."""

    def __init__(self, baud: int | None) -> None:
        self._inbox = bytearray()
        self._arrived = trio.Event()
        self._baud = baud
        self._far: MemoryWire = self
        self._open = True

    @classmethod
    def pair(cls, baud: int | None = None) -> tuple[MemoryWire, MemoryWire]:
        """Two joined ends. `baud` None = as fast as memory."""
        near, far = cls(baud), cls(baud)
        near._far, far._far = far, near
        return near, far

    async def send(self, data: bytes) -> None:
        await trio.lowlevel.checkpoint()
        if not (self._open and self._far._open):
            raise WireGone("the memory wire is cut")
        if self._baud:
            await trio.sleep(len(data) * BITS_PER_BYTE / self._baud)
        if not self._far._open:
            raise WireGone("the memory wire is cut")
        self._far._inbox += data
        self._far._arrived.set()

    async def receive(self, at_most: int = 4096) -> bytes:
        await trio.lowlevel.checkpoint()
        while not self._inbox:
            if not (self._open and self._far._open):
                raise WireGone("the memory wire is cut")
            self._arrived = trio.Event()
            await self._arrived.wait()
        data = bytes(self._inbox[:at_most])
        del self._inbox[:at_most]
        return data

    def cut(self) -> None:
        """Unplug: both ends find out at their next use, and a waiting receive at once."""
        for end in (self, self._far):
            end._open = False
            end._arrived.set()

    async def aclose(self) -> None:
        self.cut()
        await trio.lowlevel.checkpoint()


