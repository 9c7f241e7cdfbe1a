"""What became of her money, in words. facts/journeys.md J17."""

from __future__ import annotations

from kiosk.leaflet.choices import DIGITS_DONE, OK
from kiosk.prompts import Choice, Digits, Facts, Picker, Picture, Prompt, Slot, Tone, Weight

CODE_CHARACTERS = 8          # kiosk.transaction.claim


def find_payment() -> Prompt:
    """By her ID card, or by the slip she has kept."""
    choices = (Choice("by_id_card", Weight.PRIMARY), Choice("by_slip"))
    return Prompt("find_payment", picture=Picture.MATTERS, choices=choices, back=True)


def matter_or_payments() -> Prompt:
    """Something of hers is open, and she has paid for something."""
    choices = (Choice("open_matter", Weight.PRIMARY), Choice("my_payments"))
    return Prompt("matter_or_payments", picture=Picture.MATTERS, choices=choices, back=True)


def choose_payment(rows: tuple[tuple[str, str], ...]) -> Prompt:
    """`rows`: (number of the order, what she reads), newest first."""
    choices = tuple(Choice(f"payment_{at}", label=label, value=number) for at, (number, label) in enumerate(rows))
    return Prompt("choose_payment", contents=(Picker(),), choices=choices, back=True)


def payment_status(name: str, what: str, yuan: str, refund_words: str, order_no: str) -> Prompt:
    """`payment_refunded`, `payment_refunding`, `payment_done`, `payment_waiting`, `payment_closed`, `payment_open`."""
    good = name in ("payment_refunded", "payment_done")
    params = {"yuan": yuan, **({"refund": refund_words} if refund_words else {})}
    return Prompt(
        name, tone=Tone.DONE if good else Tone.PLAIN, params=params, contents=(about(what, order_no),),
        choices=(OK, Choice("not_right", Weight.QUIET)),
    )  # fmt: skip


def about(what: str, order_no: str) -> Facts:
    return Facts((("what_for", what), ("order_no", order_no)))


def payment_help(what: str, order_no: str) -> Prompt:
    """She says that it is not so: somebody is on the way, and knows which payment is meant."""
    return Prompt(
        "payment_help", tone=Tone.ATTENTION, contents=(about(what, order_no),), choices=(OK,), fault_code="P-444"
    )


def show_slip() -> Prompt:
    return Prompt(
        "show_slip", tone=Tone.ATTENTION, picture=Picture.TERMINAL, lit=Slot.SCANNER,
        choices=(Choice("type_code", Weight.QUIET),), back=True,
    )  # fmt: skip


def type_code() -> Prompt:
    """The claim code under the square."""
    return Prompt(
        "type_slip_code", contents=(Digits(CODE_CHARACTERS, CODE_CHARACTERS, letters=True),), choices=(DIGITS_DONE,), back=True
    )


def slip_not_found(*, again: bool = True) -> Prompt:
    once_more = (Choice("code_again", Weight.PRIMARY), Choice(OK.name)) if again else (OK,)
    return Prompt("slip_not_found", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=once_more, fault_code="P-443")


def payments_unknown() -> Prompt:
    """The centre cannot be asked now."""
    return Prompt("payments_unknown", tone=Tone.ATTENTION, picture=Picture.QUESTION, choices=(OK,), fault_code="P-445")


def no_payments() -> Prompt:
    """She has paid for nothing here with this ID card; a slip may know more."""
    return Prompt("no_payments", picture=Picture.QUESTION, choices=(Choice("by_slip", Weight.PRIMARY), Choice(OK.name)))
