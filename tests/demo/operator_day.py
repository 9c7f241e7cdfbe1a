"""The attendant's day: opened, blanks loaded by two, one card made, a jam cleared in pictures, closed with every card counted."""
from __future__ import annotations

from collections.abc import Mapping

import trio

from kiosk.prompts import Answer
from tests.demo.citizen import THINKS_S, Action, Around, digits, first_pick, touch
from tests.demo.script import Phase, Script
from tests.demo.world import World

PIN = "246810"           # of the sample kiosk.toml
LOADED = "10"
LEFT = "59"              # 50 in the hopper at the start, 10 loaded, one made


def job(name: str) -> Action:
    """Once; then the menu is closed."""
    done: list[bool] = []

    async def act(around: Around) -> None:
        await touch("close_menu" if done else name)(around)
        done.append(True)

    return act


def menu(final: str, job_name: str, **answers: Action) -> Phase:
    """A visit to the menu for one job; `home` is where the hidden gesture is made."""
    usual = {
        "home": gesture, "out_of_service": gesture, "operator_pin": digits(PIN), "operator_menu": job(job_name),
        final: touch("understood"),
    }  # fmt: skip
    return Phase(final, {**usual, **answers})


async def gesture(around: Around) -> None:
    await trio.sleep(THINKS_S / around.pace)
    around.window._answer(Answer("operator"))       # five touches in the corner, tested in tests/kiosk/ui


async def fill_and_say(around: Around) -> None:
    """The blanks go in before the button is touched."""
    await around.machine(machine="card_printer", do="refill", blanks=int(LOADED))
    await touch("it_is_done")(around)


async def close_the_cover(around: Around) -> None:
    await around.machine(machine="receipt_printer", do="close_cover")
    await touch("look_once_more")(around)


def day_agrees(world: World) -> list[str]:
    return [
        *world.must(world.live_cards() == 1, f"one live card, found {world.live_cards()}"),
        *world.must(world.taken() == 1, f"one card in her hand, found {world.taken()}"),
        *world.books_agree(),
    ]


COUNTS = {
    f"day_{which}_{unit}": digits(count) for which in ("count", "again")
    for unit, count in (("card_hopper", LEFT), ("reject_bin", "0"), ("capture_bin", "0"))
}  # fmt: skip
OPEN = menu("day_opened", "open_day", day_found=touch("go_on_day"), day_slip=touch("slip_is_good"), day_sign=touch("open_now"))
LOAD = menu(
    "operator_refill_done", "refill", operator_supplies=first_pick(), operator_do_card_hopper=fill_and_say,
    operator_refill_count=digits(LOADED), operator_refill_again=digits(LOADED),
)  # fmt: skip
CARD = Phase("done", {}, afterwards=({"machine": "receipt_printer", "do": "open_cover"},))
JAM = menu("jam_cleared", "clear_jam", jam_slip_close=close_the_cover)
CLOSE = menu("day_closed", "close_day", day_sheet=touch("sign_day"), **COUNTS)

OPERATOR_SCRIPTS: Mapping[str, Script] = {
    "operator_day": Script("senior_card_new", (OPEN, LOAD, CARD, JAM, CLOSE), day_agrees, "operator"),
}  # fmt: skip
