"""What is open in her name."""

from __future__ import annotations

from datetime import date

from kiosk.leaflet.choices import OK
from kiosk.prompts import (
    Choice,
    Picture,
    Prompt,
    Step,
    Tone,
    Weight,
    spoken_date,
)


def open_case(days: int, *, can_convert: bool, can_withdraw: bool) -> Prompt:
    choices = [Choice("convert_now", Weight.PRIMARY)] if can_convert else []
    choices.append(Choice("keep_mail", Weight.SECONDARY if can_convert else Weight.PRIMARY))
    choices += [Choice("withdraw", Weight.QUIET)] if can_withdraw else []
    return Prompt(
        "open_case", step=Step.CHECK, picture=Picture.ENVELOPE, params={"days": str(days)}, choices=tuple(choices), back=True
    )


def owed(submitted_on: date, *, can_withdraw: bool) -> Prompt:
    choices = [Choice("produce_here", Weight.PRIMARY), Choice("later")]
    choices += [Choice("withdraw", Weight.QUIET)] if can_withdraw else []
    return Prompt(
        "owed",
        step=Step.CHECK,
        picture=Picture.QUESTION,
        params={"date": spoken_date(submitted_on)},
        choices=tuple(choices),
        back=True,
    )


def matter_elsewhere(name: str, place: str) -> Prompt:
    """`kept_elsewhere`, `in_doubt_elsewhere`, `produced_elsewhere`."""
    return Prompt(
        name,
        tone=Tone.PLAIN,
        picture=Picture.KEPT if name == "kept_elsewhere" else Picture.PERSON_AT_DESK,
        params={"place": place},
        choices=(OK,) if name == "produced_elsewhere" else (OK, Choice("print_slip")),
    )


def my_matters_none(*, has_card: bool, may_report: bool) -> Prompt:
    """Nothing is open. With a live card: a copy of its slip, and a loss report where her identity was checked."""
    slip = (Choice("print_slip"),) if has_card else ()
    loss = (Choice("report_loss", Weight.QUIET),) if has_card and may_report else ()
    return Prompt("my_matters_none", picture=Picture.SLIP, choices=(OK, *slip, *loss))


def sure(name: str, yes: str) -> Prompt:
    """`withdraw_confirm`, `loss_report_confirm`."""
    return Prompt(name, picture=Picture.QUESTION, choices=(Choice(yes, Weight.PRIMARY), Choice("leave_it")), back=True)
