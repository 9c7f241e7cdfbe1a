"""The network between one terminal and the central platform: forwards whole HTTP requests, and fails as networks do.

`python -m tests.hall.network --folder DIR --to HOST:PORT` listens on a port of its own and offers `network.sock`:
{"do": "cut"} - "restore" - {"do": "fault", "name": ..., "count": n} - {"do": "clear", "name": ...} (no name: all) -
{"do": "delay", "seconds": 2} - "state".
"""
from __future__ import annotations

import argparse
import functools
from pathlib import Path
from typing import Any

import h11
import trio

from devices.faults import Faults
from devices.serving import refuse_production, serve_control
from tests.hall.process import die_with_parent, say_ready

FAULTS = {
    "lose_request": "the request never arrives, and the connection breaks",
    "lose_answer": "the request is carried out, and the connection breaks before the answer",
    "tear_answer": "the request is carried out, and the connection breaks in the middle of the answer",
    "double": "the request arrives twice",
    "double_later": "the request arrives again a few seconds after it was answered",
    "refuse": "nobody accepts the connection",
}
LATER_S = 3.0  # longer than a terminal waits between two requests
DROP_HEADERS = {b"connection", b"keep-alive", b"transfer-encoding", b"content-length"}


class Broken(Exception):
    """The connection to the terminal ends here."""


class Network:
    def __init__(self, host: str, port: int) -> None:
        self.faults = Faults(FAULTS)
        self.delay_s = 0.0
        self.later_s = LATER_S
        self.carried = 0
        self._to = (host, port)
        self._whole = trio.Event()
        self._whole.set()
        self._later: trio.Nursery | None = None
        self._waiting = 0

    @property
    def is_cut(self) -> bool:
        return not self._whole.is_set()

    def cut(self) -> None:
        """Pull the cable: nothing arrives any more, and nobody is told. Connections hang."""
        if not self.is_cut:
            self._whole = trio.Event()

    def restore(self) -> None:
        """Put it back: what hung goes on, unless its sender gave up meanwhile."""
        self._whole.set()

    async def serve(self, *, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED) -> None:
        """Carry until cancelled; starts with the port to connect to."""
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        async with trio.open_nursery() as nursery:
            self._later = nursery
            task_status.started(int(listeners[0].socket.getsockname()[1]))
            await trio.serve_listeners(self._connection, listeners)

    async def _connection(self, stream: trio.SocketStream) -> None:
        async with stream:
            if self.faults.take("refuse"):
                return
            line = h11.Connection(h11.SERVER)
            try:
                while await self._exchange(stream, line):
                    line.start_next_cycle()
            except (Broken, trio.BrokenResourceError, trio.ClosedResourceError, h11.ProtocolError):
                return

    async def _exchange(self, stream: trio.SocketStream, line: h11.Connection) -> bool:
        """One request and its answer. Returns whether the connection can carry another."""
        request, body = await _receive(stream, line)
        if request is None:
            return False
        assert isinstance(request, h11.Request)
        await self._travel()
        if self.faults.take("lose_request"):
            raise Broken
        answer, answer_body = await self._forward(request, body)
        if self.faults.take("double"):
            await self._forward(request, body)
        if self.faults.take("double_later"):
            assert self._later is not None
            self._later.start_soon(self._forward_later, request, body)
        if self.faults.take("lose_answer"):
            raise Broken
        await self._travel()
        wire = _answered(line, answer, answer_body)
        if self.faults.take("tear_answer"):
            await stream.send_all(wire[: len(wire) // 2])
            raise Broken
        await stream.send_all(wire)
        return line.our_state is h11.DONE and line.their_state is h11.DONE

    async def _travel(self) -> None:
        await trio.sleep(self.delay_s)
        self._waiting += 1
        try:
            await self._whole.wait()
        finally:
            self._waiting -= 1

    async def _forward_later(self, request: h11.Request, body: bytes) -> None:
        await trio.sleep(self.later_s)
        try:
            await self._forward(request, body)
        except Broken:
            return

    async def _forward(self, request: h11.Request, body: bytes) -> tuple[h11.Response, bytes]:
        try:
            stream = await trio.open_tcp_stream(*self._to)
        except OSError as error:
            raise Broken from error
        line = h11.Connection(h11.CLIENT)
        headers = [*_kept(request.headers), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
        wire = line.send(h11.Request(method=request.method, target=request.target, headers=headers)) or b""
        wire += line.send(h11.Data(data=body)) or b""
        wire += line.send(h11.EndOfMessage()) or b""
        async with stream:
            await stream.send_all(wire)
            answer, answer_body = await _receive(stream, line)
        if not isinstance(answer, h11.Response):
            raise Broken
        self.carried += 1
        return answer, answer_body

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request of the module's docstring. Raises ValueError, KeyError or TypeError."""
        match request["do"]:
            case "cut":
                self.cut()
            case "restore":
                self.restore()
            case "fault":
                self.faults.set(request["name"], request.get("count", 1))
            case "clear":
                self.faults.clear(request.get("name"))
            case "delay":
                self.delay_s = max(0.0, float(request["seconds"]))
            case "state":
                pass
            case unknown:
                raise ValueError(f"no request {unknown!r}")
        return {"cut": self.is_cut, "waiting": self._waiting, "delay_s": self.delay_s, "carried": self.carried,
                "faults": self.faults.active(), "known_faults": self.faults.known}


async def _receive(stream: trio.SocketStream, line: h11.Connection) -> tuple[h11.Request | h11.Response | None, bytes]:
    """The next message with its whole body; None where the other end closed before one began."""
    head: h11.Request | h11.Response | None = None
    body = bytearray()
    while True:
        event = line.next_event()
        if event is h11.NEED_DATA:
            if line.they_are_waiting_for_100_continue:
                raise Broken
            line.receive_data(await stream.receive_some())
        elif isinstance(event, h11.Request | h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return head, bytes(body)
        elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
            return None, b""


def _answered(line: h11.Connection, answer: h11.Response, body: bytes) -> bytes:
    headers = [*_kept(answer.headers), (b"content-length", str(len(body)).encode())]
    wire = line.send(h11.Response(status_code=answer.status_code, reason=answer.reason, headers=headers)) or b""
    wire += line.send(h11.Data(data=body)) or b""
    return wire + (line.send(h11.EndOfMessage()) or b"")


def _kept(headers: Any) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in DROP_HEADERS]


async def run(folder: Path, host: str, port: int, ready: int | None) -> None:
    network = Network(host, port)
    async with trio.open_nursery() as nursery:
        own_port = await nursery.start(network.serve)
        await nursery.start(functools.partial(serve_control, folder / "network.sock", network.handle))
        say_ready(ready, {"port": own_port})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hall.network", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="the central platform")
    parser.add_argument("--mode", default="demo")
    parser.add_argument("--ready", type=int, help="file descriptor that hears the port")
    asked = parser.parse_args()
    refuse_production(asked.mode)
    die_with_parent()
    host, _, port = asked.to.rpartition(":")
    trio.run(run, asked.folder, host, int(port), asked.ready)


if __name__ == "__main__":
    main()
