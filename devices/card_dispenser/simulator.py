"""A simulated dispenser in a process of its own: at a pty, with a control socket for the bench panel and the demo.

    python -m devices.card_dispenser.simulator crt|crt-591h|k720 --port PATH --control PATH --mode demo [--cards 50] [--speed 1]

Requests: {"do": "state"} - "take_card" - {"do": "put_card", "serial": "..."} (held to the slot) - "withdraw" - {"do":
"refill", "cards": n} - "empty_bin" - "clear_jam" - {"do": "fault", "name": ..., "count": n} - {"do": "clear", "name": ...}
(no name: all) - {"do": "power", "on": false} - "unplug" - "replug" - {"do": "speed", "times": 4}.
"""
from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import trio

from devices.card_dispenser.crt_simulator import CrtSimulator
from devices.card_dispenser.framing import ClassicFraming, FramingOf591H
from devices.card_dispenser.k720_simulator import K720Simulator
from devices.card_dispenser.machine import DispenserSimulator
from devices.card_dispenser.model import Card, DispenserModel, MachineTimes
from devices.serving import Pty, refuse_production, serve_control, serve_pty

MACHINES: dict[str, Callable[[DispenserModel], DispenserSimulator]] = {
    "crt": lambda model: CrtSimulator(model, ClassicFraming()),
    "crt-591h": lambda model: CrtSimulator(model, FramingOf591H()),
    "k720": K720Simulator,
}


async def serve_bench(
    simulator: DispenserSimulator,
    port_path: str | Path,
    control_path: str | Path,
    *,
    mode: str,
    task_status: trio.TaskStatus[DispenserSimulator] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Offer the machine until cancelled. Raises SimulatorInProduction."""
    refuse_production(mode)
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_pty, simulator, port_path)
        simulator.line = port
        await nursery.start(serve_control, control_path, BenchHand(simulator, port).handle)
        task_status.started(simulator)


class BenchHand:
    """Does to the machine what the bench asks for."""

    def __init__(self, simulator: DispenserSimulator, port: Pty) -> None:
        self._simulator, self._port = simulator, port

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request of those in the module's docstring. Raises ValueError, TypeError or KeyError where it is none."""
        model, faults = self._simulator.model, self._simulator.faults
        card: Card | None = None
        match request["do"]:
            case "state":
                pass
            case "take_card":
                card = model.take_card()
            case "put_card":
                model.hold_to_slot(Card(str(request["serial"])))
            case "withdraw":
                card = model.withdraw()
            case "refill":
                model.refill(_positive(request.get("cards", 50)))
            case "empty_bin":
                model.empty_bin()
            case "clear_jam":
                model.clear_jam()
            case "fault":
                faults.set(request["name"], request.get("count"))
            case "clear":
                faults.clear(request.get("name"))
            case "power":
                (self._simulator.power_on if request["on"] else self._simulator.power_off)()
            case "unplug":
                self._port.unplug()
            case "replug":
                self._port.replug()
            case "speed":
                model.times = dataclasses.replace(model.times, speed=float(_positive(request["times"])))
            case unknown:
                raise ValueError(f"no command {unknown!r}")
        return {
            "card": card and card.serial,
            "plugged": self._port.plugged,
            "known_faults": faults.known,
            **model.everything(),
        }


def _positive(value: Any) -> int:
    number = int(value)
    if number < 1:
        raise ValueError(f"1 or more, not {value!r}")
    return number


def main(arguments: Sequence[str] | None = None) -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m devices.card_dispenser.simulator")
    parser.add_argument("machine", choices=sorted(MACHINES))
    parser.add_argument("--port", type=Path, required=True)
    parser.add_argument("--control", type=Path, required=True)
    parser.add_argument("--mode", required=True)
    parser.add_argument("--cards", type=int, default=50)
    parser.add_argument("--speed", type=float, default=1.0)
    given = parser.parse_args(arguments)
    model = DispenserModel(cards=given.cards, times=MachineTimes(speed=given.speed))
    simulator = MACHINES[given.machine](model)

    async def run() -> None:
        async with trio.open_nursery() as nursery:

            async def serve(task_status: trio.TaskStatus[object] = trio.TASK_STATUS_IGNORED) -> None:
                await serve_bench(simulator, given.port, given.control, mode=given.mode, task_status=task_status)

            await nursery.start(serve)
            print("ready", flush=True)

    trio.run(run)


if __name__ == "__main__":
    main()
