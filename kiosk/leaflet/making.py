"""The application on its way, the card being made, the slot, the slip, and what is owed."""

from __future__ import annotations

from dataclasses import replace

from kiosk.leaflet.choices import LAST_LOOK_S
from kiosk.prompts import (
    Choice,
    Claim,
    Content,
    Facts,
    Idle,
    Picture,
    Progress,
    Prompt,
    SlipShown,
    Slot,
    Step,
    Tone,
    Weight,
)


def submitting() -> Prompt:
    return Prompt("submitting", tone=Tone.BUSY, step=Step.CHECK, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def progress(work: Progress, claim: Claim, *, may_cancel: bool) -> Prompt:
    contents: tuple[Content, ...] = (work, claim)
    return Prompt(
        "progress",
        tone=Tone.BUSY,
        step=Step.MAKE,
        contents=contents,
        idle=Idle.MACHINE,
        choices=(Choice("cancel", Weight.QUIET),) if may_cancel else (),
    )


def cancelling() -> Prompt:
    return Prompt("cancelling", tone=Tone.BUSY, step=Step.MAKE, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def take_card() -> Prompt:
    return Prompt(
        "take_card", tone=Tone.ATTENTION, step=Step.TAKE, picture=Picture.CARD_OUT, lit=Slot.CARD_EXIT, idle=Idle.MACHINE
    )


def taking_back() -> Prompt:
    """The card did not come out well: the machine takes it back, and that is not her doing."""
    return Prompt("taking_back", tone=Tone.BUSY, step=Step.MAKE, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def keeping() -> Prompt:
    """She did not take it in time: it is drawn in and kept for her."""
    return Prompt("keeping", tone=Tone.BUSY, step=Step.TAKE, picture=Picture.KEPT, idle=Idle.MACHINE)


def registering() -> Prompt:
    return Prompt("registering", tone=Tone.DONE, step=Step.TAKE, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def done(name: str, slip: SlipShown | None) -> Prompt:
    """`done`, `done_registering`, `slip_copy_printed`: it is over; with a slip, take it."""
    return Prompt(
        name,
        tone=Tone.DONE,
        step=Step.TAKE,
        picture=Picture.TICK if slip is None else Picture.NONE,
        lit=None if slip is None else Slot.SLIP_EXIT,
        params={} if slip is None else {"slip": "out"},
        contents=(slip,) if slip else (),
        choices=(Choice("finish", Weight.PRIMARY),),
        idle=Idle.FIXED,
        seconds=LAST_LOOK_S,
    )


def settled(name: str) -> Prompt:
    """`withdrawn`, `loss_reported`: it is over, and no paper comes."""
    return replace(done(name, None), step=None)


def slip_no_paper(facts: Facts) -> Prompt:
    return Prompt("slip_no_paper", tone=Tone.ATTENTION, contents=(facts,), choices=(Choice("remembered", Weight.PRIMARY),))


def mailed(hours: int, order: str, slip: SlipShown | None) -> Prompt:
    return Prompt(
        "mailed",
        tone=Tone.DONE,
        step=Step.TAKE,
        picture=Picture.ENVELOPE,
        lit=None if slip is None else Slot.SLIP_EXIT,
        params={"hours": str(hours), "order": order},
        contents=(slip,) if slip else (),
        choices=(Choice("finish", Weight.PRIMARY),),
        idle=Idle.FIXED,
        seconds=LAST_LOOK_S,
    )


def not_made_choose(*, again: bool, spoiled: bool, mail: bool = True) -> Prompt:
    """Another blank now, by mail (where it can be had so), or later at any terminal. What is not possible now is not offered."""
    again_now = (Choice("again", Weight.PRIMARY),) if again else ()
    by_mail = (Choice("mail_instead", Weight.SECONDARY if again else Weight.PRIMARY),) if mail else ()
    return Prompt(
        "spoiled_choose" if spoiled else "not_made_choose",
        tone=Tone.ATTENTION,
        step=Step.MAKE,
        picture=Picture.QUESTION,
        choices=(*again_now, *by_mail, Choice("later", Weight.SECONDARY if again or mail else Weight.PRIMARY)),
        fault_code="P-401",
    )


def with_claim(name: str, claim: Claim, *, picture: Picture = Picture.NONE, fault_code: str = "") -> Prompt:
    """`failed_claim`, `kept`, `submit_unknown`, `in_doubt`, `cancelled`: something is owed; ID card and words find it."""
    return Prompt(
        name,
        tone=Tone.ATTENTION,
        picture=picture,
        contents=(claim,),
        choices=(Choice("finish", Weight.PRIMARY),),
        fault_code=fault_code,
    )
