"""The bench's hand on a simulated machine: JSON lines over a Unix socket, one answer to each request.

request  {"do": "lay", ...arguments}
answer   {"ok": true, ...} or {"ok": false, "error": "..."}
"""
from __future__ import annotations

import contextlib
import inspect
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import trio

from devices.errors import DeviceError

Handle = Callable[[dict[str, Any]], Awaitable[dict[str, Any]] | dict[str, Any]]
"""Does one request (a dict with "do") and returns what to add to the answer. ValueError, KeyError, TypeError and
DeviceError are answered as {"ok": false}; anything else is a defect of the machine and stops it."""

_LINE_LIMIT = 1 << 20  # a card image with photo is 3 kB; anything near this is no request


class ControlRefused(DeviceError):
    """The machine did not do it; the message says why."""


async def serve_control(
    path: str | Path, handle: Handle, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    """Listen on `path` (only this user may open it) until cancelled. A stale socket file is replaced."""
    place = Path(path)
    if place.is_socket():
        place.unlink()
    listening = trio.socket.socket(trio.socket.AF_UNIX, trio.socket.SOCK_STREAM)
    await listening.bind(str(place))
    place.chmod(0o600)
    listening.listen(8)

    async def serve_client(stream: trio.SocketStream) -> None:
        with contextlib.suppress(trio.BrokenResourceError):
            lines = _Lines(stream)
            while (line := await lines.next()) is not None:
                await stream.send_all(await _answer(line, handle))

    task_status.started()
    try:
        await trio.serve_listeners(serve_client, [trio.SocketListener(listening)])
    finally:
        place.unlink(missing_ok=True)


async def control(path: str | Path, **request: Any) -> dict[str, Any]:
    """Ask the machine listening on `path`, e.g. `await control(path, do="fault", name="jam")`.

    Returns the answer. Raises ControlRefused where it is not ok, OSError where nobody listens.
    """
    stream = await trio.open_unix_socket(str(path))
    async with stream:
        await stream.send_all(json.dumps(request).encode() + b"\n")
        line = await _Lines(stream).next()
    if line is None:
        raise ControlRefused("the machine closed without an answer")
    answer: dict[str, Any] = json.loads(line)
    if not answer.get("ok"):
        raise ControlRefused(str(answer.get("error", "no reason given")))
    return answer


async def _answer(line: bytes, handle: Handle) -> bytes:
    try:
        request = json.loads(line)
        if not isinstance(request, dict) or not isinstance(request.get("do"), str):
            raise ValueError('a request is an object with "do"')
        result = handle(request)
        if inspect.isawaitable(result):
            result = await result
        answer = {"ok": True, **result}
    except KeyError as error:
        answer = {"ok": False, "error": f"missing or unknown: {error}"}
    except (ValueError, TypeError, DeviceError) as error:
        answer = {"ok": False, "error": str(error)}
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


class _Lines:
    """The lines of a stream, one at a time."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self._buffer = bytearray()

    async def next(self) -> bytes | None:
        """The next line, or None at the end of the stream or of patience with it."""
        while (end := self._buffer.find(b"\n")) < 0:
            data = await self._stream.receive_some()
            if not data or len(self._buffer) > _LINE_LIMIT:
                return None
            self._buffer += data
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line
