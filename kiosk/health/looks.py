"""A look at each device: its own status turned into `Looked`. One small adapter a device; a new machine adds one here.

None and UNKNOWN in a driver's status mean that the machine cannot tell: never a trouble of their own, never "all is well".
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import trio

from devices.cabinet.cabinet import Cabinet
from devices.card_printer.driver import CardPrinter
from devices.card_printer.status import Media, PathMedia, Supply
from devices.errors import DeviceError
from devices.id_reader.errors import SamFailed, SamNotAuthorised
from devices.id_reader.seam import IdReading
from devices.receipt_printer.driver import Paper, ReceiptPrinter
from devices.ups.status import Power
from devices.ups.watch import UpsWatch
from kiosk.code_reader import CodeReader
from kiosk.health import a4, dispenser
from kiosk.health.camera import CameraLook
from kiosk.health.found import Looked
from kiosk.parts import Parts
from kiosk.supplies import Seen, UnitState

Look = Callable[[], Awaitable[Looked]]

LEAST_SETS = 2          # of ribbon panels: front and back of one card
STATES = {
    Supply.OK: UnitState.OK, Supply.LOW: UnitState.LOW, Supply.EMPTY: UnitState.EMPTY, Supply.UNKNOWN: UnitState.UNKNOWN,
    Paper.OK: UnitState.OK, Paper.LOW: UnitState.LOW, Paper.OUT: UnitState.EMPTY, Paper.JAMMED: UnitState.INOPERATIVE,
    Paper.UNKNOWN: UnitState.UNKNOWN,
}  # fmt: skip


def looks_of(parts: Parts) -> Mapping[str, Look]:
    """By device, in the order in which the technician reads them."""
    looks: dict[str, Look] = {
        "id_reader": lambda: id_reader(parts.id_reader),
        "card_printer": lambda: card_printer(parts.card_printer),
        "receipt_printer": lambda: receipt_printer(parts.receipt_printer),
    }
    if (dispensing := parts.dispensing) is not None:
        looks["card_dispenser"] = lambda: dispenser.look(dispensing.machine)
    if (eyes := parts.eyes) is not None:
        looks["camera"] = CameraLook(eyes)
    if (pages := parts.a4_printer) is not None:
        looks["a4_printer"] = lambda: a4.look(pages)
    if (codes := parts.codes) is not None:
        looks["scanner"] = lambda: scanner(codes)
    if (board := parts.cabinet) is not None:
        looks["cabinet"] = lambda: cabinet(board)
    if (watch := parts.ups) is not None:
        looks["ups"] = lambda: ups(watch)
    return looks


async def scanner(codes: CodeReader) -> Looked:
    """Many scanners do not know the question who they are: one that keeps silent may read all the same."""
    works = await codes.check()
    return Looked("scanner", works=works, troubles=() if works else ("scanner_away",))


async def cabinet(board: Cabinet) -> Looked:
    """As of the board's own last look: a silent one keeps nobody waiting."""
    await trio.lowlevel.checkpoint()
    status = board.status
    if not status.answering:
        return silent("cabinet") if status.asked else Looked("cabinet", works=False)
    troubles = {"cabinet_door_open": bool(status.open_doors), "cabinet_lights_stuck": not status.lights_follow}
    return Looked("cabinet", works=True, troubles=tuple(word for word, is_so in troubles.items() if is_so))


async def ups(watch: UpsWatch) -> Looked:
    """As of the last look, too."""
    await trio.lowlevel.checkpoint()
    if watch.power is Power.UNKNOWN:
        return silent("ups") if watch.asked else Looked("ups", works=False)
    troubles = {
        "ups_on_battery": watch.power is Power.ON_BATTERY, "ups_battery_low": watch.power is Power.LOW_BATTERY,
        "ups_battery_worn_out": watch.status is not None and watch.status.replace_battery,
    }  # fmt: skip
    return Looked("ups", works=True, troubles=tuple(word for word, is_so in troubles.items() if is_so))


def silent(device: str) -> Looked:
    return Looked(device, works=False, troubles=(f"{device}_away",))


async def id_reader(reader: IdReading) -> Looked:
    name = "id_reader"
    try:
        await reader.sam_status()
    except SamNotAuthorised:
        return Looked(name, works=False, troubles=("id_reader_not_authorised",))
    except SamFailed:
        return Looked(name, works=False, troubles=("id_reader_self_test",))
    except DeviceError:
        return silent(name)
    return Looked(name, works=True)


async def card_printer(printer: CardPrinter) -> Looked:
    try:
        status = await printer.status()
    except DeviceError:
        return silent("card_printer")
    troubles = {
        "card_printer_cover_open": bool(status.cover_open),
        "card_in_path": status.path is not PathMedia.NOT_PRESENT,
        "card_at_exit": status.exit is not Media.NOT_PRESENT,
    }
    found = tuple(word for word, is_so in troubles.items() if is_so)
    return Looked("card_printer", works=not found, troubles=found, units={
        "card_hopper": Seen(STATES[status.hopper]),
        "ribbon": _ribbon(status.ribbon_left),
        "reject_bin": _bin(status.reject_bin_full),
        "capture_bin": _bin(status.capture_bin_full),
    })  # fmt: skip


def _ribbon(left: int | None) -> Seen:
    if left is None:
        return Seen()
    return Seen(UnitState.EMPTY if left < LEAST_SETS else UnitState.OK, left)


def _bin(full: bool | None) -> Seen:
    return Seen(UnitState.UNKNOWN if full is None else UnitState.FULL if full else UnitState.OK)


async def receipt_printer(printer: ReceiptPrinter) -> Looked:
    name = "receipt_printer"
    try:
        status = await printer.status()
    except DeviceError:
        return silent(name)
    units = {"slip_paper": Seen(STATES[status.paper])}
    if status.paper is Paper.UNKNOWN or status.cover_open is None:
        return Looked(name, works=False, troubles=("receipt_printer_unclear",), units=units)
    troubles = {
        "receipt_printer_cover_open": status.cover_open,
        "receipt_printer_error": bool(status.error) and status.paper is not Paper.JAMMED,
        "receipt_printer_offline": not status.online and status.hindrance == "offline",
    }
    found = tuple(word for word, is_so in troubles.items() if is_so)
    return Looked(name, works=status.hindrance is None, troubles=found, units=units)
