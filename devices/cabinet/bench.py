"""What hands do to the simulated cabinet: {"do": name, ...} -> its state.

open_door | close_door {"door": NAME} - tamper | untamper - come | leave - power {"on": bool} - restart - fault {"name",
"count"} - clear {"name"} - state.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from devices.cabinet.model import CabinetModel
from devices.faults import Faults


class BenchHand:
    """Does to the machine what the bench asks for."""

    def __init__(self, model: CabinetModel, faults: Faults) -> None:
        self._model, self._faults = model, faults

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """Raises ValueError, TypeError or KeyError for what is no request."""
        model = self._model
        acts: dict[str, Callable[[], object]] = {
            "state": lambda: None,
            "open_door": lambda: model.open_door(request["door"]),
            "close_door": lambda: model.close_door(request["door"]),
            "tamper": lambda: setattr(model, "tampered", True),
            "untamper": lambda: setattr(model, "tampered", False),
            "come": lambda: setattr(model, "somebody", True),
            "leave": lambda: setattr(model, "somebody", False),
            "power": lambda: (model.power_on if request["on"] else model.power_off)(),
            "restart": model.restart,
            "fault": lambda: self._faults.set(request["name"], request.get("count")),
            "clear": lambda: self._faults.clear(request.get("name")),
        }
        if request["do"] not in acts:
            raise ValueError(f"this machine knows: {', '.join(sorted(acts))}")
        acts[request["do"]]()
        return self.state()

    def state(self) -> dict[str, Any]:
        model = self._model
        return {
            "doors": {name: "open" if name in model.open_doors else "closed" for name in model.board.doors},
            "tampered": model.tampered,
            "somebody": model.somebody,
            "lit": {slot: None if colour is None else str(colour) for slot, colour in model.lit().items()},
            "beeping": model.board.beeper is not None and model.coil(model.board.beeper),
            "beeps": model.beeps,
            "powered": model.powered,
            "restarts": model.restarts,
            "watchdog_left": model.watchdog_left(),
            "watchdog_strikes": model.strikes,
            "faults": self._faults.active(),
            "known_faults": self._faults.known,
        }
