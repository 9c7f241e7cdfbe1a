"""The technicians' screens: the machine at a glance, and exchanges, each with what to do in a picture and in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.leaflet.choices import DIGITS_DONE, OK
from kiosk.prompts import Choice, Digits, Facts, Lamp, Lamps, Picker, Picture, Prompt, Tiles, Tone, Weight
from kiosk.supplies import UnitKind

MOST_CARDS = 4  # digits of a count
MOST_BAG = 12  # digits on a sealed bag
PICTURES = {
    UnitKind.CARD_HOPPER: Picture.CARD,
    UnitKind.CARD_STACKER: Picture.CARD,
    UnitKind.REJECT_BIN: Picture.TOOLS,
    UnitKind.CAPTURE_BIN: Picture.KEPT,
    UnitKind.RIBBON: Picture.TOOLS,
    UnitKind.SLIP_PAPER: Picture.SLIP,
    UnitKind.A4_TRAY: Picture.MATTERS,
    UnitKind.TONER: Picture.TOOLS,
}


JOBS = ("open_day", "refill", "clear_jam", "hand_back", "close_day")
"""What an attendant comes for, in the order of the day."""


def menu(rows: Sequence[tuple[str, str]], *, closed: bool) -> Prompt:
    """`closed`: more jobs say so, where the terminal is opened again."""
    choices = (*(Choice(job) for job in JOBS), Choice("more_jobs_closed" if closed else "more_jobs"), Choice("close_menu"))
    return Prompt("operator_menu", picture=Picture.TOOLS, contents=(Tiles(alike=True), Facts(tuple(rows))), choices=choices)


def more(*, closed: bool) -> Prompt:
    service = "service_on" if closed else "service_off"
    jobs = ("status_page", service, "look_again", "replace_module", "commission", "leave_fullscreen")
    return Prompt(
        "operator_more", picture=Picture.TOOLS, contents=(Tiles(alike=True),), choices=tuple(map(Choice, jobs)), back=True
    )


def supplies(units: Sequence[str]) -> Prompt:
    """Which unit."""
    return Prompt("operator_supplies", contents=(Picker(),), choices=tuple(Choice(f"unit_{unit}") for unit in units), back=True)


def what_to_do(kind: UnitKind) -> Prompt:
    return Prompt(f"operator_do_{kind}", picture=PICTURES[kind], choices=(Choice("it_is_done", Weight.PRIMARY),), back=True)


def count(name: str, unit: str = "card", at_most: int = MOST_CARDS, params: Mapping[str, str] | None = None) -> Prompt:
    """`operator_refill_count`, `operator_refill_again`, `operator_empty_count`, `operator_empty_again`, `operator_sheets`."""
    return Prompt(name, contents=(Digits(1, at_most, unit=unit),), params=params or {}, choices=(DIGITS_DONE,), back=True)


def bag() -> Prompt:
    return Prompt("operator_bag", contents=(Digits(1, MOST_BAG),), choices=(DIGITS_DONE,), back=True)


def counts_differ(first: int, second: int) -> Prompt:
    return Prompt(
        "operator_refill_differs", tone=Tone.REFUSAL, params={"first": str(first), "second": str(second)}, choices=(OK,)
    )


def count_given_up(first: int, second: int) -> Prompt:
    params = {"first": str(first), "second": str(second)}
    return Prompt("operator_count_given_up", tone=Tone.REFUSAL, params=params, choices=(OK,))


def books_differ(booked: int, counted: int) -> Prompt:
    params = {"booked": str(booked), "counted": str(counted)}
    return Prompt("operator_books_differ", tone=Tone.REFUSAL, picture=Picture.TOOLS, params=params, choices=(OK,))


def still_missing(trouble: str) -> Prompt:
    return Prompt("operator_still_missing", tone=Tone.REFUSAL, params={"troubles": trouble}, choices=(OK,))


def exchanged(name: str, counted: int | None = None) -> Prompt:
    """`operator_refill_done`, `operator_emptied`, `operator_replaced`."""
    params = {} if counted is None else {"count": str(counted)}
    return Prompt(name, tone=Tone.DONE, picture=Picture.NONE, params=params, choices=(OK,))


def status_page(lamps: Sequence[Lamp], *, more: bool, may_print: bool) -> Prompt:
    choices = [Choice("close_page", Weight.PRIMARY)]
    choices += [Choice("next_lamps")] if more else []
    choices += [Choice("test_slip")] if may_print else []
    return Prompt("operator_status", contents=(Lamps(tuple(lamps)),), choices=tuple(choices), back=True)


def test_slip(*, delivered: bool) -> Prompt:
    if delivered:
        return Prompt("operator_test_slip", tone=Tone.DONE, picture=Picture.SLIP, choices=(OK,))
    return Prompt("operator_test_slip_failed", tone=Tone.REFUSAL, picture=Picture.TOOLS, choices=(OK,))
