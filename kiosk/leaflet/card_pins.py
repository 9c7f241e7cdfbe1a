"""The PIN of the citizen card: asked for, changed, and what is known of it when the card was pulled out (J20)."""

from __future__ import annotations

from kiosk.leaflet.choices import DIGITS_DONE, LAST_LOOK_S, OK
from kiosk.prompts import Choice, Content, Digits, Idle, Picture, Prompt, SlipShown, Slot, Step, Tone, Weight

FINISH = Choice("finish", Weight.PRIMARY)
LATER = Choice("later", Weight.QUIET)
SLOT = Slot.CITIZEN_CARD
DIGITS = 6                   # [A] of a citizen card's PIN


def old_pin(tries_left: int | None, *, wrong: bool = False) -> Prompt:
    """`old_pin_last`: one more wrong one locks it."""
    name = "old_pin_last" if tries_left == 1 else "old_pin_wrong" if wrong else "old_pin"
    return Prompt(
        name, tone=Tone.ATTENTION if tries_left == 1 else Tone.PLAIN, step=Step.NEW_PIN,
        params={} if tries_left is None else {"tries": str(tries_left)},
        contents=(Digits(DIGITS, DIGITS, hidden=True),), choices=(DIGITS_DONE,), back=True,
    )  # fmt: skip


def new_pin(name: str = "new_pin") -> Prompt:
    """`new_pin`, `new_pin_again`."""
    return Prompt(
        name, step=Step.NEW_PIN, contents=(Digits(DIGITS, DIGITS, hidden=True),), choices=(DIGITS_DONE,), back=True
    )


def pin_too_simple(why: str) -> Prompt:
    return Prompt("pin_too_simple", step=Step.NEW_PIN, picture=Picture.SHIELD, params={"pin_why": why}, choices=(OK,))


def pins_differ() -> Prompt:
    return Prompt("pins_differ", step=Step.NEW_PIN, picture=Picture.QUESTION, choices=(OK,))


def working(name: str = "changing_pin") -> Prompt:
    """`changing_pin`, `finding_pin`. The card stays in."""
    return Prompt(name, tone=Tone.BUSY, step=Step.NEW_PIN, picture=Picture.TERMINAL, lit=SLOT, idle=Idle.MACHINE)


def pin_locked(*, can_reset: bool) -> Prompt:
    choices = (Choice("unlock_now", Weight.PRIMARY), LATER) if can_reset else (OK,)
    return Prompt(
        "pin_locked", tone=Tone.REFUSAL, picture=Picture.SHIELD if can_reset else Picture.PERSON_AT_DESK,
        params={"here": "yes"} if can_reset else {}, choices=choices, fault_code="P-434",
    )  # fmt: skip


def ended(name: str, slip: SlipShown | None) -> Prompt:
    """`pin_changed`, `pin_was_reset`: the last screen."""
    shown: tuple[Content, ...] = (slip,) if slip else ()
    return Prompt(
        name, tone=Tone.DONE, step=Step.TAKE_CARD, picture=Picture.TICK if slip is None else Picture.NONE,
        lit=None if slip is None else Slot.SLIP_EXIT, contents=shown, choices=(FINISH,), idle=Idle.FIXED, seconds=LAST_LOOK_S,
    )  # fmt: skip


def pin_not_changed(*, again: bool) -> Prompt:
    choices = (Choice("try_again", Weight.PRIMARY), LATER) if again else (FINISH,)
    return Prompt("pin_not_changed", tone=Tone.ATTENTION, step=Step.NEW_PIN, picture=Picture.QUESTION, choices=choices)


def pin_not_known() -> Prompt:
    """Nobody knows which of the two it is; what helps."""
    return Prompt(
        "pin_not_known", tone=Tone.ATTENTION, step=Step.NEW_PIN, picture=Picture.QUESTION, choices=(FINISH,), fault_code="P-438"
    )
