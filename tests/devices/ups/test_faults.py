"""Every fault upsd and the UPS can have, and what comes of it."""
from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
import trio

from devices.errors import DeviceGone
from devices.ups.driver import Credentials
from devices.ups.errors import UpsdIncomprehensible, UpsdRefused, UpsdSilent, UpsUnheard
from devices.ups.simulator import FAULTS
from devices.ups.status import Power
from devices.ups.watch import BatteryWornOut, PowerChanged
from devices.wire import WireGone
from tests.contract.device_class import FaultTable
from tests.devices.ups.rig import MemoryRig, run_with

FAULT_TABLE = FaultTable(FAULTS)
REFUSED = {"unknown_ups": "UNKNOWN-UPS", "access_denied": "ACCESS-DENIED"}
UNHEARD = {"data_stale": "DATA-STALE", "driver_gone": "DRIVER-NOT-CONNECTED"}
SPOILT = ("garbage", "endless_line", "open_quote", "another_ups")
BROKEN = ("cut_off", "cut_off_before")


def fault(*names: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """The test of each of these faults, by its name: run by pytest and by ./run contract."""

    def decorate(test: Callable[[str], None]) -> Callable[[str], None]:
        for name in names:
            FAULT_TABLE.add((name,), test.__name__, functools.partial(test, name))
        decorated: Callable[[str], None] = pytest.mark.parametrize("name", names)(test)
        return decorated

    return decorate


@fault(*REFUSED)
def test_a_refusal_is_told_with_its_word_and_the_connection_goes_on(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name, 1)
        with pytest.raises(UpsdRefused) as refused:
            await rig.ups.status()
        assert refused.value.code == REFUSED[name]
        assert (await rig.ups.status()).power is Power.ONLINE
        assert rig.opened == 1

    run_with(main)


@fault(*UNHEARD)
def test_upsd_without_news_of_the_ups_is_no_answer(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name, 1)
        with pytest.raises(UpsUnheard) as unheard:
            await rig.ups.status()
        assert unheard.value.code == UNHEARD[name]
        assert (await rig.ups.status()).power is Power.ONLINE
        assert rig.opened == 1

    run_with(main)


@fault("silent", "late", "list_without_end")
def test_an_upsd_that_falls_silent_is_given_up_and_its_late_words_are_not_heard(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        await rig.ups.status()
        rig.faults.set(name)
        began = trio.current_time()
        with pytest.raises(UpsdSilent):
            await rig.ups.status()
        assert trio.current_time() - began < 7
        rig.faults.clear()
        rig.model.mains = False
        for _ in range(5):
            assert (await rig.ups.status()).power is Power.ON_BATTERY
            await trio.sleep(2)

    run_with(main)


@fault(*SPOILT, *BROKEN)
def test_a_spoilt_answer_is_asked_for_again_on_a_new_connection_once(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        await rig.ups.status()
        rig.faults.set(name, 1)
        assert (await rig.ups.status()).power is Power.ONLINE
        assert rig.opened == 2
        rig.faults.set(name)
        with pytest.raises(WireGone if name in BROKEN else UpsdIncomprehensible):
            await rig.ups.status()
        assert rig.opened == 3

    run_with(main)


@fault("no_charge", "charge_no_number")
def test_a_charge_that_is_not_told_is_unknown_and_the_rest_is_known(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.faults.set(name)
        status = await rig.ups.status()
        assert (status.power, status.charge, status.runtime_s) == (Power.ONLINE, None, None)

    run_with(main)


@fault("status_missing", "status_empty", "status_off", "status_both")
def test_a_status_that_says_neither_mains_nor_battery_is_unknown_in_the_end(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(1)
        rig.told()
        rig.faults.set(name)
        assert (await rig.ups.status()).power is Power.UNKNOWN
        await trio.sleep(6)
        assert rig.told() == []
        await trio.sleep(10)
        told = rig.told()
        assert [(event.before, event.now) for event in told if isinstance(event, PowerChanged)] == [
            (Power.ONLINE, Power.UNKNOWN)
        ]
        assert rig.watch.why

    run_with(main)


@fault("shutdown_ordered")
def test_an_ordered_shutdown_is_as_a_battery_at_its_end(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(1)
        rig.faults.set(name)
        await trio.sleep(3)
        assert rig.watch.power is Power.LOW_BATTERY

    run_with(main)


@fault("battery_worn_out")
def test_a_worn_out_battery_is_told_once_and_stops_nothing(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(1)
        rig.told()
        rig.faults.set(name)
        await trio.sleep(60)
        assert rig.told() == [BatteryWornOut()]
        assert rig.watch.power is Power.ONLINE
        assert rig.watch.status is not None and rig.watch.status.replace_battery
        rig.faults.clear()
        await trio.sleep(10)
        rig.model.worn_out = True
        await trio.sleep(10)
        assert rig.told() == [BatteryWornOut()]

    run_with(main)


@fault("silent", *UNHEARD)
def test_silence_on_the_mains_is_unknown_and_silence_on_battery_is_still_battery(name: str) -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(1)
        rig.faults.set(name)
        await trio.sleep(30)
        assert rig.watch.power is Power.UNKNOWN
        assert rig.watch.status is None
        rig.faults.clear()
        rig.model.mains = False
        await trio.sleep(10)
        assert rig.watch.on_battery
        rig.faults.set(name)
        await trio.sleep(100)
        assert rig.watch.power.value == "on battery"
        assert rig.watch.status is None
        rig.faults.clear()
        rig.model.mains = True
        await trio.sleep(30)
        assert rig.watch.power.value == "online"

    run_with(main)


def test_nobody_listens_at_the_port_and_then_somebody_does() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.up = False
        with pytest.raises(WireGone):
            await rig.ups.status()
        rig.up = True
        assert (await rig.ups.status()).power is Power.ONLINE

    run_with(main)


def test_upsd_is_restarted_between_two_questions_and_nobody_notices() -> None:
    async def main(rig: MemoryRig) -> None:
        await rig.ups.status()
        rig.stop_upsd()
        rig.up = True
        assert (await rig.ups.status()).power is Power.ONLINE

    run_with(main)


GOOD, BAD = Credentials("kiosk", 'pass "word"'), Credentials("kiosk", "guess")


def test_with_credentials_it_logs_in_once_a_connection() -> None:
    async def main(rig: MemoryRig) -> None:
        for _ in range(3):
            await rig.ups.status()
        assert (rig.upsd.logins, rig.opened) == (1, 1)

    run_with(main, GOOD)


def test_with_wrong_credentials_it_says_so_each_time_and_tells_nobody_the_password() -> None:
    async def main(rig: MemoryRig) -> None:
        for _ in range(2):
            with pytest.raises(UpsdRefused) as refused:
                await rig.ups.status()
            assert refused.value.code == "ACCESS-DENIED"
        assert rig.upsd.logins == 0
        assert isinstance(refused.value, Exception) and not isinstance(refused.value, DeviceGone)

    run_with(main, BAD)
    assert "guess" not in repr(BAD)


def test_every_fault_of_the_machine_has_a_test() -> None:
    assert FAULT_TABLE.not_shown == set()
    assert len(FAULTS) >= 12
