"""J2: her citizen card. The centre's challenge, the chip's answer, and then her PIN, her face or a member of staff.

Nothing is kept of it: the PIN goes into the chip and nowhere else, and the card goes back into her hand before anything is shown.
"""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

from card.apdu import ApduError
from card.conditions import ChipMute
from card.elementary_file import FileMalformed
from card.pin import PinBlocked, PinWrong
from card.transport import CardError, CardTransport
from kiosk.citizen_slot import CitizenSlot
from kiosk.journeys.asking import fresh_key, patiently
from kiosk.journeys.card_slot import (
    READING_TRIES,
    TROUBLES,
    Unreadable,
    slot_of,
    when_in,
    with_card,
    without_the_forgotten_one,
)
from kiosk.journeys.prove import by_choice, ways
from kiosk.journeys.sign_in.strong import strengthened
from kiosk.journeys.sign_in.who import who
from kiosk.leaflet import card_pins, topping_up
from kiosk.leaflet import sign_in as words
from kiosk.plans.purse_session import Hindered, pin_pad, purse_of, purse_of_card
from kiosk.prompts import Answer, Prompt, Step
from kiosk.visit import Left, Refused, Visit
from remote.messages import AskChallenge, IdentityEvidence, RefusalCode, SignedIn, SignInByCard


@dataclass(frozen=True)
class HerCard:
    """What the card says of itself; `tries` of its PIN, None where it does not tell."""

    issuer: bytes
    serial: str
    id_number: str = field(repr=False)
    tries: int | None


async def by_card(visit: Visit, item: str) -> SignedIn | None:
    """None: another way. Raises Left, Refused, WalkedAway."""
    signed: list[SignedIn | None] = []

    async def journey(visit: Visit) -> None:
        signed.append(await with_her_card(visit, item))

    await with_card(visit, journey)
    return signed[0]


async def with_her_card(visit: Visit, item: str) -> SignedIn | None:
    card = await card_of_hers(visit)
    if card is None:
        return None
    signed = await authenticated(visit, card)
    if signed is None or signed.strong:
        return signed
    person = await who(visit, signed)
    checks = [way for way in ways(visit, person) if way in (IdentityEvidence.FACE, IdentityEvidence.STAFF)]
    while True:
        answer = await visit.ask(words.pin_or_other(checks)) if checks else Answer("by_pin")
        match answer.choice:
            case "by_pin":
                stronger = await with_pin(visit, card)
                if stronger is not None:
                    await who(visit, stronger)
                    return stronger
                if not checks:
                    return None
            case "by_face" | "by_staff":
                person.proof = await by_choice(visit, person, item, answer, staffed=IdentityEvidence.STAFF in checks)
                person.signed = await strengthened(visit, person)
                await who(visit, person.signed)
                return person.signed
            case _:
                return None


# -- the chip ----------------------------------------------------------------------------------------------------------

async def card_of_hers(visit: Visit) -> HerCard | None:
    """Asked for until it is read; None where it is none of this city's, or she goes back. Raises Left, WalkedAway."""
    slot, prompt = slot_of(visit), topping_up.insert_card()
    await without_the_forgotten_one(visit, slot)
    for _ in range(READING_TRIES):
        try:
            found = await visit.until(replace(prompt, step=Step.LAY_ID), partial(when_in, slot, partial(said_by_card, slot)))
        except Unreadable as error:
            if error.why == "early":
                prompt = topping_up.insert_card("card_out_early")
                continue
            await visit.ask(other_card(error.why))
            return None
        return None if isinstance(found, Answer) else found
    await visit.ask(other_card("mute"))
    return None


def other_card(why: str) -> Prompt:
    return words.use_citizen_or_id_card() if why == "not_ours" else topping_up.card_no_good(*TROUBLES[why])


async def said_by_card(slot: CitizenSlot, transport: CardTransport) -> HerCard:
    purse = await purse_of(transport)
    public, holder = await purse.public(), await purse.holder()
    try:
        tries = await pin_pad(purse, slot).tries_left()
    except PinBlocked:
        tries = 0
    return HerCard(public.issuer, public.serial, holder.id_number.strip(), tries)


async def cryptogram_of(slot: CitizenSlot, card: HerCard, challenge: bytes, pin: str) -> bytes:
    """In one session: this very card, its PIN where one is given, its answer. Raises PinWrong, PinBlocked, Hindered and what
    the chip raises."""
    async with slot.power_up() as transport:
        purse, _ = await purse_of_card(transport, card.serial)
        if pin:
            await pin_pad(purse, slot).verify(pin)
        return await purse.internal_authenticate(challenge)


# -- the centre --------------------------------------------------------------------------------------------------------

async def authenticated(visit: Visit, card: HerCard, pin: str = "") -> SignedIn | None:
    """None: it was taken out, or is none of this city's; she knows. Raises PinWrong, PinBlocked, Refused, Left."""
    key = fresh_key(visit, "ask_challenge")
    challenge = await patiently(visit, lambda: visit.parts.platform.ask_challenge(AskChallenge(), key=key))
    try:
        cryptogram = await cryptogram_of(slot_of(visit), card, bytes.fromhex(challenge.challenge), pin)
    except (Hindered, ApduError, FileMalformed, ChipMute, CardError) as error:
        if isinstance(error, CardError | Hindered):
            await visit.ask(words.card_taken_out())
        else:
            await visit.ask(topping_up.card_no_good(*TROUBLES["mute"]))
        return None
    ask = SignInByCard(
        issuer=card.issuer.hex().upper(), serial=card.serial, id_number=card.id_number, challenge_id=challenge.challenge_id,
        cryptogram=cryptogram.hex().upper(), pin=bool(pin),
    )  # fmt: skip
    once = fresh_key(visit, "sign_in_by_card")
    signed = await patiently(visit, lambda: visit.parts.platform.sign_in_by_card(ask, key=once))
    if signed.refusal is None:
        return signed
    if signed.refusal.code is RefusalCode.CARD_NOT_OURS:
        await visit.ask(other_card("not_ours"))
        return None
    raise Refused(signed.refusal)


async def with_pin(visit: Visit, card: HerCard) -> SignedIn | None:
    """None: she goes back. Raises Left where it is locked, Refused, WalkedAway."""
    left, wrong = card.tries, False
    while left != 0:
        prompt = card_pins.old_pin(left, wrong=True) if wrong or left == 1 else topping_up.card_pin(left)
        answer = await visit.ask(replace(prompt, step=Step.CHECK))
        if not answer.value:
            return None
        try:
            return await authenticated(visit, card, answer.value)
        except PinWrong as error:
            left, wrong = error.tries_left, True
        except PinBlocked:
            left = 0
    await visit.ask(topping_up.card_no_good("card_pin_blocked", "P-434"))
    raise Left
