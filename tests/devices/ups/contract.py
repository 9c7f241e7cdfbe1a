"""What every UPS behind an upsd must do, simulated or real. Run over each of them."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest
import trio

from devices.ups.driver import Ups
from devices.ups.errors import UpsdRefused
from devices.ups.status import Power
from devices.ups.watch import PowerChanged, UpsEvent, UpsWatch, WatchTimes

PATIENCE_S = 60.0  # for a technician to pull the mains plug
QUICK = WatchTimes(look=0.2, outage=0.2, back=0.2, silent=20.0)


class Rig(Protocol):
    """A UPS under test, with its mains plug in."""

    ups: Ups

    async def mains(self, on: bool) -> None: ...


async def until(power: Power, ups: Ups) -> None:
    with trio.fail_after(PATIENCE_S):
        while (await ups.status()).power is not power:
            await trio.sleep(0.1)


async def it_is_on_line_and_says_how_full_it_is(rig: Rig) -> None:
    await until(Power.ONLINE, rig.ups)
    status = await rig.ups.status()
    assert status.charge is None or 0 <= status.charge <= 100
    assert "OL" in status.words


async def one_variable_is_the_same_as_in_the_list(rig: Rig) -> None:
    await until(Power.ONLINE, rig.ups)
    listed = await rig.ups.variables()
    assert set((await rig.ups.variable("ups.status")).split()) == set(listed["ups.status"].split())


async def a_variable_that_there_is_not_is_refused_and_the_line_goes_on(rig: Rig) -> None:
    with pytest.raises(UpsdRefused) as refused:
        await rig.ups.variable("no.such.variable")
    assert refused.value.code == "VAR-NOT-SUPPORTED"
    await until(Power.ONLINE, rig.ups)


async def an_outage_and_its_end_are_told_once(rig: Rig) -> None:
    told: list[UpsEvent] = []
    watch = UpsWatch(rig.ups, QUICK)
    watch.listen(told.append)
    await until(Power.ONLINE, rig.ups)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(watch.run)
        for on, power in ((True, Power.ONLINE), (False, Power.ON_BATTERY), (True, Power.ONLINE)):
            await rig.mains(on)
            with trio.fail_after(PATIENCE_S):
                while watch.power is not power:
                    await trio.sleep(0.1)
        nursery.cancel_scope.cancel()
    changes = [(event.before, event.now) for event in told if isinstance(event, PowerChanged)]
    assert changes[-2:] == [(Power.ONLINE, Power.ON_BATTERY), (Power.ON_BATTERY, Power.ONLINE)]


async def a_question_given_up_half_way_leaves_it_usable(rig: Rig) -> None:
    await until(Power.ONLINE, rig.ups)
    for patience_s in (0.0, 0.0001, 0.001, 0.01):
        with trio.move_on_after(patience_s):
            await rig.ups.variable("ups.status")
        assert len(await rig.ups.variables()) >= 1
        assert await rig.ups.variable("ups.status")


async def a_line_let_go_is_taken_again(rig: Rig) -> None:
    await until(Power.ONLINE, rig.ups)
    await rig.ups.aclose()
    await rig.ups.aclose()
    assert (await rig.ups.status()).power is Power.ONLINE


CONTRACT: tuple[Callable[[Rig], Awaitable[None]], ...] = (
    it_is_on_line_and_says_how_full_it_is,
    one_variable_is_the_same_as_in_the_list,
    a_variable_that_there_is_not_is_refused_and_the_line_goes_on,
    an_outage_and_its_end_are_told_once,
    a_question_given_up_half_way_leaves_it_usable,
    a_line_let_go_is_taken_again,
)
