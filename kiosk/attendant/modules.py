"""A module is replaced (facts/journeys.md O13): old number and new number, read from the machine where it says one, a self-test,
and a name for it."""
from __future__ import annotations

from devices.errors import DeviceError
from kiosk.attendant.desk import Desk, GivenUp
from kiosk.attendant.people import Right
from kiosk.audit.log import PREFIX, Deed
from kiosk.leaflet import attendant as words
from kiosk.prompts import Lamp

TYPED = "module_serial"


async def replace_module(desk: Desk) -> None:
    """Raises GivenUp, WalkedAway, JournalBroken."""
    if not await desk.may(Right.SERVICE):
        raise GivenUp
    answer = await desk.talk.ask(words.modules(tuple(desk.health.found.devices)))
    device = answer.choice.removeprefix("module_")
    if device not in desk.health.found.devices:
        raise GivenUp
    old = await serial_of(desk, device) or last_known(desk, device)
    if (await desk.talk.ask(words.module_swap(device, old))).choice != "it_is_done":
        raise GivenUp
    typed = ""
    while True:
        looked = (await desk.look()).devices[device]
        new = await serial_of(desk, device) or typed
        if not new:
            typed = new = (await desk.talk.ask(words.module_serial())).value or ""
            if not new:
                raise GivenUp
        answer = await desk.talk.ask(words.module_sign(device, old, new, Lamp(device, looked.light, looked.troubles)))
        if answer.choice == "look_once_more":
            continue
        if answer.choice != "sign_module":
            raise GivenUp
        desk.note(Deed.MODULE_REPLACED, device=device, old=old, new=new, works=looked.works)
        await desk.talk.ask(words.module_done(works=looked.works))
        return


async def serial_of(desk: Desk, device: str) -> str:
    """What the machine itself says; "" where it says nothing."""
    try:
        match device:
            case "card_printer":
                return (await desk.parts.card_printer.capabilities()).serial
            case "id_reader":
                return await desk.parts.id_reader.sam_number()
    except DeviceError:
        return ""
    return ""


def last_known(desk: Desk, device: str) -> str:
    rows = desk.journal.rows_of_terminal({PREFIX + Deed.MODULE_REPLACED})
    return next((str(row.facts["new"]) for row in reversed(list(rows)) if row.facts.get("device") == device), "")
