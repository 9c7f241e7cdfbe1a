"""The terminal's own `/metrics` for Prometheus, on localhost alone: for a node exporter's neighbour or a technician's laptop."""
from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial

import trio
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kiosk.telemetry.telemetry import Telemetry

HOST = "127.0.0.1"
LONGEST_REQUEST = 4096         # bytes
PATIENCE_S = 2.0
LIGHTS = {"green": 0.0, "amber": 1.0, "red": 2.0}


class TerminalFigures(Collector):
    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, value in self._telemetry.counters().values.items():
            yield GaugeMetricFamily(f"terminal_{_with_unit(name)}", name, value=value)
        pulse = self._telemetry.pulse()
        yield GaugeMetricFamily("terminal_in_visit", "1: somebody stands there", value=float(pulse.in_visit))
        yield GaugeMetricFamily("terminal_out_of_service", "1: no visit begins", value=float(bool(pulse.out_of_service)))
        yield GaugeMetricFamily("terminal_light", "0 green, 1 amber, 2 red", value=LIGHTS[pulse.light])
        heard = self._telemetry.agent.heard_at
        age = -1.0 if heard is None else trio.current_time() - heard
        yield GaugeMetricFamily("terminal_centre_heard_age_seconds", "since the centre answered; -1 never", value=age)


def _with_unit(name: str) -> str:
    """As Prometheus names units: cpu_s -> cpu_seconds, rss_mb -> rss_megabytes."""
    for short, whole in (("_s", "_seconds"), ("_mb", "_megabytes")):
        if name.endswith(short):
            return name.removesuffix(short) + whole
    return name


async def serve_metrics(telemetry: Telemetry, port: int, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED) -> None:
    """Runs for ever. Raises OSError where the port is taken."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(TerminalFigures(telemetry))
    [listener] = await trio.open_tcp_listeners(port, host=HOST)
    task_status.started(listener.socket.getsockname()[1])
    await trio.serve_listeners(partial(_answer, registry), [listener])


async def _answer(registry: CollectorRegistry, stream: trio.SocketStream) -> None:
    with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError), trio.move_on_after(PATIENCE_S):
        asked = b""
        while b"\r\n\r\n" not in asked and len(asked) < LONGEST_REQUEST:
            data = await stream.receive_some(LONGEST_REQUEST)
            if not data:
                return
            asked += data
        good = asked.startswith(b"GET /metrics ")
        body = generate_latest(registry) if good else b"GET /metrics\n"
        head = f"HTTP/1.1 {'200 OK' if good else '404 Not Found'}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
        await stream.send_all(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
    await trio.aclose_forcefully(stream)
