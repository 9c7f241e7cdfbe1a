"""Whoever holds a phone before the code on the screen: pays, does not, pays twice, late, or the wrong amount."""
from __future__ import annotations

from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

import trio

from kiosk.prompts import Prompt, ToPay
from remote.central.payment.simulated import CannotPay

if TYPE_CHECKING:
    from tests.simulation.cabinet import Cabinet

LATE_S = (5.0, 100.0, 420.0)     # after she saw the code; an order lives five minutes (tariffs.yaml)


class Habit(StrEnum):
    PAYS = "pays"
    NEVER = "never"              # and waits until the time is over
    STOPS = "stops"
    STOPS_AND_PAYS = "stops_and_pays"        # in the same second
    TWICE = "twice"
    LATE = "late"                # the bank takes it although the order is closed
    WRONG = "wrong"


WEIGHTS = {
    Habit.PAYS: 60, Habit.NEVER: 5, Habit.STOPS: 6, Habit.STOPS_AND_PAYS: 9, Habit.TWICE: 8, Habit.LATE: 8, Habit.WRONG: 4,
}  # fmt: skip


def habit_of(rng: Random, honest: float) -> Habit:
    if rng.random() < honest:
        return Habit.PAYS
    return rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]


class Phone:
    """One visit's. What it does goes on when its owner has left."""

    def __init__(self, cabinet: Cabinet, habit: Habit, rng: Random) -> None:
        self._cabinet, self._habit, self._rng = cabinet, habit, rng
        self._read: set[str] = set()

    @property
    def stops(self) -> bool:
        return self._habit in (Habit.STOPS, Habit.STOPS_AND_PAYS)

    def reads(self, prompt: Prompt) -> None:
        """The code on the screen, once."""
        token = next((shown.qr.rsplit("/", 1)[1] for shown in prompt.contents if isinstance(shown, ToPay) and shown.qr), "")
        if token and token not in self._read:
            self._read.add(token)
            self._cabinet.world.nursery.start_soon(self._pays, token)

    async def _pays(self, token: str) -> None:
        rng = self._rng
        match self._habit:
            case Habit.PAYS:
                await self._pay(token, rng.uniform(1, 20))
            case Habit.STOPS_AND_PAYS:
                await self._pay(token, rng.choice((0.5, 2.0, 5.0)) * rng.random())
            case Habit.TWICE:
                await self._pay(token, rng.uniform(1, 10))
                await self._pay(token, rng.choice((0.1, 5.0, 200.0)) * rng.random(), again=True, although_closed=True)
            case Habit.LATE:
                await self._pay(token, rng.choice(LATE_S) * rng.uniform(0.6, 1.0), although_closed=True)
            case Habit.WRONG:
                await self._pay(token, rng.uniform(1, 20), fen=rng.choice((1, 999, 1001, 5000)))

    async def _pay(
        self, token: str, after_s: float, *, fen: int | None = None, again: bool = False, although_closed: bool = False
    ) -> None:
        await trio.sleep(after_s)
        world = self._cabinet.world
        try:
            world.money.bank.pay(token, fen, again=again, although_closed=although_closed)
        except CannotPay as error:
            world.trace(self._cabinet.name, f"cannot pay: {error.reason}")
