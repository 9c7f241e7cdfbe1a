"""Between the conversation and the screen: what is lit on the screen is lit at the slot, and who forgets is called again.

A board that is away changes nothing here: wishes are kept by the driver until it answers.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import trio

from devices.cabinet.board import Colour, Lamp, Rate
from devices.cabinet.cabinet import Cabinet
from kiosk.display import Display, Voice
from kiosk.prompts import Answer, Idle, Look, Prompt, Slot, Tone

REMIND_EVERY_S = 10.0        # [A] how long something waits in a slot before she is called again
BEEPS = 3                    # facts/journeys.md 1.4: voice, light, 3 beeps
GREET_AGAIN_AFTER_S = 60.0   # [A] nobody is greeted twice for shifting from one foot to the other
EXITS = frozenset({Slot.CARD_EXIT, Slot.SLIP_EXIT, Slot.A4_EXIT})
ON_BATTERY = "on_battery"
"""Catalogue `note.on_battery`: said small while the machine finishes what it has begun."""


class Guide:
    """A `kiosk.display.Display` around another one. `cabinet` None: no lights, the rest is the same."""

    def __init__(self, display: Display, voice: Voice, cabinet: Cabinet | None, colours: Mapping[str, Colour]) -> None:
        self.answers: trio.MemoryReceiveChannel[tuple[int, Answer]] = display.answers
        self.shown: Prompt | None = None
        self.on_battery = False
        self._display, self._voice, self._cabinet, self._colours = display, voice, cabinet, colours
        self._look = Look()
        self._changed = trio.Event()
        self._greeted_at = float("-inf")

    @property
    def waits_for_her(self) -> bool:
        """A question, or a notice that goes by itself, is on the screen: the machine itself has nothing under way."""
        return self.shown is None or self.shown.idle is not Idle.MACHINE

    def present(self, showing: int, prompt: Prompt, look: Look) -> None:
        if prompt != self.shown:
            self.shown = prompt
            self._light(lights_for(prompt, self._colours))
            self._changed.set()
            self._changed = trio.Event()
        self._look = look
        if self.on_battery and not prompt.note and prompt.idle is Idle.MACHINE and prompt.tone is Tone.BUSY:
            prompt = replace(prompt, note=ON_BATTERY)
        self._display.present(showing, prompt, look)

    def wipe(self) -> None:
        self.shown = None
        self._light({})
        self._changed.set()
        self._changed = trio.Event()
        self._display.wipe()

    async def call_again(self) -> None:
        """Runs in the terminal's nursery: what lies in a slot too long is said, lit and beeped again."""
        while True:
            changed, waits = self._changed, self.shown
            if waits is None or not lies_in_a_slot(waits):
                await changed.wait()
                continue
            with trio.move_on_after(REMIND_EVERY_S):
                await changed.wait()
            if self.shown is waits:
                self._voice.say(waits, self._look)
                if self._cabinet is not None:
                    await self._cabinet.beep(BEEPS)

    def greet(self) -> None:
        """Somebody has stepped in front: home says itself."""
        now = trio.current_time()
        if self.shown is not None and self.shown.name == "home" and now - self._greeted_at >= GREET_AGAIN_AFTER_S:
            self._greeted_at = now
            self._voice.say(self.shown, self._look)

    def _light(self, lights: Mapping[str, Lamp]) -> None:
        if self._cabinet is not None:
            self._cabinet.light(lights)


def lights_for(prompt: Prompt, colours: Mapping[str, Colour]) -> dict[str, Lamp]:
    """The prompt's slot in the colour it has on the screen, blinking where it is her turn; all others off."""
    if prompt.lit is None:
        return {}
    rate = Rate.BLINKING if prompt.tone is Tone.ATTENTION else Rate.CONTINUOUS
    return {prompt.lit.value: Lamp(rate, colours.get(prompt.lit.value))}


def lies_in_a_slot(prompt: Prompt) -> bool:
    return prompt.lit in EXITS and prompt.tone is Tone.ATTENTION
