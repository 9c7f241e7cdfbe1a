"""The yearly certification of people of 80 and more."""

from __future__ import annotations

from datetime import date

from kiosk.leaflet.choices import LAST_LOOK_S
from kiosk.prompts import Choice, Facts, Idle, Picture, Prompt, SlipShown, Slot, Step, Tone, Weight, spoken_date


def certify_who() -> Prompt:
    """Is she here herself, or has somebody brought her ID card?"""
    return Prompt(
        "certify_who",
        step=Step.CHECK,
        picture=Picture.QUESTION,
        choices=(Choice("here_myself", Weight.PRIMARY), Choice("cannot_come")),
        back=True,
    )


def certified(next_from: date, next_until: date, slip: SlipShown | None) -> Prompt:
    return Prompt(
        "certified",
        tone=Tone.DONE,
        step=Step.CERTIFY,
        picture=Picture.TICK if slip is None else Picture.NONE,
        lit=None if slip is None else Slot.SLIP_EXIT,
        params={"from": spoken_date(next_from), "until": spoken_date(next_until)},
        contents=(slip,) if slip else (),
        choices=(Choice("finish", Weight.PRIMARY),),
        idle=Idle.FIXED,
        seconds=LAST_LOOK_S,
    )


def home_visit_offer(address: str) -> Prompt:
    """`address` masked; "" where none is known."""
    return Prompt(
        "home_visit_offer",
        step=Step.CHECK,
        picture=Picture.HOUSE,
        contents=(Facts((("home", address),)),) if address else (),
        choices=(Choice("ask_visit", Weight.PRIMARY), Choice("not_now", Weight.QUIET)),
        back=True,
    )


def home_visit_asked(until: date, visit_no: str, slip: SlipShown | None) -> Prompt:
    return Prompt(
        "home_visit_asked",
        tone=Tone.DONE,
        step=Step.CERTIFY,
        picture=Picture.HOUSE if slip is None else Picture.NONE,
        lit=None if slip is None else Slot.SLIP_EXIT,
        params={"until": spoken_date(until), "number": visit_no},
        contents=(slip,) if slip else (),
        choices=(Choice("finish", Weight.PRIMARY),),
        idle=Idle.FIXED,
        seconds=LAST_LOOK_S,
    )
