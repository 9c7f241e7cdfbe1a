"""The centre's time at the terminal, whatever the terminal's own clock says: what a command's end is measured by."""
from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import trio


class CentreClock:
    """`own`: this machine's clock, used only until the centre was heard, and never before `floor`."""

    def __init__(self, own: Callable[[], datetime], floor: datetime | None = None) -> None:
        self._own, self._floor = own, floor
        self._heard: tuple[datetime, float] | None = None

    def heard(self, now: datetime, asked_at: float | None = None) -> None:
        """`asked_at`, by trio's clock: when the question left, so that a slow answer makes us late and never early."""
        at = trio.current_time() if asked_at is None else asked_at
        if self._heard is None or now + timedelta(seconds=trio.current_time() - at) > self.now():
            self._heard = (now, at)

    def now(self) -> datetime:
        if self._heard is not None:
            heard, at = self._heard
            return heard + timedelta(seconds=trio.current_time() - at)
        own = self._own()
        return max(own, self._floor) if self._floor is not None else own
