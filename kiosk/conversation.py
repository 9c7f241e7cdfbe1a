"""Between the journeys and whatever shows them: who is asked, how long one waits, and the bottom bar, everywhere the same.

Time limits pause while the machine works (`Idle.MACHINE`); a question warns before it gives up, as often as she likes.
"""
from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import trio

from kiosk.display import Display, Voice
from kiosk.prompts import CARD_STEPS, Answer, Choice, Countdown, Idle, Levels, Look, Picture, Prompt, Step, Tone, Weight

LOUDEST = 4
RENEWED = Answer("renewed")  # instead of a touch: what is asked has changed on the screen


class WalkedAway(Exception):
    """Nobody answers any more, or she said that she leaves."""


@dataclass(frozen=True)
class Patience:
    """Seconds. facts/inclusion.md section 2; [A] 1:2 for the elder size."""

    idle_s: float = 60.0
    idle_elder_s: float = 120.0
    warning_s: float = 30.0
    volume_s: float = 15.0


class Conversation:
    def __init__(
        self, display: Display, voice: Voice, patience: Patience, on_help: Callable[[str], None], language: str = "zh_CN",
        window: str = "",
    ) -> None:
        """`window`: the counter's name where one is configured; without it the sentences say 服务台."""
        self._display = display
        self._voice = voice
        self._patience = patience
        self._on_help = on_help
        self._standing = {"window": window} if window else {}
        self._showing = 0
        self._shown: Prompt | None = None
        self._covered: Prompt | None = None          # a told prompt under "help is called" or "louder?"
        self._on_told: Callable[[Answer], None] | None = None
        self._asking: trio.MemorySendChannel[Answer] | None = None
        self._renewed: Prompt | None = None          # what the question that is asked now has become
        self._heard_from = 0                         # showings of it; touches on those before are dropped
        self.first_look = Look(language=language)
        self.look = self.first_look
        self.steps: tuple[Step, ...] = CARD_STEPS   # the row at the top, of the journey that is on

    @property
    def tone(self) -> Tone | None:
        """Of what stands on the screen: how a journey has ended is what its last screen says."""
        return self._shown.tone if self._shown is not None else None

    # -- for journeys ------------------------------------------------------------------------------------------------

    async def ask(self, prompt: Prompt) -> Answer:
        """Show and wait for an answer that means something to the journey. Raises WalkedAway."""
        self._renewed = None
        while True:
            answer = await self._one_answer(prompt, main=True)
            prompt = self._renewed or prompt
            if not await self._bar(answer, prompt):
                return answer
            prompt = self._renewed or prompt

    def renew(self, prompt: Prompt) -> None:
        """The question that is asked now has become this: on the screen at once, or once help or volume are closed above it.
        Whoever touches it in the same instant is heard, where it goes by the same name."""
        self._renewed = prompt
        if self._asking is not None:
            with contextlib.suppress(trio.WouldBlock):      # as many touches wait: one of them answers it
                self._asking.send_nowait(RENEWED)

    def tell(self, prompt: Prompt, on_answer: Callable[[Answer], None] | None = None) -> None:
        """Show without waiting; `on_answer` hears choices touched meanwhile. A cover (help, volume) stays until closed,
        or until she is asked to do something (take the card)."""
        self._on_told = on_answer
        if self._covered is not None and prompt.tone is not Tone.ATTENTION:
            self._covered = prompt
        else:
            self._covered = None
            self._present(prompt, speak=self._shown is None or self._shown.name != prompt.name)

    async def show_for(self, prompt: Prompt, seconds: float) -> None:
        """A short notice that goes by itself; a touch on one of its choices ends it sooner."""
        await self.ask(replace(prompt, idle=Idle.FIXED, seconds=seconds))

    def call_staff(self, prompt: str) -> None:
        """Somebody is wanted here, without her having to press anything."""
        self._on_help(prompt)

    def relax(self) -> None:
        """Everybody starts large; a younger person's screen relaxes once the age is known."""
        self.look = replace(self.look, elder=False)

    def wipe(self) -> None:
        """The visit is over: the next person starts large, in the house language, at the normal volume."""
        self.look = self.first_look
        self.steps = CARD_STEPS
        self._shown = self._covered = self._on_told = None
        self._voice.silence()
        self._display.wipe()

    # -- waiting -----------------------------------------------------------------------------------------------------

    async def _one_answer(self, prompt: Prompt, *, main: bool = False) -> Answer:
        """`main`: the question itself, which may be renewed, and not what covers it."""
        self._covered = self._on_told = None
        send, touches = trio.open_memory_channel[Answer](8)
        self._asking = send
        try:
            self._present(prompt, speak=True)
            while True:
                answer = await self._wait(touches, self._limit(prompt))
                if answer is RENEWED:
                    if main and self._renewed is not None:
                        before, prompt = prompt, self._renewed
                        self._present(prompt, speak=prompt.name != before.name, same=prompt.name == before.name)
                elif answer is not None:
                    return answer
                elif prompt.idle is Idle.FIXED:
                    return Answer("timeout")
                else:
                    await self._still_there(touches)
                    prompt = self._renewed if main and self._renewed is not None else prompt
                    self._present(prompt, speak=False)
        finally:
            self._asking = None

    def _limit(self, prompt: Prompt) -> float:
        match prompt.idle:
            case Idle.MACHINE:
                return float("inf")
            case Idle.FIXED:
                return prompt.seconds
            case Idle.WATCH:
                return self._patience.idle_elder_s if self.look.elder else self._patience.idle_s

    async def _wait(self, touches: trio.MemoryReceiveChannel[Answer], seconds: float) -> Answer | None:
        with trio.move_on_after(seconds):
            return await touches.receive()
        return None

    async def _still_there(self, touches: trio.MemoryReceiveChannel[Answer]) -> None:
        self._present(still_there(self._patience.warning_s), speak=True)
        answer = RENEWED
        with trio.move_on_after(self._patience.warning_s):
            while answer is RENEWED:
                answer = await touches.receive()
        if answer is RENEWED or answer.choice == "i_leave":
            raise WalkedAway

    # -- touches -----------------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Runs in the terminal's nursery: takes touches from the display, drops those on what is no longer shown."""
        async for showing, answer in self._display.answers:
            if not self._heard_from <= showing <= self._showing:
                continue
            if self._asking is not None:
                with contextlib.suppress(trio.WouldBlock):      # a hand that drums on the glass: one touch is enough
                    self._asking.send_nowait(answer)
            else:
                self._told(answer)

    def _told(self, answer: Answer) -> None:
        """A touch while the machine works and nobody is asked."""
        shown = self._shown
        if shown is None:
            return
        if self._covered is not None:
            self._turn_volume(answer)
            under, self._covered = self._covered, None
            self._present(under, speak=False)
        elif self._toggle(answer):
            self._present(shown, speak=answer.choice == "language")
        elif answer.choice in ("help", "repeat"):
            self._covered = shown
            self._present(self._cover(answer, shown), speak=True)
        elif self._on_told is not None:
            self._on_told(answer)

    async def _bar(self, answer: Answer, prompt: Prompt) -> bool:
        """Whether the answer was the bottom bar's, and has been seen to."""
        if self._toggle(answer):
            return True
        if answer.choice not in ("help", "repeat"):
            return False
        cover = self._cover(answer, prompt)
        if answer.choice == "repeat":
            self._voice.say(prompt, self.look)
        self._turn_volume(await self._one_answer(cover))
        return True

    def _cover(self, answer: Answer, prompt: Prompt) -> Prompt:
        if answer.choice == "help":
            self._on_help(prompt.name)
            return help_called()
        return volume(self.look.volume, self._patience.volume_s)

    def _toggle(self, answer: Answer) -> bool:
        match answer.choice:
            case "size":
                self.look = replace(self.look, elder=not self.look.elder)
            case "language":
                self.look = replace(self.look, language="en" if self.look.language == "zh_CN" else "zh_CN")
            case "seated":
                self.look = replace(self.look, seated=not self.look.seated)
            case _:
                return False
        return True

    def _turn_volume(self, answer: Answer) -> None:
        step = {"louder": 1, "quieter": -1}.get(answer.choice, 0)
        self.look = replace(self.look, volume=min(LOUDEST, max(0, self.look.volume + step)))

    def _present(self, prompt: Prompt, *, speak: bool, same: bool = False) -> None:
        """`same`: the question that is on the screen already, with something changed."""
        prompt = replace(prompt, params={**self._standing, **prompt.params}, steps=self.steps)
        self._showing += 1
        self._heard_from = self._heard_from if same else self._showing
        self._shown = prompt
        self._display.present(self._showing, prompt, self.look)
        if speak and prompt.name != "volume":
            self._voice.say(prompt, self.look)


def still_there(seconds: float) -> Prompt:
    return Prompt(
        "still_there", tone=Tone.ATTENTION, picture=Picture.QUESTION, contents=(Countdown(seconds),), idle=Idle.FIXED,
        seconds=seconds, choices=(Choice("i_am_here", Weight.PRIMARY), Choice("i_leave", Weight.QUIET)),
    )


def help_called() -> Prompt:
    return Prompt("help_called", picture=Picture.PERSON_AT_DESK, choices=(Choice("go_on", Weight.PRIMARY),))


def volume(chosen: int, seconds: float) -> Prompt:
    return Prompt(
        "volume", contents=(Levels(LOUDEST + 1, chosen),), idle=Idle.FIXED, seconds=seconds,
        choices=(Choice("heard", Weight.PRIMARY), Choice("louder"), Choice("quieter")),
    )
