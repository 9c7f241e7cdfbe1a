"""Home, out of service, recovery, the ID card and the question to the centre."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.leaflet.choices import OK
from kiosk.prompts import (
    Choice,
    Idle,
    Picture,
    Prompt,
    Slot,
    Step,
    Tiles,
    Tone,
    Weight,
)


def home(tiles: Sequence[str]) -> Prompt:
    """Tiles that work on this terminal now, what people want most first."""
    choices = tuple(Choice(name, Weight.PRIMARY if index == 0 else Weight.SECONDARY) for index, name in enumerate(tiles))
    return Prompt("home", picture=Picture.TERMINAL, contents=(Tiles(),), choices=choices, idle=Idle.MACHINE)


def out_of_service(reason: str, nearest: str = "") -> Prompt:
    return Prompt(
        "out_of_service", tone=Tone.PLAIN, picture=Picture.TOOLS, params={"reason": reason, "place": nearest}, idle=Idle.MACHINE
    )


def recovering() -> Prompt:
    return Prompt("recovering", tone=Tone.BUSY, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def card_at_exit_after_power_cut() -> Prompt:
    return Prompt(
        "power_back_card_at_exit",
        tone=Tone.ATTENTION,
        step=Step.TAKE,
        picture=Picture.CARD_OUT,
        lit=Slot.CARD_EXIT,
        idle=Idle.MACHINE,
    )


def goodbye() -> Prompt:
    return Prompt("goodbye", tone=Tone.DONE, picture=Picture.CARD_BACK, lit=Slot.ID_READER)


def privacy() -> Prompt:
    return Prompt(
        "privacy", picture=Picture.SHIELD, choices=(Choice("agree", Weight.PRIMARY), Choice("not_now", Weight.QUIET)), back=True
    )


def lay_id() -> Prompt:
    return Prompt("lay_id", tone=Tone.ATTENTION, step=Step.LAY_ID, picture=Picture.TERMINAL, lit=Slot.ID_READER, back=True)


def card_too_early() -> Prompt:
    return Prompt(
        "card_too_early", tone=Tone.ATTENTION, step=Step.LAY_ID, picture=Picture.TERMINAL, lit=Slot.ID_READER, back=True
    )


def take_id_back() -> Prompt:
    return Prompt("take_id_back", tone=Tone.DONE, step=Step.LAY_ID, picture=Picture.CARD_BACK, lit=Slot.ID_READER)


def card_unreadable() -> Prompt:
    return Prompt(
        "card_unreadable",
        tone=Tone.REFUSAL,
        step=Step.LAY_ID,
        picture=Picture.PERSON_AT_DESK,
        choices=(OK,),
        fault_code="P-102",
    )


def id_reader_away() -> Prompt:
    return Prompt("id_reader_away", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code="P-101")


def wrong_card_type() -> Prompt:
    return Prompt("wrong_card_type", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code="P-103")


def checking() -> Prompt:
    return Prompt("checking", tone=Tone.BUSY, step=Step.CHECK, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def centre_slow() -> Prompt:
    return Prompt("centre_slow", tone=Tone.BUSY, step=Step.CHECK, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def network_trying() -> Prompt:
    return Prompt(
        "network_trying",
        tone=Tone.BUSY,
        step=Step.CHECK,
        picture=Picture.HOURGLASS,
        idle=Idle.MACHINE,
        choices=(Choice("stop_here", Weight.QUIET),),
    )


def submit_failed() -> Prompt:
    """X8: nothing was sent, nothing is owed."""
    return Prompt("submit_failed", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code="P-301")
