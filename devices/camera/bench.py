"""The bench's hand on the simulated camera: who stands there, what she wears, the light, and the faults.

{"do": "stand", "who": [KEY, ...]} ([] = nobody) - {"do": "scene", "wearing": "mask", "held_up": "screen", "face_px": 46, "light":
0.1} (each may be left out) - {"do": "fault", "name": ..., "count": n} - {"do": "clear", "name": ...} (no name: all) - "state".
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from devices.camera.model import FACE_PX, HeldUp, Subject, Wearing
from devices.camera.simulator import CameraSimulator


class BenchHand:
    """`subject` knows people by key. Raises KeyError for a stranger."""

    def __init__(self, simulator: CameraSimulator, subject: Callable[[str], Subject]) -> None:
        self._simulator = simulator
        self._subject = subject
        self._who: list[str] = []

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """Raises ValueError, KeyError or TypeError."""
        model, faults = self._simulator.model, self._simulator.faults
        match request["do"]:
            case "stand":
                who = [str(key) for key in request["who"]]
                model.stand(*(self._subject(key) for key in who))
                self._who = who
            case "scene":
                scene = model.scene
                face_px = float(request.get("face_px", scene.face_px))
                light = float(request.get("light", scene.light))
                if not (10 <= face_px <= 400 and 0 <= light <= 2):
                    raise ValueError("face_px is 10 to 400, light 0 to 2")
                model.scene = replace(
                    scene, wearing=Wearing(request.get("wearing", scene.wearing)),
                    held_up=HeldUp(request.get("held_up", scene.held_up)), face_px=face_px, light=light,
                )  # fmt: skip
            case "fault":
                faults.set(request["name"], request.get("count"))
            case "clear":
                faults.clear(request.get("name"))
            case "state":
                pass
            case unknown:
                raise ValueError(f"no request {unknown!r}")
        return self._state()

    def _state(self) -> dict[str, Any]:
        scene = self._simulator.model.scene
        return {
            "who": self._who, "wearing": scene.wearing.value, "held_up": scene.held_up.value, "face_px": scene.face_px,
            "light": scene.light, "pictures": self._simulator.model.number, "faults": self._simulator.faults.active(),
        }  # fmt: skip


__all__ = ["FACE_PX", "BenchHand"]
