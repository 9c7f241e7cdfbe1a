"""Between commands and the terminal's own life: who waits for the visit to be over, and what the terminal does then."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

import trio

from kiosk.cabinet.guide import Guide
from kiosk.commands.standing import Notice
from kiosk.prompts import Prompt
from kiosk.transaction.heart import Heart

LOOK_EVERY_S = 0.25
ENDS = {
    "power_cut": "closing_now", "power_cut_card_out": "closing_card_out", "power_cut_card_kept": "closing_card_kept",
}  # fmt: skip


class Again(Enum):
    PROGRAM = "program"
    HOST = "host"


class Calls:
    """`notice`: what is to stand on the home screen now."""

    def __init__(self) -> None:
        self.again: Again | None = None            # the terminal ends, and is started anew
        self.clear_out = False                     # the visit ends at its next question
        self.notice: Callable[[], Notice | None] = lambda: None
        self._changed = trio.Event()

    async def changed(self) -> None:
        await self._changed.wait()

    def tell(self) -> None:
        """A visit is over, or something above is not as it was."""
        self._changed.set()
        self._changed = trio.Event()

    async def ends_the_visit(self, heart: Heart, guide: Guide) -> None:
        """Returns once the visit is to end and nothing is under way: what the machine has begun it finishes."""
        while not (self.clear_out and not heart.busy and guide.waits_for_her):
            if self.clear_out:
                await trio.sleep(LOOK_EVERY_S)
            else:
                await self.changed()

    def on_home(self, home: Prompt) -> Prompt:
        notice = self.notice()
        if notice is None:
            return home
        return replace(home, params={**home.params, "notice": notice.text, "notice_en": notice.text_en or notice.text})


def as_closing(told: Prompt) -> Prompt:
    """What is told at a power cut about card and slip, in the words of a terminal that is being closed."""
    return replace(told, name=ENDS[told.name])
