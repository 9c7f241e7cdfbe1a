"""A citizen card of her own: a new one, or another one for one that is lost or damaged (facts/journeys.md J20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kiosk.leaflet.choices import OK
from kiosk.prompts import CardPreview, Choice, PersonShown, Picture, Prompt, Step, Tone, Weight, spoken_date

OWN_WORDS = frozenset({
    "progress", "take_card", "done", "done_registering", "kept", "keeping", "registering", "cancelled", "in_doubt",
    "not_made_choose", "spoiled_choose",
})  # fmt: skip
"""Prompts of the senior card that speak of 证: a citizen card has words of its own, `citizen_<name>`."""


def worded(prompt: Prompt) -> Prompt:
    step = {Step.MAKE: Step.MAKE_CARD, Step.TAKE: Step.TAKE_CARD}.get(prompt.step, prompt.step) if prompt.step else None
    return replace(prompt, name=f"citizen_{prompt.name}" if prompt.name in OWN_WORDS else prompt.name, step=step)


def confirm(person: PersonShown, *, fee: str, note: str) -> Prompt:
    """Who it is for, and the card as it will be. `fee` in yuan, "" where it is free."""
    return Prompt(
        "citizen_confirm", step=Step.CHECK, contents=(person,), back=True, note=note,
        params={"name": person.name, "fee": fee}, private=frozenset({"name"}),
        choices=(Choice("yes_me", Weight.PRIMARY), Choice("not_me")),
    )  # fmt: skip


def start(card: CardPreview | None, *, fee: str, minutes: int, printed: bool = True) -> Prompt:
    """`printed` False: her card comes out of a dispenser, with nothing of hers printed on it."""
    return Prompt(
        "citizen_start" if printed else "citizen_start_unprinted", step=Step.CHECK, contents=(card,) if card else (),
        picture=Picture.CARD if printed and not card else Picture.NONE,
        params={"fee": fee, "minutes": str(minutes)}, back=True,
        choices=(Choice("make_citizen_card", Weight.PRIMARY), Choice("later", Weight.QUIET)),
    )  # fmt: skip


def has_card(tail: str, services: Sequence[str]) -> Prompt:
    """She has one: what is the matter with it?"""
    choices = [Choice(f"citizen_{service}") for service in services]
    return Prompt(
        "citizen_has_card", step=Step.CHECK, picture=Picture.QUESTION, params={"tail": tail}, back=True,
        choices=(*choices, Choice("keep_citizen_card", Weight.QUIET)),
    )  # fmt: skip


def loss_statement(tail: str, fee: str) -> Prompt:
    """Effective at once, and for good: she is told before she says so."""
    return Prompt(
        "citizen_loss_statement", tone=Tone.ATTENTION, step=Step.CHECK, picture=Picture.QUESTION, back=True,
        params={"tail": tail, "fee": fee}, choices=(Choice("report_yes", Weight.PRIMARY), Choice("found_it")),
    )  # fmt: skip


def unfinished(submitted_on: date, *, here: bool, can_withdraw: bool) -> Prompt:
    """Applied for and not made. `here`: this machine can make it now."""
    make = (Choice("produce_here", Weight.PRIMARY),) if here else ()
    withdraw = (Choice("withdraw", Weight.QUIET),) if can_withdraw else ()
    return Prompt(
        "citizen_owed" if here else "citizen_owed_not_here", step=Step.CHECK, picture=Picture.QUESTION, back=True,
        params={"date": spoken_date(submitted_on)}, choices=(*make, Choice("later"), *withdraw),
    )  # fmt: skip


def elsewhere(name: str, place: str) -> Prompt:
    """`citizen_kept_elsewhere`, `citizen_in_doubt_elsewhere`, `citizen_produced_elsewhere`."""
    picture = {"citizen_kept_elsewhere": Picture.KEPT, "citizen_produced_elsewhere": Picture.OTHER_MACHINE}
    return Prompt(name, picture=picture.get(name, Picture.PERSON_AT_DESK), params={"place": place}, choices=(OK,))


def money_moves(day: date | None) -> Prompt:
    """Before she goes: what was on the old card comes later, and when."""
    return Prompt(
        "citizen_money_moves", tone=Tone.DONE, picture=Picture.CALENDAR, params={"date": spoken_date(day)} if day else {},
        choices=(OK,),
    )  # fmt: skip


def money_is_here(fen_in_yuan: str, tail: str) -> Prompt:
    """The old card's balance can be had on the card in the slot."""
    return Prompt(
        "citizen_money_is_here", tone=Tone.ATTENTION, picture=Picture.QUESTION, params={"yuan": fen_in_yuan, "tail": tail},
        choices=(Choice("load_it_now", Weight.PRIMARY), Choice("later")),
    )  # fmt: skip


def not_here_now() -> Prompt:
    return Prompt("citizen_not_here_now", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code="P-231")
