"""`python -m tests.bench.first_frame --started T --told FILE --config FILE`: the kiosk as `./run kiosk` starts it, ended as soon
as its first screen is drawn."""
from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

import kiosk.ui.start
from main import main as the_door
from tests.hall.process import die_with_parent


def end_with_the_first_screen(started: float, told: Path) -> None:
    """Once Kivy is configured: the first frame with a prompt on it, complete on the (software) graphics card, is the end."""
    from kivy.core.window import Window
    from kivy.graphics.opengl import glReadPixels

    from kiosk.prompts import Look, Prompt
    from kiosk.ui.window import KioskWindow

    present = KioskWindow.present
    shown: list[str] = []

    def presented(self: KioskWindow, showing: int, prompt: Prompt, look: Look) -> None:
        present(self, showing, prompt, look)
        shown.append(prompt.name)

    def flipped(*_: Any) -> None:
        if shown:
            complete(glReadPixels)
            told.write_text(f"{time.monotonic() - started} {shown[0]}")
            os._exit(0)

    KioskWindow.present = presented     # type: ignore[method-assign]
    Window.bind(on_flip=flipped)


def complete(read_pixels: Any) -> None:
    """Waits until everything drawn so far is there."""
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE

    read_pixels(0, 0, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.first_frame")
    parser.add_argument("--started", type=float, required=True, help="time.monotonic() when this process was started")
    parser.add_argument("--told", type=Path, required=True)
    parser.add_argument("--config", required=True)
    asked = parser.parse_args()
    die_with_parent()
    prepare = kiosk.ui.start.prepare

    def prepared(*arguments: Any, **more: Any) -> Any:
        screen = prepare(*arguments, **more)
        end_with_the_first_screen(asked.started, asked.told)
        return screen

    kiosk.ui.start.prepare = prepared
    return the_door(["kiosk", "--config", asked.config, "--alone"])


if __name__ == "__main__":
    raise SystemExit(main())
