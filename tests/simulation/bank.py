"""The centre's bank and its worker in virtual time. The bank is the embedded one; between it and the centre lies a line of its
own: questions are lost on the way there and answers on the way back, calls come late, twice or never, and it is away for a while.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import TYPE_CHECKING, TypeVar

import trio

from remote.central.payment.channel import BillLine, ChannelAway, Payable, Refund, RefundState, Trade
from remote.central.payment.notifications import take_call
from remote.central.payment.reconcile import reconcile
from remote.central.payment.simulated import SimulatedChannel
from tests.simulation.money import When, look_at_the_money

if TYPE_CHECKING:
    from tests.simulation.world import World

T = TypeVar("T")
ROUND_S = 2.0                # while somebody's order is on its way
QUIET_ROUND_S = 60.0
BUSY_FOR_S = 30.0            # after the last request about money
AT_REST_S = 3_600.0          # in the end: what nobody fetched goes back after half an hour (tariffs.yaml)
MONEY = ("order", "document", "print", "load")
"""Words in the path of requests after which the worker may have something to do."""


@dataclass
class BankWeather:
    """Chances of one question."""

    lost_there: float = 0.0
    lost_back: float = 0.0
    calls_lost: float = 0.3


class FarBank:
    """`remote.central.payment.channel.Channel`."""

    def __init__(self, bank: SimulatedChannel, weather: BankWeather, rng: Random) -> None:
        self.name = bank.name
        self._bank, self._weather, self._rng = bank, weather, rng

    def open(self, order: Payable) -> str:
        self._there()
        return self._back(self._bank.open(order))

    def query(self, order_no: str) -> Trade:
        self._there()
        return self._back(self._bank.query(order_no))

    def close(self, order: Payable) -> bool:
        self._there()
        return self._back(self._bank.close(order))

    def refund(self, refund: Refund) -> RefundState:
        self._there()
        return self._back(self._bank.refund(refund))

    def bill(self, day: date) -> list[BillLine]:
        return self._bank.bill(day)

    def _there(self) -> None:
        if self._rng.random() < self._weather.lost_there:
            raise ChannelAway

    def _back(self, answer: T) -> T:
        if self._rng.random() < self._weather.lost_back:
            raise ChannelAway
        return answer


class Caller:
    """`remote.central.payment.channels.notice.Opener`: this bank's calls are its order's number."""

    taken = (200, "")

    def order_no(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
        return body.decode()


class Money:
    """What goes on between the centre and its bank."""

    def __init__(self, world: World, rng: Random) -> None:
        assert world.centre.bank is not None
        self.world, self.rng, self.bank = world, rng, world.centre.bank
        self.weather = BankWeather(world.setting.bank_lost, world.setting.bank_lost)
        self._poked = trio.Event()
        self._busy_until = 0.0
        self.untold: set[str] = set()            # orders for which money moved and no call came
        world.centre.channels[self.bank.name] = FarBank(self.bank, self.weather, Random(rng.random()))
        self.bank.notify = self._calls

    def asked(self, path: str) -> None:
        """A request has come to the centre."""
        if any(word in path for word in MONEY):
            self._busy_until = trio.current_time() + BUSY_FOR_S
            self._poked.set()

    async def work(self) -> None:
        """The centre's worker."""
        while True:
            if self.world.centre.payment.round():
                self._busy_until = max(self._busy_until, trio.current_time() + ROUND_S)
            if trio.current_time() < self._busy_until:
                await trio.sleep(ROUND_S)
            else:
                with trio.move_on_after(QUIET_ROUND_S):
                    await self._poked.wait()
            self._poked = trio.Event()

    async def goes_away(self) -> None:
        every_s = self.world.setting.bank_away_every_s
        while every_s and self.world.faults_allowed:
            await trio.sleep(self.rng.expovariate(1 / every_s))
            self.bank.away = self.world.faults_allowed
            self.world.trace("bank", "away")
            await trio.sleep(self.rng.choice((10.0, 120.0, 400.0)) * self.rng.random())
            self.bank.away = False
            self.world.trace("bank", "back")

    def all_well(self) -> None:
        self.bank.away = False
        self.weather.lost_there = self.weather.lost_back = 0.0

    async def come_to_rest(self) -> None:
        """Nobody is there any more: what is still due happens; then the bank's bill is compared."""
        look_at_the_money(self.world, When.EVENING)
        await trio.sleep(AT_REST_S)
        look_at_the_money(self.world, When.AT_REST)
        reconcile(self.world.centre, self.world.now().date())
        self._poked.set()
        await trio.sleep(QUIET_ROUND_S)
        look_at_the_money(self.world, When.RECONCILED)

    def _calls(self, order_no: str) -> None:
        """The bank calls the centre about money that moved; the centre believes nothing, and asks."""
        self.world.trace("bank", f"money for {order_no}")
        if self.rng.random() < self.weather.calls_lost:
            self.untold.add(order_no)
            return
        while True:
            self.world.nursery.start_soon(self._call, order_no, self.rng.choice((0.1, 5.0, 120.0)) * self.rng.random())
            if self.rng.random() < 0.7:
                return

    async def _call(self, order_no: str, after_s: float) -> None:
        await trio.sleep(after_s)
        take_call(self.world.centre.engine, Caller(), {}, order_no.encode(), self.world.now())
        self.asked(MONEY[0])
