"""The window in front of the citizen: shows prompts, and turns fingers into answers.

`start.prepare` must have run. Everything happens on Kivy's thread, which is trio's: no locks. One finger at a time; a
target answers on release, once, and only for the showing it was touched on.
"""
from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import trio
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.floatlayout import FloatLayout

from kiosk.front import Front, Screen
from kiosk.prompts import Answer, Digits, Look, Prompt
from kiosk.texts import Catalogue, catalogue
from kiosk.ui.compose import Frame, compose, rehearse
from kiosk.ui.letters import Letters
from kiosk.ui.paint import Stage
from kiosk.ui.pictured import Drawing
from kiosk.ui.sheet import Local, Sheet, Target
from kiosk.ui.theme import CALM, FADE_S, Palette
from kiosk.ui.views.digits import type_key

SETTLE_S = 0.3
"""A new sentence takes no touch for so long: the second half of a double tap must not decide it."""

AHEAD_EVERY_S = 0.05
EVERYBODYS = (Look(), Look(elder=False))
"""The looks that nearly everybody has: large until the age is known."""

MOST_WAITING_ANSWERS = 16

GESTURE_TOUCHES = 5
GESTURE_WITHIN_S = 4.0
GESTURE_CORNER_MM = 30.0
"""The technician's hidden gesture: five touches in the upper left corner within four seconds."""


