"""Scripts without the ID card: signing in with the citizen card or a code on the phone, her accounts, a voucher used once."""
from __future__ import annotations

import functools
import sqlite3
from collections.abc import Mapping

import requests
import trio

from remote.central.demo_citizens import demo_citizens
from tests.demo.citizen import THINKS_S, Action, Around, digits, first_pick, touch
from tests.demo.script import Phase, Script
from tests.demo.top_ups import insert, pull
from tests.demo.world import World
from tests.hall.hall import CARD_PIN

CITIZEN = "senior_card_new"


# -- how the world must end -------------------------------------------------------------------------------------------

def column(world: World, query: str) -> list[str]:
    with sqlite3.connect(f"file:{world.centre_db}?mode=ro", uri=True) as db:
        return [str(row[0]) for row in db.execute(query).fetchall()]


def signed_in(world: World, *ways: str) -> list[str]:
    found = column(world, "SELECT way || ' ' || proof FROM sign_ins ORDER BY at")
    return world.must(found == list(ways), f"signed in by {ways}, found {found}")


def with_card_and_pin(world: World) -> list[str]:
    return [*signed_in(world, "citizen_card ", "citizen_card pin"), *nothing_used(world)]


def with_a_code(world: World) -> list[str]:
    texts = column(world, "SELECT text || phone FROM sms_codes")
    gone = world.must(texts == [""], "a code or a number still stands in the books")
    return [*signed_in(world, "sms_code "), *gone, *nothing_used(world)]


def with_id_card(world: World) -> list[str]:
    return [*signed_in(world, "id_card card_alone"), *nothing_used(world)]


def nothing_used(world: World) -> list[str]:
    used = column(world, "SELECT redemption_no FROM voucher_redemptions")
    return [*world.must(used == [], f"a voucher was used: {used}"), *settled(world)]


def used_once(world: World) -> list[str]:
    used = column(world, "SELECT redemption_no FROM voucher_redemptions")
    return [*world.must(len(used) == 1, f"one voucher used, found {used}"), *settled(world)]


def settled(world: World) -> list[str]:
    return world.must(world.open_plans == 0, f"{world.open_plans} plans are still open")


# -- what she does ----------------------------------------------------------------------------------------------------

async def types_her_number(around: Around) -> None:
    await digits(number_of(around))(around)


def number_of(around: Around) -> str:
    assert around.terminal is not None
    return demo_citizens(around.terminal.parts.now().date())[around.key].id_number


async def types_the_code(around: Around) -> None:
    """What has just come to her telephone."""
    await trio.sleep(2 * THINKS_S)
    page = f"{centre_of(around)}/phone/{number_of(around)}/json"
    for _ in range(20):
        answer = await trio.to_thread.run_sync(functools.partial(requests.get, page, timeout=10))
        if messages := answer.json()["messages"]:
            return await digits(messages[0].split("验证码")[1][:6])(around)
        await trio.sleep(0.5)
    raise AssertionError("no message came")


def centre_of(around: Around) -> str:
    """The telephone does not go through the terminal's network, but it is the only address she knows."""
    import tomllib

    config = tomllib.loads((around.machines.parent / "kiosk.toml").read_text("utf-8"))
    return str(config["centre"]["url"])


def one_by_one(*choices: str) -> Action:
    """The first time the first, and so on; the last one again and again."""
    left = list(choices)

    async def act(around: Around) -> None:
        await touch(left.pop(0) if len(left) > 1 else left[0])(around)

    return act


def looks_at(*topics: str) -> Action:
    return one_by_one(*topics, "finish")


def in_the_menu() -> Mapping[str, Action]:
    return {"home": touch("citizen_card"), "citizen_card_menu": touch("card_more"), "card_more_menu": touch("my_services")}


AT_THE_SLOT: Mapping[str, Action] = {
    "lay_id": touch("other_way"), "other_ways": touch("way_citizen_card"), "insert_card": insert, "pin_or_other": touch("by_pin"),
    "card_pin": digits(CARD_PIN), "take_citizen_card": pull,
}  # fmt: skip

OWN_SCRIPTS: Mapping[str, Script] = {
    "login_with_citizen_card": Script(
        CITIZEN, (Phase("own_record", {**in_the_menu(), **AT_THE_SLOT, "own_menu": looks_at("own_record"),
                                       "own_record": touch("back_to_list")}),), with_card_and_pin, "my_services",
    ),
    "login_by_sms": Script(
        CITIZEN, (Phase("my_matters_none", {
            "home": touch("my_matters"), "lay_id": touch("other_way"), "other_ways": touch("way_sms_code"),
            "type_id_number": types_her_number, "type_phone_code": types_the_code, "my_matters_none": touch("understood")}),),
        with_a_code, "my_matters",
    ),
    "my_insurance": Script(
        CITIZEN, (Phase("own_printed", {
            **in_the_menu(), "own_menu": looks_at("own_insurance", "own_settlements"),
            "own_insurance": one_by_one("show_all", "print_it", "back_to_list"), "own_insurance_in_full": touch("hide_now"),
            "own_settlements": touch("back_to_list"), "own_printed": touch("understood")}),), with_id_card, "my_services",
    ),
    "redeem_voucher": Script(
        CITIZEN, (Phase("voucher_redeemed", {
            **in_the_menu(), **AT_THE_SLOT, "own_menu": looks_at("own_vouchers"), "vouchers": first_pick(),
            "voucher": touch("use_voucher"), "voucher_sure": touch("use_voucher_yes"), "voucher_redeemed": touch("finish")}),),
        used_once, "my_services",
    ),
}  # fmt: skip
