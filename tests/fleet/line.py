"""`remote.transport.Transport` over plain sockets on trio: one kept connection a terminal, calls that get lost on the way there
or on the way back, and a network that goes away for everybody at once."""
from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from random import Random

import trio

from remote.enrolment.signing import Signer
from remote.transport import NoAnswer, NotSent

CONNECT_S = 3.0


@dataclass
class Network:
    """All terminals'. `lost`: of a hundred calls so many, half of them only on the way back."""

    host: str
    port: int
    random: Random
    lost: float = 0.0
    timeout_s: float = 2.5
    away: bool = False
    sent: int = 0
    answered: int = 0
    dropped: int = 0
    connects: int = 0
    lines: set[Line] = field(default_factory=set)

    async def cut_all(self) -> None:
        """Every connection there is, in the same instant."""
        for line in list(self.lines):
            await line.cut()


class Line:
    """One terminal's."""

    def __init__(self, network: Network, signer: Signer) -> None:
        self._network, self._signer = network, signer
        self._stream: trio.SocketStream | None = None
        self._turn = trio.Lock()
        network.lines.add(self)

    def __hash__(self) -> int:
        return id(self)

    async def cut(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            await trio.aclose_forcefully(stream)

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        network = self._network
        network.sent += 1
        if network.away:
            await trio.sleep(network.timeout_s)
            raise NotSent("no network")
        fate = network.random.random()
        if fate < network.lost / 2:
            network.dropped += 1
            await trio.sleep(network.timeout_s)
            raise NoAnswer("lost on the way there")
        async with self._turn:
            try:
                answer = await self._exchange(path, body, headers)
            except BaseException:
                with trio.CancelScope(shield=True):
                    await self.cut()
                raise
        if fate < network.lost:
            network.dropped += 1
            await trio.sleep(network.timeout_s)
            raise NoAnswer("lost on the way back")
        network.answered += 1
        return answer

    async def _exchange(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        kept = self._stream is not None
        with trio.move_on_after(self._network.timeout_s * 4):
            try:
                return await self._once(path, body, headers)
            except (OSError, trio.BrokenResourceError, trio.ClosedResourceError) as error:
                await self.cut()
                if not kept:
                    raise NoAnswer(type(error).__name__) from None
                return await self._again(path, body, headers)      # the centre had closed the kept connection
        raise NoAnswer("timeout")

    async def _again(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            return await self._once(path, body, headers)
        except (OSError, trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise NoAnswer(type(error).__name__) from None

    async def _once(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        stream = self._stream or await self._connected()
        lines = [f"POST {path} HTTP/1.1", "Host: centre", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers | self._signer.headers(path, body, headers)).items()]
        await stream.send_all("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return await _answer(stream)

    async def _connected(self) -> trio.SocketStream:
        try:
            with trio.fail_after(CONNECT_S):
                self._stream = await trio.open_tcp_stream(self._network.host, self._network.port)
        except (OSError, trio.TooSlowError) as error:
            raise NotSent(type(error).__name__) from None
        self._network.connects += 1
        return self._stream


async def _answer(stream: trio.SocketStream) -> tuple[int, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += await _some(stream)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    length = int(headers["content-length"])
    while len(body) < length:
        body += await _some(stream)
    return int(lines[0].split(" ")[1]), body


async def _some(stream: trio.SocketStream) -> bytes:
    data = await stream.receive_some(65536)
    if not data:
        raise trio.BrokenResourceError("closed")
    return bytes(data)


def close_quietly(stream: trio.SocketStream) -> contextlib.AbstractContextManager[None]:
    return contextlib.suppress(OSError, trio.BrokenResourceError)
