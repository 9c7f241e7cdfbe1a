"""`python -m tests.bench.touches --screens N --told FILE`: a finger on the primary choice of one screen after the other, and
how long until the next one is drawn. The terminal's own window and conversation, real touch events, the reference screen."""
from __future__ import annotations

import argparse
import json
import time
from itertools import cycle
from pathlib import Path
from random import Random

import trio

from kiosk import leaflet
from kiosk.conversation import Conversation, Patience
from kiosk.display import Silence
from kiosk.front import Screen, reference_front
from kiosk.prompts import Digits, Prompt
from tests.hall.process import die_with_parent

PORTRAIT = Screen(1080, 1920, 27.0)
AFTER_SETTLING_S = 0.35
FRAME_S = 1 / 60
GIVES_UP_S = 10.0


def screens() -> list[Prompt]:
    """Everything a citizen is asked, as the gallery has it, but the key pad (its digits are no new screen)."""
    from tests.kiosk.ui.showroom import SAMPLES

    return [
        prompt for prompt in SAMPLES.values()
        if prompt.choices and not any(isinstance(content, Digits) for content in prompt.contents)
    ]  # fmt: skip


async def measure(count: int) -> list[float]:
    """Milliseconds from the touch to the next screen."""
    from kiosk.ui.start import prepare

    prepare(PORTRAIT)
    from kivy.core.window import Window
    from kivy.graphics.opengl import glReadPixels

    from kiosk.ui.window import KioskWindow
    from tests.bench.first_frame import complete
    from tests.touch import press

    window = KioskWindow(PORTRAIT, reference_front(PORTRAIT))
    talk = Conversation(window, Silence(), Patience(), lambda name: None)
    drawn = trio.Event()
    showing, at = 0, 0.0

    def flipped(*_: object) -> None:
        nonlocal showing, at
        if window.shown is not None and window.shown[0] > showing:
            complete(glReadPixels)
            showing, at = window.shown[0], time.perf_counter()
            drawn.set()

    async def journey() -> None:
        for prompt in cycle(screens()):
            await talk.ask(prompt)

    taken: list[float] = []
    random = Random(1)
    Window.bind(on_flip=flipped)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(window.run)
        nursery.start_soon(talk.listen)
        nursery.start_soon(journey)
        with trio.fail_after(GIVES_UP_S):
            await drawn.wait()
        await window.draw_ahead(leaflet.usual_prompts(("senior_card", "my_matters")))     # as kiosk/serving.py has it
        for _ in range(count):
            await trio.sleep(AFTER_SETTLING_S + random.random() * FRAME_S)
            drawn = trio.Event()
            touched = time.perf_counter()
            assert window.shown is not None
            press(window, window.shown[1].choices[0].name)
            with trio.fail_after(GIVES_UP_S):
                await drawn.wait()
            taken.append((at - touched) * 1000)
        nursery.cancel_scope.cancel()
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.touches")
    parser.add_argument("--screens", type=int, required=True)
    parser.add_argument("--told", type=Path, required=True)
    asked = parser.parse_args()
    die_with_parent()
    asked.told.write_text(json.dumps(trio.run(measure, asked.screens)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
