"""A terminal's display without a window: what is shown is kept as the prompt it is, and touched by the name of a choice."""
from __future__ import annotations

from pathlib import Path

import trio

from kiosk.prompts import Answer, Look, Prompt
from tests.demo.citizen import Around, Visitor

TOUCHES_WAITING = 64


class HeadlessDisplay:
    """`kiosk.display.Display`, and as much of the window as tests/demo/citizen.py looks at."""

    def __init__(self) -> None:
        self._send, self.answers = trio.open_memory_channel[tuple[int, Answer]](TOUCHES_WAITING)
        self.shown: tuple[int, Prompt] | None = None
        self.names: list[str] = []                  # every screen there was, by name; nothing of a person
        self._typed = ""

    def present(self, showing: int, prompt: Prompt, look: Look) -> None:
        self.shown = (showing, prompt)
        if self.names[-1:] != [prompt.name]:
            self.names.append(prompt.name)

    def wipe(self) -> None:
        self.shown = None
        self._typed = ""

    def save(self, path: Path) -> None:
        """There is no picture of a display that draws nothing."""

    def touch(self, name: str) -> None:
        """A choice that is on the screen now, or a digit. Raises KeyError where it is not."""
        if self.shown is None:
            raise KeyError(name)
        showing, prompt = self.shown
        if name.isdigit():
            self._typed += name
            return
        chosen = next((choice for choice in prompt.choices if choice.name == name), None)
        if chosen is None:
            raise KeyError(f"{name} is not on {prompt.name}")
        self._send.send_nowait((showing, Answer(name, self._typed or chosen.value)))
        self._typed = ""

    def let_time_pass(self) -> None:
        """As if the seconds of a notice that goes by itself were over."""
        if self.shown is not None:
            self._send.send_nowait((self.shown[0], Answer("timeout")))


class InFrontOfNoScreen(Around):
    """A scripted citizen at a headless terminal."""

    def touch(self, name: str) -> None:
        self.window.touch(name)


class Passer(Visitor):
    """A visitor who keeps no pictures and waits for no fade."""

    async def _remember(self, prompt: Prompt) -> None:
        self._around.seen.append(prompt.name)
