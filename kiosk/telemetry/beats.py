"""How far the screen's loop has turned. A window counts by its own clock; where there is none, the loop of everything does."""
from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import trio

from kiosk.display import Display


@runtime_checkable
class Beating(Protocol):
    beats: int


def screen_beats(display: Display) -> Callable[[], int]:
    if isinstance(display, Beating):
        beating = display
        return lambda: beating.beats
    return lambda: int(trio.current_time())
