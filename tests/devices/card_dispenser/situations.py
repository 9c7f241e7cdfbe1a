"""Each act, set up on a healthy machine, carried out on one with a fault, and looked at afterwards from both sides."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import trio

from card.virtual.card import VirtualCard
from devices.card_dispenser.expected import End, When
from devices.card_dispenser.judging import Act, Evidence, Verdict
from devices.card_dispenser.model import Card, DispenserModel
from devices.errors import DeviceFailed, DeviceGone, DeviceRefused, OutcomeUnknown
from tests.devices.card_dispenser.chips import VirtualChip
from tests.devices.card_dispenser.rig import Hall

SELECT_MF = bytes.fromhex("00A40000023F00")
ACT_OF = {
    When.FEED: Act.FEED,
    When.PRESENT: Act.PRESENT,
    When.TAKE: Act.TAKE,
    When.CAPTURE: Act.CAPTURE,
    When.REJECT: Act.REJECT,
    When.ACCEPT: Act.ACCEPT,
}
HAND_S = 2.0


def machine(cards: int = 30) -> DispenserModel:
    return DispenserModel(cards=cards, new_chip=lambda _serial: VirtualChip(VirtualCard.blank()))


async def prepare(hall: Hall, when: When) -> None:
    """Everything before the act, on the healthy machine."""
    await hall.dispenser.status()
    if when in (When.PRESENT, When.TAKE, When.CAPTURE, When.REJECT, When.CHIP):
        await hall.dispenser.feed_to(hall.station)
    if when in (When.TAKE, When.CAPTURE):
        await hall.dispenser.present()


async def act(hall: Hall, when: When) -> object:
    """The act itself; the hands of citizens included."""
    dispenser = hall.dispenser
    match when:
        case When.TAKE:
            hall.later(HAND_S, hall.model.take_card)
            return await dispenser.wait_taken(10.0)
        case When.ACCEPT:
            hall.model.hold_to_slot(Card("OLD"))
            return await dispenser.accept(10.0)
        case When.CHIP:
            async with dispenser.station(hall.station).power_up() as chip:
                return (await chip.transmit(SELECT_MF))[-2:]
        case _:
            acts: dict[When, Callable[[], Awaitable[object]]] = {
                When.STATUS: dispenser.status,
                When.FEED: lambda: dispenser.feed_to(hall.station),
                When.PRESENT: dispenser.present,
                When.CAPTURE: dispenser.capture,
                When.REJECT: dispenser.reject,
            }
            return await acts[when]()


@dataclass(frozen=True)
class Outcome:
    end: End
    code: str
    before: Evidence


async def carried_out(hall: Hall, when: When, break_it: Callable[[], object]) -> Outcome:
    """Prepared on a healthy machine, then broken, then done; how it ended, in the words of the table."""
    await prepare(hall, when)
    before = Evidence.from_json((await hall.dispenser.evidence()).as_json())
    break_it()
    try:
        with trio.fail_after(600):
            result = await act(hall, when)
    except DeviceRefused as refused:
        return Outcome(End.REFUSED, refused.code, before)
    except DeviceFailed as failed:
        return Outcome(End.FAILED, failed.code, before)
    except OutcomeUnknown:
        return Outcome(End.UNKNOWN, "", before)
    except DeviceGone:
        return Outcome(End.GONE, "", before)
    return Outcome(End.DONE, getattr(result, "name", ""), before)


def really(hall: Hall, when: When) -> bool:
    """Was it done? Looks into the machine and into the citizen's hand."""
    model = hall.model
    truth: dict[When, Callable[[], bool]] = {
        When.FEED: lambda: bool(model.path),
        When.ACCEPT: lambda: any(card.serial == "OLD" for card in model.path),
        When.PRESENT: lambda: model.gate is not None or bool(model.taken),
        When.TAKE: lambda: bool(model.taken),
        When.CAPTURE: lambda: bool(model.bin.cards),
        When.REJECT: lambda: bool(model.bin.cards),
    }
    return truth[when]()


def agrees(verdict: Verdict, truth: bool) -> bool:
    """An answer that is given must be true."""
    return verdict is Verdict.UNKNOWN or (verdict is Verdict.DONE) is truth


async def mended(hall: Hall) -> None:
    """Faults off, plug in, and the late answers of old lives gone by."""
    hall.faults.clear()
    hall.plugged = True
    await trio.sleep(130)

