"""What became of her money, in words. facts/journeys.md J17."""

from __future__ import annotations

from kiosk.leaflet.choices import OK
from kiosk.prompts import Choice, Facts, Picker, Picture, Prompt, Slot, Step, Tone


def choose_payment(rows: tuple[tuple[str, str], ...]) -> Prompt:
    """`rows`: (number of the order, what she reads), newest first."""
    choices = tuple(Choice(f"payment_{at}", label=label, value=number) for at, (number, label) in enumerate(rows))
    return Prompt("choose_payment", step=Step.CHECK, contents=(Picker(),), choices=choices, back=True)


def payment_status(name: str, what: str, yuan: str, refund_words: str, order_no: str) -> Prompt:
    """`payment_refunded`, `payment_refunding`, `payment_done`, `payment_waiting`, `payment_closed`, `payment_open`."""
    good = name in ("payment_refunded", "payment_done")
    params = {"yuan": yuan, **({"refund": refund_words} if refund_words else {})}
    return Prompt(
        name, tone=Tone.DONE if good else Tone.PLAIN, step=Step.CHECK, params=params,
        contents=(Facts((("what_for", what), ("order_no", order_no))),), choices=(OK,),
    )  # fmt: skip


def show_slip() -> Prompt:
    return Prompt("show_slip", tone=Tone.ATTENTION, step=Step.CHECK, picture=Picture.TERMINAL, lit=Slot.SCANNER, back=True)


def slip_not_found() -> Prompt:
    return Prompt("slip_not_found", tone=Tone.REFUSAL, picture=Picture.PERSON_AT_DESK, choices=(OK,), fault_code="P-443")
