"""J1: the privacy notice, the ID card on the reader, and the question to the centre."""
from __future__ import annotations

import io

from PIL import Image

from devices.errors import DeviceError
from devices.id_reader.driver import Reading
from devices.id_reader.errors import CardLifted, CardUnreadable, NoCard, WrongCardType
from devices.id_reader.photo import PhotoUndecodable
from devices.id_reader.records import RecordInvalid, ResidentCard
from kiosk import leaflet
from kiosk.health.streaks import Streak
from kiosk.journeys.asking import patiently
from kiosk.journeys.sign_in import has_other_ways, sign_in
from kiosk.prompts import Answer, Prompt
from kiosk.visit import Left, Person, Refused, Visit
from remote.messages import CaseState, CheckPerson, PersonAnswer, Refusal, RefusalCode

READING_TRIES = 3            # facts/journeys.md X2
TAKE_BACK_S = 2.5            # [A] long enough to be read and heard: 好了,请拿回身份证
OTHER_WAY = ("other_way", "other_way_instead")


class WithoutIdCard(Exception):
    """She has none with her, or it cannot be read, and what she came for can be had in another way."""


async def identify(visit: Visit, *, hears: frozenset[RefusalCode] | None = None, item: str = "") -> Person:
    """`hears`: the refusals of check_person that stand for this journey too (None: all; they are the card's rules). `item`: of
    the centre's sign-in rules, where another way may lead to it. Raises Left, Refused, WalkedAway."""
    answer = await visit.ask(leaflet.privacy())
    if answer.choice != "agree":
        raise Left
    while True:
        try:
            card, chip_photo = await read_card(visit, other_way=has_other_ways(visit, item))
            break
        except WithoutIdCard:
            if (person := await sign_in(visit, item)) is not None:
                return person
    await visit.talk.show_for(leaflet.take_id_back(), TAKE_BACK_S)
    said = await ask_the_centre(visit, card, chip_photo_usable=chip_photo is not None)
    visit.person = Person(card, said, chip_photo)
    if not visit.person.elder and visit.talk.look.elder:
        visit.talk.relax()
    in_doubt = said.open_case is not None and said.open_case.state is CaseState.IN_DOUBT
    stands = said.refusal is not None and (hears is None or said.refusal.code in hears)
    if stands and said.refusal is not None and not in_doubt:       # nothing can be done then either, and she learns what is known
        raise Refused(said.refusal)
    return visit.person


async def read_card(visit: Visit, *, other_way: bool = False) -> tuple[ResidentCard, bytes | None]:
    """The card, and its photo as PNG where this terminal can decode it. Raises WithoutIdCard where `other_way` is offered."""
    prompt, early = leaflet.lay_id(other_way=other_way), leaflet.card_too_early(other_way=other_way)
    for _ in range(READING_TRIES):
        try:
            found = await visit.until(prompt, visit.parts.id_reader.wait_for_card)
        except (CardLifted, NoCard, CardUnreadable):
            prompt = early
            continue
        except RecordInvalid:
            raise Refused(Refusal(code=RefusalCode.NOT_MATCHED, reason="证件记录不完整")) from None
        except WrongCardType:
            await visit.ask(leaflet.wrong_card_type())
            raise Left from None
        except DeviceError:
            visit.health.look_again()
            raise await no_card(visit, leaflet.id_reader_away(other_way=other_way)) from None
        if isinstance(found, Answer):
            raise WithoutIdCard if found.choice in OTHER_WAY else Left
        visit.health.streaks.was(Streak.ID_CARD_UNREADABLE, good=True)
        return await resident(visit, found), await decoded(visit, found)
    visit.health.streaks.was(Streak.ID_CARD_UNREADABLE, good=False)
    visit.health.look_again()
    raise await no_card(visit, leaflet.card_unreadable(other_way=other_way))


async def no_card(visit: Visit, why: Prompt) -> Left | WithoutIdCard:
    """How it goes on without. Raises Left, WalkedAway."""
    return WithoutIdCard() if (await visit.ask(why)).choice in OTHER_WAY else Left()


async def resident(visit: Visit, reading: Reading) -> ResidentCard:
    if isinstance(reading.card, ResidentCard):
        return reading.card
    await visit.ask(leaflet.wrong_card_type())
    raise Left


async def decoded(visit: Visit, reading: Reading) -> bytes | None:
    try:
        picture = await visit.parts.photo_decoder.decode(reading.photo)
    except PhotoUndecodable:
        return None
    file = io.BytesIO()
    Image.frombytes("RGB", (picture.width, picture.height), picture.rgb).save(file, "PNG")
    return file.getvalue()


async def ask_the_centre(visit: Visit, card: ResidentCard, *, chip_photo_usable: bool) -> PersonAnswer:
    """Tries for a minute, in words, before it gives up; nothing was sent that could be owed."""
    request = CheckPerson(
        id_number=card.id_number, name=card.name, birth=card.birth, id_valid_to=card.valid_to,
        chip_photo_usable=chip_photo_usable, can_take_photo=visit.can_take_photo,
    )  # fmt: skip
    return await patiently(visit, lambda: visit.parts.platform.check_person(request))
