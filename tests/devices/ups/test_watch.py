"""The power as the terminal decides by it: flickers, outages, a battery that empties, mains that come and go."""
from __future__ import annotations

from collections.abc import Iterable

import pytest
import trio

from devices.ups.status import Power, status_of
from devices.ups.watch import PowerChanged, UpsEvent
from tests.devices.ups.rig import MemoryRig, run_with


def changes(told: Iterable[UpsEvent]) -> list[Power]:
    return [event.now for event in told if isinstance(event, PowerChanged)]


def test_a_flicker_is_no_outage() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(5)
        assert changes(rig.told()) == [Power.ONLINE]
        for _ in range(10):
            rig.model.mains = False
            await trio.sleep(2.5)
            rig.model.mains = True
            await trio.sleep(2.5)
        assert changes(rig.told()) == []

    run_with(main)


def test_an_outage_is_known_within_six_seconds_and_mains_count_when_they_stay() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(5)
        rig.told()
        rig.model.mains = False
        await trio.sleep(6)
        assert changes(rig.told()) == [Power.ON_BATTERY]
        for _ in range(5):
            rig.model.mains = True
            await trio.sleep(5)
            rig.model.mains = False
            await trio.sleep(5)
        assert changes(rig.told()) == []
        rig.model.mains = True
        await trio.sleep(15)
        assert changes(rig.told()) == [Power.ONLINE]

    run_with(main)


def test_a_battery_that_empties_is_low_at_once_and_stays_low_until_the_mains_stay() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.start()
        await trio.sleep(5)
        rig.told()
        rig.model.mains = False
        await trio.sleep(500)
        assert changes(rig.told()) == [Power.ON_BATTERY, Power.LOW_BATTERY]
        assert rig.watch.status is not None
        assert rig.watch.status.charge is not None and rig.watch.status.charge < 20
        assert rig.watch.status.runtime_s is not None and rig.watch.status.runtime_s < 120
        rig.model.mains = True
        await trio.sleep(20)
        assert changes(rig.told()) == [Power.ONLINE]

    run_with(main)


def test_a_terminal_started_on_battery_knows_it_at_once() -> None:
    async def main(rig: MemoryRig) -> None:
        rig.model.mains = False
        assert await rig.watch.look() is Power.ON_BATTERY
        assert changes(rig.told()) == [Power.ON_BATTERY]

    run_with(main)


@pytest.mark.parametrize(("words", "power"), [
    ("OL", Power.ONLINE),
    ("OL CHRG", Power.ONLINE),
    ("OL LB CHRG", Power.ONLINE),
    ("OL TRIM", Power.ONLINE),
    ("OL BYPASS", Power.ONLINE),
    ("ALARM OL RB", Power.ONLINE),
    ("OB", Power.ON_BATTERY),
    ("OB DISCHRG", Power.ON_BATTERY),
    ("OB LB DISCHRG", Power.LOW_BATTERY),
    ("FSD OB LB", Power.LOW_BATTERY),
    ("FSD OL", Power.LOW_BATTERY),
    ("", Power.UNKNOWN),
    ("WAIT", Power.UNKNOWN),
    ("OFF", Power.UNKNOWN),
    ("OL OFF", Power.UNKNOWN),
    ("OL OB", Power.UNKNOWN),
    ("BYPASS", Power.UNKNOWN),
    ("LB", Power.UNKNOWN),
    ("ol", Power.UNKNOWN),
])
def test_the_words_of_ups_status(words: str, power: Power) -> None:
    status = status_of({"ups.status": words})
    assert status.power is power
    assert status.replace_battery is ("RB" in words)


@pytest.mark.parametrize("text", ["", "full", "nan", "inf", "-1", "101", "1e400"])
def test_a_charge_that_cannot_be_is_unknown(text: str) -> None:
    assert status_of({"ups.status": "OL", "battery.charge": text}).charge is None
