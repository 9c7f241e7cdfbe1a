"""The panel's window: one widget that paints a sheet and passes fingers on. `prepare` comes before any import of Kivy."""
from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import trio

from tests.bench_panel.compose import compose
from tests.bench_panel.hands import LOOK_EVERY_S, Hands, Snapshot
from tests.bench_panel.sheet import Fill, Picture, Sheet, Tap, Text

IDEOGRAPH_CENTRE = 0.38  # of the em above the base line, Noto Sans SC
SHADE = 0.09, 0.14, 0.23, 0.18


def prepare(width: int, height: int, left: int | None, top: int | None) -> None:
    """Configure Kivy for a window of this size and place, pixels of the desktop."""
    for name in ("KIVY_NO_ARGS", "KIVY_NO_FILELOG", "KIVY_NO_CONSOLELOG"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("KIVY_HOME", tempfile.mkdtemp(prefix="panel-kivy-"))
    for name in ("KIVY_METRICS_DENSITY", "KIVY_METRICS_FONTSCALE"):
        os.environ.setdefault(name, "1")
    from kivy.config import Config

    placed = {} if left is None or top is None else {"position": "custom", "left": left, "top": top}
    for key, value in {"width": width, "height": height, "resizable": 1, "maxfps": 30, "multisamples": 0, **placed}.items():
        Config.set("graphics", key, value)
    Config.set("kivy", "exit_on_escape", "0")
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")


class Panel:
    def __init__(self, folder: Path) -> None:
        from kivy.uix.widget import Widget

        from kiosk.ui import letters

        self._hands = Hands(folder)
        self._letters = letters.Letters()
        self._snapshot = Snapshot()
        self._sheet: Sheet | None = None
        self._pressed: Tap | None = None
        self._textures: dict[Path, Any] = {}
        self.root = Widget()
        self.root.bind(size=lambda *_: self._paint(), on_touch_down=self._down, on_touch_up=self._up)
        self._send, self._wishes = trio.open_memory_channel[Tap](16)

    async def run(self, shot: Path | None = None) -> None:
        """Until the window is closed. `shot`: save a picture of the first full view and go."""
        from kivy.app import App
        from kivy.core.window import Window

        class BenchPanel(App):  # type: ignore[misc]  # Kivy has no types
            title = "台架 bench panel"

            def build(app) -> Any:  # noqa: N805
                return self.root

        Window.clearcolor = (0.89, 0.91, 0.94, 1)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._look_for_ever)
            nursery.start_soon(self._do_for_ever)
            if shot is not None:
                nursery.start_soon(partial(self._shoot, shot, nursery.cancel_scope))
            await BenchPanel().async_run(async_lib="trio")
            nursery.cancel_scope.cancel()

    async def _look_for_ever(self) -> None:
        while True:
            await self._look()
            await trio.sleep(LOOK_EVERY_S)

    async def _look(self) -> None:
        snapshot = await self._hands.look()
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self._paint()

    async def _do_for_ever(self) -> None:
        async for tap in self._wishes:
            if tap.terminal:
                self._hands.terminal = tap.terminal
            for wish in tap.acts:
                await self._hands.do(wish)
            await self._look()

    async def _shoot(self, path: Path, scope: trio.CancelScope) -> None:
        while not (self._snapshot.machines and self._snapshot.network):  # noqa: ASYNC110
            await trio.sleep(LOOK_EVERY_S)
        await trio.sleep(LOOK_EVERY_S)
        self.root.export_to_png(str(path))
        scope.cancel()

    # Touch: on release, on the same thing

    def _at(self, touch: Any) -> Tap | None:
        taps = self._sheet.taps if self._sheet else []
        return next((tap for tap in reversed(taps) if tap.box.holds(touch.x, touch.y)), None)

    def _down(self, _root: Any, touch: Any) -> bool:
        if not touch.is_mouse_scrolling:
            self._pressed = self._at(touch)
            self._paint()
        return True

    def _up(self, _root: Any, touch: Any) -> bool:
        tap, self._pressed = self._pressed, None
        if tap is not None and tap.box.holds(touch.x, touch.y):
            try:
                self._send.send_nowait(tap)
            except trio.WouldBlock:
                return True  # sixteen wishes wait already: the hall hangs, and the foot of the panel says so
        self._paint()
        return True

    # Paint

    def _paint(self) -> None:
        from kivy.graphics import Color

        width, height = self.root.size
        if width < 200 or height < 200:
            return
        self._sheet = compose(self._snapshot, width, height, self._letters.width)
        canvas = self.root.canvas
        canvas.clear()
        for element in self._sheet.elements:
            if isinstance(element, Fill):
                self._fill(canvas, element)
            elif isinstance(element, Text):
                self._text(canvas, element)
            else:
                self._picture(canvas, element)
        if self._pressed is not None:
            canvas.add(Color(*SHADE))
            canvas.add(_rounded(self._pressed.box, self._pressed.radius))

    def _fill(self, canvas: Any, fill: Fill) -> None:
        from kivy.graphics import Color, Line

        canvas.add(Color(*_rgb(fill.colour)))
        if not fill.line:
            canvas.add(_rounded(fill.box, fill.radius))
            return
        box, half = fill.box, fill.line / 2
        inner = (box.x + half, box.y + half, box.width - fill.line, box.height - fill.line, max(0.1, fill.radius - half))
        canvas.add(Line(rounded_rectangle=inner, width=max(1.0, half)))

    def _text(self, canvas: Any, text: Text) -> None:
        from kivy.graphics import Color, Rectangle

        runs = self._letters.line(text.text, text.size, text.bold)
        x: float = round(text.box.x + (text.box.width - sum(run.width for run in runs)) * text.align)
        base = round(text.box.centre[1] - IDEOGRAPH_CENTRE * text.size)
        canvas.add(Color(*_rgb(text.colour)))
        for run in runs:
            lowest = round(base - (run.height - run.ascent))
            canvas.add(Rectangle(texture=run.texture, pos=(x, lowest), size=(run.width, run.height)))
            x += run.width

    def _picture(self, canvas: Any, picture: Picture) -> None:
        from kivy.core.image import Image
        from kivy.graphics import Color, Rectangle

        if picture.path not in self._textures:
            try:
                self._textures[picture.path] = Image(str(picture.path), mipmap=True, nocache=True).texture
            except OSError:
                return  # still being written; the next look has it
        texture = self._textures[picture.path]
        box = picture.box.fitting(*texture.size)
        canvas.add(Color(1, 1, 1, 1))
        canvas.add(Rectangle(texture=texture, pos=(box.x, box.y), size=(box.width, box.height)))


def _rounded(box: Any, radius: float) -> Any:
    from kivy.graphics import Rectangle, SmoothRoundedRectangle

    if radius <= 0 or min(box.width, box.height) < 4:
        return Rectangle(pos=(box.x, box.y), size=(box.width, box.height))
    most = min(radius, box.width / 2, box.height / 2)
    return SmoothRoundedRectangle(pos=(box.x, box.y), size=(box.width, box.height), radius=[most])


def _rgb(colour: str) -> tuple[float, float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue, 1.0
