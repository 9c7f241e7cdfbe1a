"""Jams (facts/journeys.md O4): driven by what the machine reports, step by step in pictures of this very machine, and looked at
again. What stood still goes on once the way is free; her case is offered to her again by her ID card."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.attendant.desk import Desk, GivenUp
from kiosk.audit.log import Deed
from kiosk.leaflet import attendant as words
from kiosk.prompts import Picture, Slot

ROUNDS = 3               # [A] of the same steps; then it is a technician's


@dataclass(frozen=True)
class Guide:
    """Steps are prompts `jam_<step>`; `lit` is where on the front it is."""

    lit: Slot
    steps: tuple[str, ...]


PICTURES = {
    "card_open": Picture.JAM_OPEN, "card_pull": Picture.JAM_PULL, "card_close": Picture.JAM_CLOSE, "card_take": Picture.CARD_OUT,
    "slip_open": Picture.JAM_OPEN, "slip_pull": Picture.JAM_PULL, "slip_close": Picture.JAM_CLOSE,
    "page_open": Picture.JAM_OPEN, "page_pull": Picture.JAM_PULL, "page_close": Picture.JAM_CLOSE,
    "power": Picture.TOOLS,
}  # fmt: skip
CARD = ("card_open", "card_pull", "card_close")
SLIP = ("slip_open", "slip_pull", "slip_close")
PAGE = ("page_open", "page_pull", "page_close")
GUIDES: Mapping[str, Guide] = {
    "card_in_path": Guide(Slot.CARD_EXIT, CARD),
    "card_at_exit": Guide(Slot.CARD_EXIT, ("card_take",)),
    "card_printer_cover_open": Guide(Slot.CARD_EXIT, ("card_close",)),
    "card_printer_held": Guide(Slot.CARD_EXIT, CARD),
    "card_hopper_inoperative": Guide(Slot.CARD_EXIT, CARD),
    "slip_paper_inoperative": Guide(Slot.SLIP_EXIT, SLIP),
    "receipt_printer_cover_open": Guide(Slot.SLIP_EXIT, ("slip_close",)),
    "receipt_printer_error": Guide(Slot.SLIP_EXIT, (*SLIP, "power")),
    "slips_not_delivered": Guide(Slot.SLIP_EXIT, SLIP),
    "a4_printer_jam": Guide(Slot.A4_EXIT, PAGE),
    "a4_printer_cover_open": Guide(Slot.A4_EXIT, ("page_close",)),
}
"""By the word of the trouble, those that hands can put right."""


async def clear_jams(desk: Desk) -> None:
    """One after the other, until nothing is reported that hands can put right. Raises GivenUp, WalkedAway, JournalBroken."""
    cleared: list[str] = []
    found = await desk.look()
    while (trouble := next((word for word in found.words if word in GUIDES), None)) is not None:
        for _ in range(ROUNDS):
            await guided(desk, trouble)
            if trouble == "slips_not_delivered":
                await desk.slip("试打凭条")
            found = await desk.look()
            if trouble not in found.words:
                break
        else:
            desk.note(Deed.JAM_REMAINS, what=trouble)
            await desk.talk.ask(words.jam_remains(trouble))
            raise GivenUp
        cleared.append(trouble)
        desk.note(Deed.JAM_CLEARED, what=trouble)
    if not cleared:
        await desk.talk.ask(words.jam_none())
        return
    await desk.settle()
    await desk.look()
    await desk.talk.ask(words.jam_cleared())


async def guided(desk: Desk, trouble: str) -> None:
    guide = GUIDES[trouble]
    for at, step in enumerate(guide.steps):
        last = at == len(guide.steps) - 1
        answer = await desk.talk.ask(words.jam_step(step, PICTURES[step], guide.lit, trouble, last=last))
        if answer.choice not in ("next_step", "look_once_more"):
            raise GivenUp
