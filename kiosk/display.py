"""The seam between the terminal and whatever shows it: the Kivy window, or a scripted citizen without a window."""
from __future__ import annotations

from typing import Protocol

import trio

from kiosk.prompts import Answer, Look, Prompt


class Display(Protocol):
    """Shows one prompt at a time. Touches arrive on `answers`; touches on a prompt that is no longer shown never arrive."""

    answers: trio.MemoryReceiveChannel[tuple[int, Answer]]   # (number of the showing it answers, answer)

    def present(self, showing: int, prompt: Prompt, look: Look) -> None:
        """Replace what is shown. `showing` counts up; answers carry it back."""

    def wipe(self) -> None:
        """Forget everything of the visit: textures, caches, clipboard, typed digits, references to prompts."""


class Voice(Protocol):
    """Says what is shown. Silence where there is no recording: better than a robot an old person cannot follow."""

    def say(self, prompt: Prompt, look: Look) -> None:
        """Interrupts what was being said."""

    def silence(self) -> None: ...


class Silence:
    """A voice that says nothing: terminals without a loudspeaker, and offscreen runs."""

    def say(self, prompt: Prompt, look: Look) -> None:
        """Nothing is said."""

    def silence(self) -> None:
        """Nothing was being said."""


class NoDisplay:
    """Nobody looks: recovery from the command line."""

    def __init__(self) -> None:
        self._send, self.answers = trio.open_memory_channel[tuple[int, Answer]](0)

    def present(self, showing: int, prompt: Prompt, look: Look) -> None:
        """Nobody sees it."""

    def wipe(self) -> None:
        """Nothing was shown."""
