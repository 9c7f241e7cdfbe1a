"""What the rules of the contract leave open: settings, late answers, wear, the bench's hand, a process of its own."""
from __future__ import annotations

import sys
from pathlib import Path

import pytest
import trio

from devices.card_dispenser import spec
from devices.card_dispenser.crt import CrtDispenser, CrtOptions
from devices.card_dispenser.crt_codec import TO_HOLD
from devices.card_dispenser.crt_simulator import SENSORS, CrtSimulator
from devices.card_dispenser.framing import FramingOf591H
from devices.card_dispenser.k720 import K720
from devices.card_dispenser.model import DispenserModel
from devices.card_dispenser.simulator import MACHINES, serve_bench
from devices.card_dispenser.words import (
    AcceptEnd,
    DeviceState,
    InitialiseWith,
    Media,
    PathMedia,
    Replenishment,
    Station,
    TakenEnd,
)
from devices.errors import DeviceError, DeviceFailed, DeviceGone, DeviceRefused
from devices.serving import ControlRefused, SimulatorInProduction, control
from devices.wire import MemoryWire, SerialWire
from tests.devices.card_dispenser.rig import CRT, CRT_591H, K720_MAKE, Hall, Make, in_hall
from tests.hall.process import Child
from tests.virtual_time import run_in_virtual_time

BOTH = pytest.mark.parametrize("make", (CRT, K720_MAKE), ids=str)


@BOTH
def test_supplies_are_told_in_the_words_of_storage_units(make: Make) -> None:
    async def look(hall: Hall) -> None:
        for cards, expected in ((2, Replenishment.LOW), (40, Replenishment.OK), (0, Replenishment.EMPTY)):
            hall.model.hopper, hall.model.came = [], 0
            hall.model.refill(cards)
            assert (await hall.dispenser.status()).hopper.replenishment is expected
        assert (await hall.dispenser.status()).bin.replenishment is Replenishment.OK
        hall.faults.set("bin_full")
        assert (await hall.dispenser.status()).bin.replenishment is Replenishment.FULL

    in_hall(make, look)


@BOTH
def test_a_jam_is_shown_until_it_is_cleared(make: Make) -> None:
    async def jam(hall: Hall) -> None:
        hall.faults.set("path_jam", 1)
        with pytest.raises(DeviceFailed):
            await hall.dispenser.feed_to(hall.station)
        status = await hall.dispenser.status()
        assert (status.device, status.path, status.error) == (DeviceState.HARDWARE_ERROR, PathMedia.JAMMED, "JAM")
        with pytest.raises((DeviceRefused, DeviceFailed)):
            await hall.dispenser.present()
        hall.model.clear_jam()
        status = await hall.dispenser.status()
        assert (status.device, status.path) == (DeviceState.ONLINE, PathMedia.NOT_PRESENT)

    in_hall(make, jam)


def test_the_bins_counter_is_set_when_the_bin_was_emptied() -> None:
    async def empty(hall: Hall) -> None:
        assert isinstance(hall.dispenser, CrtDispenser)
        await hall.dispenser.feed_to(Station.CONTACT)
        await hall.dispenser.reject()
        assert (await hall.dispenser.status()).bin.count == 1
        hall.model.empty_bin()
        await hall.dispenser.set_bin_count(0)
        assert (await hall.dispenser.status()).bin.count == 0
        assert await hall.dispenser.serial_number()

    in_hall(CRT, empty)


def test_a_machine_that_presents_by_holding() -> None:
    async def hold(hall: Hall) -> None:
        hall.dispenser = CrtDispenser(hall.open_wire, options=CrtOptions(present_by=TO_HOLD))
        await hall.dispenser.feed_to(Station.CONTACT)
        await hall.dispenser.present()
        assert "32 30" in hall.simulator.commands and "32 39" not in hall.simulator.commands
        assert len((await hall.dispenser.status(sensors=True)).sensors) == SENSORS

    in_hall(CRT, hold)


def test_a_sensor_blind_for_one_moment_is_no_taking() -> None:
    async def blink(hall: Hall) -> None:
        await hall.dispenser.feed_to(hall.station)
        await hall.dispenser.present()
        hall.later(1.0, lambda: hall.faults.set("gate_sensor_blind"))
        hall.later(1.25, lambda: hall.faults.clear("gate_sensor_blind"))
        assert await hall.dispenser.wait_taken(3.0) is TakenEnd.STILL_THERE
        hall.model.take_card()
        assert await hall.dispenser.wait_taken(0.0) is TakenEnd.TAKEN

    in_hall(CRT, blink)


@BOTH
def test_a_card_taken_before_the_first_look_was_seen_by_the_presentation(make: Make) -> None:
    async def fast(hall: Hall) -> None:
        await hall.dispenser.feed_to(hall.station)
        await hall.dispenser.present()
        hall.model.take_card()
        assert await hall.dispenser.wait_taken(5.0) is TakenEnd.TAKEN
        assert await hall.dispenser.wait_taken(5.0) is TakenEnd.NEVER_SEEN

    in_hall(make, fast)


@BOTH
@pytest.mark.parametrize("patience_s", [0.008, 0.012, 0.016, 0.02, 0.025, 0.03])
def test_the_answer_to_a_question_given_up_is_not_taken_for_the_next_ones(make: Make, patience_s: float) -> None:
    async def give_up(hall: Hall) -> None:
        await hall.dispenser.feed_to(hall.station)
        await hall.dispenser.present()
        assert (await hall.dispenser.status()).gate is Media.PRESENT
        with trio.move_on_after(patience_s):
            await hall.dispenser.status()
        hall.model.take_card()
        assert (await hall.dispenser.status()).gate is Media.NOT_PRESENT

    in_hall(make, give_up)


