"""Scripts about paying: a water bill, and money that comes after she has given up."""
from __future__ import annotations

import functools
import sqlite3
from collections.abc import Mapping

import requests
import trio

from kiosk.prompts import ToPay
from tests.demo.citizen import THINKS_S, Action, Around, first_pick, touch
from tests.demo.script import Phase, Script
from tests.demo.world import World

CITIZEN = "senior_card_new"
LATE: list[str] = []         # the code on her phone's screen, after the terminal has given up


def orders(world: World) -> list[str]:
    with sqlite3.connect(f"file:{world.centre_db}?mode=ro", uri=True) as db:
        found = db.execute("SELECT state || ' ' || purpose FROM pay_orders ORDER BY created_at").fetchall()
    return [str(row[0]) for row in found]


def bill_is_paid(world: World) -> list[str]:
    return [
        *world.must(orders(world) == ["paid bill"], f"one paid bill, found {orders(world)}"),
        *world.must([one.split()[0] for one in world.money()] == ["holds"], f"money held, found {world.money()}"),
        *world.must(world.owed() == 0, "something is still owed"),
        *world.must(world.open_plans == 0, f"{world.open_plans} plans are still open"),
    ]


def money_is_back(world: World) -> list[str]:
    return [
        *world.must(orders(world) == ["closed bill"], f"one closed order, found {orders(world)}"),
        *world.must([one.split()[0] for one in world.money()] == ["refunded"], f"money gone back, found {world.money()}"),
        *world.must(world.owed() == 0, "something is still owed"),
    ]


async def remember_the_code_and_give_up(around: Around) -> None:
    await trio.sleep(THINKS_S / around.pace)
    _, prompt = around.window.shown
    LATE.append(next(content.qr for content in prompt.contents if isinstance(content, ToPay)))
    around.touch("stop_paying")


async def pay_late(around: Around) -> None:
    """Her bank lets it through although the order is closed."""
    code = LATE.pop()
    answer = await trio.to_thread.run_sync(functools.partial(requests.post, f"{code}/late", timeout=10))
    answer.raise_for_status()
    await touch("understood")(around)


async def choose_water(around: Around) -> None:
    await trio.sleep(THINKS_S / around.pace)
    _, prompt = around.window.shown
    around.touch(next(choice.name for choice in prompt.choices if (choice.label or "").startswith("水费")))


def pays(final: str, **answers: Action) -> Phase:
    usual = {
        "home": touch("pay_bills"), "whose_bills": touch("my_bills"), "choose_bill": choose_water, "bill_paid": touch("finish"),
    }  # fmt: skip
    return Phase(final, {**usual, **answers})


LOOKS_FOR_IT: Mapping[str, Action] = {
    "home": touch("my_matters"), "my_matters_none": touch("my_payments"), "choose_payment": first_pick(),
    "payment_refunded": touch("understood"), "payment_refunding": touch("understood"),
}  # fmt: skip

BILL_SCRIPTS: Mapping[str, Script] = {
    "pay_water_bill": Script(CITIZEN, (pays("bill_paid"),), bill_is_paid, "pay_bills"),
    "pay_late": Script(
        CITIZEN,
        (
            pays("pay_cancelled", pay_now=remember_the_code_and_give_up, pay_cancelled=pay_late),
            Phase("payment_refunded", LOOKS_FOR_IT),
        ),
        money_is_back,
        "pay_bills",
    ),
}
