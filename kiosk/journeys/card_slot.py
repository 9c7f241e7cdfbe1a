"""Her own chip card in the slot: put in, read, kept in, put back, taken out again."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import trio

from card.apdu import ApduError
from card.conditions import ChipMute
from card.elementary_file import FileMalformed
from card.history import Line, transaction_lines, trip_lines
from card.session import ApplicationMissing
from card.transit import TransitPurse
from card.transport import CardError, CardOutcomeUnknown, CardRemoved, CardTransport
from kiosk import leaflet
from kiosk.citizen_slot import CitizenSlot
from kiosk.conversation import WalkedAway
from kiosk.leaflet import topping_up
from kiosk.leaflet.choices import OK
from kiosk.plans.purse_session import purse_of
from kiosk.prompts import Answer, Prompt
from kiosk.visit import Left, Refused, Visit

T = TypeVar("T")

LOOK_EVERY_S = 0.4           # a reader sees a card after 0.14 to 0.43 s, facts/card.md 3.2
READING_TRIES = 3            # facts/journeys.md X2
TAKE_BACK_S = 30.0           # facts/journeys.md 1.4, then a member of staff
FORGOTTEN_S = 60.0           # [A] whoever comes next is first asked to take out what the one before left


class Unreadable(Exception):
    """Nothing was read. `why`: early, mute, not_ours, away."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class CardSeen:
    """What the card says to everybody: its number, the purse (fen), and what it remembers, newest first."""

    serial: str
    balance: int
    transactions: tuple[Line, ...] = ()
    trips: tuple[Line, ...] = ()


async def purse_alone(transport: CardTransport) -> CardSeen:
    purse = await purse_of(transport)
    public = await purse.public()
    return CardSeen(public.serial, await purse.balance())


async def with_history(transport: CardTransport) -> CardSeen:
    purse = await purse_of(transport)
    public, balance = await purse.public(), await purse.balance()
    lines = transaction_lines(await purse.transactions())
    try:
        trips = trip_lines(await (await TransitPurse.select(transport)).trips())
    except ApduError:                                     # a card without transit, or one that does not tell its trips
        trips = []
    return CardSeen(public.serial, balance, tuple(lines), tuple(trips))


def slot_of(visit: Visit) -> CitizenSlot:
    slot = visit.parts.citizen_card
    if slot is None:
        raise LookupError("this terminal has no slot for citizen cards")
    return slot


# -- in --------------------------------------------------------------------------------------------------------------

async def card_in(visit: Visit) -> CardSeen:
    """Raises Left, WalkedAway."""
    return await card_read(visit, purse_alone)


async def card_read(visit: Visit, read: Callable[[CardTransport], Awaitable[T]]) -> T:
    """Asked for until it is read. Raises Left, WalkedAway."""
    slot, prompt = slot_of(visit), topping_up.insert_card()
    await without_the_forgotten_one(visit, slot)
    for _ in range(READING_TRIES):
        try:
            found = await visit.until(prompt, partial(when_in, slot, read))
        except Unreadable as error:
            if error.why == "early":
                prompt = topping_up.insert_card("card_out_early")
                continue
            await visit.ask(topping_up.card_no_good(*TROUBLES[error.why]))
            raise Left from None
        if isinstance(found, Answer):
            raise Left
        return found
    await visit.ask(topping_up.card_no_good(*TROUBLES["mute"]))
    raise Left


TROUBLES = {
    "mute": ("citizen_card_unreadable", "P-431"), "not_ours": ("not_citizen_card", "P-432"), "away": ("card_slot_away", "P-433"),
}  # fmt: skip


async def when_in(slot: CitizenSlot, read: Callable[[CardTransport], Awaitable[T]]) -> T:
    """Wait for a card and read it. Raises Unreadable."""
    silent = 0
    while True:
        powered = False
        try:
            async with slot.power_up() as transport:
                powered = True
                return await read(transport)
        except ApplicationMissing:
            raise Unreadable("not_ours") from None
        except (ApduError, FileMalformed, ChipMute):
            silent += 1
            if silent >= READING_TRIES:
                raise Unreadable("mute") from None
        except (CardRemoved, CardOutcomeUnknown):
            if powered:
                raise Unreadable("early") from None
        except CardError:                                 # the reader or its service is gone
            raise Unreadable("away") from None
        await trio.sleep(LOOK_EVERY_S)


async def serial_in(slot: CitizenSlot) -> str | None:
    """The number of the card that is in now; "" for one that has none to tell; None: no card."""
    try:
        async with slot.power_up() as transport:
            return (await purse_alone(transport)).serial
    except (ApduError, FileMalformed, ChipMute):
        return ""
    except CardError:
        return None


async def same_card(visit: Visit, serial: str, again: Callable[[str], Prompt] = topping_up.same_card_again) -> bool:
    """Until the card with this number is in. `again` makes the question from same_card_again (no card) or other_card_in.
    False: she does not bring it. Raises WalkedAway."""
    slot = slot_of(visit)
    there = await serial_in(slot)
    while there != serial:
        prompt = again("same_card_again" if there is None else "other_card_in")
        found = await visit.until(prompt, partial(_another, slot, there))
        if isinstance(found, Answer):
            return False
        there = found[0]
    return True


async def _another(slot: CitizenSlot, before: str | None) -> tuple[str | None]:
    while True:
        await trio.sleep(LOOK_EVERY_S)
        there = await serial_in(slot)
        if there != before:
            return (there,)


# -- out -------------------------------------------------------------------------------------------------------------

async def with_card(visit: Visit, journey: Callable[[Visit], Awaitable[None]]) -> None:
    """However it ends, she is told to take her card. Raises Left, WalkedAway."""
    try:
        await journey(visit)
    except (Left, WalkedAway):
        await give_back(visit)
        raise
    except Refused as refused:
        await _say_why(visit, refused)
        await give_back(visit)
        raise Left from None
    await give_back(visit)


async def _say_why(visit: Visit, refused: Refused) -> None:
    """No slip: nobody is named here."""
    try:
        await visit.ask(replace(leaflet.refusal(refused.refusal), choices=(OK,)))
    except (Left, WalkedAway):
        return


async def give_back(visit: Visit) -> None:
    """Voice, light and three beeps (the guide), then a member of staff; what is still there is not the next person's."""
    slot = slot_of(visit)
    if await serial_in(slot) is None:
        return
    visit.talk.tell(topping_up.take_citizen_card())
    with trio.move_on_after(TAKE_BACK_S):
        await _gone(slot)
        return
    slot.forgotten = True
    visit.talk.call_staff("take_citizen_card")


async def without_the_forgotten_one(visit: Visit, slot: CitizenSlot) -> None:
    """Raises Left where a card of somebody else stays in the slot."""
    if slot.forgotten and await serial_in(slot) is not None:
        visit.talk.tell(topping_up.take_citizen_card())
        with trio.move_on_after(FORGOTTEN_S) as waited:
            await _gone(slot)
        if waited.cancelled_caught:
            await visit.ask(topping_up.card_no_good(*TROUBLES["away"]))
            raise Left
    slot.forgotten = False


async def _gone(slot: CitizenSlot) -> None:
    while await serial_in(slot) is not None:  # noqa: ASYNC110  (a chip station tells nobody that its card has gone)
        await trio.sleep(LOOK_EVERY_S)
