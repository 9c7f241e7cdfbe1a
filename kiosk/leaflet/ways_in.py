"""Home, out of service, recovery, the ID card and the question to the centre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kiosk.health.needs import CARD_NOW
from kiosk.health.offers import NotNow, Offered, Verdict
from kiosk.leaflet.choices import OK
from kiosk.leaflet.sign_in import OTHER_WAY
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


def home(tiles: Sequence[str], verdicts: Mapping[str, Verdict] | None = None) -> Prompt:
    """Tiles of this terminal, what people want most first, each where it always is: what is not possible now is greyed."""
    choices = tuple(tile(name, (verdicts or {}).get(name), first=index == 0) for index, name in enumerate(tiles))
    return Prompt("home", picture=Picture.TERMINAL, contents=(Tiles(),), choices=choices, idle=Idle.MACHINE)


def tile(name: str, verdict: Verdict | None, *, first: bool) -> Choice:
    if isinstance(verdict, NotNow):
        return Choice(name, note="not_now", why=verdict.reason, able=False)
    choice = Choice(name, Weight.PRIMARY if first else Weight.SECONDARY)
    if isinstance(verdict, Offered) and CARD_NOW in verdict.without:
        return replace(choice, note="by_mail", why=verdict.without[CARD_NOW])
    return choice


def not_now(reason: str, nearest: str = "") -> Prompt:
    """Somebody touched a greyed tile: why, and where else."""
    picture = Picture.OTHER_MACHINE if nearest else Picture.PERSON_AT_DESK
    return Prompt("not_now", picture=picture, params={"reason": reason, "place": nearest}, choices=(OK,))


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


def lay_id(name: str = "lay_id", *, other_way: bool = False) -> Prompt:
    """`lay_id`, `card_too_early`. `other_way`: what she came for can be had without the ID card too."""
    return Prompt(
        name, tone=Tone.ATTENTION, step=Step.LAY_ID, picture=Picture.TERMINAL, lit=Slot.ID_READER, back=True,
        choices=(OTHER_WAY,) if other_way else (),
    )  # fmt: skip


def card_too_early(*, other_way: bool = False) -> Prompt:
    return lay_id("card_too_early", other_way=other_way)


def take_id_back() -> Prompt:
    return Prompt("take_id_back", tone=Tone.DONE, step=Step.LAY_ID, picture=Picture.CARD_BACK, lit=Slot.ID_READER)


def card_unreadable(*, other_way: bool = False) -> Prompt:
    return Prompt(
        "card_unreadable",
        tone=Tone.REFUSAL,
        step=Step.LAY_ID,
        picture=Picture.PERSON_AT_DESK,
        choices=(Choice("other_way_instead", Weight.PRIMARY), OK.quiet()) if other_way else (OK,),
        fault_code="P-102",
    )


def id_reader_away(*, other_way: bool = False) -> Prompt:
    choices = (Choice("other_way_instead", Weight.PRIMARY), OK.quiet()) if other_way else (OK,)
    return Prompt("id_reader_away", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=choices, fault_code="P-101")


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
