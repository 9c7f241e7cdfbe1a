"""Whether a script of the issuer is on the card, as the card itself shows it (facts/card.md 7.2, 7.3, 11.4)."""
from __future__ import annotations

from card.files import IN_USE
from card.pin import PinBlocked, PinPad, PinWrong
from card.purse import Purse
from card.transit_files import CardKind, ManagementFile
from kiosk.citizen_slot import CitizenSlot
from kiosk.plans.purse_session import PIN_TRIES, pin_pad
from remote.messages import CardScript

CONCESSIONS = (CardKind.SENIOR, CardKind.SENIOR_FREE)
LEAST_TRIES = 2          # left before one may be spent on a question: never the last one


async def is_written(script: CardScript, purse: Purse, slot: CitizenSlot, tries_before: int | None) -> bool | None:
    """None: the card does not show it. `tries_before`: of its PIN, before the script. Raises ApduError, FileMalformed and what
    the transport raises."""
    match script:
        case CardScript.ACTIVATE:
            return (await purse.public()).application_type == IN_USE
        case CardScript.SET_CONCESSION:
            return await has_concession(purse)
        case CardScript.UNBLOCK_PIN:
            return await takes_new_pin(pin_pad(purse, slot), slot.new_pin, tries_before)


async def has_concession(purse: Purse) -> bool:
    """Raises ApduError and what the transport raises."""
    return (await purse.card.read_raw(ManagementFile))[ManagementFile.KIND_AT] in CONCESSIONS


async def takes_new_pin(pad: PinPad, new: str, before: int | None) -> bool | None:
    """By the try counter, which the script fills; only where it was full before does the new PIN itself have to be asked: that
    costs a try where it is wrong."""
    try:
        left = await pad.tries_left()
    except PinBlocked:
        return False
    if left == 0:
        return False
    if left is not None and before is not None and left != before:
        return left > before
    if left is not None and before is not None and left < PIN_TRIES:
        return False
    if not new or (left is not None and left < LEAST_TRIES):
        return None
    try:
        await pad.verify(new)
    except (PinWrong, PinBlocked):
        return False
    return True
