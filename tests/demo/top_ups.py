"""Scripts about the citizen card: topped up, looked at, and pulled out in the middle of it."""
from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import trio

from tests.demo.citizen import THINKS_S, Action, Around, touch
from tests.demo.script import Phase, Script
from tests.demo.world import World
from tests.hall.citizen_cards import BALANCE

FEN = 5000
INS_CREDIT_FOR_LOAD = 0x52
CITIZEN = "senior_card_new"


# -- how the world must end -------------------------------------------------------------------------------------------

def column(world: World, query: str) -> list[str]:
    """Nobody has said who she is: what her card has to do with is found without a person."""
    with sqlite3.connect(f"file:{world.centre_db}?mode=ro", uri=True) as db:
        return [str(row[0]) for row in db.execute(query).fetchall()]


def loaded_once(world: World) -> list[str]:
    money = column(world, "SELECT state || ' ' || fen FROM pay_transactions")
    # What the terminal itself owes it settles when it is next switched on: here it was only there for one visit.
    owed = column(world, "SELECT obligation_id FROM obligations WHERE settled_at IS NULL AND obligation_id LIKE 'order:%'")
    on_card = world.machines[-1]["citizen_card"]["balance"]
    return [
        *world.must(money == [f"holds {FEN}"], f"{FEN} fen held, found {money}"),
        *world.must(column(world, "SELECT state FROM card_loads") == ["credited"], "no load, or more than one"),
        *world.must(on_card == BALANCE + FEN, f"{BALANCE + FEN} fen on the card, found {on_card}"),
        *world.must(owed == [], f"still owed: {owed}"),
    ]


def settled(world: World) -> list[str]:
    return [*loaded_once(world), *world.must(world.open_plans == 0, f"{world.open_plans} plans are still open")]


def nothing_moved(world: World) -> list[str]:
    return world.must(column(world, "SELECT fen FROM pay_transactions") == [], "money moved")


# -- what she does ----------------------------------------------------------------------------------------------------

async def insert(around: Around) -> None:
    await trio.sleep(THINKS_S / around.pace)
    await around.machine(do="insert_card", citizen=around.key)


async def pull(around: Around) -> None:
    await trio.sleep(THINKS_S / around.pace)
    await around.machine(do="pull_card")


async def insert_and_pull_it_out_while_it_is_loaded(around: Around) -> None:
    """The chip has booked it; its answer never arrives."""
    await insert(around)
    await around.machine(do="tear_card", moment="after commit", ins=INS_CREDIT_FOR_LOAD)


AT_THE_SLOT: Mapping[str, Action] = {
    "insert_card": insert,
    "card_out_early": insert,
    "take_citizen_card": pull,
    "choose_amount": touch("amount_50"),
    "topped_up": touch("finish"),
    "same_card_again": insert,
    "load_pending": touch("finish"),
    "load_in_doubt": touch("finish"),
    "earlier_load_is_there": touch("understood"),
    "earlier_load_missing": touch("load_it_now"),
    "card_balance": touch("finish"),
}


def visit(final: str, service: str, *, terminal: int = 0, **answers: Action) -> Phase:
    way = {"home": touch("citizen_card"), "citizen_card_menu": touch(service)}
    return Phase(final, {**AT_THE_SLOT, **way, **answers}, terminal=terminal)


TOP_UP_SCRIPTS: Mapping[str, Script] = {
    "top_up": Script(CITIZEN, (visit("topped_up", "top_up"),), settled, "top_up"),
    "card_balance": Script(CITIZEN, (visit("card_balance", "card_balance"),), nothing_moved, "card_balance"),
    "card_pulled_during_load": Script(
        CITIZEN,
        (
            visit(
                "load_pending", "top_up", insert_card=insert_and_pull_it_out_while_it_is_loaded, same_card_again=touch("later")
            ),
            visit("card_balance", "card_balance", terminal=1),
        ),
        loaded_once,
        "top_up",
    ),
}
