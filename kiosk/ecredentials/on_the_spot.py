"""Files opened without a process: for simulations, where nothing runs beside the virtual clock."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import trio

from kiosk.ecredentials.opened import Opened
from kiosk.ecredentials.work import opened


class OnTheSpot:
    def __init__(self, trust: Path | None) -> None:
        self._trust = trust

    async def open(self, file: bytes, names: Sequence[str], now: datetime) -> Opened:
        """Raises Unreadable."""
        await trio.lowlevel.checkpoint()
        return opened(file, names, self._trust, now)