@BOTH
def test_a_dead_machine_says_so_within_reason(make: Make) -> None:
    async def dead(hall: Hall) -> None:
        await hall.dispenser.status()
        hall.faults.set("silent")
        began = trio.current_time()
        with pytest.raises(DeviceGone):
            await hall.dispenser.status()
        assert trio.current_time() - began < 10
        hall.faults.clear()
        hall.unplug()
        with pytest.raises(DeviceGone):
            await hall.dispenser.status()
        hall.plugged = True
        assert (await hall.dispenser.status()).gate is Media.NOT_PRESENT

    in_hall(make, dead)


def test_the_wrong_framing_is_noticed() -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:

            async def open_wire() -> MemoryWire:
                await trio.lowlevel.checkpoint()
                near, far = MemoryWire.pair(9_600)
                nursery.start_soon(CrtSimulator(DispenserModel(), FramingOf591H()).serve, far)
                return near

            with pytest.raises(DeviceGone):
                await CrtDispenser(open_wire).status()
            assert "591h" in await spec.identify_crt(open_wire)
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main)


def test_probing_moves_and_initialises_nothing() -> None:
    async def probe(hall: Hall) -> None:
        name = await (spec.identify_k720 if hall.make is K720_MAKE else spec.identify_crt)(hall.open_wire)
        assert name.startswith("card dispenser ")
        assert set(hall.simulator.commands) <= {"A4 30", "GV", "AP"}

    for make in (CRT, CRT_591H, K720_MAKE):
        in_hall(make, probe)


def test_worn_rollers_are_slower() -> None:
    async def wear(hall: Hall) -> None:
        await hall.dispenser.status()
        hall.model.rollers_last = 1
        took = []
        for _ in range(2):
            began = trio.current_time()
            await hall.dispenser.feed_to(hall.station)
            took.append(trio.current_time() - began)
            await hall.dispenser.reject()
        assert took[1] > took[0] + 1.0

    in_hall(CRT, wear)


@BOTH
def test_a_half_inserted_card_is_not_swallowed_after_the_slot_was_shut(make: Make) -> None:
    async def late(hall: Hall) -> None:
        assert await hall.dispenser.accept(2.0) is AcceptEnd.NOTHING_CAME
        hall.hold_card()
        await trio.sleep(20)
        assert hall.model.withdraw() is not None

    in_hall(make, late)


def test_settings_are_checked() -> None:
    crt = spec.bind_crt({"framing": "591h", "address": 3, "stations": ["contact"], "counter_survives_power": True})
    k720 = spec.bind_k720({"address": 4, "present_at": 0})

    async def no_wire() -> MemoryWire:
        raise AssertionError("nothing is opened")

    assert isinstance(crt(no_wire), CrtDispenser) and isinstance(k720(no_wire), K720)
    for bind, options, name in (
        (spec.bind_crt, {"framing": "morse"}, "framing"),
        (spec.bind_crt, {"address": 16}, "address"),
        (spec.bind_crt, {"stations": ["roof"]}, "stations"),
        (spec.bind_crt, {"counter_survives_power": "yes"}, "counter_survives_power"),
        (spec.bind_crt, {"colour": "red"}, "colour"),
        (spec.bind_k720, {"read_at": "seven"}, "read_at"),
    ):
        with pytest.raises(ValueError, match=name):
            bind(options)


def test_the_bench_does_not_start_in_production(tmp_path: Path) -> None:
    async def main() -> None:
        await serve_bench(MACHINES["crt"](DispenserModel()), tmp_path / "port", tmp_path / "hand", mode="production")

    with pytest.raises(SimulatorInProduction):
        trio.run(main)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_the_machine_in_another_process(name: str, tmp_path: Path) -> None:
    port, hand = tmp_path / "port", tmp_path / "hand"
    make = {"crt": CRT, "crt-591h": CRT_591H, "k720": K720_MAKE}[name]

    async def main() -> None:
        with trio.fail_after(30):
            while not hand.exists():
                await trio.sleep(0.05)
        dispenser = make.driver(lambda: SerialWire.open(str(port), 9_600))
        with trio.fail_after(30):
            state = await control(hand, do="refill", cards=3)
            assert state["hopper"] == 8
            await dispenser.feed_to(make.station)
            await control(hand, do="unplug")
            with pytest.raises(DeviceError):
                await dispenser.status()
            await control(hand, do="replug")
            await dispenser.initialise(InitialiseWith.TO_GATE)
            assert (await control(hand, do="take_card"))["card"] == "D000001"
            assert (await control(hand, do="fault", name="hopper_empty", count=2))["faults"] == {"hopper_empty": 2}
            await control(hand, do="clear")
            await control(hand, do="put_card", serial="OLD")
            assert (await control(hand, do="withdraw"))["card"] == "OLD"
            for wrong in ({"do": "dance"}, {"do": "fault", "name": "none"}, {"do": "refill", "cards": 0}, {"do": "put_card"}):
                with pytest.raises(ControlRefused):
                    await control(hand, **wrong)
        await dispenser.aclose()

    arguments = [name, "--port", str(port), "--control", str(hand), "--mode", "test", "--cards", "5", "--speed", "20"]
    command = [sys.executable, "-m", "devices.card_dispenser.simulator", *arguments]
    child = Child("dispenser", command, tmp_path / "log")
    child.start()
    try:
        trio.run(main)
    finally:
        child.kill()
