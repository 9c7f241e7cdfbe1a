"""The cabinet as the terminal uses it: lights, beeps, doors and who stands there; and what is refused as a wiring."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import trio

from devices.cabinet.board import BLINKING, ON, REFERENCE, BoardMap, Colour, Lamp, Rate, Switch, Watchdog
from devices.cabinet.status import (
    BoardBack,
    BoardLost,
    Door,
    DoorClosed,
    DoorOpened,
    LightsLost,
    Presence,
    SomebodyCame,
    SomebodyLeft,
    Tamper,
    Tampered,
    TamperOver,
)
from devices.errors import DeviceGone
from tests.devices.cabinet.rig import MemoryRig, memory_rig
from tests.devices.cabinet.test_faults import run_with
from tests.virtual_time import run_in_virtual_time


def test_nothing_is_known_before_the_first_look() -> None:
    async def main(rig: MemoryRig) -> None:
        status = rig.cabinet.status
        assert not status.answering
        assert set(status.doors.values()) == {Door.UNKNOWN}
        assert (status.tamper, status.presence) == (Tamper.UNKNOWN, Presence.UNKNOWN)
        assert set(status.lights.values()) == {None}
        assert status.open_doors == ()

    run_with(main)


def test_doors_closed_at_the_first_look_are_no_news_and_an_open_one_is() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.model.open_door("hopper")
        await rig.cabinet.look()
        assert rig.told() == [BoardBack(), DoorOpened("hopper")]
        assert rig.cabinet.status.open_doors == ("hopper",)

    run_with(main)


def test_a_door_opened_for_an_instant_is_a_rattle_and_for_a_second_is_told() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(2)
        rig.told()
        rig.model.open_door("front")
        await trio.sleep(0.3)
        rig.model.close_door("front")
        await trio.sleep(3)
        assert rig.told() == []
        rig.model.open_door("front")
        await trio.sleep(1.2)
        rig.model.close_door("front")
        await trio.sleep(3)
        assert rig.told() == [DoorOpened("front"), DoorClosed("front")]

    run_with(main)


def test_the_tamper_switch_and_a_cut_wire_are_told() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(2)
        assert rig.cabinet.status.tamper is Tamper.OFF
        rig.told()
        rig.model.tampered = True
        await trio.sleep(2)
        assert rig.cabinet.status.tamper.value == "on"
        rig.model.tampered = False
        await trio.sleep(2)
        assert rig.told() == [Tampered(), TamperOver()]

    run_with(main)


def test_who_comes_and_goes_is_told_and_swaying_is_not() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(2)
        rig.told()
        for somebody in (True, False, True, False, True):
            rig.model.somebody = somebody
            await trio.sleep(0.5)
        await trio.sleep(2)
        assert rig.cabinet.status.presence is Presence.PRESENT
        rig.model.somebody = False
        await trio.sleep(3)
        assert rig.told() == [SomebodyCame(), SomebodyLeft()]

    run_with(main)


def test_somebody_was_there_when_the_board_fell_silent() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        rig.model.somebody = True
        await trio.sleep(3)
        rig.told()
        rig.model.power_off()
        await trio.sleep(10)
        assert rig.told(SomebodyLeft, BoardLost)[0] == SomebodyLeft()
        assert rig.cabinet.status.presence is Presence.UNKNOWN

    run_with(main)


def test_a_disturbance_of_a_second_is_not_told() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(3)
        rig.told()
        rig.faults.set("silent", 1)
        await trio.sleep(10)
        assert rig.told() == []

    run_with(main)


def test_a_lamp_of_several_colours_shows_the_one_asked_for_and_no_other() -> None:
    board = BoardMap(lights={"card_exit": {Colour.GREEN: 7, Colour.RED: 9}})

    green = Colour.GREEN

    async def main(rig: MemoryRig) -> None:
        for asked, shown in ((Colour.RED, Colour.RED), (green, green), (Colour.BLUE, green), (None, green)):
            rig.cabinet.light({"card_exit": Lamp(Rate.CONTINUOUS, asked), "no_such_slot": ON})
            assert (await rig.cabinet.look()).lights == {"card_exit": Lamp(Rate.CONTINUOUS, shown)}
            assert rig.model.lit() == {"card_exit": shown}
            assert not rig.model.coil(8)

    run_with(main, board)


def test_a_blinking_light_is_on_half_the_time_and_changes_twice_a_second() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        rig.cabinet.light({"card_exit": BLINKING, "slip_exit": ON})
        await trio.sleep(1)
        seen = []
        for _ in range(400):
            await trio.sleep(0.05)
            seen.append(rig.model.lit()["card_exit"] is not None)
            assert rig.model.lit()["slip_exit"] is not None
        changes = sum(a != b for a, b in zip(seen, seen[1:], strict=False))
        assert 37 <= changes <= 41
        assert 0.4 < sum(seen) / len(seen) < 0.6
        rig.cabinet.light({})
        await trio.sleep(0.5)
        assert set(rig.model.lit().values()) == {None}

    run_with(main)


def test_three_beeps_are_three_and_the_beeper_ends_off_even_when_given_up() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(1)
        await rig.cabinet.beep(3)
        await trio.sleep(1)
        assert rig.model.beeps == 3
        with trio.move_on_after(0.1):
            await rig.cabinet.beep(3)
        await trio.sleep(0.5)
        assert rig.model.beeps == 4
        assert REFERENCE.beeper is not None and not rig.model.coil(REFERENCE.beeper)

    run_with(main)


def test_a_wish_made_while_the_board_is_away_holds_when_it_is_back() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.plugged = False
        rig.start()
        began = trio.current_time()
        rig.cabinet.light({"id_reader": ON})
        await rig.cabinet.beep(1)
        assert trio.current_time() - began < 1
        await trio.sleep(20)
        rig.plugged = True
        await trio.sleep(1)
        assert rig.model.lit()["id_reader"] is Colour.YELLOW

    run_with(main)


def test_a_terminal_that_hangs_is_darkened_by_the_board_and_lit_again() -> None:
    async def main() -> None:
        async with memory_rig() as rig:
            rig.cabinet.light({"id_reader": ON})
            with trio.move_on_after(5):
                await rig.cabinet.run()
            assert REFERENCE.watchdog is not None
            await trio.sleep(REFERENCE.watchdog.seconds + 1)
            assert rig.model.lit()["id_reader"] is None
            assert rig.model.strikes == 1
            rig.told()
            rig.start()
            await trio.sleep(1)
            assert rig.model.lit()["id_reader"] is not None
            assert rig.told(LightsLost) == [LightsLost()]

    run_in_virtual_time(main)


def test_minutes_of_feeding_and_a_parked_terminal_is_left_alone() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        rig.cabinet.light({"id_reader": ON})
        await trio.sleep(150)
        assert rig.model.strikes == 0
        await rig.cabinet.park()
        await trio.sleep(150)
        assert rig.model.strikes == 0
        assert rig.model.watchdog_left() == 0
        assert set(rig.model.lit().values()) == {None}

    run_with(main)


def test_parking_says_when_the_board_did_not_hear_it() -> None:
    async def main(rig: MemoryRig) -> None:
        await rig.cabinet.look()
        rig.model.power_off()
        with pytest.raises(DeviceGone):
            await rig.cabinet.park()

    run_with(main)


def test_a_cabinet_with_nothing_but_a_door() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(3)
        status = rig.cabinet.status
        assert status.answering
        assert (status.tamper, status.presence, status.lights) == (Tamper.NOT_FITTED, Presence.UNKNOWN, {})
        await rig.cabinet.beep()
        await rig.cabinet.park()

    run_with(main, BoardMap(doors={"front": Switch(6)}))


WRONG: list[Mapping[str, Any]] = [
    {"unit": 0},
    {"unit": 248},
    {"lights": {"a": {Colour.RED: 1}, "b": {Colour.RED: 1}}},
    {"lights": {"a": {Colour.RED: 1}}, "beeper": 1},
    {"lights": {"a": {}}},
    {"lights": {"a": {Colour.RED: 0, Colour.GREEN: 60_000}}},
    {"doors": {"front": Switch(3)}, "tamper": Switch(3)},
    {"doors": {"front": Switch(-1)}},
    {"doors": {"front": Switch(65_536)}},
    {"watchdog": Watchdog(0, 1)},
    {"watchdog": Watchdog(70_000)},
]


@pytest.mark.parametrize("wiring", WRONG)
def test_a_wiring_that_cannot_be_is_refused(wiring: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="."):
        BoardMap(**wiring)
