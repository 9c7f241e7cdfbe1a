"""J12: print a document with a seal - choose, look at it masked, pay where it costs something, print, take; counted once."""
from __future__ import annotations

import io
from base64 import b64decode
from typing import Any

from kiosk.journeys.claims import claim_of
from kiosk.journeys.ecredentials import my_ecredentials
from kiosk.journeys.identify import identify
from kiosk.journeys.pages import heard, watch
from kiosk.journeys.paper import code_of, give, head
from kiosk.journeys.paying import Paid, money_back, pay
from kiosk.journeys.prove import prove
from kiosk.leaflet import papers, paying
from kiosk.plans.pages import PRINT
from kiosk.plans.printing import ISSUE, KIND
from kiosk.prompts import PAPER_STEPS, PageShown
from kiosk.transaction.claim import claim_code
from kiosk.transaction.heart import Run
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import End, Mark
from kiosk.visit import Left, Person, Refused, Visit
from print.layouts import slip as slips
from print.layouts.formats import yuan
from print.raster import page_image
from remote.messages import (
    Choice,
    DocumentOffer,
    DocumentPreview,
    DocumentWish,
    IssueDocument,
    ListDocuments,
    PreviewDocument,
    Purpose,
    Refusal,
)

PREVIEW_DPI = 100.0          # [A] an A4 page is then 827 x 1169: what the screen can show
TRIES = 2                    # [A] of one visit; the copy stays hers at any terminal for the rest of the day


