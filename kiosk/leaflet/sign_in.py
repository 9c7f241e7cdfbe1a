"""Without the ID card: citizen card, identity code on the phone, a code sent to the phone (facts/journeys.md J2, X2)."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.leaflet.choices import DIGITS_DONE, OK
from kiosk.prompts import Choice, Digits, Picture, Prompt, Slot, Step, Tone, Weight
from remote.messages import IdentityEvidence, SignInWay

OTHER_WAY = Choice("other_way", Weight.QUIET)
ID_NUMBER_LENGTH, CODE_LENGTH = 18, 6


def other_ways(ways: Sequence[SignInWay]) -> Prompt:
    choices = tuple(Choice(f"way_{way.value}") for way in ways)
    return Prompt("other_ways", step=Step.LAY_ID, picture=Picture.QUESTION, choices=choices, back=True)


def pin_or_other(checks: Sequence[IdentityEvidence]) -> Prompt:
    """The chip is genuine; who holds it is shown by the PIN, a face or a member of staff. The same size: nobody is pushed."""
    choices = (Choice("by_pin"), *(Choice(f"by_{check.value}") for check in checks))
    return Prompt("pin_or_other", step=Step.CHECK, picture=Picture.CARD, choices=choices, back=True)


def card_taken_out() -> Prompt:
    """X1."""
    return Prompt("card_taken_out", tone=Tone.ATTENTION, step=Step.LAY_ID, picture=Picture.CARD_OUT, lit=Slot.CITIZEN_CARD,
                  choices=(OK,))  # fmt: skip


def use_citizen_or_id_card() -> Prompt:
    """Some other card (J2)."""
    return Prompt("use_citizen_or_id_card", tone=Tone.REFUSAL, step=Step.LAY_ID, picture=Picture.CARD_OUT, lit=Slot.CITIZEN_CARD,
                  choices=(OK,), fault_code="P-443")  # fmt: skip


def way_over() -> Prompt:
    return Prompt(
        "way_over", tone=Tone.ATTENTION, step=Step.LAY_ID, picture=Picture.QUESTION,
        choices=(Choice("other_way_instead", Weight.PRIMARY), Choice("stop_here", Weight.QUIET)),
    )  # fmt: skip


def show_identity_code(name: str = "show_identity_code") -> Prompt:
    """`not_an_identity_code`, `identity_code_over`, `identity_code_used`: what was held there does not do, and why."""
    return Prompt(name, tone=Tone.ATTENTION, step=Step.LAY_ID, picture=Picture.TERMINAL, lit=Slot.SCANNER, back=True)


def scanner_broken() -> Prompt:
    return Prompt("scanner_broken", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code="P-441")


def type_id_number(name: str = "type_id_number") -> Prompt:
    """`id_number_wrong`: its check digit does not agree."""
    asked = Digits(ID_NUMBER_LENGTH, ID_NUMBER_LENGTH, last="X")
    return Prompt(name, step=Step.LAY_ID, contents=(asked,), choices=(DIGITS_DONE,), back=True)


def type_phone_code(tries_left: str = "", *, wrong: bool = False) -> Prompt:
    return Prompt(
        "phone_code_wrong" if wrong else "type_phone_code", step=Step.LAY_ID,
        params={"tries": tries_left} if tries_left else {}, contents=(Digits(CODE_LENGTH, CODE_LENGTH),),
        choices=(DIGITS_DONE,), back=True,
    )  # fmt: skip


def phone_code_over(name: str = "phone_code_over") -> Prompt:
    """`phone_code_over`: too old, or tried too often. `phone_code_missing`: she went back from the pad."""
    return Prompt(
        name, tone=Tone.ATTENTION, step=Step.LAY_ID, picture=Picture.QUESTION,
        choices=(Choice("send_again", Weight.PRIMARY), Choice("other_way_instead")), back=True,
    )  # fmt: skip
