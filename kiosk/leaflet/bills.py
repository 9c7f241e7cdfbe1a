"""Bills of water and power: whose, which one, and that it is paid. facts/journeys.md J16."""

from __future__ import annotations

from kiosk.leaflet.choices import DIGITS_DONE, LAST_LOOK_S, OK
from kiosk.prompts import Choice, Digits, Facts, Idle, Picker, Picture, Prompt, SlipShown, Slot, Step, Tone, Weight

ACCOUNT_DIGITS = 10


def whose_bills(*, by_number: bool = True) -> Prompt:
    """Her own, by her ID card; or any, by its account number where the centre allows it. And what became of one that she paid."""
    number = (Choice("bills_by_number"),) if by_number else ()
    choices = (Choice("my_bills", Weight.PRIMARY), *number, Choice("find_payment", Weight.QUIET))
    return Prompt("whose_bills" if by_number else "own_bills", step=Step.BILL, choices=choices, back=True)


def which_supplier() -> Prompt:
    kinds = (Choice("bill_water", value="W"), Choice("bill_power", value="E"))
    return Prompt("which_supplier", step=Step.BILL, choices=kinds, back=True)


def account_number() -> Prompt:
    return Prompt(
        "account_number", step=Step.BILL, contents=(Digits(ACCOUNT_DIGITS, ACCOUNT_DIGITS),), choices=(DIGITS_DONE,), back=True
    )


def finding_bills() -> Prompt:
    return Prompt("finding_bills", tone=Tone.BUSY, step=Step.BILL, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def choose_bill(rows: tuple[tuple[str, str], ...]) -> Prompt:
    """`rows`: (what the order names, what she reads)."""
    choices = tuple(Choice(f"bill_{number}", label=label, value=ref) for number, (ref, label) in enumerate(rows))
    return Prompt("choose_bill", step=Step.BILL, contents=(Picker(),), choices=choices, back=True)


def no_bills() -> Prompt:
    """Nothing is open. That is good news, where the number was right."""
    return Prompt("no_bills", tone=Tone.DONE, step=Step.BILL, picture=Picture.TICK, choices=(OK,))


def bill_paid(yuan: str, slip: SlipShown | None, facts: Facts, *, more: bool, receipt: bool) -> Prompt:
    """`more`: others are open. `receipt`: a sealed one can be printed here."""
    choices = [Choice("finish", Weight.PRIMARY)]
    choices += [Choice("pay_another")] if more else []
    choices += [Choice("print_receipt")] if receipt else []
    return Prompt(
        "bill_paid", tone=Tone.DONE, step=Step.TAKE_SLIP, lit=Slot.SLIP_EXIT if slip else None, params={"yuan": yuan},
        contents=(slip,) if slip else (facts,), choices=tuple(choices), idle=Idle.FIXED, seconds=LAST_LOOK_S,
    )  # fmt: skip
