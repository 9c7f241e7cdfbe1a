"""J12, her electronic credentials: choose, see what the seal is worth, print. Only a good seal is printed."""
from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any

from kiosk import leaflet
from kiosk.ecredentials.opened import OfdReader, Opened, Unreadable, Verdict
from kiosk.journeys.pages import heard, watch
from kiosk.leaflet import ecredentials as words
from kiosk.leaflet import papers
from kiosk.plans.ecredential import FETCH, KIND
from kiosk.plans.pages import PRINT
from kiosk.transaction.heart import Run
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import End, Mark
from kiosk.visit import Left, Person, Refused, Visit
from remote.messages import ECredentialKind, FetchECredential, ListECredentials, Refusal

TRIES = 2                    # [A] of one visit, as with documents
NOT_THE_SAME = ("other_file", "file_", "seal_", "no_reader")


@dataclass(frozen=True)
class Seen:
    request: FetchECredential
    sha256: str
    opened: Opened = field(repr=False)


async def my_ecredentials(visit: Visit, person: Person, evidence: dict[str, Any]) -> None:
    """`evidence`: of her identity, as the requests carry it. Raises Left, Refused, WalkedAway."""
    reader = visit.parts.ofd
    assert reader is not None            # it is offered only where there is one
    ask = ListECredentials(person_ref=person.said.person_ref, **evidence)
    listed = await heard(visit, visit.parts.platform.list_ecredentials(ask))
    if listed.refusal is not None:
        raise Refused(listed.refusal)
    if not listed.offers:
        await visit.ask(words.no_ecredentials())
        raise Left
    answer = await visit.ask(words.choose_ecredential(listed.offers))
    if answer.choice == "back":
        raise Left
    kind = ECredentialKind(answer.value or "")
    request = FetchECredential(person_ref=person.said.person_ref, kind=kind, **evidence)
    for number in range(1, TRIES + 1):
        seen = await looked_at(visit, person, reader, request)
        if not await print_it(visit, seen, last=number == TRIES):
            return


async def looked_at(visit: Visit, person: Person, reader: OfdReader, request: FetchECredential) -> Seen:
    """She has seen it, its seal is good, and she wants it printed. Raises Left."""
    visit.talk.tell(words.opening_ecredential())
    file = await heard(visit, visit.parts.platform.fetch_ecredential(request))
    if file.refusal is not None or file.ofd_base64 is None:
        raise Refused(file.refusal) if file.refusal is not None else Left
    try:
        opened = await reader.open(b64decode(file.ofd_base64), (person.card.name, person.card.id_number), visit.now)
    except Unreadable as error:
        await visit.ask(words.ecredential_not_opened(error.why))
        raise Left from None
    page = 1
    while (answer := await visit.ask(words.seal_looked_at(opened, page))).choice in ("page_before", "page_after"):
        page += 1 if answer.choice == "page_after" else -1
    if answer.choice != "print_now" or opened.verdict is not Verdict.GENUINE:
        raise Left
    for remarks in words.before_printing(opened):
        if (await visit.ask(remarks)).choice != "print_anyway":
            raise Left
    return Seen(request, file.sha256, opened)


async def print_it(visit: Visit, seen: Seen, *, last: bool) -> bool:
    """True: she wants to look at it and print it once more."""
    run = visit.heart.begin(visit.heart.new_plan_id(), KIND, {
        "request": seen.request.model_dump(mode="json"), "sha256": seen.sha256,
    })  # fmt: skip
    await watch(visit, run, FETCH)
    printed = run.log.facts(PRINT, Mark.DONE)
    if run.end in (End.FORWARD, End.FORWARD_OWED) and printed is not None:
        if printed["known"]:
            await visit.last_look(words.take_ecredential(int(printed["sheets"])))
        else:
            await visit.ask(words.ecredential_unknown())
        return False
    if run.end not in (End.BACK, End.BACK_OWED):
        await visit.ask(words.ecredential_unknown())
        return False
    return await once_more(visit, run, last=last)


async def once_more(visit: Visit, run: Run, *, last: bool) -> bool:
    """It certainly did not come out whole, or nothing was begun."""
    refused = (run.log.facts(FETCH, Mark.NOT_DONE) or {}).get("refusal")
    if refused:
        raise Refused(Refusal.model_validate(refused))
    reason = str((run.log.facts(PLAN, Mark.DECIDED_BACK) or {}).get("reason", ""))
    if reason.startswith("centre"):
        await visit.ask(leaflet.submit_failed())
        return False
    if reason.startswith(NOT_THE_SAME):
        return (await visit.ask(words.ecredential_changed())).choice == "see_again" and not last
    await visit.health.look()
    again = not last and visit.health.found.works("a4_printer")
    some = bool((run.log.facts(PRINT, Mark.NOT_DONE) or {}).get("sheets"))
    prompt = words.ecredential_in_part(again=again) if some else papers.not_printed(reason, again=again, some=False)
    return (await visit.ask(prompt)).choice == "try_again"
