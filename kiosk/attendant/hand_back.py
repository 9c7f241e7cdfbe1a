"""What was kept is handed back (facts/journeys.md O6): her ID card, two people, the card found in the bin, and the centre's yes
before it leaves their hands.

The call to the centre is a plan: where its answer is lost it is found out, and until then nothing is handed over. The bin holds
one card less with the same row that says who gave it back, written once, over a power cut too.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from devices.errors import DeviceError
from devices.id_reader.driver import Reading
from devices.id_reader.errors import CardLifted, CardUnreadable, NoCard, WrongCardType
from devices.id_reader.records import RecordInvalid, ResidentCard
from kiosk.attendant.desk import Desk, GivenUp
from kiosk.attendant.people import ONE_PIN, Right
from kiosk.audit.log import PREFIX, Audit, Deed
from kiosk.leaflet import attendant as words
from kiosk.plans.one_call import CALL
from kiosk.prompts import Answer
from kiosk.race import race
from kiosk.transaction.heart import Heart
from kiosk.transaction.plan import End, Mark
from remote.messages import CheckPerson
from remote.messages.hand_back import FindKept, HandBack, KeptCard
from remote.platform import PlatformAway, PlatformRefused

T = TypeVar("T")
OPERATION = "hand_back"
BIN = "capture_bin"


@dataclass(frozen=True)
class Owner:
    """Whoever's ID card lies there now; never kept."""

    name: str = field(repr=False)
    ref: str = field(repr=False)


async def hand_back(desk: Desk) -> None:
    """Raises GivenUp, WalkedAway, JournalBroken."""
    if not await desk.may(Right.STOCK):
        raise GivenUp
    finish_earlier(desk.health.heart)
    second = await desk.second()
    owner = await owner_of(desk)
    kept = await asked(desk, partial(desk.parts.platform.find_kept, FindKept(person_ref=owner.ref)))
    if not kept.cards:
        await desk.talk.ask(words.nothing_kept())
        raise GivenUp
    for card in kept.cards:
        await one_card(desk, second, owner, card)


async def one_card(desk: Desk, second: str, owner: Owner, card: KeptCard) -> None:
    rows = (("name", owner.name), ("number", card.number), ("date", f"{card.since:%Y-%m-%d}"))
    if (await desk.talk.ask(words.kept_found(rows))).choice != "card_is_here":
        raise GivenUp
    if not card.given and not await registered(desk, second, owner, card):
        raise GivenUp
    by = f"经手 {desk.who.name}、{second}"
    slip = await desk.slip("交还代保管的证", f"证号 {card.number}", by, "领取人签字 ______________")
    await desk.talk.ask(words.handed_back(slip=slip))


async def registered(desk: Desk, second: str, owner: Owner, card: KeptCard) -> bool:
    """Whether the centre has made it hers. Says so where not."""
    heart = desk.health.heart
    first, other = (desk.who.name, second) if desk.who.name != ONE_PIN else ("工作人员一", "工作人员二")
    ask = HandBack(reserve_key=card.reserve_key, person_ref=owner.ref, first=first, second=other)
    plan = heart.new_plan_id()
    desk.note(Deed.HANDING_BACK, plan=plan, second=second)
    desk.talk.tell(words.handing_back())
    end = await heart.begin(plan, OPERATION, {"request": ask.model_dump(mode="json")}).wait()
    finish_earlier(heart)
    if end is End.FORWARD:
        return True
    await desk.talk.ask(words.hand_back_refused() if end is End.BACK else words.hand_back_unknown())
    return False


def finish_earlier(heart: Heart) -> None:
    """The row that takes a card out of the bin's books, for every yes of the centre that has none yet. Raises JournalBroken."""
    begun: dict[str, dict[str, str]] = {}
    for row in heart.journal.rows_of_terminal({PREFIX + Deed.HANDING_BACK, PREFIX + Deed.HANDED_BACK}):
        plan = str(row.facts.get("plan", ""))
        if row.act == PREFIX + Deed.HANDING_BACK:
            begun[plan] = {key: str(row.facts.get(key, "")) for key in ("who", "second")}
        else:
            begun.pop(plan, None)
    for plan, who in begun.items():
        if heart.log_of(plan).has(CALL, Mark.DONE):
            Audit(heart.journal).note(Deed.HANDED_BACK, plan=plan, unit=BIN, what="card", **who)


# -- her ------------------------------------------------------------------------------------------------------------------

async def owner_of(desk: Desk) -> Owner:
    """Raises GivenUp, WalkedAway."""
    card = await laid(desk)
    ask = CheckPerson(id_number=card.id_number, name=card.name, birth=card.birth, id_valid_to=card.valid_to)
    said = await asked(desk, partial(desk.parts.platform.check_person, ask))
    return Owner(card.name, said.person_ref)


async def laid(desk: Desk) -> ResidentCard:
    while True:
        try:
            found = await race(lambda: desk.talk.ask(words.owner_lays_id()), lambda: reading(desk))
        except (CardLifted, NoCard, CardUnreadable, WrongCardType, RecordInvalid):
            await desk.talk.ask(words.owner_again())
            continue
        except DeviceError:
            await desk.talk.ask(words.failed("operator_reader_silent"))
            raise GivenUp from None
        if isinstance(found, Answer):
            raise GivenUp
        if isinstance(found.card, ResidentCard):
            return found.card
        await desk.talk.ask(words.owner_again())


async def reading(desk: Desk) -> Reading | Answer:
    return await desk.parts.id_reader.wait_for_card()


async def asked(desk: Desk, call: Callable[[], Awaitable[T]]) -> T:
    """The centre's answer; the screen says so where there is none. Raises GivenUp."""
    desk.talk.tell(words.looking())
    try:
        return await call()
    except (PlatformAway, PlatformRefused):
        await desk.talk.ask(words.failed("operator_centre_away"))
        raise GivenUp from None
