"""A look at the camera and at what looks at its pictures: seldom while both work, since looking means opening the camera and
its lamp lights."""
from __future__ import annotations

import trio

from devices.camera.driver import Black, Frozen
from devices.errors import DeviceError
from kiosk.face.seam import FaceAway
from kiosk.health.found import Looked
from kiosk.parts import Eyes

EVERY_S = 300.0
"""[A] One that failed is looked at every time."""


class CameraLook:
    """Keeps its last answer for EVERY_S as long as nobody saw the camera fail. The first look, behind the first screen, also
    loads the models."""

    def __init__(self, eyes: Eyes) -> None:
        self._camera, self._sight = eyes.camera, eyes.sight
        self._last: tuple[float, Looked] | None = None

    async def __call__(self) -> Looked:
        fine = self._last is not None and self._last[1].works and not self._camera.failed
        if fine and self._last is not None and trio.current_time() - self._last[0] < EVERY_S:
            await trio.lowlevel.checkpoint()
            return self._last[1]
        looked = await self._look()
        self._last = (trio.current_time(), looked)
        return looked

    async def _look(self) -> Looked:
        try:
            await self._camera.check()
        except Black:
            return Looked("camera", works=False, troubles=("camera_covered",))
        except Frozen:
            return Looked("camera", works=False, troubles=("camera_frozen",))
        except DeviceError:
            return Looked("camera", works=False, troubles=("camera_away",))
        try:
            await self._sight.warm()
        except FaceAway:
            return Looked("camera", works=False, troubles=("face_check_away",))
        return Looked("camera", works=True)
