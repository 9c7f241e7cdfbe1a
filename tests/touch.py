"""A finger for scripted citizens: real Kivy touch events at the real middle of a real thing on the screen."""
from __future__ import annotations

from typing import Any

from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent

from kiosk.ui.window import KioskWindow


class Finger(MotionEvent):  # type: ignore[misc]  # Kivy has no types: its class is Any
    """One touch at pixels of the window, sent through the event loop like one of the hardware's."""

    _count = 0

    def __init__(self, window: Any, x: float, y: float) -> None:
        Finger._count += 1
        size = window.system_size
        super().__init__("finger", f"finger-{Finger._count}", {"x": x / max(1.0, size[0] - 1), "y": y / max(1.0, size[1] - 1)},
                         is_touch=True, type_id="touch")
        self._window = window

    def depack(self, args: dict[str, float]) -> None:
        self.sx, self.sy = args["x"], args["y"]
        self.profile = ["pos"]
        super().depack(args)


def down(x: float, y: float) -> Finger:
    window = EventLoop.window
    finger = Finger(window, x, y)
    EventLoop.post_dispatch_input("begin", finger)
    return finger


def move(finger: Finger, x: float, y: float) -> None:
    size = finger._window.system_size
    finger.move({"x": x / max(1.0, size[0] - 1), "y": y / max(1.0, size[1] - 1)})
    EventLoop.post_dispatch_input("update", finger)


def up(finger: Finger) -> None:
    EventLoop.post_dispatch_input("end", finger)


def tap(x: float, y: float) -> None:
    up(down(x, y))


def press(window: KioskWindow, name: str) -> None:
    """Touch a choice, a key ("7", "delete"), a page ("page:after") or a cell of the bar by its name. KeyError if it is not
    on the screen."""
    tap(*window.where(name))