class KioskWindow:
    """kiosk.display.Display on a Kivy window. `where` and `press`-like access by name are for scripted citizens."""

    def __init__(self, screen: Screen, front: Front, texts: Catalogue | None = None, *, settle_s: float = SETTLE_S,
                 palette: Palette = CALM) -> None:
        self._send, self.answers = trio.open_memory_channel[tuple[int, Answer]](MOST_WAITING_ANSWERS)
        self.settle_s = settle_s
        self._letters = Letters()
        self._frame = Frame(screen, front, texts or catalogue(), self._letters, palette)
        self.stage = Stage(self._letters, palette.plain.ground)
        self.root = FloatLayout()
        self.root.add_widget(self.stage)
        self.root.bind(on_touch_down=self._touch_down, on_touch_move=self._touch_move, on_touch_up=self._touch_up)
        self._showing = 0
        self._something_shown = trio.Event()
        self._prompt: Prompt | None = None
        self._look = Look()
        self._local = Local()
        self._finger: tuple[object, int, Target] | None = None
        self._answered = False
        self._shown_at = 0.0
        self._settled_at = 0.0
        self._corner: list[float] = []
        self._tick: Any = None
        self._fade: Any = None
        self.beats = 0               # Kivy's own clock moves it once a second: a screen that hangs moves nothing

    # -- Display -----------------------------------------------------------------------------------------------------

    def present(self, showing: int, prompt: Prompt, look: Look) -> None:
        """Show a prompt in place of what is shown. What was typed stays if the same question comes again."""
        before, same = self._prompt, self._prompt is not None and self._prompt.name == prompt.name
        if before != prompt:
            self._local = Local()
        self._showing, self._prompt, self._look = showing, prompt, look
        self._something_shown.set()
        self._answered = False
        self._finger = None
        now = Clock.get_time()
        self._shown_at = now
        if not same:
            self._settled_at = now + self.settle_s
        self._redraw()
        self._restart_tick()
        self._start_fade(fading=not same and not look.elder and before is not None)

    def wipe(self) -> None:
        """Forget the visit: sheet, textures, typed digits, the prompt. The window is plain paper until the next prompt."""
        self._prompt = None
        self._look = Look()
        self._local = Local()
        self._finger = None
        self._corner.clear()
        for event in (self._tick, self._fade):
            if event is not None:
                event.cancel()
        self._tick = self._fade = None
        self.stage.wipe()
        self._letters.wipe()
        Window.canvas.ask_update()

    async def draw_ahead(self, prompts: Iterable[Prompt], looks: Iterable[Look] = EVERYBODYS) -> None:
        """Draw the pictures of these prompts before somebody waits for them: after the first screen, one prompt after the
        other, in a thread, and none while a finger is on the glass. Ends when all are there."""
        prompts = tuple(prompts)
        waiting = deque((prompt, look) for look in looks for prompt in prompts)
        done: set[Drawing] = set()
        await self._something_shown.wait()
        while waiting:
            await trio.sleep(AHEAD_EVERY_S)
            if self._finger is None:
                for drawing in set(rehearse(self._frame, *waiting.popleft())) - done:
                    await trio.to_thread.run_sync(drawing.draw)
                    done.add(drawing)

    # -- running -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Draw and listen until cancelled, or until the window is closed."""
        from kivy.app import App

        class Terminal(App):
            def build(app) -> FloatLayout:  # noqa: N805
                return self.root

        Window.clearcolor = self._frame.palette.plain.ground
        app = Terminal()
        app.use_kivy_settings = False
        turning = Clock.schedule_interval(self._beat, 1.0)
        try:
            await app.async_run(async_lib="trio")
        finally:
            turning.cancel()
            app.stop()

    def _beat(self, _dt: float) -> None:
        self.beats += 1

    # -- for tests, the gallery and scripted citizens -------------------------------------------------------------------

    @property
    def sheet(self) -> Sheet | None:
        return self.stage.sheet

    @property
    def shown(self) -> tuple[int, Prompt] | None:
        return None if self._prompt is None else (self._showing, self._prompt)

    def where(self, name: str) -> tuple[float, float]:
        """Middle of a thing to touch, pixels of the window, y up. KeyError when it is not on the screen."""
        return self._target(name).box.centre

    def save(self, path: Path) -> None:
        """What is shown now, as a PNG at full size."""
        from kiosk.ui.shots import save_widget

        self.stage.veil(0.0)
        save_widget(self.stage, path)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _target(self, name: str) -> Target:
        sheet = self.stage.sheet
        for target in sheet.targets if sheet is not None else ():
            if target.name == name and target.enabled:
                return target
        raise KeyError(name)

    def _redraw(self) -> None:
        if self._prompt is None:
            return
        rendered = self._frame.texts.render(self._prompt, self._look.language)
        self.stage.paint(compose(self._frame, self._prompt, rendered, self._look, self._local))

    def _restart_tick(self) -> None:
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        if self.stage.sheet is not None and self.stage.sheet.lives:
            self._tick = Clock.schedule_interval(lambda _: self.stage.paint_live(Clock.get_time() - self._shown_at), 1.0)

    def _start_fade(self, *, fading: bool) -> None:
        if self._fade is not None:
            self._fade.cancel()
            self._fade = None
        self.stage.veil(0.0)
        if fading:
            self.stage.veil(1.0)
            self._fade = Clock.schedule_interval(self._fade_step, 0)

    def _fade_step(self, _: float) -> bool:
        alpha = 1.0 - (Clock.get_time() - self._shown_at) / FADE_S
        self.stage.veil(max(0.0, alpha))
        return alpha > 0

    def _touch_down(self, _: object, touch: Any) -> bool:
        now = Clock.get_time()
        self._gesture(touch, now)
        if self._finger is not None or now < self._settled_at:
            return True
        target = self.stage.at(touch.x, touch.y)
        if target is not None:
            self._finger = (touch.uid, self._showing, target)
            self.stage.press(target)
        return True

    def _touch_move(self, _: object, touch: Any) -> bool:
        if self._finger is not None and self._finger[0] == touch.uid:
            target = self._finger[2]
            self.stage.press(target if target.box.holds(touch.x, touch.y) else None)
        return True

    def _touch_up(self, _: object, touch: Any) -> bool:
        if self._finger is None or self._finger[0] != touch.uid:
            return True
        _, showing, target = self._finger
        self._finger = None
        self.stage.press(None)
        if showing == self._showing and self._prompt is not None and target.box.holds(touch.x, touch.y):
            self._act(target)
        return True

    def _act(self, target: Target) -> None:
        if isinstance(target.act, str):
            self._inside(target.act)
        elif target.kind == "bar":
            self._answer(target.act)
        elif not self._answered:
            self._answered = True
            self.stage.press(target)
            self._answer(target.act)

    def _answer(self, answer: Answer) -> None:
        try:
            self._send.send_nowait((self._showing, answer))
        except trio.WouldBlock:
            # Nobody reads the touches: the terminal is stuck, and its watchdog will know. More touches mean nothing.
            self._answered = False

    def _inside(self, act: str) -> None:
        """A page turned or a key pressed: the same showing, drawn anew."""
        what, _, key = act.partition(":")
        if what == "page":
            self._local.page += 1 if key == "after" else -1
        elif what == "key" and self._prompt is not None:
            asked = next(content for content in self._prompt.contents if isinstance(content, Digits))
            self._local.typed = type_key(asked, self._local.typed, key)
        self._redraw()

    def _gesture(self, touch: Any, now: float) -> None:
        sheet = self.stage.sheet
        if sheet is None or touch.x > sheet.mm(GESTURE_CORNER_MM) or touch.y < sheet.box.height - sheet.mm(GESTURE_CORNER_MM):
            self._corner.clear()
            return
        self._corner = [*(at for at in self._corner if now - at < GESTURE_WITHIN_S), now]
        if len(self._corner) >= GESTURE_TOUCHES:
            self._corner.clear()
            self._answer(Answer("operator"))
