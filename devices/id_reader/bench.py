"""The simulated reader in a process of its own: at a pty, with a control socket for the bench panel and the demo.

Requests: {"do": "lay", "kind": "resident", "card": {...}, "appended_address": "..."} - "lift" - {"do": "fault", "name":
..., "count": n} - {"do": "clear", "name": ...} (no name: all) - {"do": "speed", "times": 4} - {"do": "power", "on":
false} - {"do": "sam", "state": "ready"} - "unplug" - "replug" - "state".
"""
from __future__ import annotations

import base64
import dataclasses
import datetime
from pathlib import Path
from typing import Any

import trio
from PIL import Image, ImageDraw

from devices.id_reader.cards import ForeignerCard2017, ForeignerCard2023, IdCard, ResidencePermit, ResidentCard
from devices.id_reader.id_number import Sex
from devices.id_reader.model import CardImage, ReaderModel, SamState
from devices.id_reader.photo import HEIGHT, WIDTH, simulated_photo
from devices.id_reader.simulator import IdReaderSimulator
from devices.serving import Pty, refuse_production, serve_control, serve_pty

KINDS: dict[str, type[IdCard]] = {
    "resident": ResidentCard,
    "residence_permit": ResidencePermit,
    "foreigner_2017": ForeignerCard2017,
    "foreigner_2023": ForeignerCard2023,
}


async def serve_bench(
    port_path: str | Path,
    control_path: str | Path,
    *,
    mode: str,
    own_baud: int | None = None,
    speed: float = 1.0,
    task_status: trio.TaskStatus[IdReaderSimulator] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Offer the machine until cancelled. Raises SimulatorInProduction."""
    refuse_production(mode)
    simulator = IdReaderSimulator(ReaderModel(speed=speed))
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_pty, simulator, port_path, own_baud)
        simulator.line = port
        await nursery.start(serve_control, control_path, BenchHand(simulator, port).handle)
        task_status.started(simulator)


class BenchHand:
    """Does to the machine what the bench asks for."""

    def __init__(self, simulator: IdReaderSimulator, port: Pty) -> None:
        self._simulator = simulator
        self._port = port

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request of those in the module's docstring. Raises ValueError, TypeError or KeyError where it is none."""
        match request["do"]:
            case "lay":
                self._simulator.model.lay(card_image(request))
            case "lift":
                self._simulator.model.lift()
            case "fault":
                self._simulator.faults.set(request["name"], request.get("count"))
            case "clear":
                self._simulator.faults.clear(request.get("name"))
            case "speed":
                self._set_speed(float(request["times"]))
            case "power":
                (self._simulator.power_on if request["on"] else self._simulator.power_off)()
            case "sam":
                self._simulator.model.sam = SamState(request["state"])
            case "unplug":
                self._port.unplug()
            case "replug":
                self._port.replug()
            case "state":
                pass
            case unknown:
                raise ValueError(f"no command {unknown!r}")
        return self._state()

    def _set_speed(self, times: float) -> None:
        if not times > 0:
            raise ValueError("speed must be more than 0")
        self._simulator.model.speed = times

    def _state(self) -> dict[str, Any]:
        simulator = self._simulator
        return {
            "card_lies_there": simulator.model.card_lies_there,
            "faults": simulator.faults.active(),
            "known_faults": simulator.faults.known,
            "plugged": self._port.plugged,
            "powered": simulator.powered,
            "sam": simulator.model.sam.value,
            "speed": simulator.model.speed,
        }


def card_image(request: dict[str, Any]) -> CardImage:
    """The card a "lay" request describes: the fields of its dataclass, dates as YYYY-MM-DD, `valid_to` null for 长期.
    Nothing is checked beyond the form, so that a wrong card can be laid too. Without "photo" (base64 of a 1024-byte
    block) it carries a simulated one."""
    kind = KINDS[request.get("kind", "resident")]
    given = request["card"]
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        value = given[field.name]
        if field.name in ("birth", "valid_from") or (field.name == "valid_to" and value is not None):
            value = datetime.date.fromisoformat(value)
        values[field.name] = Sex(value) if field.name == "sex" else value
    photo = base64.b64decode(request["photo"]) if "photo" in request else simulated_photo(silhouette())
    fingerprints = base64.b64decode(request.get("fingerprints", ""))
    return CardImage.of(
        kind(**values), photo=photo, fingerprints=fingerprints, appended_address=request.get("appended_address")
    )


def silhouette() -> Image.Image:
    """A grey head and shoulders: nobody's photo."""
    picture = Image.new("L", (WIDTH, HEIGHT), 235)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((31, 22, 71, 74), fill=120)
    draw.ellipse((11, 80, 91, 180), fill=120)
    return picture
