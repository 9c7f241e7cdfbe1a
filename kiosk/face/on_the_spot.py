"""The work on faces without a process of its own: for simulations, where nothing runs beside the virtual clock."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import trio

from kiosk.face.local import Reply
from kiosk.face.work import FaceWork
from kiosk.face.worker import answer


class OnTheSpot:
    """A Worker of kiosk/face/local.py."""

    def __init__(self) -> None:
        self._work = FaceWork()

    async def ask(self, head: dict[str, Any], pictures: Sequence[bytes] = ()) -> Reply:
        await trio.lowlevel.checkpoint()
        said, given = answer(self._work, head, pictures)
        return said, list(given)

    async def aclose(self) -> None:
        await trio.lowlevel.checkpoint()
