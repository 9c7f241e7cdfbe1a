"""How cards move through the machine: each function is one movement, cut off at any `spend` by a power failure.

A card changes its place in one step between two spends, so that it is always in exactly one place. Every function raises
Stopped where it refuses (`moved` False) or stops on the way.
"""
from __future__ import annotations

from devices.card_printer.mechanics import Stopped
from devices.card_printer.model import CardPrinterModel
from devices.card_printer.panels import Panel
from devices.card_printer.plastic import BACK, FRONT, Plastic
from devices.card_printer.status import PLACE_OF_STATION, PathMedia, Station

REACHES_EXIT = 0.7  # share of the eject time after which the card stands in the exit sensor [assumed]


def _check_ready(machine: CardPrinterModel) -> None:
    if machine.cover_open:
        raise Stopped("C", "COVER_OPEN", moved=False)
    if machine.place is PathMedia.JAMMED:
        raise Stopped("T", "JAMMED", moved=False)


def _check_card_inside(machine: CardPrinterModel) -> None:
    _check_ready(machine)
    if not machine.path:
        raise Stopped("T", "NO_MEDIA", moved=False)


async def _pass(machine: CardPrinterModel, seconds: float, fault: str = "path_jam") -> None:
    """The card leaves its station and travels; halfway it may jam."""
    machine.place = PathMedia.IN_TRANSPORT
    await machine.spend(seconds / 2)
    if machine.faults.take(fault):
        machine.place = PathMedia.JAMMED
        raise Stopped("T", "PATH_JAM", moved=True)
    await machine.spend(seconds / 2)


async def feed(machine: CardPrinterModel, station: Station) -> None:
    """A blank from the hopper to `station`."""
    _check_ready(machine)
    if machine.path:
        raise Stopped("T", "OCCUPIED", moved=False)
    if not machine.hopper_sensed:
        raise Stopped("F", "HOPPER_EMPTY", moved=False)
    try:
        await machine.spend(machine.times.feed / 2)
    except Stopped as stopped:
        raise Stopped(stopped.letter, stopped.reason, moved=False) from stopped  # the blank is still on the pile
    both = len(machine.hopper) > 1 and machine.faults.take("double_feed")
    for _ in range(2 if both else 1):
        machine.path.append(Plastic(machine.hopper.pop(0)))
        machine.fed += 1
        machine.since_cleaning += 1
    machine.side_up = FRONT
    if both or machine.faults.take("feed_jam"):
        machine.place = PathMedia.JAMMED
        raise Stopped("F", "DOUBLE_FEED" if both else "FEED_JAM", moved=True)
    await _pass(machine, machine.times.feed / 2 + machine.times.move)
    machine.place = PLACE_OF_STATION[station]


async def bring(machine: CardPrinterModel, station: Station) -> None:
    """The card inside to `station`."""
    _check_card_inside(machine)
    await _pass(machine, machine.times.move)
    machine.place = PLACE_OF_STATION[station]


async def turn(machine: CardPrinterModel, side: str) -> None:
    """Lay `side` under the head."""
    _check_card_inside(machine)
    await _pass(machine, machine.times.turn)
    machine.side_up = side
    machine.place = PathMedia.AT_HEAD


async def print_panel(machine: CardPrinterModel, panel: Panel, new_set: bool) -> None:
    """One panel on the side that is up. `new_set`: the ribbon goes on to a fresh set of panels first."""
    _check_card_inside(machine)
    if machine.ribbon_torn or machine.faults.is_set("ribbon_out") or (new_set and not machine.ribbon_sets):
        raise Stopped("R", "RIBBON_TORN" if machine.ribbon_torn else "RIBBON_OUT", moved=False)
    machine.place = PathMedia.IN_TRANSPORT
    machine.ribbon_sets -= int(new_set)
    await machine.spend(machine.times.panel / 2)
    if machine.faults.take("ribbon_torn"):
        machine.ribbon_torn = True
        raise Stopped("R", "RIBBON_TORN", moved=True)
    if machine.faults.take("print_jam"):
        machine.place = PathMedia.JAMMED
        raise Stopped("T", "PATH_JAM", moved=True)
    await machine.spend(machine.times.panel / 2)
    machine.path[0].burn(machine.side_up, panel)
    machine.panels_printed += 1
    machine.place = PathMedia.AT_HEAD


async def eject(machine: CardPrinterModel) -> None:
    """The card inside to the bezel."""
    _check_card_inside(machine)
    if machine.exit_sensor and machine.exit_sensed:
        raise Stopped("T", "EXIT_OCCUPIED", moved=False)
    await _pass(machine, machine.times.eject * REACHES_EXIT)
    if machine.exit is not None:  # the sensor does not see it, the new card pushes against it
        machine.place = PathMedia.JAMMED
        raise Stopped("T", "PATH_JAM", moved=True)
    machine.exit = machine.path.pop()
    machine.place = PathMedia.NOT_PRESENT
    machine.counts["presented"] += int(machine.exit_sensor and machine.exit_sensed)
    seen = machine.exit_sensed
    await machine.spend(machine.times.eject * (1 - REACHES_EXIT))
    if machine.exit_sensor and not seen:
        raise Stopped("T", "EXIT_NOT_REACHED", moved=True)


async def capture(machine: CardPrinterModel) -> None:
    """The card at the bezel into the capture bin."""
    if machine.cover_open:
        raise Stopped("C", "COVER_OPEN", moved=False)
    if not machine.exit_sensed:
        raise Stopped("T", "NO_MEDIA", moved=False)
    if machine.capture_full:
        raise Stopped("T", "CAPTURE_BIN_FULL", moved=False)
    await machine.spend(machine.times.capture / 2)
    if machine.faults.is_set("card_stuck_at_exit"):
        raise Stopped("T", "EXIT_JAM", moved=True)
    if machine.exit is None:  # taken while the motor started, or never there
        raise Stopped("T", "NOTHING_CAUGHT", moved=True)
    machine.captured.cards.append(machine.exit)
    machine.exit = None
    machine.counts["captured"] += 1
    await machine.spend(machine.times.capture / 2)


async def reject(machine: CardPrinterModel) -> bool:
    """Whatever is inside into the reject bin. False = nothing came: the path was empty."""
    _check_ready(machine)
    if not machine.path:
        await machine.spend(machine.times.reject)
        return False
    if machine.reject_full:
        raise Stopped("T", "REJECT_BIN_FULL", moved=False)
    await _pass(machine, machine.times.reject / 2)
    out, machine.path = machine.path, []
    machine.rejected.cards += out
    machine.counts["rejected"] += len(out)
    machine.place = PathMedia.NOT_PRESENT
    await machine.spend(machine.times.reject / 2)
    return True


async def reset(machine: CardPrinterModel) -> None:
    """Motors home, error forgotten. Cards stay where they are."""
    if machine.cover_open:
        raise Stopped("C", "COVER_OPEN", moved=False)
    await machine.spend(machine.times.reset)
    machine.error = ""


SIDE_OF_COMMAND = {"Sr": FRONT, "Sv": BACK}
