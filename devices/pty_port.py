"""A serial port with nothing but software behind it: the simulator's end of a pty, at the end of a symlink.

Measured on Linux 6.18 (facts/devices.md 9): a fresh slave echoes, so it is set raw first; a pty has no speed of its
own, but the speed the client set on the slave can be read on the master; a master whose slave nobody has open reads
EIO, so one slave end is kept open here and a client may come and go.
"""
from __future__ import annotations

import contextlib
import os
import pty
import re
import termios
import tty
from pathlib import Path

import trio

from devices.baud import heard_at
from devices.wire import BITS_PER_BYTE, Wire, WireGone

_BAUD_OF_CODE = {
    getattr(termios, name): int(name[1:]) for name in dir(termios) if re.fullmatch(r"B[1-9]\d+", name)
}
_CHUNK_BYTES = 32  # about 3 ms at 115200: fine enough to look like a line, coarse enough for a real clock


class Pty:
    """A plug: `Pty(path)` plugs in at once, `unplug()` pulls it, `replug()` puts it back under the same path.

    `own_baud` None = the machine speaks whatever speed the client set; a number = it speaks only that, and a client
    at another speed hears, and is heard as, garbage. It may be changed while in use.
    """

    def __init__(self, path: str | Path, own_baud: int | None = None) -> None:
        self.path = Path(path)
        self.own_baud = own_baud
        self._wire: _PtyWire | None = None
        self._plugged_in = trio.Event()
        self.replug()

    @property
    def plugged(self) -> bool:
        return self._wire is not None

    def wire(self) -> Wire:
        """The machine's end of the line as it is plugged now; WireGone while it is unplugged."""
        if self._wire is None:
            raise WireGone(f"{self.path} is unplugged")
        return self._wire

    async def wait_plugged(self) -> Wire:
        """The machine's end of the line, waiting for it to be plugged in."""
        await trio.lowlevel.checkpoint()
        while self._wire is None:
            await self._plugged_in.wait()
        return self._wire

    def unplug(self) -> None:
        """Pull the plug: the client's reads and writes fail from now on. Idempotent."""
        if self._wire is None:
            return
        wire, self._wire = self._wire, None
        self._plugged_in = trio.Event()
        with contextlib.suppress(FileNotFoundError):
            if self.path.is_symlink() and self.path.readlink() == Path(wire.slave_name):
                self.path.unlink()
        wire.close()

    def replug(self) -> None:
        """Put the plug back: a new pty under the same path. Raises FileExistsError where `path` is no symlink."""
        if self._wire is not None:
            return
        if self.path.exists() and not self.path.is_symlink():
            raise FileExistsError(f"{self.path} is in the way")
        wire = _PtyWire(self)
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        fresh.symlink_to(wire.slave_name)
        fresh.replace(self.path)
        self._wire = wire
        self._plugged_in.set()


class _PtyWire:
    def __init__(self, port: Pty) -> None:
        self._port = port
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.slave_name = os.ttyname(self._slave)
        self._open = True
        self._line_free_at = 0.0

    def _client_baud(self) -> int:
        """Speed the client set on its end; 0 where it is none of the usual ones."""
        try:
            return _BAUD_OF_CODE.get(termios.tcgetattr(self._master)[4], 0)
        except termios.error as error:
            raise WireGone(str(error)) from error

    async def send(self, data: bytes) -> None:
        await trio.lowlevel.checkpoint()
        # A line goes on while this process sleeps too long: only the first byte waits for the clock.
        self._line_free_at = max(self._line_free_at, trio.current_time())
        for at in range(0, len(data), _CHUNK_BYTES):
            chunk = data[at : at + _CHUNK_BYTES]
            self._check_open()
            client = self._client_baud()
            own = self._port.own_baud or client
            self._line_free_at += len(chunk) * BITS_PER_BYTE / own if own else 0
            await trio.sleep_until(self._line_free_at)
            self._check_open()
            try:
                os.write(self._master, heard_at(chunk, own, client) if client else chunk)
            except BlockingIOError:
                continue  # nobody reads and the buffer is full: a line without flow control loses the bytes
            except OSError as error:
                raise WireGone(str(error)) from error

    async def receive(self, at_most: int = 4096) -> bytes:
        while True:
            self._check_open()
            try:
                await trio.lowlevel.wait_readable(self._master)
                data = os.read(self._master, at_most)
            except BlockingIOError:
                continue
            except (OSError, trio.ClosedResourceError) as error:
                raise WireGone(str(error)) from error
            client = self._client_baud()
            own = self._port.own_baud or client
            if heard := heard_at(data, client, own) if client else data:
                return heard

    def _check_open(self) -> None:
        if not self._open:
            raise WireGone(f"{self._port.path} was unplugged")

    def close(self) -> None:
        if self._open:
            self._open = False
            trio.lowlevel.notify_closing(self._master)
            os.close(self._master)
            os.close(self._slave)

    async def aclose(self) -> None:
        """Nothing to do: the machine's end stays until the plug is pulled."""
        await trio.lowlevel.checkpoint()
