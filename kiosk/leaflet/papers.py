"""Printing a document: which one, what it looks like, its pages on their way, and what became of them. facts/journeys.md J12."""

from __future__ import annotations

from kiosk.leaflet.choices import LAST_LOOK_S
from kiosk.prompts import (
    Choice,
    Claim,
    Idle,
    PageShown,
    Picker,
    Picture,
    Progress,
    Prompt,
    Slot,
    Step,
    Tone,
    Weight,
)
from remote.messages import Choice as Named
from remote.messages import DocumentOffer


def choose_document(offers: list[DocumentOffer], *, ecredentials: bool = False) -> Prompt:
    """`ecredentials`: this terminal can show hers, too."""
    rows = tuple(Choice(f"document_{offer.kind.value}", label=offer.title, value=offer.kind.value) for offer in offers)
    hers = (Choice("my_ecredentials"),) if ecredentials else ()
    return Prompt("choose_document", step=Step.CHECK, contents=(Picker(),), choices=(*hers, *rows), back=True)


def choose_part(name: str, title: str, parts: list[Named]) -> Prompt:
    """`choose_period`, `choose_purpose`: of the document `title`."""
    rows = tuple(Choice(f"part_{index}", label=part.label, value=part.code) for index, part in enumerate(parts))
    return Prompt(name, step=Step.CHECK, contents=(Picker((title,)),), choices=rows, back=True)


def making_preview() -> Prompt:
    return Prompt("making_preview", tone=Tone.BUSY, step=Step.CHECK, picture=Picture.HOURGLASS, idle=Idle.MACHINE)


def preview_document(page: PageShown, *, large: bool) -> Prompt:
    """As it will be, with every name and number masked. Pages are turned; letters can be larger."""
    choices = [Choice("print_now", Weight.PRIMARY)]
    choices += [Choice("page_before")] if page.page > 1 else []
    choices += [Choice("page_after")] if page.page < page.pages else []
    choices.append(Choice("letters_normal" if large else "letters_large", Weight.QUIET))
    return Prompt("preview_document", step=Step.CHECK, contents=(page,), back=True, choices=tuple(choices))


def printing_pages(work: Progress) -> Prompt:
    return Prompt("printing_pages", tone=Tone.BUSY, step=Step.PRINT, contents=(work,), idle=Idle.MACHINE)


def printer_waits(reason: str) -> Prompt:
    """The printer stands with her pages inside and waits for somebody: `media-empty`, `media-jam`, `cover-open` ..."""
    return Prompt(
        "printer_waits", tone=Tone.BUSY, step=Step.PRINT, picture=Picture.PERSON_AT_DESK, params={"printer": reason},
        idle=Idle.MACHINE, fault_code="P-421",
    )  # fmt: skip


def take_pages(pages: int, number: str) -> Prompt:
    return Prompt(
        "take_pages", tone=Tone.DONE, step=Step.TAKE_PAPER, picture=Picture.TERMINAL, lit=Slot.A4_EXIT,
        params={"pages": str(pages), "number": number}, choices=(Choice("have_pages", Weight.PRIMARY),),
        idle=Idle.FIXED, seconds=LAST_LOOK_S,
    )  # fmt: skip


def not_printed(reason: str, *, again: bool, some: bool) -> Prompt:
    """Certainly not whole. `some`: sheets came out, which prove nothing and have to be destroyed."""
    try_again = (Choice("try_again", Weight.PRIMARY),) if again else ()
    return Prompt(
        "printed_in_part" if some else "not_printed", tone=Tone.ATTENTION, step=Step.PRINT, picture=Picture.QUESTION,
        params={"printer": reason}, fault_code="P-422",
        choices=(*try_again, Choice("later", Weight.SECONDARY if again else Weight.PRIMARY)),
    )  # fmt: skip


def pages_unknown(claim: Claim) -> Prompt:
    """Nobody knows whether all pages came out; never printed again by itself."""
    return Prompt(
        "pages_unknown", tone=Tone.ATTENTION, step=Step.PRINT, contents=(claim,), choices=(Choice("finish", Weight.PRIMARY),),
        fault_code="P-423",
    )  # fmt: skip
