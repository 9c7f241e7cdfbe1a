"""Is she the one on the card? By her face or by a member of staff, as she likes; asked once in a visit."""
from __future__ import annotations

from base64 import b64decode
from contextlib import suppress
from typing import Literal

from devices.errors import DeviceError
from kiosk.face.seam import FaceAway, Match, Reference
from kiosk.journeys.ask_staff import by_staff
from kiosk.journeys.look import Seen, look
from kiosk.leaflet import face
from kiosk.parts import Eyes
from kiosk.prompts import Answer, Prompt
from kiosk.transaction.journal import Event, JournalBroken
from kiosk.visit import Left, Person, Proof, Refused, Visit
from remote.messages import EventKind, FaceNote, IdentityEvidence, Refusal, RefusalCode

Where = Literal["chip", "centre"]
CHECKED_S = 1.5              # [A] long enough to be read and heard: 核对好了


async def prove(visit: Visit, person: Person, item: str) -> Proof:
    """Raises Refused where nobody and nothing here can say it, Left, WalkedAway."""
    if person.proof is None:
        person.proof = await _prove(visit, person, item)
    return person.proof


def ways(visit: Visit, person: Person) -> tuple[IdentityEvidence, ...]:
    """What this terminal really can do, against what the centre accepts. The card alone, in the demo, is the last resort:
    also where the picture to compare with is only a drawing, which would prove nothing."""
    accepted = set(person.said.identity_needed)
    if visit.identity in accepted and person.said.photo_is_drawn:
        return (IdentityEvidence.CARD_ALONE,)
    checks = tuple(way for way in visit.evidence if way in accepted)
    if IdentityEvidence.FACE in checks and not references(person):
        checks = tuple(way for way in checks if way is not IdentityEvidence.FACE)
    if not checks and visit.identity in accepted:
        return (IdentityEvidence.CARD_ALONE,)
    return checks


def references(person: Person) -> list[tuple[Where, bytes]]:
    """("chip" or "centre", picture): the chip's first; it is the younger of the two, and nobody could exchange it."""
    stored: list[tuple[Where, bytes]] = [("chip", person.chip_photo)] if person.chip_photo is not None else []
    if person.said.photo_png is not None:
        stored.append(("centre", b64decode(person.said.photo_png)))
    return stored


async def _prove(visit: Visit, person: Person, item: str) -> Proof:
    possible = ways(visit, person)
    staffed = IdentityEvidence.STAFF in possible
    if not possible:
        raise Refused(Refusal(code=RefusalCode.IDENTITY_CHECK_MISSING, reason="这台机器还不能核对本人"))
    if IdentityEvidence.CARD_ALONE in possible:
        return Proof(IdentityEvidence.CARD_ALONE)
    if IdentityEvidence.FACE not in possible:
        answer = await visit.ask(face.staff_only())
    else:
        answer = await visit.ask(face.face_or_staff() if staffed else face.face_or_window())
    return await by_choice(visit, person, item, answer, staffed=staffed)


async def by_choice(visit: Visit, person: Person, item: str, answer: Answer, *, staffed: bool) -> Proof:
    """by_face, by_staff or by_window, as she chose. Raises Left, Refused, WalkedAway."""
    if answer.choice == "by_face":
        eyes = visit.parts.eyes
        assert eyes is not None         # FACE is among the ways only where there are eyes
        proof = await by_face(visit, person, eyes, staffed=staffed)
        if proof is not None:
            await visit.talk.show_for(face.face_checked(), CHECKED_S)
            return proof
    elif answer.choice == "by_window":
        await visit.ask(face.by_window())
        raise Left
    elif answer.choice != "by_staff":
        raise Left
    return await by_staff(visit, person, item)


async def by_face(visit: Visit, person: Person, eyes: Eyes, *, staffed: bool) -> Proof | None:
    """None: a member of staff shall look. Raises Left, WalkedAway."""
    try:
        for tries_left in range(eyes.tries - 1, -1, -1):
            seen = await look(visit, eyes, staffed=staffed)
            if isinstance(seen, Answer):
                return await another_way(visit, seen)
            if isinstance(seen, Seen):
                visit.talk.tell(face.face_checking())
                note = await compared(visit, person, eyes, seen)
                if note is not None:
                    return Proof(IdentityEvidence.FACE, face=note)
            if tries_left and (answer := await visit.ask(face.face_again(staffed=staffed))).choice != "once_more":
                return await another_way(visit, answer)
    except (DeviceError, FaceAway):
        visit.health.look_again()
        await to_staff(visit, face.camera_away(staffed=staffed), staffed=staffed)
        return None
    finally:
        await eyes.camera.aclose()
    await to_staff(visit, face.face_to_staff() if staffed else face.not_proven(), staffed=staffed)
    return None


async def compared(visit: Visit, person: Person, eyes: Eyes, seen: Seen) -> FaceNote | None:
    """With the chip's photo and, where that is not enough, the centre's. A sign of a picture held up is no proof, and
    nobody is accused: it goes to a member of staff. Raises FaceAway."""
    live = [frame.jpeg for frame in seen.frames]
    for where, picture in references(person):
        known_there = eyes.compares_at_centre and where == "centre"
        outcome = await eyes.matcher.match(Reference(person.said.person_ref, None if known_there else picture), live)
        if not isinstance(outcome, Match):
            continue
        log_score(visit, outcome)
        if outcome.same and not outcome.signs:
            return FaceNote(
                score=outcome.score, threshold=outcome.threshold, model=outcome.model, reference=where, face_ref=outcome.face_ref,
            )  # fmt: skip
    return None


def log_score(visit: Visit, match: Match) -> None:
    """Numbers only, so that the threshold can be judged by what this hall really sees. No name, no picture, no case."""
    body = {
        "kind": "face_score", "score": round(match.score, 3), "threshold": match.threshold, "same": match.same,
        "model": match.model, "signs": [sign.value for sign in match.signs],
    }  # fmt: skip
    with suppress(JournalBroken):
        visit.heart.journal.queue(Event(visit.heart.new_plan_id(), EventKind.HEALTH.value, body))


async def another_way(visit: Visit, answer: Answer) -> Proof | None:
    match answer.choice:
        case "by_staff":
            return None
        case "by_window":
            await visit.ask(face.by_window())
    raise Left


async def to_staff(visit: Visit, why: Prompt, *, staffed: bool) -> None:
    """The camera could not say it. Raises Left where nobody comes here, or she does not want to wait."""
    if (await visit.ask(why)).choice != "by_staff" or not staffed:
        raise Left
