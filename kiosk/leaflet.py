"""Every prompt of the journeys, made in one place, so that a journey reads like the leaflet on the wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kiosk.prompts import (
    CardPreview,
    Choice,
    Claim,
    Content,
    Digits,
    Facts,
    Idle,
    PersonShown,
    Picker,
    Picture,
    Progress,
    Prompt,
    SlipShown,
    Slot,
    Step,
    Tiles,
    Tone,
    Weight,
    spoken_date,
)
from remote.messages import Delivery, KnownAddress, Offer, Refusal, Service

OK = Choice("understood", Weight.PRIMARY)
DIGITS_DONE = Choice("done", Weight.PRIMARY)
LAST_LOOK_S = 45.0  # [A] the last screen of a visit goes by itself: nothing can be lost any more


# -- home and the ways in ---------------------------------------------------------------------------------------------


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
    return Prompt("goodbye", tone=Tone.DONE, picture=Picture.NONE)


# -- the ID card ------------------------------------------------------------------------------------------------------


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


# -- the person and the wish ------------------------------------------------------------------------------------------


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
    return Prompt("photo_wrong", picture=Picture.PERSON_AT_DESK, choices=(Choice("photo_is_fine", Weight.PRIMARY), OK.quiet()))


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


def choose_delivery(deliveries: Sequence[Delivery], card: CardPreview | None) -> Prompt:
    labels = {Delivery.INSTANT: "now", Delivery.MAIL: "mail"}
    choices = tuple(Choice(labels[d], Weight.PRIMARY if i == 0 else Weight.SECONDARY) for i, d in enumerate(deliveries))
    name = "choose_delivery" if Delivery.INSTANT in deliveries else "mail_only"
    return Prompt(
        name,
        step=Step.CHECK,
        picture=Picture.NONE if card else Picture.ENVELOPE,
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
        contents=(Picker(tuple(chosen)),),
        back=True,
        choices=tuple(Choice(code, Weight.SECONDARY, name) for code, name in rows),
    )


def house_number(chosen: Sequence[str]) -> Prompt:
    return Prompt(
        "house_number",
        step=Step.CHECK,
        contents=(Digits(1, 5, unit="house"),),
        params={"place": "".join(chosen)},
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


def refusal(refused: Refusal) -> Prompt:
    """A no that helps. Dates in words; the sentence is the catalogue's, under the refusal's code."""
    params = {key: spoken_date(date.fromisoformat(value)) if is_date(value) else value for key, value in refused.params.items()}
    pictures = {
        "too_young": Picture.CALENDAR,
        "too_early": Picture.CALENDAR,
        "wrong_household": Picture.HOUSE,
        "card_kept": Picture.KEPT,
        "id_expired": Picture.CALENDAR,
    }
    return Prompt(
        f"refusal_{refused.code}",
        tone=Tone.REFUSAL,
        params=params,
        picture=pictures.get(refused.code, Picture.PERSON_AT_DESK),
        choices=(OK, Choice("print_slip")),
        fault_code=FAULT_CODES.get(refused.code, "P-200"),
    )


FAULT_CODES = {
    "not_matched": "P-201",
    "id_expired": "P-202",
    "too_young": "P-203",
    "wrong_household": "P-204",
    "needs_staff": "P-206",
    "already_has_card": "P-207",
    "no_live_card": "P-208",
    "too_early": "P-209",
    "open_case": "P-210",
    "too_many_losses": "P-211",
    "no_photo": "P-212",
    "being_served": "P-213",
    "card_kept": "P-214",
    "case_closed": "P-215",
    "identity_check_missing": "P-216",
    "past_production": "P-217",
    "fenced": "P-218",
}
"""Small at the bottom of the screen, for whoever is telephoned about it."""


def is_date(value: str) -> bool:
    return len(value) == 10 and value[4] == value[7] == "-"


# -- making the card --------------------------------------------------------------------------------------------------


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


def registering() -> Prompt:
    return Prompt("registering", tone=Tone.DONE, step=Step.TAKE, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def done(name: str, slip: SlipShown | None, *, picture: Picture = Picture.SLIP) -> Prompt:
    """`done`, `done_registering`, `mailed`, `withdrawn`, ...: it is over, take the slip."""
    return Prompt(
        name,
        tone=Tone.DONE,
        step=Step.TAKE,
        picture=picture if slip is None else Picture.NONE,
        lit=Slot.SLIP_EXIT,
        contents=(slip,) if slip else (),
        choices=(Choice("finish", Weight.PRIMARY),),
        idle=Idle.FIXED,
        seconds=LAST_LOOK_S,
    )


def slip_no_paper(facts: Facts) -> Prompt:
    return Prompt("slip_no_paper", tone=Tone.ATTENTION, contents=(facts,), choices=(Choice("remembered", Weight.PRIMARY),))


def mailed(hours: int, slip: SlipShown | None) -> Prompt:
    return Prompt(
        "mailed",
        tone=Tone.DONE,
        step=Step.TAKE,
        picture=Picture.ENVELOPE,
        lit=Slot.SLIP_EXIT,
        params={"hours": str(hours)},
        contents=(slip,) if slip else (),
        choices=(Choice("finish", Weight.PRIMARY),),
        idle=Idle.FIXED,
        seconds=LAST_LOOK_S,
    )


def spoiled_choose(*, again: bool, mail: bool) -> Prompt:
    choices = [Choice("again", Weight.PRIMARY)] if again else []
    choices += [Choice("mail_instead", Weight.SECONDARY if again else Weight.PRIMARY)] if mail else []
    return Prompt(
        "spoiled_choose",
        tone=Tone.ATTENTION,
        step=Step.MAKE,
        picture=Picture.QUESTION,
        choices=(*choices, Choice("later", Weight.QUIET if choices else Weight.PRIMARY)),
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


# -- my matters -------------------------------------------------------------------------------------------------------


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
