"""A look at the camera: seldom while it works, since looking means opening it and its lamp lights."""
from __future__ import annotations

import trio

from devices.camera.driver import Black, Camera, Frozen
from devices.errors import DeviceError
from kiosk.health.found import Looked

EVERY_S = 300.0
"""[A] One that failed is looked at every time."""


class CameraLook:
    """Keeps its last answer for EVERY_S as long as the camera works."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._last: tuple[float, Looked] | None = None

    async def __call__(self) -> Looked:
        if self._last is not None and self._last[1].works and trio.current_time() - self._last[0] < EVERY_S:
            await trio.lowlevel.checkpoint()
            return self._last[1]
        looked = await self._look()
        self._last = (trio.current_time(), looked)
        return looked

    def forget(self) -> None:
        """Somebody has just seen it fail: look again at the next look."""
        self._last = None

    async def _look(self) -> Looked:
        try:
            await self._camera.check()
        except Black:
            return Looked("camera", works=False, troubles=("camera_covered",))
        except Frozen:
            return Looked("camera", works=False, troubles=("camera_frozen",))
        except DeviceError:
            return Looked("camera", works=False, troubles=("camera_away",))
        return Looked("camera", works=True)
