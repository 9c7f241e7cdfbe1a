"""Which way she takes; one that comes to nothing leads back here."""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from kiosk.health.card_slot import NAME as CARD_SLOT
from kiosk.journeys.asking import patiently
from kiosk.journeys.sign_in.by_card import by_card
from kiosk.journeys.sign_in.by_code import by_code
from kiosk.journeys.sign_in.by_sms import by_sms
from kiosk.journeys.sign_in.who import who
from kiosk.leaflet import sign_in as words
from kiosk.visit import Person, Refused, Visit
from remote.messages import AskWays, Refusal, RefusalCode, SignedIn, SignInWay

Way = Callable[[Visit, str], Awaitable[SignedIn | None]]
WAYS: Mapping[SignInWay, Way] = {
    SignInWay.CITIZEN_CARD: by_card, SignInWay.IDENTITY_CODE: by_code, SignInWay.SMS_CODE: by_sms,
}  # fmt: skip


def has_other_ways(visit: Visit, item: str) -> bool:
    """Whether to offer it: not where the centre does not answer. Which ways there are, the centre says when she asks."""
    return bool(item) and visit.parts.platform.reachable


def here(visit: Visit) -> set[SignInWay]:
    """What this terminal has for it; a number and a code need nothing but the screen."""
    slot, codes = visit.parts.citizen_card, visit.parts.codes
    looked = visit.health.found.devices.get(CARD_SLOT)              # a simulated station is not looked at
    there = {SignInWay.SMS_CODE}
    there |= {SignInWay.CITIZEN_CARD} if slot is not None and (looked is None or looked.works) else set()
    return there | ({SignInWay.IDENTITY_CODE} if codes is not None and codes.works else set())


async def sign_in(visit: Visit, item: str) -> Person | None:
    """None: she goes back to her ID card. Raises Left, Refused, WalkedAway."""
    said = await patiently(visit, lambda: visit.parts.platform.ask_ways(AskWays(item=item)))
    ways = [way for way in said.ways if way in here(visit)]
    if not ways:
        raise Refused(Refusal(code=RefusalCode.EVIDENCE_TOO_WEAK, reason="这件事要用身份证办"))
    while True:
        answer = await visit.ask(words.other_ways(ways))
        way = SignInWay(answer.choice.removeprefix("way_")) if answer.choice.startswith("way_") else None
        if way is None:
            return None
        signed = await WAYS[way](visit, item)
        if signed is not None:
            return visit.person if known(visit, signed) else await who(visit, signed)


def known(visit: Visit, signed: SignedIn) -> bool:
    return visit.person is not None and visit.person.signed is signed
