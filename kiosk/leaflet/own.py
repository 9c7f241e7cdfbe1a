"""Her own accounts: insurance, settlements, personal information, e-vouchers (facts/journeys.md J21)."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.leaflet.choices import LAST_LOOK_S, OK
from kiosk.prompts import (
    Choice,
    Facts,
    Idle,
    Picker,
    Picture,
    Prompt,
    SlipShown,
    Slot,
    Step,
    Tiles,
    Tone,
    Weight,
)

SHOWN_S = 15.0  # [A] so long what she uncovered stays uncovered
FINISH = Choice("finish", Weight.PRIMARY)
TOPICS = ("own_insurance", "own_settlements", "own_record", "own_vouchers")


def own_menu() -> Prompt:
    return Prompt(
        "own_menu", step=Step.LOOK, contents=(Tiles(alike=True),), choices=(*(Choice(one) for one in TOPICS), FINISH.quiet()),
        back=True,
    )  # fmt: skip


def own(topic: str, rows: Facts, params: dict[str, str], *, before: bool, after: bool, in_full: bool) -> Prompt:
    """A page of `own_insurance`, `own_settlements`, `own_record`: numbers covered, or for a moment not."""
    turn = [Choice("page_before", Weight.QUIET)] if before else []
    turn += [Choice("page_after", Weight.QUIET)] if after else []
    private = frozenset(params)
    if in_full:
        return Prompt(
            f"{topic}_in_full", step=Step.LOOK, params=params, private=private, contents=(rows,),
            choices=(Choice("hide_now", Weight.PRIMARY), *turn), idle=Idle.FIXED, seconds=SHOWN_S,
        )  # fmt: skip
    return Prompt(
        topic, step=Step.LOOK, params=params, private=private, contents=(rows,),
        choices=(Choice("back_to_list", Weight.PRIMARY), Choice("show_all"), Choice("print_it"), *turn), back=True,
    )  # fmt: skip


def own_printed(slip: SlipShown | None) -> Prompt:
    if slip is None:
        return Prompt("own_not_printed", tone=Tone.ATTENTION, step=Step.LOOK, picture=Picture.PERSON_AT_DESK, choices=(OK,))
    return Prompt("own_printed", tone=Tone.DONE, step=Step.LOOK, contents=(slip,), lit=Slot.SLIP_EXIT, choices=(OK,))


# -- e-vouchers ------------------------------------------------------------------------------------------------------

def vouchers(rows: Sequence[tuple[str, str]]) -> Prompt:
    """(voucher id, its words)."""
    return Prompt(
        "vouchers", step=Step.LOOK, contents=(Picker(),), back=True,
        choices=tuple(Choice(key, label=words, value=key) for key, words in rows),
    )  # fmt: skip


def no_vouchers() -> Prompt:
    return Prompt("no_vouchers", step=Step.LOOK, picture=Picture.MATTERS, choices=(OK,))


def voucher(title: str, rows: Facts, *, good: bool) -> Prompt:
    use = (Choice("use_voucher", Weight.PRIMARY),) if good else ()
    choices = (*use, Choice("back_to_list", Weight.SECONDARY if good else Weight.PRIMARY))
    return Prompt("voucher", step=Step.LOOK, params={"voucher": title}, contents=(rows,), choices=choices, back=True)


def voucher_sure(title: str) -> Prompt:
    return Prompt(
        "voucher_sure", tone=Tone.ATTENTION, step=Step.LOOK, picture=Picture.QUESTION, params={"voucher": title},
        choices=(Choice("use_voucher_yes", Weight.PRIMARY), Choice("keep_voucher")),
    )  # fmt: skip


def voucher_redeemed(rows: Facts, where: str, slip: SlipShown | None) -> Prompt:
    """Without paper the number stands on the screen, until she goes on."""
    if slip is None:
        return Prompt(
            "voucher_redeemed_no_slip", tone=Tone.DONE, step=Step.LOOK, params={"where": where}, contents=(rows,),
            choices=(FINISH,),
        )  # fmt: skip
    return Prompt(
        "voucher_redeemed", tone=Tone.DONE, step=Step.LOOK, lit=Slot.SLIP_EXIT, params={"where": where},
        contents=(slip,), choices=(FINISH,), idle=Idle.FIXED, seconds=LAST_LOOK_S,
    )  # fmt: skip


def voucher_unknown() -> Prompt:
    """Sent, and no answer."""
    return Prompt(
        "voucher_unknown", tone=Tone.ATTENTION, step=Step.LOOK, picture=Picture.HOURGLASS, choices=(FINISH,), fault_code="P-442"
    )
