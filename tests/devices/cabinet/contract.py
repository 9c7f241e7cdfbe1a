"""What every cabinet board must do, simulated or real. Run by test_contract.py over each of them."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import trio

from devices.cabinet.board import BLINKING, OFF, ON, BoardMap
from devices.cabinet.cabinet import Cabinet
from devices.cabinet.driver import IoBoard
from devices.cabinet.status import CabinetEvent, Door, DoorClosed, DoorOpened

PATIENCE_S = 30.0  # for a technician to open a door
LOOKS_S = 0.1


class Rig(Protocol):
    """A board under test. `somebody_looks`: whether a person must say what she sees."""

    board: BoardMap
    cabinet: Cabinet

    def new_io(self) -> IoBoard:
        """A second way to ask the board, once the cabinet has let go of the line."""

    async def open_door(self, name: str) -> None: ...

    async def close_door(self, name: str) -> None: ...


async def until(look: Callable[[], bool], cabinet: Cabinet, patience_s: float = PATIENCE_S) -> None:
    with trio.fail_after(patience_s):
        while not look():
            await cabinet.look()
            await trio.sleep(LOOKS_S)


async def the_board_answers_for_every_door_and_light(rig: Rig) -> None:
    status = await rig.cabinet.look()
    assert status.answering, status.why
    assert set(status.doors) == set(rig.board.doors)
    assert Door.UNKNOWN not in status.doors.values()
    assert set(status.lights) == set(rig.board.lights)
    assert None not in status.lights.values()


async def every_light_burns_alone_and_goes_out(rig: Rig) -> None:
    for slot in rig.board.lights:
        rig.cabinet.light({slot: ON})
        lights = (await rig.cabinet.look()).lights
        for other, lamp in lights.items():
            assert lamp is not None
            assert (lamp.rate is ON.rate) == (other == slot), (slot, lights)
    rig.cabinet.light({})
    assert set((await rig.cabinet.look()).lights.values()) == {OFF}


async def a_light_blinks(rig: Rig) -> None:
    slot = next(iter(rig.board.lights))
    rig.cabinet.light({slot: BLINKING})
    seen: set[bool] = set()

    def both_seen() -> bool:
        lamp = rig.cabinet.status.lights[slot]
        seen.update(() if lamp is None else (lamp == OFF,))
        return len(seen) == 2

    await until(both_seen, rig.cabinet, 3.0)
    rig.cabinet.light({})
    await rig.cabinet.look()


async def a_door_opened_and_closed_is_told_once(rig: Rig) -> None:
    told: list[CabinetEvent] = []
    rig.cabinet.listen(told.append)
    name = next(iter(rig.board.doors))
    await rig.cabinet.look()
    told.clear()
    await rig.open_door(name)
    await until(lambda: rig.cabinet.status.doors[name] is Door.OPEN, rig.cabinet)
    await rig.close_door(name)
    await until(lambda: rig.cabinet.status.doors[name] is Door.CLOSED, rig.cabinet)
    assert [event for event in told if event in (DoorOpened(name), DoorClosed(name))] == [DoorOpened(name), DoorClosed(name)]


async def the_watchdog_is_fed_and_stopped(rig: Rig) -> None:
    if rig.board.watchdog is None:
        return
    await rig.cabinet.look()
    await rig.cabinet.aclose()
    io = rig.new_io()
    left = await io.watchdog_left()
    assert left is not None and 0 < left <= rig.board.watchdog.seconds
    await io.aclose()
    await rig.cabinet.park()
    await rig.cabinet.aclose()
    assert await io.watchdog_left() == 0
    await io.aclose()


async def a_look_given_up_half_way_leaves_the_board_usable(rig: Rig) -> None:
    for patience_s in (0.0, 0.001, 0.005, 0.01, 0.02, 0.05):
        with trio.move_on_after(patience_s):
            await rig.cabinet.look()
        assert (await rig.cabinet.look()).answering


async def a_line_let_go_is_taken_again(rig: Rig) -> None:
    assert (await rig.cabinet.look()).answering
    await rig.cabinet.aclose()
    await rig.cabinet.aclose()
    assert (await rig.cabinet.look()).answering


CONTRACT: tuple[Callable[[Rig], Awaitable[None]], ...] = (
    the_board_answers_for_every_door_and_light,
    every_light_burns_alone_and_goes_out,
    a_light_blinks,
    a_door_opened_and_closed_is_told_once,
    the_watchdog_is_fed_and_stopped,
    a_look_given_up_half_way_leaves_the_board_usable,
    a_line_let_go_is_taken_again,
)
