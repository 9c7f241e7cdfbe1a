"""The slip. Not an act: printed once, for the one who stands here, and never by recovery."""
from __future__ import annotations

from dataclasses import replace
from typing import Literal

from devices.errors import DeviceError
from devices.receipt_printer.driver import PrintEnd, PrintOutcome
from devices.receipt_printer.items import Item
from kiosk import leaflet, receipt
from kiosk.health.streaks import Streak
from kiosk.journeys.claims import claim_from
from kiosk.leaflet import citizen_card_made
from kiosk.plans.citizen_number import KIND as CITIZEN
from kiosk.plans.citizen_number import citizen_reservation_of
from kiosk.plans.dispensed_card import KIND as DISPENSED
from kiosk.plans.number import reservation_of
from kiosk.prompts import Claim, Facts, Picture, Prompt, SlipShown
from kiosk.stock import FEEDS
from kiosk.transaction.heart import Run
from kiosk.transaction.journal import JournalBroken
from kiosk.transaction.plan import Mark
from kiosk.visit import Person, Visit
from print.fitting import DoesNotFit
from print.fonts import NoGlyph
from print.layouts import citizen_card_face
from print.layouts import slip as paper
from print.layouts.slip_texts import Language
from remote.messages import Address, CaseView, LiveCard, OpenCase, Refusal

SLIP = "slip"


def head(visit: Visit, person: Person) -> paper.SlipHead:
    language: Language = "en" if visit.talk.look.language == "en" else "zh_CN"
    return paper.SlipHead(
        hall=visit.parts.hall, terminal=visit.parts.terminal, at=visit.now, name=person.shown.name,
        id_number=person.shown.id_number, language=language,
    )  # fmt: skip


def code_of(claim: Claim) -> paper.ClaimCode:
    return paper.ClaimCode(claim.code, claim.words, claim.qr)


async def give(visit: Visit, slip: paper.Slip, run: Run | None = None) -> SlipShown | None:
    """Print it, once a plan; returns what to show, None where no paper came out (then the screen must carry it)."""
    try:
        picture = await visit.parts.offload(receipt.shown, slip)
        items = await visit.parts.offload(receipt.items_of, slip)
        if run is not None:
            if run.log.has(SLIP, Mark.INTENT):
                return None
            run.log.write(SLIP, 1, Mark.INTENT)
        outcome = await printed(visit, items)
        if run is not None:
            run.log.write(SLIP, 1, Mark.DONE, {"outcome": outcome.end.value})
    except (NoGlyph, DoesNotFit, JournalBroken):    # a name that no font has, a word too wide; or it could come twice
        return None
    finally:
        visit.health.look_again()
    return SlipShown(picture) if outcome.end is PrintEnd.DELIVERED else None


async def printed(visit: Visit, items: list[Item]) -> PrintOutcome:
    try:
        outcome = await visit.parts.receipt_printer.print_items(items)
    except DeviceError:
        outcome = PrintOutcome(PrintEnd.UNKNOWN)
    visit.health.streaks.was(Streak.SLIP_NOT_DELIVERED, good=outcome.end is PrintEnd.DELIVERED)
    return outcome


async def closing(
    visit: Visit, name: str, slip: SlipShown | None, facts: tuple[tuple[str, str], ...], run: Run | None = None
) -> None:
    """The last screen. Without paper she is first told what to remember. `run`: in the words of the card it has made."""
    if slip is None:
        await visit.ask(leaflet.slip_no_paper(Facts(facts)))
    last = leaflet.done(name, slip)
    await visit.last_look(worded(run, last) if run is not None else last)


def spoiled(run: Run) -> bool:
    """A card was begun and the machine took it back."""
    return any(int((run.log.facts(feed, Mark.UNDONE) or {}).get("spoiled", 0)) > 0 for feed in FEEDS)


async def journal_broke(visit: Visit, run: Run, claim: Claim) -> None:
    """Nothing can be written down any more, so nothing is done; the next start settles what was begun. She hears it here."""
    name = "in_doubt" if run.log.has("hand_over", Mark.INTENT) else "failed_claim"
    await visit.ask(leaflet.with_claim(name, claim, fault_code="P-501"))


def person_of(visit: Visit) -> Person:
    if visit.person is None:
        raise LookupError("nobody is identified in this visit")
    return visit.person


def card_of(run: Run) -> Literal["senior", "citizen"]:
    """Which card this plan makes."""
    return "citizen" if run.log.kind in (CITIZEN, DISPENSED) else "senior"


