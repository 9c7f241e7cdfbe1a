"""The purse of the card in the slot, as plans and journeys use it: found, compared, opened with its PIN, asked for an offer."""
from __future__ import annotations

from card.apdu import ApduError
from card.conditions import ChipMute
from card.elementary_file import FileMalformed
from card.files import PublicInformation
from card.pin import PinBlocked, PinPad, PinWrong
from card.purse import LoadOffer, NotNow, Purse, PurseRefused
from card.session import CITY_UNION_EP, EP_BY_NUMBER, ApplicationMissing
from card.transport import CardError, CardRemoved, CardTransport
from kiosk.citizen_slot import CitizenSlot
from kiosk.parts import Parts
from kiosk.transaction.plan import NotDone
from remote.messages import CardOffer

PIN_TRIES = 3                # of a PIN nobody has mistyped since it was right; the issuer's is tried only then


class Hindered(Exception):
    """Nothing was booked. `why` is a catalogue word: card_gone, other_card, pin_needed, pin_wrong, pin_blocked, purse_full,
    card_trouble. `tries_left` of the PIN, where it is about that."""

    def __init__(self, why: str, tries_left: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.tries_left = tries_left


def slot_of(parts: Parts) -> CitizenSlot:
    """Raises NotDone: this terminal has no slot for people's own cards."""
    if parts.citizen_card is None:
        raise NotDone("card_reader")
    return parts.citizen_card


async def read_back(purse: Purse) -> int | None:
    """The balance right after it moved, in fen; None where the card was taken out before it could be asked."""
    try:
        return await purse.balance()
    except (CardError, ApduError, FileMalformed):
        return None


async def purse_of(transport: CardTransport) -> Purse:
    """Raises ApplicationMissing and the transport's errors."""
    try:
        return await Purse.select(transport, CITY_UNION_EP)
    except ApplicationMissing:
        return await Purse.select(transport, EP_BY_NUMBER)


async def purse_of_card(transport: CardTransport, serial: str) -> tuple[Purse, PublicInformation]:
    """Of this very card. Raises Hindered."""
    try:
        purse = await purse_of(transport)
        public = await purse.public()
    except ApplicationMissing:
        raise Hindered("other_card") from None
    except (ApduError, FileMalformed, CardError) as error:
        raise hindered(error) from error
    if public.serial != serial:
        raise Hindered("other_card")
    return purse, public


def pin_pad(purse: Purse, slot: CitizenSlot) -> PinPad:
    """The purse's PIN, written as this city's cards want it."""
    return PinPad(purse.card, slot.pin_encoding)


async def offer(
    purse: Purse, public: PublicInformation, slot: CitizenSlot, fen: int, number: bytes
) -> tuple[LoadOffer, CardOffer]:
    """INITIALIZE FOR LOAD under the card's PIN; `number` goes into the offer as terminal number. Books nothing, and forgets
    the proof of the load before: ask for that first. Raises Hindered."""
    try:
        await open_with_pin(purse, slot)
        said = await purse.initialise_load(fen, number)
    except NotNow:
        raise Hindered("purse_full") from None
    except (ApduError, FileMalformed, CardError) as error:
        raise hindered(error) from error
    return said, CardOffer(
        issuer=public.issuer.hex().upper(), serial=public.serial, balance=said.balance, sequence=said.sequence,
        key_version=said.key_version, algorithm=said.algorithm, random=said.random.hex().upper(),
        mac1=said.mac1.hex().upper(), terminal_number=number.hex().upper(),
    )  # fmt: skip


async def open_with_pin(purse: Purse, slot: CitizenSlot) -> None:
    """With the PIN that was typed; else with the issuer's, but only while a wrong one would cost nobody her card. Raises
    Hindered and what the session raises."""
    pad = pin_pad(purse, slot)
    try:
        left = await pad.tries_left()
        if left == 0:
            raise Hindered("pin_blocked")
        pin = slot.her_pin or (slot.pin if left in (None, PIN_TRIES) else "")
        if not pin:
            raise Hindered("pin_needed", left)
        await pad.verify(pin)
    except PinWrong as wrong:
        why, slot.her_pin = ("pin_wrong" if slot.her_pin else "pin_needed"), ""
        raise Hindered(why, wrong.tries_left) from None
    except PinBlocked:
        slot.her_pin = ""
        raise Hindered("pin_blocked") from None
    except ValueError:                                    # digits that no PIN of this card can have
        slot.her_pin = ""
        raise Hindered("pin_wrong", left) from None


def hindered(error: ApduError | FileMalformed | CardError) -> Hindered:
    """Of a command that books nothing, however it ended."""
    if isinstance(error, ChipMute):
        return Hindered("card_trouble")
    if isinstance(error, CardRemoved):
        return Hindered("card_gone")
    if isinstance(error, CardError):
        return Hindered("card_gone")
    return Hindered("card_trouble" if not isinstance(error, PurseRefused) else "card_refused")
