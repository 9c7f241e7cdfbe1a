"""What the issuer writes onto her citizen card, a loss that is reported, and how her card stands (J20)."""

from __future__ import annotations

from kiosk.leaflet.choices import LAST_LOOK_S, OK
from kiosk.prompts import Choice, Facts, Idle, Picture, Prompt, SlipShown, Slot, Step, Tone, Weight

FINISH = Choice("finish", Weight.PRIMARY)
LATER = Choice("later", Weight.QUIET)
SLOT = Slot.CITIZEN_CARD


def working(name: str) -> Prompt:
    """`activating_card`, `setting_concession`, `resetting_pin`; `finding_card`: what became of it. The card stays in."""
    return Prompt(name, tone=Tone.BUSY, picture=Picture.TERMINAL, lit=SLOT, idle=Idle.MACHINE)


def card_again(why: str) -> Prompt:
    """`why`: same_card_again (it was pulled out), other_card_in."""
    name = {"same_card_again": "card_put_again", "other_card_in": "card_is_another"}[why]
    return Prompt(name, tone=Tone.ATTENTION, picture=Picture.TERMINAL, lit=SLOT, choices=(LATER,))


def not_written(*, again: bool) -> Prompt:
    """For certain: the card is as it was."""
    choices = (Choice("try_again", Weight.PRIMARY), LATER) if again else (FINISH,)
    return Prompt("card_not_written", tone=Tone.ATTENTION, picture=Picture.QUESTION, choices=choices, fault_code="P-441")


def not_known() -> Prompt:
    return Prompt("card_not_known", tone=Tone.ATTENTION, picture=Picture.QUESTION, choices=(FINISH,), fault_code="P-442")


def ended(name: str, slip: SlipShown | None) -> Prompt:
    """`card_activated`, `concession_set`, `card_registering` (on the card, and the centre has not answered yet)."""
    return Prompt(
        name, tone=Tone.DONE, picture=Picture.TICK if slip is None else Picture.NONE,
        lit=None if slip is None else Slot.SLIP_EXIT, contents=() if slip is None else (slip,), choices=(FINISH,),
        idle=Idle.FIXED, seconds=LAST_LOOK_S,
    )  # fmt: skip


def told(name: str) -> Prompt:
    """`concession_already`, `pin_dead`: nothing can or needs to be done here."""
    return Prompt(name, picture=Picture.TICK if name == "concession_already" else Picture.PERSON_AT_DESK, choices=(OK,))


# -- lost ------------------------------------------------------------------------------------------------------------

def loss_confirm(tail: str) -> Prompt:
    return Prompt(
        "card_loss_confirm", step=Step.REPORT, picture=Picture.CARD_LOST, params={"tail": tail}, back=True,
        choices=(Choice("card_loss_yes", Weight.PRIMARY), Choice("leave_it")),
    )  # fmt: skip


def lost(name: str, tail: str, rows: Facts, *, slip: bool) -> Prompt:
    """`card_lost_now`, `card_lost_before` (reported already, nothing has changed by asking again): what is stopped since when,
    and what is not. `slip`: one came out."""
    return Prompt(
        name, tone=Tone.DONE, step=Step.REPORT, params={"tail": tail, **({"paper": "yes"} if slip else {})},
        contents=(rows,), choices=(FINISH,),
        lit=Slot.SLIP_EXIT if slip else None,
    )  # fmt: skip


# -- how it stands ---------------------------------------------------------------------------------------------------

def card_state(rows: Facts) -> Prompt:
    return Prompt("card_state", step=Step.BALANCE, contents=(rows,), choices=(FINISH,))
