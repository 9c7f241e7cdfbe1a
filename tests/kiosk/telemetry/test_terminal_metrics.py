"""The terminal's own figures, over a real socket on localhost."""
from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import trio

from kiosk.telemetry.metrics import serve_metrics
from kiosk.telemetry.telemetry import Telemetry
from remote.agent import Pulse
from remote.messages.telemetry import Counters


def of_a_terminal() -> Telemetry:
    """Only what the page asks for."""
    agent = SimpleNamespace(heard_at=None)
    counters = Counters(values={"cpu_s": 12.5, "rss_mb": 200.0, "journeys_done": 3.0})
    pulse = Pulse(1, out_of_service="network", light="red")
    return cast(Telemetry, SimpleNamespace(agent=agent, counters=lambda: counters, pulse=lambda: pulse))


async def asked(port: int, request: bytes) -> bytes:
    async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
        await stream.send_all(request)
        got = b""
        while data := await stream.receive_some():
            got += data
        return got


def test_figures_with_units_on_localhost_alone() -> None:
    async def main() -> tuple[bytes, bytes]:
        async with trio.open_nursery() as nursery:
            port: Any = await nursery.start(serve_metrics, of_a_terminal(), 0)
            good = await asked(port, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            other = await asked(port, b"GET /etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n")
            nursery.cancel_scope.cancel()
        return good, other

    good, other = trio.run(main)
    for line in (b"cpu_seconds 12.5", b"rss_megabytes 200.0", b"out_of_service 1.0", b"light 2.0", b"centre_heard_age_seconds"):
        assert b"\nterminal_" + line in good
    assert other.startswith(b"HTTP/1.1 404") and b"terminal_cpu" not in other
