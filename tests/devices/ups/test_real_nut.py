"""The driver against the real upsd with its own dummy-ups behind it. Skipped by name where nut-server is not installed."""
from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import pytest
import trio

from devices.errors import DeviceGone
from devices.ups.driver import Credentials, Ups
from devices.ups.errors import UpsdRefused, UpsUnheard
from devices.ups.status import Power, UpsStatus
from devices.wire import StreamWire
from tests.devices.ups.contract import CONTRACT
from tests.devices.ups.private_nut import NAME, PASSWORD, USERNAME, PrivateNut, private_nut, why_not

PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def nut() -> Iterator[PrivateNut]:
    reason = why_not()
    if reason is not None:
        warnings.warn(f"the UPS tests did not run against the real upsd: {reason}", stacklevel=1)
        pytest.skip(reason)
    with private_nut() as server:
        yield server


class RealRig:
    def __init__(self, nut: PrivateNut, credentials: Credentials | None = None) -> None:
        self.nut = nut
        self.ups = Ups(lambda: StreamWire.connect("127.0.0.1", nut.port), NAME, credentials)

    async def mains(self, on: bool) -> None:
        self.nut.say(ups_status="OL" if on else "OB")

    async def until(self, wanted: Callable[[UpsStatus | type[Exception]], bool]) -> None:
        """Until the status, or the type of what is raised instead, is as wanted."""
        with trio.fail_after(PATIENCE_S):
            while True:
                seen: UpsStatus | type[Exception]
                try:
                    seen = await self.ups.status()
                except (DeviceGone, UpsdRefused) as error:
                    seen = type(error)
                if wanted(seen):
                    return
                await trio.sleep(0.1)


def has(power: Power) -> Callable[[UpsStatus | type[Exception]], bool]:
    return lambda seen: isinstance(seen, UpsStatus) and seen.power is power


def test_the_real_upsd_keeps_the_contract(nut: PrivateNut) -> None:
    async def main() -> None:
        for rule in CONTRACT:
            nut.say()
            rig = RealRig(nut)
            await rule(rig)
            await rig.ups.aclose()

    trio.run(main)


def test_logged_in_it_hears_of_a_low_battery_and_of_one_that_is_worn_out(nut: PrivateNut) -> None:
    async def main() -> None:
        rig = RealRig(nut, Credentials(USERNAME, PASSWORD))
        nut.say(ups_status="OB LB RB", battery_charge="7")
        await rig.until(has(Power.LOW_BATTERY))
        status = await rig.ups.status()
        assert status.replace_battery
        assert (status.charge, status.runtime_s) == (7.0, 600.0)
        nut.say()
        await rig.until(has(Power.ONLINE))
        await rig.ups.aclose()
        for wrong in (Credentials(USERNAME, "guess"), Credentials("nobody", PASSWORD)):
            with pytest.raises(UpsdRefused) as refused:
                await RealRig(nut, wrong).ups.status()
            assert refused.value.code == "ACCESS-DENIED"
        with pytest.raises(UpsdRefused) as refused:
            await Ups(lambda: StreamWire.connect("127.0.0.1", nut.port), "another").status()
        assert refused.value.code == "UNKNOWN-UPS"

    trio.run(main)


def test_the_driver_hangs_and_dies_and_upsd_is_restarted(nut: PrivateNut) -> None:
    async def main() -> None:
        rig = RealRig(nut)
        await rig.until(has(Power.ONLINE))
        nut.freeze("driver")
        await rig.until(lambda seen: seen is UpsUnheard)
        nut.thaw("driver")
        await rig.until(has(Power.ONLINE))
        nut.stop("driver")
        await rig.until(lambda seen: seen is UpsUnheard)
        nut.stop("upsd")
        await rig.until(lambda seen: isinstance(seen, type) and seen is not UpsUnheard)
        nut.start_driver()
        nut.start_upsd()
        nut.say()
        await rig.until(has(Power.ONLINE))
        await rig.ups.aclose()

    trio.run(main)
