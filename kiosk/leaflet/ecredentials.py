"""Her electronic credentials: which one, what its seal is worth, what is not on the paper, and what became of the pages."""
from __future__ import annotations

from kiosk.ecredentials.opened import Opened, Verdict, Why
from kiosk.leaflet.choices import LAST_LOOK_S
from kiosk.prompts import Choice, Facts, Idle, PageShown, Picker, Picture, Prompt, Slot, Step, Tone, Weight
from remote.messages import ECredentialOffer

ROWS = 3                     # of remarks on one screen: what fits the smallest one in large letters


def choose_ecredential(offers: list[ECredentialOffer]) -> Prompt:
    rows = tuple(Choice(f"ecredential_{offer.kind.value}", label=offer.title, value=offer.kind.value) for offer in offers)
    return Prompt("choose_ecredential", step=Step.CHECK, contents=(Picker(),), choices=rows, back=True)


def no_ecredentials() -> Prompt:
    return Prompt("no_ecredentials", tone=Tone.ATTENTION, step=Step.CHECK, picture=Picture.PERSON_AT_DESK,
                  choices=(Choice("understood", Weight.PRIMARY),))  # fmt: skip


def opening_ecredential() -> Prompt:
    return Prompt("opening_ecredential", tone=Tone.BUSY, step=Step.CHECK, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def ecredential_not_opened(why: Why) -> Prompt:
    return Prompt(
        "ecredential_not_opened", tone=Tone.REFUSAL, step=Step.CHECK, picture=Picture.PERSON_AT_DESK,
        params={"file": why.value}, choices=(Choice("understood", Weight.PRIMARY),),
        fault_code="P-431" if why is Why.TRUST else "P-430",
    )  # fmt: skip


def seal_looked_at(opened: Opened, page: int) -> Prompt:
    """`seal_genuine`, `seal_altered` ...: the page as it is, and in words what its seal is worth. `page` from 1."""
    shown = PageShown(opened.pages[page - 1], page, len(opened.pages))
    genuine = opened.verdict is Verdict.GENUINE
    choices = [Choice("print_now" if genuine else "understood", Weight.PRIMARY)]
    choices += [Choice("page_before")] if page > 1 else []
    choices += [Choice("page_after")] if page < len(opened.pages) else []
    return Prompt(
        f"seal_{opened.verdict.value}", tone=Tone.PLAIN if genuine else Tone.REFUSAL, step=Step.CHECK, contents=(shown,),
        params={"signer": opened.signer} if genuine else {}, back=genuine, choices=tuple(choices),
    )  # fmt: skip


def before_printing(opened: Opened) -> list[Prompt]:
    """What is not on the paper, what looks otherwise there, and what nobody could ask; each by its name. Usually none, or one
    screen of them."""
    rows = [("not_drawn", kind) for kind in opened.missing] + [("drawn_otherwise", kind) for kind in opened.otherwise]
    rows += [] if opened.asked else [("not_asked", "revocation")]
    return [
        Prompt(
            "before_printing", tone=Tone.ATTENTION, step=Step.CHECK, contents=(Facts(tuple(rows[at : at + ROWS])),), back=True,
            choices=(Choice("print_anyway", Weight.PRIMARY), Choice("dont_print")),
        )
        for at in range(0, len(rows), ROWS)
    ]  # fmt: skip


def ecredential_changed() -> Prompt:
    """What the centre sent for the paper is not what she has looked at, or its seal is no longer good."""
    return Prompt("ecredential_changed", tone=Tone.ATTENTION, step=Step.PRINT, picture=Picture.QUESTION,
                  choices=(Choice("see_again", Weight.PRIMARY), Choice("later")))  # fmt: skip


def take_ecredential(pages: int) -> Prompt:
    return Prompt(
        "take_ecredential", tone=Tone.DONE, step=Step.TAKE_PAPER, picture=Picture.TERMINAL, lit=Slot.A4_EXIT,
        params={"pages": str(pages)}, choices=(Choice("have_pages", Weight.PRIMARY),), idle=Idle.FIXED, seconds=LAST_LOOK_S,
    )  # fmt: skip


def ecredential_in_part(*, again: bool) -> Prompt:
    try_again = (Choice("try_again", Weight.PRIMARY),) if again else ()
    return Prompt("ecredential_in_part", tone=Tone.ATTENTION, step=Step.PRINT, picture=Picture.QUESTION, fault_code="P-422",
                  choices=(*try_again, Choice("later", Weight.SECONDARY if again else Weight.PRIMARY)))  # fmt: skip


def ecredential_unknown() -> Prompt:
    """Nobody knows whether all pages came out; nothing was counted or paid, and it is never printed again by itself."""
    return Prompt("ecredential_unknown", tone=Tone.ATTENTION, step=Step.PRINT, picture=Picture.QUESTION, fault_code="P-423",
                  choices=(Choice("finish", Weight.PRIMARY),))  # fmt: skip
