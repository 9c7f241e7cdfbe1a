"""Every fault the board and its line can have, and what comes of it: driver and cabinet against the simulated machine."""
from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

import pytest
import trio

from devices.cabinet.board import OFF, ON, REFERENCE, BoardMap
from devices.cabinet.driver import LINE_RETRIES
from devices.cabinet.errors import BoardIncomprehensible, BoardRefused, BoardSilent
from devices.cabinet.simulator import FAULTS, LATE_S
from devices.cabinet.status import BoardBack, BoardLost, Door, DoorClosed, DoorOpened, LightsLost, LightsStuck, Presence, Tamper
from devices.errors import DeviceGone
from devices.wire import WireGone
from tests.contract.device_class import FaultTable
from tests.devices.cabinet.rig import MemoryRig, memory_rig
from tests.virtual_time import run_in_virtual_time

FAULT_TABLE = FaultTable(FAULTS)
CLOSED = (True, True, True, True, False)  # all loops closed, nobody there
FRONT_OPEN = (False, True, True, True, False)
LINE = ("wrong_crc", "cut_short", "garbage")


def fault(*names: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """The test of each of these faults, by its name: run by pytest and by ./run contract."""

    def decorate(test: Callable[[str], None]) -> Callable[[str], None]:
        for name in names:
            FAULT_TABLE.add((name,), test.__name__, functools.partial(test, name))
        decorated: Callable[[str], None] = pytest.mark.parametrize("name", names)(test)
        return decorated

    return decorate


def run_with(situation: Callable[[MemoryRig], Awaitable[None]], board: BoardMap = REFERENCE) -> None:
    async def main() -> None:
        async with memory_rig(board) as rig:
            await situation(rig)

    run_in_virtual_time(main)


@fault(*LINE, "silent", "late", "wrong_unit", "wrong_function")
def test_a_disturbed_answer_is_asked_for_again(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        assert await rig.io.inputs() == CLOSED
        rig.model.open_door("front")
        rig.faults.set(name, 1)
        assert await rig.io.inputs() == FRONT_OPEN

    run_with(main)


@fault("noise_before", "twice", "echo")
def test_what_comes_beside_the_answer_is_dropped(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name)
        for level in (True, False, True):
            rig.model.tampered = level
            assert (await rig.io.inputs())[3] is not level
            await rig.io.set_outputs([level] * 5)
            assert await rig.io.outputs() == (level,) * 5

    run_with(main)


@fault(*LINE, "wrong_unit", "wrong_function")
def test_a_line_that_spoils_everything_is_given_up(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name)
        with pytest.raises(BoardIncomprehensible):
            await rig.io.inputs()
        assert rig.opened == 1, LINE_RETRIES
        rig.faults.clear()
        assert await rig.io.inputs() == CLOSED

    run_with(main)


@fault("silent")
def test_a_board_silent_twice_is_not_there(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name)
        began = trio.current_time()
        with pytest.raises(BoardSilent):
            await rig.io.inputs()
        assert trio.current_time() - began < 2.5
        rig.faults.clear()
        assert await rig.io.inputs() == CLOSED

    run_with(main)


@fault("late")
def test_an_answer_that_came_late_is_not_taken_for_the_next_one(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        await rig.io.inputs()
        rig.faults.set(name, 1)
        with trio.move_on_after(0.3):
            await rig.io.inputs()  # "closed" is under way
        rig.model.open_door("front")
        await trio.sleep(LATE_S - 0.35)  # the old answer arrives in the middle of the next question
        for _ in range(5):
            assert await rig.io.inputs() == FRONT_OPEN

    run_with(main)


@fault("busy")
def test_a_busy_board_is_asked_again_and_not_for_ever(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name, 2)
        assert await rig.io.inputs() == CLOSED
        rig.faults.set(name)
        with pytest.raises(BoardRefused) as refused:
            await rig.io.inputs()
        assert refused.value.code == "06"

    run_with(main)


@fault("failed", "no_such_address")
def test_a_refusal_is_told_with_its_code(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name, 1)
        with pytest.raises(BoardRefused) as refused:
            await rig.io.set_outputs([True] * 5)
        assert refused.value.code == {"failed": "04", "no_such_address": "02"}[name]
        assert await rig.io.outputs() == (False,) * 5

    run_with(main)


@fault("no_loopback")
def test_a_board_without_loopback_refuses_it_and_that_is_as_good(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name)
        for _ in range(3):
            with trio.move_on_after(0.01):
                await rig.io.inputs()
            rig.faults.set("silent", 1)
            assert await rig.io.inputs() == CLOSED

    run_with(main)


@fault("loopback_unheard")
def test_a_board_that_keeps_silent_at_loopback_is_waited_out_where_that_is_configured(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name)
        if rig.io.board.loopback:
            with pytest.raises(BoardSilent):
                await rig.io.inputs()
            return
        assert await rig.io.inputs() == CLOSED
        began = trio.current_time()
        assert await rig.io.inputs() == CLOSED
        assert trio.current_time() - began < 0.1

    run_with(main)
    run_with(main, BoardMap(**{**vars(REFERENCE), "loopback": False}))


@fault("restarted")
def test_a_board_that_was_restarted_gets_its_lights_and_its_watchdog_back(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        rig.cabinet.light({"card_exit": ON})
        await trio.sleep(12)
        rig.faults.set(name, 1)
        await trio.sleep(1)
        assert rig.model.restarts == 1
        assert rig.told(LightsLost) == [LightsLost()]
        assert rig.model.lit()["card_exit"] is not None
        await trio.sleep(300)
        assert rig.model.lit()["card_exit"] is not None
        assert rig.model.watchdog_left() > 0
        assert rig.told() == []

    run_with(main)


@fault("stuck_output")
def test_lights_that_do_not_follow_are_told_once_and_never_said_to_burn(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(1)
        rig.told()
        rig.faults.set(name)
        rig.cabinet.light({"card_exit": ON})
        await trio.sleep(60)
        assert rig.told() == [LightsStuck((1,))]
        assert rig.cabinet.status.lights["card_exit"] == OFF
        assert not rig.cabinet.status.lights_follow
        rig.faults.clear()
        await trio.sleep(1)
        assert rig.cabinet.status.lights["card_exit"] != OFF
        assert rig.cabinet.status.lights_follow

    run_with(main)


@fault("writes_refused")
def test_a_board_that_refuses_its_outputs_still_tells_of_its_doors(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(1)
        rig.told()
        rig.faults.set(name)
        rig.cabinet.light({"card_exit": ON})
        rig.model.open_door("rear")
        await trio.sleep(20)
        assert rig.told() == [DoorOpened("rear"), LightsStuck(tuple(REFERENCE.coils))]
        assert rig.cabinet.status.answering
        assert rig.cabinet.status.lights["card_exit"] is None
        rig.faults.clear()
        await trio.sleep(1)
        assert rig.model.lit()["card_exit"] is not None

    run_with(main)


@fault("stuck_input")
def test_somebody_who_never_leaves_is_not_believed(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        rig.model.somebody = True
        await trio.sleep(10)
        assert rig.cabinet.status.presence is Presence.PRESENT
        rig.faults.set(name)
        await trio.sleep(1)
        rig.model.somebody = False
        await trio.sleep(60)
        assert rig.cabinet.status.presence is Presence.PRESENT  # nothing tells it apart from a patient citizen
        await trio.sleep(540)
        assert rig.cabinet.status.presence.value == "unknown"
        rig.faults.clear()
        await trio.sleep(10)
        assert rig.cabinet.status.presence.value == "notPresent"

    run_with(main)


@fault("bouncing")
def test_a_contact_that_bounces_tells_of_one_move(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        rig.faults.set(name)
        await trio.sleep(5)
        rig.told()
        rig.model.open_door("hopper")
        await trio.sleep(5)
        rig.model.close_door("hopper")
        await trio.sleep(5)
        assert rig.told(DoorOpened, DoorClosed) == [DoorOpened("hopper"), DoorClosed("hopper")]

    run_with(main)


@fault("unplugged")
def test_the_plug_is_pulled_in_mid_answer_and_put_back(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        rig.cabinet.light({"slip_exit": ON})
        rig.model.open_door("front")
        await trio.sleep(5)
        rig.told()
        rig.plugged = False
        rig.faults.set(name, 1)
        await trio.sleep(10)
        assert [type(event) for event in rig.told()] == [BoardLost]
        status = rig.cabinet.status
        assert not status.answering and status.why
        assert set(status.doors.values()) == {Door.UNKNOWN}
        assert status.tamper is Tamper.UNKNOWN
        assert status.presence is Presence.UNKNOWN
        assert set(status.lights.values()) == {None}
        rig.plugged = True
        await trio.sleep(2)
        assert rig.told() == [BoardBack(), DoorOpened("front")]
        assert rig.model.lit()["slip_exit"] is not None

    run_with(main)


def test_without_a_port_every_call_says_so() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.plugged = False
        for call in (rig.io.inputs, rig.io.outputs, lambda: rig.io.set_outputs([False] * 5), rig.io.watchdog_left):
            with pytest.raises(WireGone):
                await call()
        assert isinstance(WireGone(""), DeviceGone)

    run_with(main)


def test_every_fault_of_the_machine_has_a_test() -> None:
    assert FAULT_TABLE.not_shown == set()
    assert len(FAULTS) >= 12
