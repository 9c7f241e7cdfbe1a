"""What it costs, how to pay, and what has become of the money. facts/journeys.md J16, X10 to X12."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.leaflet.choices import OK
from kiosk.prompts import Choice, Claim, Idle, Picture, Prompt, Slot, Step, Tone, ToPay, Weight

MANY_WAYS = 3
OTHER_WAY = Choice("pay_other_way", Weight.QUIET)


def pay_amount(to_pay: ToPay, ways: Sequence[Choice], name: str = "pay_amount") -> Prompt:
    """Amount and payee first; nothing is ordered before she says how. `ways`: what is possible here and now, the usual one
    first. `pay_amount_changed`: it is not any more what she saw. With many ways only 返回 says no: a fourth
    button has no room."""
    usual, *others = ways
    no = (Choice("not_now", Weight.QUIET),) if len(ways) < MANY_WAYS else ()
    return Prompt(
        name, params={"yuan": to_pay.yuan}, step=Step.CHECK, contents=(to_pay,), back=True,
        choices=(usual, *others, *no),
    )  # fmt: skip


def pay_waived(to_pay: ToPay) -> Prompt:
    """The centre waives the fee: nothing is to be paid, and she hears it."""
    return Prompt("pay_waived", step=Step.CHECK, tone=Tone.DONE, picture=Picture.TICK, choices=(OK,))


def pay_preparing(to_pay: ToPay) -> Prompt:
    return Prompt("pay_preparing", tone=Tone.BUSY, step=Step.CHECK, contents=(to_pay,), idle=Idle.MACHINE)


def pay_now(to_pay: ToPay) -> Prompt:
    """The code is on the screen; she has her phone in her hand."""
    return Prompt(
        "pay_now", params={"yuan": to_pay.yuan}, tone=Tone.ATTENTION, step=Step.CHECK, contents=(to_pay,), idle=Idle.MACHINE,
        choices=(Choice("stop_paying", Weight.QUIET),),
    )  # fmt: skip


# -- the code on her phone -------------------------------------------------------------------------------------------

def show_phone_code(to_pay: ToPay, *, again: bool = False) -> Prompt:
    """`again`: what the scanner read was no payment code, or is not good any more."""
    return Prompt(
        "phone_code_again" if again else "show_phone_code", params={"yuan": to_pay.yuan}, tone=Tone.ATTENTION, step=Step.CHECK,
        picture=Picture.TERMINAL, lit=Slot.SCANNER, choices=(OTHER_WAY,), back=True,
    )  # fmt: skip


def scanner_away() -> Prompt:
    return Prompt(
        "scanner_away", tone=Tone.ATTENTION, step=Step.CHECK, picture=Picture.QUESTION, choices=(OK,), fault_code="P-413"
    )


def confirm_on_phone(to_pay: ToPay) -> Prompt:
    """The phone's code was read; its owner may have to say yes on it."""
    return Prompt(
        "confirm_on_phone", params={"yuan": to_pay.yuan}, tone=Tone.ATTENTION, step=Step.CHECK, contents=(to_pay,),
        idle=Idle.MACHINE, choices=(Choice("stop_paying", Weight.QUIET),),
    )  # fmt: skip


# -- her citizen card's purse ----------------------------------------------------------------------------------------

def paying_by_card(to_pay: ToPay) -> Prompt:
    """The card stays in."""
    return Prompt(
        "paying_by_card", params={"yuan": to_pay.yuan}, tone=Tone.BUSY, step=Step.CHECK, picture=Picture.TERMINAL,
        lit=Slot.CITIZEN_CARD, idle=Idle.MACHINE,
    )  # fmt: skip


def purse_short(to_pay: ToPay, balance: str) -> Prompt:
    return Prompt(
        "purse_short", params={"yuan": to_pay.yuan, "balance": balance}, tone=Tone.ATTENTION, step=Step.CHECK,
        contents=(to_pay,), choices=(Choice("top_up_now", Weight.PRIMARY), OTHER_WAY),
    )  # fmt: skip


def earlier_purchase(name: str, yuan: str) -> Prompt:
    """`earlier_purchase_paid`: found out now, the card had been debited. `earlier_purchase_not_paid`: it had not."""
    return Prompt(name, tone=Tone.DONE, params={"yuan": yuan}, picture=Picture.TICK, choices=(OK,))


def money_for_the_card(yuan: str) -> Prompt:
    """What she paid with this card comes back onto it."""
    return Prompt(
        "money_for_the_card", tone=Tone.ATTENTION, params={"yuan": yuan}, picture=Picture.QUESTION,
        choices=(Choice("load_it_now", Weight.PRIMARY), Choice("later", Weight.QUIET)),
    )  # fmt: skip


# -- how it stands ---------------------------------------------------------------------------------------------------

def pay_asking(to_pay: ToPay) -> Prompt:
    """Whether she has paid cannot be heard now. X11."""
    return Prompt("pay_asking", tone=Tone.BUSY, step=Step.CHECK, contents=(to_pay,), idle=Idle.MACHINE)


def pay_closing() -> Prompt:
    return Prompt("pay_closing", tone=Tone.BUSY, step=Step.CHECK, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def pay_over(name: str, refund_words: str = "") -> Prompt:
    """`pay_cancelled`, `pay_expired`, `pay_not_taken`: closed for certain. `pay_refunding`: she had paid all the same, and it
    goes back."""
    return Prompt(
        name, tone=Tone.DONE if name == "pay_refunding" else Tone.PLAIN,
        picture=Picture.QUESTION if name == "pay_not_taken" else Picture.TICK,
        params={"refund": refund_words} if refund_words else {}, choices=(OK,),
    )  # fmt: skip


def paid_not_made(yuan: str, *, again: bool) -> Prompt:
    """Paid for, and it did not come about. What is not possible now is not offered."""
    try_again = (Choice("try_again", Weight.PRIMARY),) if again else ()
    return Prompt(
        "paid_not_made", tone=Tone.ATTENTION, step=Step.MAKE, picture=Picture.QUESTION, params={"yuan": yuan},
        choices=(*try_again, Choice("refund_now", Weight.SECONDARY if again else Weight.PRIMARY), Choice("later")),
        fault_code="P-411",
    )  # fmt: skip


def paid_kept(yuan: str, claim: Claim) -> Prompt:
    """She leaves it open: money and matter wait for her ID card."""
    return Prompt(
        "paid_kept", tone=Tone.ATTENTION, contents=(claim,), params={"yuan": yuan}, choices=(Choice("finish", Weight.PRIMARY),)
    )
