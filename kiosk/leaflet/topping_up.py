"""The citizen card in its slot: reading it, topping it up, and what became of the money. facts/journeys.md J18, J19, X1, X2."""

from __future__ import annotations

from dataclasses import replace

from kiosk.leaflet.choices import DIGITS_DONE, LAST_LOOK_S, OK
from kiosk.prompts import (
    Choice,
    Claim,
    Digits,
    Facts,
    Idle,
    Picture,
    Prompt,
    SlipShown,
    Slot,
    Step,
    Tone,
    Weight,
)

FINISH = Choice("finish", Weight.PRIMARY)
LATER = Choice("later", Weight.QUIET)
SLOT = Slot.CITIZEN_CARD


def insert_card(name: str = "insert_card") -> Prompt:
    """`insert_card`; `card_out_early`: it was taken out before it was read (X1)."""
    return Prompt(name, tone=Tone.ATTENTION, step=Step.INSERT_CARD, picture=Picture.TERMINAL, lit=SLOT, back=True)


def reading_card() -> Prompt:
    return Prompt("reading_card", tone=Tone.BUSY, step=Step.INSERT_CARD, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def card_no_good(name: str, fault_code: str) -> Prompt:
    """`citizen_card_unreadable` (X2), `not_citizen_card`, `card_slot_away`, `purse_full`, `card_pin_blocked`."""
    return Prompt(name, tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code=fault_code)


def take_citizen_card() -> Prompt:
    return Prompt("take_citizen_card", tone=Tone.ATTENTION, picture=Picture.CARD_OUT, lit=SLOT, idle=Idle.MACHINE)


# -- how much --------------------------------------------------------------------------------------------------------

def choose_amount(balance: str, yuan: tuple[int, ...]) -> Prompt:
    amounts = tuple(Choice(f"amount_{one}", value=str(one)) for one in yuan)
    return Prompt(
        "choose_amount", step=Step.AMOUNT, params={"balance": balance}, choices=(*amounts, Choice("amount_other")), back=True
    )


def other_amount(least: int, most: int) -> Prompt:
    return Prompt(
        "other_amount", step=Step.AMOUNT, params={"least": str(least), "most": str(most)},
        contents=(Digits(1, len(str(most)), unit="yuan"),), choices=(DIGITS_DONE,), back=True,
    )  # fmt: skip


def amount_not_possible(least: int, most: int) -> Prompt:
    return Prompt(
        "amount_not_possible", tone=Tone.ATTENTION, step=Step.AMOUNT, picture=Picture.QUESTION,
        params={"least": str(least), "most": str(most)}, choices=(OK,),
    )  # fmt: skip


def card_pin(tries_left: int | None) -> Prompt:
    params = {"tries": str(tries_left)} if tries_left is not None else {}
    return Prompt(
        "card_pin", step=Step.LOAD, params=params, contents=(Digits(6, 6, hidden=True),), choices=(DIGITS_DONE,), back=True
    )


# -- onto the card ---------------------------------------------------------------------------------------------------

def loading(name: str = "loading_card") -> Prompt:
    """`loading_card`; `finding_load`: what became of it is being found out. The card stays in."""
    return Prompt(name, tone=Tone.BUSY, step=Step.LOAD, picture=Picture.TERMINAL, lit=SLOT, idle=Idle.MACHINE)


def same_card_again(name: str = "same_card_again") -> Prompt:
    """`same_card_again`: it was pulled out; `other_card_in`: the one in the slot is not the one. The money is safe."""
    return Prompt(name, tone=Tone.ATTENTION, step=Step.LOAD, picture=Picture.TERMINAL, lit=SLOT, choices=(LATER,))


def topped_up(balance: str, slip: SlipShown | None) -> Prompt:
    """`balance` "" where it could not be read back any more."""
    return Prompt(
        "topped_up", tone=Tone.DONE, step=Step.TAKE_CARD, picture=Picture.TICK if slip is None else Picture.NONE,
        lit=None if slip is None else Slot.SLIP_EXIT, params={"balance": balance} if balance else {},
        contents=(slip,) if slip else (), choices=(FINISH,), idle=Idle.FIXED, seconds=LAST_LOOK_S,
    )  # fmt: skip


def load_open(name: str, claim: Claim, fault_code: str) -> Prompt:
    """`load_pending`: only her card can tell; any terminal goes on with it. `load_in_doubt`: people have to look."""
    return Prompt(name, tone=Tone.ATTENTION, step=Step.LOAD, contents=(claim,), choices=(FINISH,), fault_code=fault_code)


def earlier_load(name: str, yuan: str) -> Prompt:
    """`earlier_load_is_there`: found out now, it had been credited all the time. `earlier_load_missing`: it had not."""
    there = name == "earlier_load_is_there"
    choices = (OK,) if there else (Choice("load_it_now", Weight.PRIMARY), LATER)
    return Prompt(
        name, tone=Tone.DONE if there else Tone.ATTENTION, step=Step.LOAD, picture=Picture.TICK if there else Picture.QUESTION,
        params={"yuan": yuan}, choices=choices,
    )  # fmt: skip


# -- what is on it ---------------------------------------------------------------------------------------------------

def card_balance(balance: str, rows: Facts, *, before: bool, after: bool, may_load: bool) -> Prompt:
    """The balance large, and under it what the card remembers, newest first."""
    choices = [FINISH]
    choices += [replace(FINISH, name="top_up_now", weight=Weight.SECONDARY)] if may_load else []
    choices += [Choice("page_before", Weight.QUIET)] if before else []
    choices += [Choice("page_after", Weight.QUIET)] if after else []
    return Prompt(
        "card_balance", step=Step.BALANCE, params={"balance": balance}, contents=(rows,) if rows.rows else (),
        choices=tuple(choices),
    )  # fmt: skip
