"""How a simulated machine is offered to the world from a process of its own: at a pty, at a TCP port, and with a
control socket for the bench (facts/devices.md 11)."""
from __future__ import annotations

from pathlib import Path
from typing import Protocol

import trio

from devices.control import ControlRefused, Handle, control, serve_control
from devices.faults import Faults
from devices.pty_port import Pty
from devices.wire import StreamWire, Wire, WireGone

__all__ = [
    "ControlRefused",
    "Handle",
    "Pty",
    "Simulator",
    "SimulatorInProduction",
    "control",
    "refuse_production",
    "serve_control",
    "serve_pty",
    "serve_tcp",
]

SIMULATION_MODES = frozenset({"bench", "demo", "development", "simulation", "test"})


class SimulatorInProduction(RuntimeError):
    """A simulated machine was about to start where citizens are served."""


def refuse_production(mode: str) -> None:
    """Every simulator calls this before it starts. Raises SimulatorInProduction for any mode but those known to be
    no production (SIMULATION_MODES): a misspelt mode counts as production."""
    if mode not in SIMULATION_MODES:
        raise SimulatorInProduction(f"no simulator in mode {mode!r}; only in {', '.join(sorted(SIMULATION_MODES))}")


class Simulator(Protocol):
    """A machine at the other end of the wire: a model behind the real protocol, with faults that can be turned on."""

    faults: Faults

    @property
    def model(self) -> object:
        """The physical machine; it outlives every wire."""

    async def serve(self, wire: Wire) -> None:
        """Answer on `wire` until it goes: returns, or raises WireGone."""


async def serve_pty(
    simulator: Simulator,
    path: str | Path,
    own_baud: int | None = None,
    *,
    task_status: trio.TaskStatus[Pty] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Offer the machine at `path` until cancelled; the started Pty can be unplugged and plugged in again."""
    port = Pty(path, own_baud)
    try:
        task_status.started(port)
        while True:
            await _serve_until_gone(simulator, await port.wait_plugged())
    finally:
        port.unplug()


async def serve_tcp(
    simulator: Simulator,
    port: int,
    host: str = "127.0.0.1",
    *,
    task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Offer the machine at a TCP port until cancelled; starts with the port (0 = any free one).

    A machine has one line: a second client waits until the first has gone.
    """
    line = trio.Lock()

    async def serve_client(stream: trio.SocketStream) -> None:
        async with line:
            await _serve_until_gone(simulator, StreamWire(stream))

    listeners = await trio.open_tcp_listeners(port, host=host)
    task_status.started(int(listeners[0].socket.getsockname()[1]))
    await trio.serve_listeners(serve_client, listeners)


async def _serve_until_gone(simulator: Simulator, wire: Wire) -> None:
    try:
        await simulator.serve(wire)
    except WireGone:
        return  # the client or the plug went; the machine itself goes on
