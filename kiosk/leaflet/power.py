"""X17: the mains are gone. What she holds or will find, said by what the machine knows; then the terminal waits."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.prompts import Choice, Claim, Idle, Picture, Prompt, Slot, Step, Tone, Weight

TOLD_S = 30.0                # [A] of the minutes that a battery lasts: long enough to be read twice
FINISH = (Choice("finish", Weight.PRIMARY),)


def power_cut(*, slip: bool, claims: Sequence[Claim] = ()) -> Prompt:
    """No card of hers is on its way."""
    return Prompt(
        "power_cut", tone=Tone.ATTENTION, picture=Picture.NONE if claims else Picture.CARD_BACK,
        lit=Slot.SLIP_EXIT if slip else Slot.ID_READER, params=_keep(slip), contents=tuple(claims),
        idle=Idle.FIXED, seconds=TOLD_S, choices=FINISH,
    )  # fmt: skip


def power_cut_card_out(*, slip: bool, still_there: bool) -> Prompt:
    """Her card is in the slot, or in her hand already."""
    return Prompt(
        "power_cut_card_out", tone=Tone.ATTENTION, step=Step.TAKE, picture=Picture.CARD_OUT if still_there else Picture.TICK,
        lit=Slot.CARD_EXIT if still_there else Slot.SLIP_EXIT if slip else None, params=_keep(slip),
        idle=Idle.FIXED, seconds=TOLD_S, choices=FINISH,
    )  # fmt: skip


def power_cut_card_kept(*, slip: bool, claims: Sequence[Claim] = ()) -> Prompt:
    """Her card was drawn in and is kept for her."""
    return Prompt(
        "power_cut_card_kept", tone=Tone.ATTENTION, picture=Picture.KEPT, lit=Slot.SLIP_EXIT if slip else None,
        params=_keep(slip), contents=tuple(claims), idle=Idle.FIXED, seconds=TOLD_S, choices=FINISH,
    )  # fmt: skip


def _keep(slip: bool) -> dict[str, str]:
    return {"keep": "slip"} if slip else {}