async def print_certificate(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    visit.talk.steps = PAPER_STEPS
    person = await identify(visit)
    evidence = (await prove(visit, person, "print_certificate")).fields
    asked = ListDocuments(person_ref=person.said.person_ref, **evidence)
    listed = await heard(visit, visit.parts.platform.list_documents(asked))
    if listed.refusal is not None:
        raise Refused(listed.refusal)
    chosen = await choose(visit, listed.offers, person, evidence)
    if chosen is None:
        await my_ecredentials(visit, person, evidence)
        return
    offer, wish = chosen
    wish = await look_at_it(visit, wish)
    paid = await pay(visit, Purpose.DOCUMENT, offer.kind.value) if offer.fee_fen else None
    await print_it(visit, person, wish, paid)


async def choose(
    visit: Visit, offers: list[DocumentOffer], person: Person, evidence: dict[str, Any]
) -> tuple[DocumentOffer, DocumentWish] | None:
    """None: it is one of her electronic credentials that she wants."""
    answer = await visit.ask(papers.choose_document(offers, ecredentials=visit.parts.ofd is not None))
    if answer.choice == "back":
        raise Left
    if answer.choice == "my_ecredentials":
        return None
    offer = next(offer for offer in offers if offer.kind.value == answer.value)
    if offer.refusal is not None:
        raise Refused(offer.refusal)
    period = await choose_part(visit, "choose_period", offer.title, offer.periods)
    purpose = await choose_part(visit, "choose_purpose", offer.title, offer.purposes)
    return offer, DocumentWish(
        person_ref=person.said.person_ref, kind=offer.kind, period=period, purpose=purpose, large_print=visit.talk.look.elder,
        **evidence,
    )  # fmt: skip


async def choose_part(visit: Visit, name: str, title: str, parts: list[Choice]) -> str | None:
    """One of several, the only one, or nothing to choose."""
    if len(parts) < 2:
        return parts[0].code if parts else None
    answer = await visit.ask(papers.choose_part(name, title, parts))
    if answer.choice == "back":
        raise Left
    return answer.value


async def look_at_it(visit: Visit, wish: DocumentWish) -> DocumentWish:
    """The masked preview, page by page, in the size she wants."""
    preview, page = await previewed(visit, wish), 1
    while True:
        shown = PageShown(await drawn(visit, preview, page), page, preview.pages)
        answer = await visit.ask(papers.preview_document(shown, large=wish.large_print))
        match answer.choice:
            case "print_now":
                return wish
            case "page_before" | "page_after":
                page += 1 if answer.choice == "page_after" else -1
            case "letters_large" | "letters_normal":
                wish = wish.model_copy(update={"large_print": answer.choice == "letters_large"})
                preview, page = await previewed(visit, wish), 1
            case _:
                raise Left


async def previewed(visit: Visit, wish: DocumentWish) -> DocumentPreview:
    visit.talk.tell(papers.making_preview())
    preview = await heard(visit, visit.parts.platform.preview_document(PreviewDocument(**wish.model_dump())))
    if preview.refusal is not None:
        raise Refused(preview.refusal)
    return preview


async def drawn(visit: Visit, preview: DocumentPreview, page: int) -> bytes:
    return await visit.parts.offload(page_png, b64decode(preview.pdf_base64 or ""), page)


def page_png(pdf: bytes, page: int) -> bytes:
    """`page` from 1."""
    file = io.BytesIO()
    page_image(pdf, PREVIEW_DPI, page - 1).convert("L").save(file, "PNG")
    return file.getvalue()


# -- the paper -------------------------------------------------------------------------------------------------------

async def print_it(visit: Visit, person: Person, wish: DocumentWish, paid: Paid | None) -> None:
    for number in range(1, TRIES + 1):
        plan = visit.heart.new_plan_id()
        request = IssueDocument(**wish.model_dump(), order_id=paid.order_id if paid else "")
        run = visit.heart.begin(plan, KIND, {
            "request": request.model_dump(mode="json"), "person_ref": person.said.person_ref, "claim_code": claim_code(plan),
        })  # fmt: skip
        await watch(visit, run)
        if run.end in (End.FORWARD, End.FORWARD_OWED):
            return await taken(visit, run)
        if run.end not in (End.BACK, End.BACK_OWED):
            return await unknown(visit, run, paid)
        if not await once_more(visit, run, paid, last=number == TRIES):
            return None
    return None


async def taken(visit: Visit, run: Run) -> None:
    issued = run.log.facts(ISSUE, Mark.DONE) or {}
    printed = run.log.facts(PRINT, Mark.DONE) or {}
    await visit.last_look(papers.take_pages(int(printed["sheets"]), str(issued["number"])))


async def once_more(visit: Visit, run: Run, paid: Paid | None, *, last: bool) -> bool:
    """It certainly did not come out whole, or nothing was begun: again now, later, or the money back."""
    refused = (run.log.facts(ISSUE, Mark.NOT_DONE) or {}).get("refusal")
    if refused and paid is None:
        raise Refused(Refusal.model_validate(refused))
    reason = str((run.log.facts(PLAN, Mark.DECIDED_BACK) or {}).get("reason", ""))
    some = bool((run.log.facts(PRINT, Mark.NOT_DONE) or {}).get("sheets"))
    await visit.health.look()
    again = not last and not refused and run.end is End.BACK and visit.health.found.works("a4_printer")
    if some or paid is None:
        answer = await visit.ask(papers.not_printed(reason, again=again, some=some))
        if answer.choice == "try_again" or paid is None:
            return answer.choice == "try_again"
    return await about_the_money(visit, paid, again=again)


async def about_the_money(visit: Visit, paid: Paid, *, again: bool) -> bool:
    answer = await visit.ask(paying.paid_not_made(yuan(paid.fen), again=again))
    if answer.choice == "try_again":
        return True
    if answer.choice == "refund_now" and await money_back(visit, paid):
        return False
    await visit.ask(paying.paid_kept(yuan(paid.fen), claim_of(paid.plan)))
    return False


async def unknown(visit: Visit, run: Run, paid: Paid | None) -> None:
    claim = claim_of(run.plan)
    if visit.person is not None:
        fen = paid.fen if paid else 0
        who = head(visit, visit.person)
        slip = slips.OutcomeUnknown(who, code_of(claim), visit.parts.place, matter="document", amount_fen=fen)
        await give(visit, slip, run)
    await visit.ask(papers.pages_unknown(claim))
