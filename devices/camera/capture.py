"""V4L2, image and video files as wires: OpenCV runs in a process of its own, so that a camera driver that hangs or crashes
takes nothing with it, and the terminal's process never loads OpenCV."""
from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import trio

from devices.wire import OpenWire, Wire, WireGone

ROOT = Path(__file__).resolve().parents[2]
_LAST_WORDS = 200


class ProcessWire:
    """The capture process's pipes. Its end is the end of the wire; closing kills it."""

    def __init__(self, process: trio.Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process, self._in, self._out = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, source: str) -> ProcessWire:
        """`source`: v4l2:/dev/videoN | file:PATH | video:PATH. What is not there is heard of at the first use."""
        command = [sys.executable, "-m", "devices.camera.capture_worker", source]
        process = await trio.lowlevel.open_process(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        )
        return cls(process)

    async def send(self, data: bytes) -> None:
        try:
            await self._in.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise WireGone(await self._why()) from error

    async def receive(self, at_most: int = 65_536) -> bytes:
        try:
            data = await self._out.receive_some(at_most)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise WireGone(str(error)) from error
        if not data:
            raise WireGone(await self._why())
        return bytes(data)

    async def aclose(self) -> None:
        with trio.CancelScope(shield=True):
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
            await self._process.wait()
            for pipe in (self._in, self._out, self._process.stderr):
                if pipe is not None:
                    await pipe.aclose()

    async def _why(self) -> str:
        with trio.move_on_after(1.0):
            await self._process.wait()
        words = b""
        if self._process.stderr is not None and self._process.returncode is not None:
            with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                words = bytes(await self._process.stderr.receive_some(4096))
        said = words.decode("utf-8", "replace").strip().splitlines()
        return (said[-1] if said else f"the capture process ended ({self._process.returncode})")[:_LAST_WORDS]


def capture(source: str) -> OpenWire:
    async def open_wire() -> Wire:
        return await ProcessWire.start(source)

    return open_wire
