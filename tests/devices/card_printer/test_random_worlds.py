"""Any order of commands, faults, hands, power cuts and killed terminals: no card is lost, no movement is doubled, and what
the driver says is true."""
from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import pytest
import trio
from PIL import Image

from devices.card_printer.driver import CardPrinter
from devices.card_printer.model import FAULTS, CardPrinterModel
from devices.card_printer.panels import FACE_SIZE, CardImage
from devices.card_printer.plastic import Census
from devices.card_printer.status import PathMedia, Station
from devices.errors import DeviceError, DeviceGone, DeviceRefused
from tests.devices.card_printer.hall import Hall, hall, in_hall
from tests.virtual_time import run_in_virtual_time

STEPS = 25
LYING_SENSORS = {"path_sensor_blind", "exit_sensor_blind", "exit_sensor_covered", "hopper_empty"}


@pytest.mark.parametrize("seed", range(40))
def test_cards_are_conserved_and_no_movement_is_sent_twice(seed: int) -> None:
    rng = random.Random(seed)
    machine = CardPrinterModel(blanks=5, rng=rng, forgets=rng.random() < 0.5, ribbon_sets=2)

    async def visit(hall: Hall) -> None:
        hall.nursery.start_soon(_life, hall, rng)
        for _ in range(STEPS):
            await _one_step(hall, rng)
            assert machine.census().conserved

    in_hall(visit, machine=machine)


async def _one_step(hall: Hall, rng: random.Random) -> None:
    if rng.random() < 0.1:
        hall.printer = hall.another_driver()
    name, act = rng.choice(_acts(hall.printer, rng))
    sent, census = len(hall.simulator.commands), hall.machine.census()
    at_rest = not hall.machine.moving and not hall.simulator.firmware.waiting  # else an earlier movement still changes things
    limit = rng.choice([None, None, None, rng.uniform(0, 6)])
    try:
        with trio.CancelScope() as scope:
            if limit is not None:
                scope.deadline = trio.current_time() + limit
            await act()
    except DeviceRefused:
        assert not at_rest or _same_but_for_hands(census, hall.machine.census()), name
    except DeviceGone:
        assert not [c for c in hall.simulator.commands[sent:] if c in ("Si", "Sis", "Sic", "Se", "Ser", "Srs", "Xca")], name
    except DeviceError:
        pass
    else:
        if at_rest and not scope.cancelled_caught and not LYING_SENSORS & set(hall.simulator.faults.active()):
            _check_success(name, hall.machine, census)
    movements = [c for c in hall.simulator.commands[sent:] if c in ("Si", "Sis", "Sic", "Se", "Ser", "Srs", "Xca", "Sp", "Xmv")]
    assert len(movements) <= 1, (name, movements)


def _acts(printer: CardPrinter, rng: random.Random) -> list[tuple[str, Callable[[], Awaitable[object]]]]:
    return [
        ("feed", lambda: printer.feed(rng.choice(list(Station)))),
        ("present", printer.present),
        ("present", printer.present),
        ("capture", printer.capture),
        ("reject", printer.reject),
        ("bring", lambda: printer.bring(Station.CONTACT)),
        ("print", lambda: printer.print_card(WHITE)),
        ("status", printer.status),
        ("counters", printer.counters),
        ("reset", printer.reset),
    ]


def _check_success(name: str, machine: CardPrinterModel, before: Census) -> None:
    now = machine.census()
    if name == "feed":
        assert now.path >= 1 or now.rejected > before.rejected  # a technician may have cleared it since
    if name == "present":
        assert now.exit + now.taken + now.captured == before.exit + before.taken + before.captured + 1
    if name == "capture":
        assert now.captured == before.captured + 1
    if name == "reject":
        assert now.path == 0


def _same_but_for_hands(before: Census, now: Census) -> bool:
    """People may take cards from the exit and out of a jam, and refill; the machine itself moved nothing."""
    return (
        now.captured == before.captured
        and now.exit + now.taken == before.exit + before.taken
        and now.path + now.rejected == before.path + before.rejected
    )


async def _life(hall: Hall, rng: random.Random) -> None:
    """What happens around the machine."""
    machine, faults = hall.machine, hall.simulator.faults
    while True:
        await trio.sleep(rng.uniform(0.2, 12))
        what = rng.randrange(9)
        if what == 0:
            machine.take_card()
        elif what == 1:
            faults.set(rng.choice(sorted(FAULTS)), rng.choice([1, 2]))
        elif what == 2:
            faults.clear()
        elif what == 3:
            machine.power_off()
            await trio.sleep(rng.uniform(0.1, 20))
            machine.power_on()
        elif what == 4 and machine.place is PathMedia.JAMMED and not machine.moving:
            machine.clear_jam()
        elif what == 5:
            machine.open_cover()
            await trio.sleep(rng.uniform(0.1, 5))
            machine.close_cover()
        elif what == 6:
            await hall.simulator.unplug()
        elif what == 7:
            machine.refill(2)
            machine.change_ribbon(3)
        else:
            machine.empty_bins()


WHITE = CardImage(Image.new("RGB", FACE_SIZE, (255, 255, 255)))


def test_a_lost_answer_never_makes_the_driver_send_a_movement_again() -> None:
    async def main() -> None:
        for act, movement in (("feed", "Sis"), ("present", "Se"), ("capture", "Xca"), ("reject", "Ser"), ("reset", "Srs")):
            await _lose_the_answer_of(act, movement)

    async def _lose_the_answer_of(act: str, movement: str) -> None:
        async with hall() as place:
            if act in ("present", "reject", "capture"):
                await place.printer.feed(Station.CONTACT)
            if act == "capture":
                await place.printer.present()
            place.simulator.faults.set("answer_lost")
            with pytest.raises(DeviceError):
                await getattr(place.printer, act)(*([Station.CONTACT] if act == "feed" else []))
            assert place.simulator.commands.count(movement) == 1

    run_in_virtual_time(main)
