"""How cards move through the machine: each function is one movement, cut off at any `spend` by a power failure.

A card changes its place in one step between two spends, so that it is always in exactly one place. Every function raises
Stopped where it refuses (`moved` False) or stops on the way.
"""
from __future__ import annotations

from devices.card_dispenser.mechanics import Stopped
from devices.card_dispenser.model import DispenserModel
from devices.card_dispenser.words import PathMedia

REACHES_GATE = 0.7  # share of the eject time after which the card stands in the gate sensor [assumed]


def _check_ready(machine: DispenserModel) -> None:
    if machine.place is PathMedia.JAMMED:
        raise Stopped("JAM", moved=False)
    if machine.chip_powered:
        raise Stopped("CONTACT_ENGAGED", moved=False)
    if machine.faults.is_set("motor_dead"):
        raise Stopped("MOTOR", moved=True)  # it was switched on; whether anything moved it cannot say


async def _pass(machine: DispenserModel, seconds: float) -> None:
    """The card leaves its place and travels; halfway it may jam."""
    machine.place = PathMedia.IN_TRANSPORT
    await machine.spend(seconds / 2)
    if machine.faults.take("path_jam"):
        machine.place = PathMedia.JAMMED
        raise Stopped("JAM", moved=True)
    await machine.spend(seconds / 2)


async def feed(machine: DispenserModel, place: PathMedia) -> None:
    """A card from the hopper to `place`."""
    _check_ready(machine)
    if machine.path:
        if not machine.path_sensed:  # it does not see the one inside, and pushes the next against it
            machine.place = PathMedia.JAMMED
            machine.path.append(machine.hopper.pop(0))
            raise Stopped("JAM", moved=True)
        raise Stopped("OCCUPIED", moved=False)
    if not machine.hopper_sensed:
        raise Stopped("HOPPER_EMPTY", moved=False)
    lasts = machine.feed_s
    await machine.spend(lasts / 2)
    if machine.faults.is_set("slipping"):
        return
    both = len(machine.hopper) > 1 and machine.faults.take("double_feed")
    for _ in range(2 if both else 1):
        machine.path.append(machine.hopper.pop(0))
        machine.fed += 1
    if both or machine.faults.take("feed_jam"):
        machine.place = PathMedia.JAMMED
        raise Stopped("DOUBLE_FEED" if both else "JAM", moved=True)
    await _pass(machine, lasts / 2 + machine.times.move)
    machine.place = place


async def bring(machine: DispenserModel, place: PathMedia) -> None:
    """The card inside to `place`."""
    _check_ready(machine)
    if not machine.path:
        raise Stopped("NO_MEDIA", moved=False)
    if machine.faults.is_set("slipping"):
        await machine.spend(machine.times.move)
        return
    await _pass(machine, machine.times.move)
    machine.place = place


async def eject(machine: DispenserModel) -> None:
    """The card inside to the gate."""
    _check_ready(machine)
    if not machine.path:
        raise Stopped("NO_MEDIA", moved=False)
    if machine.gate_sensed:
        raise Stopped("OCCUPIED", moved=False)
    if machine.faults.is_set("slipping"):
        await machine.spend(machine.times.eject)
        return
    await _pass(machine, machine.times.eject * REACHES_GATE)
    if machine.faults.take("moved_by_hand"):
        machine.place = PathMedia.IN_TRANSPORT
        raise Stopped("MOVED_BY_HAND", moved=True)
    if machine.gate is not None:  # the sensor does not see it, the next card pushes against it
        machine.place = PathMedia.JAMMED
        raise Stopped("JAM", moved=True)
    machine.gate = machine.path.pop(0)
    machine.place = PathMedia.NOT_PRESENT
    await machine.spend(machine.times.eject * (1 - REACHES_GATE))


async def capture(machine: DispenserModel) -> None:
    """The card at the gate into the bin."""
    _check_ready(machine)
    if not machine.gate_sensed:
        raise Stopped("NO_MEDIA", moved=False)
    if machine.bin_full:
        raise Stopped("BIN_FULL", moved=False)
    if machine.faults.take("taken_during_capture"):
        machine.take_card()
    await machine.spend(machine.times.capture / 2)
    if machine.faults.is_set("gate_jam"):
        raise Stopped("JAM", moved=True)
    if machine.faults.is_set("slipping"):
        return
    if machine.gate is None:  # taken while the motor started, or never there
        raise Stopped("MOVED_BY_HAND", moved=True)
    if machine.faults.take("capture_misses"):
        machine.take_card()  # somebody picks it up from the floor
        return
    machine.path, machine.gate = [machine.gate], None
    machine.place = PathMedia.IN_TRANSPORT
    await machine.spend(machine.times.capture / 4)
    _drop(machine)
    await machine.spend(machine.times.capture / 4)


async def reject(machine: DispenserModel, *, forced: bool = False) -> bool:
    """What is inside into the bin. False = nothing was there. `forced`: an initialisation, which also frees a jam."""
    if not forced:
        _check_ready(machine)
    elif machine.faults.is_set("motor_dead"):
        raise Stopped("MOTOR", moved=True)
    if not machine.path:
        await machine.spend(machine.times.capture / 2)
        return False
    if machine.bin_full:
        raise Stopped("BIN_FULL", moved=False)
    machine.power_chip_off(machine.path)
    await machine.spend(machine.times.capture / 2)
    if machine.faults.is_set("slipping"):
        return True
    machine.place = PathMedia.IN_TRANSPORT
    await machine.spend(machine.times.capture / 2)
    _drop(machine)
    return True


async def draw_in(machine: DispenserModel, place: PathMedia) -> None:
    """The card held to the slot to `place`."""
    if machine.in_slot is None:
        return
    machine.place, machine.path, machine.in_slot = PathMedia.IN_TRANSPORT, [machine.in_slot], None
    machine.came += 1
    await machine.spend(machine.times.draw_in / 2)
    if machine.faults.take("path_jam"):
        machine.place = PathMedia.JAMMED
        raise Stopped("JAM", moved=True)
    await machine.spend(machine.times.draw_in / 2)
    machine.place = place
    machine.slot_open = False


async def reset(machine: DispenserModel, *, frees_jam: bool = False) -> None:
    """Motors home, the slot shut. Cards stay inside."""
    if machine.faults.is_set("motor_dead"):
        raise Stopped("MOTOR", moved=True)
    machine.close_slot()
    machine.power_chip_off(machine.path)
    await machine.spend(machine.times.reset)
    if frees_jam and machine.place is PathMedia.JAMMED:
        machine.place = PathMedia.IN_TRANSPORT


def _drop(machine: DispenserModel) -> None:
    """Into the bin, past the sensor that counts."""
    machine.retained += len(machine.path) if machine.counting else 0
    machine.bin.cards += machine.path
    machine.path, machine.place = [], PathMedia.NOT_PRESENT
