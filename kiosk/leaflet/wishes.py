"""Who stands there, what she wants, and where it shall go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil

from kiosk.leaflet.choices import DIGITS_DONE, OK
from kiosk.prompts import (
    CardPreview,
    Choice,
    Digits,
    Facts,
    PersonShown,
    Picker,
    Picture,
    Prompt,
    Step,
    Tone,
    Weight,
    spoken_date,
)
from remote.messages import Delivery, KnownAddress, Offer, Service


def confirm_person(person: PersonShown, *, note: str) -> Prompt:
    return Prompt(
        "confirm_person",
        step=Step.CHECK,
        contents=(person,),
        back=True,
        note=note,
        params={"name": person.name},
        private=frozenset({"name"}),
        choices=(Choice("yes_me", Weight.PRIMARY), Choice("not_me"), Choice("photo_wrong")),
    )


def not_me() -> Prompt:
    return Prompt("not_me", picture=Picture.PERSON_AT_DESK, choices=(OK,))


def photo_wrong() -> Prompt:
    return Prompt("photo_wrong", picture=Picture.CAMERA, choices=(OK, Choice("photo_is_fine")))


def choose_service(offers: Sequence[Offer], tail: str) -> Prompt:
    possible = [Choice(offer.service.value, Weight.PRIMARY if offer.highlighted else Weight.SECONDARY) for offer in offers]
    if not any(choice.weight is Weight.PRIMARY for choice in possible) and possible:
        possible[0] = Choice(possible[0].name, Weight.PRIMARY)
    return Prompt(
        "choose_service",
        step=Step.CHECK,
        picture=Picture.QUESTION,
        params={"tail": tail},
        back=True,
        choices=(*possible, Choice("nothing", Weight.QUIET)),
    )


def renew_offer(valid_to: date | None, *, reason: str) -> Prompt:
    return Prompt(
        {"class": "class_offer", "expired": "renew_expired"}.get(reason, "renew_offer"),
        step=Step.CHECK,
        picture=Picture.CALENDAR,
        back=True,
        params={"date": spoken_date(valid_to) if valid_to else ""},
        choices=(Choice(Service.RENEW.value, Weight.PRIMARY), Choice("not_now", Weight.QUIET)),
    )


def loss_statement(tail: str) -> Prompt:
    return Prompt(
        "loss_statement",
        step=Step.CHECK,
        picture=Picture.QUESTION,
        params={"tail": tail},
        back=True,
        choices=(Choice("i_state", Weight.PRIMARY), Choice("found_it")),
    )


def choose_delivery(
    deliveries: Sequence[Delivery], card: CardPreview | None, *, takes_s: float, why: str = "no_blanks", nearest: str = ""
) -> Prompt:
    """`takes_s`: how long making the card takes on this machine, as measured. `why`: for which none is made here."""
    labels = {Delivery.INSTANT: "now", Delivery.MAIL: "mail"}
    choices = tuple(Choice(labels[d], Weight.PRIMARY if i == 0 else Weight.SECONDARY) for i, d in enumerate(deliveries))
    name = "choose_delivery" if Delivery.INSTANT in deliveries else "mail_only"
    return Prompt(
        name,
        step=Step.CHECK,
        picture=Picture.NONE if card else Picture.ENVELOPE,
        params={"minutes": str(ceil(takes_s / 60)), "reason": why, "place": nearest},
        back=True,
        contents=(card,) if card else (),
        choices=choices,
    )


def not_here_now() -> Prompt:
    """Neither a card here nor by mail: come back, or the counter."""
    return Prompt("not_here_now", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code="P-205")


def choose_address(known: Sequence[KnownAddress]) -> Prompt:
    rows = [Choice(a.address_id, Weight.PRIMARY if i == 0 else Weight.SECONDARY, a.masked) for i, a in enumerate(known[:3])]
    return Prompt(
        "choose_address",
        step=Step.CHECK,
        picture=Picture.ENVELOPE,
        back=True,
        choices=(*rows, Choice("other_address", Weight.PRIMARY if not rows else Weight.QUIET)),
    )


def pick_place(level: str, rows: Sequence[tuple[str, str]], chosen: Sequence[str]) -> Prompt:
    """`level` is county, township or village; rows are (code, name)."""
    return Prompt(
        f"pick_{level}",
        step=Step.CHECK,
        picture=Picture.HOUSE,
        contents=(Picker(tuple(chosen)),),
        back=True,
        choices=tuple(Choice(code, Weight.SECONDARY, name) for code, name in rows),
    )


def house_number(chosen: Sequence[str]) -> Prompt:
    return Prompt(
        "house_number",
        step=Step.CHECK,
        contents=(Facts((("address", "".join(chosen)),)), Digits(1, 5, unit="house")),
        choices=(DIGITS_DONE,),
        back=True,
    )


def confirm_address(address: str) -> Prompt:
    return Prompt(
        "confirm_address",
        step=Step.CHECK,
        picture=Picture.ENVELOPE,
        params={"address": address},
        private=frozenset({"address"}),
        back=True,
        choices=(Choice("mail_there", Weight.PRIMARY), Choice("change_address")),
    )
