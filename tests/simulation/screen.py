"""A screen without a window: what is shown now, and touches on it."""
from __future__ import annotations

import contextlib
from collections.abc import Callable

import trio

from kiosk.prompts import Answer, Look, Prompt
from tests.simulation.life import Life


class Screen:
    """`kiosk.display.Display` of one life of one terminal."""

    def __init__(self, life: Life, shown: Callable[[Prompt | None], None]) -> None:
        self._send, self.answers = trio.open_memory_channel[tuple[int, Answer]](16)
        self._life, self._shown = life, shown
        self._showing = 0

    def present(self, showing: int, prompt: Prompt, look: Look) -> None:
        self._life.check()
        self._showing = showing
        self._shown(prompt)

    def wipe(self) -> None:
        self._life.check()
        self._shown(None)

    def touch(self, answer: Answer) -> None:
        """A touch on what is shown now; a full queue loses it, as a window would."""
        with contextlib.suppress(trio.WouldBlock):
            self._send.send_nowait((self._showing, answer))
