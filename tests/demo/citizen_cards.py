"""Scripts about a citizen card of her own: the first one, and another one for one that is lost."""
from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import trio

from tests.demo.citizen import THINKS_S, Action, Around, take_card, touch
from tests.demo.script import Phase, Script
from tests.demo.world import World

FEE_FEN = 2000               # remote/central/citizen_cards/rules.yaml


# -- how the world must end -------------------------------------------------------------------------------------------

def rows(world: World, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{world.centre_db}?mode=ro", uri=True) as db:
        (her,) = db.execute("SELECT person_id FROM persons WHERE id_number = ?", (world.id_number,)).fetchone()
        return [tuple(row) for row in db.execute(query, {"her": her}).fetchall()]


def states(world: World) -> list[object]:
    return [row[0] for row in rows(world, "SELECT state FROM citizen_cards WHERE person_id = :her ORDER BY opened_at, number")]


def has_her_card(world: World) -> list[str]:
    closed = rows(world, "SELECT state FROM cases WHERE item = 'citizen_card' AND person_id = :her")
    return [
        *world.must(states(world) == ["active"], f"one active card, found {states(world)}"),
        *world.must(world.taken() == 1, f"one card in her hand, found {world.taken()}"),
        *world.must(closed == [("closed",)], f"the application is {closed}"),
        *world.books_agree(),
    ]


def has_her_card_of_the_stacker(world: World) -> list[str]:
    dispensed = sum(len(machine["card_dispenser"]["taken"]) for machine in world.machines)
    return [
        *world.must(states(world) == ["active"], f"one active card, found {states(world)}"),
        *world.must(dispensed == 1, f"one card of the stacker in her hand, found {dispensed}"),
        *world.must(world.fed() == 0, f"the card printer has fed {world.fed()}"),
        *world.stackers_agree(),
        *world.books_agree(),
    ]


def old_one_is_stopped(world: World) -> list[str]:
    money = rows(world, "SELECT p.state, p.fen FROM pay_transactions p JOIN pay_orders o USING (order_id) "
                        "WHERE o.person_id = :her")  # fmt: skip
    fulfilled = rows(world, "SELECT fulfilled_at IS NOT NULL FROM pay_orders WHERE person_id = :her AND state = 'paid'")
    moving = rows(world, "SELECT m.state, m.new_number IS NOT NULL FROM citizen_balance_moves m "
                         "JOIN citizen_cards c ON c.number = m.old_number WHERE c.person_id = :her")  # fmt: skip
    stopped = rows(world, "SELECT owner, confirmed_at IS NOT NULL FROM citizen_card_losses l "
                          "JOIN citizen_cards c USING (number) WHERE c.person_id = :her AND owner = 'purse'")  # fmt: skip
    return [
        *world.must(states(world) == ["lost", "active"], f"one lost and one active card, found {states(world)}"),
        *world.must(stopped == [("purse", 1)], f"the old purse is not stopped: {stopped}"),
        *world.must(moving == [("waiting", 1)], f"the old balance is not on its way: {moving}"),
        *world.must(money == [("holds", FEE_FEN)] and fulfilled == [(1,)], f"the fee: {money} {fulfilled}"),
        *world.must(world.taken() == 1, f"one card in her hand, found {world.taken()}"),
        *world.books_agree(),
    ]


# -- what she does ----------------------------------------------------------------------------------------------------

async def take_from_dispenser(around: Around) -> None:
    await trio.sleep(THINKS_S / around.pace)
    await around.machine(machine="card_dispenser", do="take_card")


MAKING: Mapping[str, Action] = {
    "home": touch("citizen_card"),
    "citizen_card_menu": touch("citizen_card_new"),
    "citizen_confirm": touch("yes_me"),
    "citizen_start": touch("make_citizen_card"),
    "citizen_take_card": take_card,
    "citizen_done": touch("finish"),
    "citizen_money_moves": touch("understood"),
    "citizen_has_card": touch("citizen_lost"),
    "citizen_loss_statement": touch("report_yes"),
    "citizen_kept": touch("finish"),
    "citizen_cancelled": touch("finish"),
    "citizen_in_doubt": touch("finish"),
    "citizen_done_registering": touch("finish"),
    "citizen_owed": touch("produce_here"),
    "citizen_spoiled_choose": touch("later"),
    "citizen_not_made_choose": touch("later"),
}

DISPENSED: Mapping[str, Action] = {
    **MAKING, "citizen_start_unprinted": touch("make_citizen_card"), "citizen_take_card": take_from_dispenser,
}  # fmt: skip

CITIZEN_CARD_SCRIPTS: Mapping[str, Script] = {
    "citizen_card_new": Script("citizen_card_new", (Phase("citizen_done", MAKING),), has_her_card, "citizen_card_new"),
    "citizen_card_lost": Script("citizen_card_lost", (Phase("citizen_done", MAKING),), old_one_is_stopped, "citizen_card_new"),
    "citizen_card_from_dispenser": Script(
        "citizen_card_new", (Phase("citizen_done", DISPENSED),), has_her_card_of_the_stacker, "citizen_card_new", dispenser=True
    ),
}