def worded(run: Run, prompt: Prompt) -> Prompt:
    """In the words of the card that is being made."""
    return citizen_card_made.worded(prompt) if card_of(run) == "citizen" else prompt


async def handed_over(visit: Visit, run: Run, *, registered: bool) -> None:
    if card_of(run) == "citizen":
        await citizen_card_handed_over(visit, run, registered=registered)
        return
    reservation = reservation_of(run.log)
    slip = paper.CardHandedOver(head(visit, person_of(visit)), reservation.number, registered, reservation.valid_to)
    facts = (("number", reservation.number), ("hall", visit.parts.place))
    await closing(visit, "done" if registered else "done_registering", await give(visit, slip, run), facts)


async def citizen_card_handed_over(visit: Visit, run: Run, *, registered: bool) -> None:
    """With the day from which the old card's money can be had, where there was one."""
    reservation = citizen_reservation_of(run.log)
    slip = paper.CardHandedOver(
        head(visit, person_of(visit)), citizen_card_face.grouped(reservation.number), registered, reservation.valid_to,
        card="citizen", money_moves_on=reservation.money_moves_on, first_pin=reservation.first_pin,
    )  # fmt: skip
    given = await give(visit, slip, run)
    if reservation.money_moves_on is not None:
        await visit.ask(citizen_card_made.money_moves(reservation.money_moves_on))
    facts = (("tail", f"****{reservation.number[-4:]}"), ("hall", visit.parts.place))
    await closing(visit, "done" if registered else "done_registering", given, facts, run)


async def kept(visit: Visit, run: Run, claim: Claim) -> None:
    slip = paper.CardKept(head(visit, person_of(visit)), code_of(claim), visit.parts.place, card=card_of(run))
    await give(visit, slip, run)
    await visit.ask(worded(run, leaflet.with_claim("kept", claim, picture=Picture.KEPT)))


async def not_made(visit: Visit, run: Run, claim: Claim, *, name: str = "failed_claim") -> None:
    who, code = head(visit, person_of(visit)), code_of(claim)
    slip = paper.NotMade(who, code, visit.parts.place, spoiled(run), choices=("terminal", "counter"), card=card_of(run))
    await give(visit, slip, run)
    await visit.ask(worded(run, leaflet.with_claim(name, claim, fault_code="P-402" if name == "failed_claim" else "")))


async def unknown_slip(visit: Visit, run: Run, claim: Claim, *, handover: bool = False) -> None:
    matter: Literal["application", "handover"] = "handover" if handover else "application"
    who = head(visit, person_of(visit))
    slip = paper.OutcomeUnknown(who, code_of(claim), visit.parts.place, matter=matter, card=card_of(run))
    await give(visit, slip, run)


async def mail_slip(visit: Visit, case: CaseView, address: Address | None) -> None:
    slip = paper.MailOrdered(head(visit, person_of(visit)), case.mail_hours or 48, tracking=case.mail_order or "")
    shown = await give(visit, slip)
    if shown is None:
        await visit.ask(leaflet.slip_no_paper(Facts((("case", case.case_no),))))
    await visit.last_look(leaflet.mailed(case.mail_hours or 48, case.mail_order or "", shown))


async def refusal_slip(visit: Visit, refusal: Refusal) -> None:
    """On request: the reason, the day and the place, to take home."""
    slip = paper.Refused(head(visit, person_of(visit)), refusal.reason, where=visit.parts.place)
    await give(visit, slip)


async def matter_slip(visit: Visit, name: str, case: OpenCase) -> None:
    """A copy on request, by the ID card: where her card is kept, or that nobody knows and it is being found out."""
    who = replace(head(visit, person_of(visit)), copy=True)
    code, where = code_of(claim_from(case.claim_code)), case.place or visit.parts.place
    if name == "kept_elsewhere":
        await give(visit, paper.CardKept(who, code, where))
    else:
        await give(visit, paper.OutcomeUnknown(who, code, where, matter="handover"))


async def copy_of_slip(visit: Visit, card: LiveCard) -> None:
    """The centre tells a terminal no more of a live card's number than its tail."""
    who = replace(head(visit, person_of(visit)), copy=True)
    slip = paper.CardHandedOver(who, f"****{card.tail}", registered=True, valid_to=card.valid_to)
    await closing(visit, "slip_copy_printed", await give(visit, slip), (("number", f"****{card.tail}"),))
