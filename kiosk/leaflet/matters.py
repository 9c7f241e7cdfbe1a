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
from remote.messages import Delivery


def open_case(days: int, delivery: Delivery, *, can_convert: bool, can_withdraw: bool) -> Prompt:
    choices = [Choice("convert_now", Weight.PRIMARY)] if can_convert else []
    other = "keep_mail" if delivery is Delivery.MAIL else OK.name
    choices.append(Choice(other, Weight.SECONDARY if can_convert else Weight.PRIMARY))
    choices += [Choice("withdraw", Weight.QUIET)] if can_withdraw else []
    return Prompt(
        "open_case",
        step=Step.CHECK,
        picture=Picture.ENVELOPE if delivery is Delivery.MAIL else Picture.MATTERS,
        params={"days": str(days), "delivery": delivery.value},
        choices=tuple(choices),
        back=True,
    )


def owed(submitted_on: date, *, here: bool, can_withdraw: bool) -> Prompt:
    """Approved and not made. `here`: this machine can make it now; by mail it can always come."""
    make = (Choice("produce_here", Weight.PRIMARY),) if here else ()
    withdraw = (Choice("withdraw", Weight.QUIET),) if can_withdraw else ()
    return Prompt(
        "owed" if here else "owed_not_here",
        step=Step.CHECK,
        picture=Picture.QUESTION,
        params={"date": spoken_date(submitted_on)},
        choices=(*make, Choice("mail_instead", Weight.SECONDARY if here else Weight.PRIMARY), Choice("later"), *withdraw),
        back=True,
    )


ELSEWHERE = {"kept_elsewhere": Picture.KEPT, "produced_elsewhere": Picture.OTHER_MACHINE}


def matter_elsewhere(name: str, place: str) -> Prompt:
    """`kept_elsewhere`, `in_doubt_elsewhere`, `produced_elsewhere`."""
    return Prompt(
        name,
        tone=Tone.PLAIN,
        picture=ELSEWHERE.get(name, Picture.PERSON_AT_DESK),
        params={"place": place},
        choices=(OK,) if name == "produced_elsewhere" else (OK, Choice("print_slip")),
    )


def my_matters_none(tail: str, *, may_report: bool, payments: bool = False) -> Prompt:
    """Nothing is open. With a live card (`tail`): a copy of its slip, and a loss report where her identity was checked.
    `payments`: she has paid for something with this ID card; a slip is good for what she paid without it."""
    slip = (Choice("print_slip"),) if tail else ()
    loss = (Choice("report_loss", Weight.QUIET),) if tail and may_report else ()
    money = (Choice("my_payments" if payments else "by_slip"),)
    return Prompt("my_matters_none", picture=Picture.MATTERS, params={"tail": tail}, choices=(OK, *money, *slip, *loss))


def sure(name: str, yes: str) -> Prompt:
    """`withdraw_confirm`, `loss_report_confirm`."""
    return Prompt(name, picture=Picture.QUESTION, choices=(Choice(yes, Weight.PRIMARY), Choice("leave_it")), back=True)
