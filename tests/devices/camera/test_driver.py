"""Every way a camera deceives, and what the terminal learns of it."""
from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import trio

from devices.camera.driver import DAMAGED_AT_MOST, FROZEN_S, Black, CameraGone, Frozen, Unviewable
from devices.camera.frames import levels
from devices.camera.simulator import FAULTS, LATE_S
from devices.wire import WireGone
from tests.contract.device_class import FaultTable
from tests.devices.camera.rig import MemoryRig, with_memory_rig

FAULT_TABLE = FaultTable(FAULTS)


def shows(*faults: str) -> Callable[[Callable[[MemoryRig], Awaitable[None]]], Callable[[], None]]:
    def decorate(situation: Callable[[MemoryRig], Awaitable[None]]) -> Callable[[], None]:
        test = with_memory_rig(situation)
        FAULT_TABLE.add(faults, test.__name__, test)
        return test

    return decorate


@shows("black")
async def test_a_covered_lens_is_black_as_long_as_it_lasts(rig: MemoryRig) -> None:
    rig.faults.set("black", 2)
    for _ in range(2):
        with pytest.raises(Black) as found:
            await rig.camera.frame()
    assert found.value.brightest < 16
    await rig.camera.frame()


@shows("dark")
async def test_a_dark_hall_is_not_black_so_that_the_citizen_can_be_told(rig: MemoryRig) -> None:
    light = levels((await rig.camera.frame()).jpeg).mean
    rig.faults.set("dark")
    assert levels((await rig.camera.frame()).jpeg).mean < light / 4


@shows("blurred")
async def test_a_smeared_lens_still_gives_pictures(rig: MemoryRig) -> None:
    sharp = len((await rig.camera.frame()).jpeg)
    rig.faults.set("blurred")
    assert len((await rig.camera.frame()).jpeg) < sharp


@shows("frozen")
async def test_the_same_picture_for_two_seconds_is_frozen_although_the_numbers_go_on(rig: MemoryRig) -> None:
    await rig.camera.frame()
    rig.faults.set("frozen")
    began = trio.current_time()
    with pytest.raises(Frozen):
        while True:
            await rig.camera.frame()
    assert FROZEN_S <= trio.current_time() - began <= FROZEN_S + 0.5
    rig.faults.clear()
    await rig.camera.frame()


@shows("slow")
async def test_a_slow_picture_is_waited_for(rig: MemoryRig) -> None:
    await rig.camera.frame()
    rig.faults.set("slow", 1)
    await rig.camera.frame()
    assert rig.opened == 1


@shows("silent")
async def test_a_silent_camera_is_gone_and_found_again(rig: MemoryRig) -> None:
    await rig.camera.frame()
    rig.faults.set("silent", 1)
    with pytest.raises(CameraGone):
        await rig.camera.frame()
    await rig.camera.frame()
    assert rig.opened == 2


@shows("late")
async def test_a_picture_that_comes_late_is_never_taken_for_a_new_one(rig: MemoryRig) -> None:
    first = await rig.camera.frame()
    rig.faults.set("late", 1)
    with trio.move_on_after(1.0):
        await rig.camera.frame()
    await trio.sleep(LATE_S)
    late, new = rig.simulator.model.number, await rig.camera.frame()
    assert first.number < late < new.number


@shows("unplugged")
async def test_a_plug_pulled_in_the_middle_of_a_picture(rig: MemoryRig) -> None:
    rig.faults.set("unplugged", 1)
    with pytest.raises(CameraGone):
        await rig.camera.frame()
    await rig.camera.frame()


@with_memory_rig
async def test_a_camera_that_is_not_there_is_gone_until_it_is_plugged_in(rig: MemoryRig) -> None:
    rig.unplug()
    for _ in range(2):
        with pytest.raises(CameraGone):
            await rig.camera.frame()
    rig.plugged = True
    await rig.camera.frame()


@shows("wrong_checksum", "wrong_length", "noise_before", "no_jpeg")
async def test_a_damaged_picture_is_asked_for_again(rig: MemoryRig) -> None:
    for fault in ("wrong_checksum", "wrong_length", "noise_before", "no_jpeg"):
        rig.faults.set(fault, 1)
        await rig.camera.frame()
    assert rig.opened == 1


@shows("wrong_checksum", "no_jpeg")
async def test_a_camera_that_damages_every_picture_is_gone(rig: MemoryRig) -> None:
    rig.faults.set("wrong_checksum")
    with pytest.raises(CameraGone):
        await rig.camera.frame()
    assert rig.simulator.model.number == DAMAGED_AT_MOST
    rig.faults.clear()
    await rig.camera.frame()


@shows("cut_short")
async def test_a_picture_that_breaks_off_is_given_up_in_time(rig: MemoryRig) -> None:
    rig.faults.set("cut_short", 1)
    with pytest.raises(CameraGone):
        await rig.camera.frame()
    await rig.camera.frame()


@shows("broken_jpeg")
async def test_a_picture_that_cannot_be_decoded_is_said_to_be_so(rig: MemoryRig) -> None:
    rig.faults.set("broken_jpeg", 1)
    with pytest.raises(Unviewable):
        await rig.camera.frame()
    await rig.camera.frame()


@shows("twice")
async def test_a_picture_that_comes_twice_counts_once(rig: MemoryRig) -> None:
    rig.faults.set("twice", 1)
    first = await rig.camera.frame()
    second = await rig.camera.frame()
    assert second.number == first.number + 1


@with_memory_rig
async def test_a_look_for_the_health_lets_the_camera_rest_again(rig: MemoryRig) -> None:
    await rig.camera.check()
    assert rig.far is not None
    with pytest.raises(WireGone):
        await rig.far.receive()
