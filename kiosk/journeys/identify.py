"""J1: the privacy notice, the ID card on the reader, and the question to the centre."""
from __future__ import annotations

import io

import trio
from PIL import Image

from devices.errors import DeviceError
from devices.id_reader.driver import Reading
from devices.id_reader.errors import CardLifted, CardUnreadable, NoCard, WrongCardType
from devices.id_reader.photo import PhotoUndecodable
from devices.id_reader.records import RecordInvalid, ResidentCard
from kiosk import leaflet
from kiosk.health.streaks import Streak
from kiosk.prompts import Answer
from kiosk.race import race
from kiosk.visit import Left, Person, Refused, Visit
from remote.messages import CaseState, CheckPerson, PersonAnswer, Refusal, RefusalCode
from remote.platform import PlatformAway, PlatformRefused

READING_TRIES = 3            # facts/journeys.md X2
TAKE_BACK_S = 2.5            # [A] long enough to be read and heard: 好了,请拿回身份证
CENTRE_PATIENCE_S = 60.0     # facts/journeys.md X8: 正在重连(1分钟)
SLOW_AFTER_S = 8.0           # facts/journeys.md X19
TRY_AGAIN_S = 3.0            # [A]


async def identify(visit: Visit, *, hears: frozenset[RefusalCode] | None = None) -> Person:
    """`hears`: the refusals of check_person that stand for this journey too (None: all; they are the card's rules).
    Raises Left, Refused, WalkedAway."""
    answer = await visit.ask(leaflet.privacy())
    if answer.choice != "agree":
        raise Left
    card, chip_photo = await read_card(visit)
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


async def read_card(visit: Visit) -> tuple[ResidentCard, bytes | None]:
    """The card, and its photo as PNG where this terminal can decode it."""
    prompt = leaflet.lay_id()
    for _ in range(READING_TRIES):
        try:
            found = await visit.until(prompt, visit.parts.id_reader.wait_for_card)
        except (CardLifted, NoCard):
            prompt = leaflet.card_too_early()
            continue
        except CardUnreadable:
            prompt = leaflet.card_too_early()
            continue
        except RecordInvalid:
            raise Refused(Refusal(code=RefusalCode.NOT_MATCHED, reason="证件记录不完整")) from None
        except WrongCardType:
            await visit.ask(leaflet.wrong_card_type())
            raise Left from None
        except DeviceError:
            visit.health.look_again()
            await visit.ask(leaflet.id_reader_away())
            raise Left from None
        if isinstance(found, Answer):
            raise Left
        visit.health.streaks.was(Streak.ID_CARD_UNREADABLE, good=True)
        return await resident(visit, found), await decoded(visit, found)
    visit.health.streaks.was(Streak.ID_CARD_UNREADABLE, good=False)
    visit.health.look_again()
    await visit.ask(leaflet.card_unreadable())
    raise Left


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
    visit.talk.tell(leaflet.checking())
    gave_up = trio.Event()
    with trio.move_on_after(CENTRE_PATIENCE_S):
        while not gave_up.is_set():
            try:
                return await said_slowly(visit, request)
            except PlatformRefused:
                break                   # not her card but this terminal is not understood there; asking again cannot help
            except PlatformAway:
                visit.talk.tell(leaflet.network_trying(), on_answer=lambda _: gave_up.set())
            with trio.move_on_after(TRY_AGAIN_S):
                await gave_up.wait()
    await visit.ask(leaflet.submit_failed())
    raise Left


async def said_slowly(visit: Visit, request: CheckPerson) -> PersonAnswer:
    """The call, with a sentence when it takes longer than a person waits in silence."""

    async def patience() -> PersonAnswer:
        await trio.sleep(SLOW_AFTER_S)
        visit.talk.tell(leaflet.centre_slow())
        return await trio.sleep_forever()

    return await race(lambda: visit.parts.platform.check_person(request), patience)
