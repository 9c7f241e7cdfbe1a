"""Card and PIN, counted for each person and over restarts; who it was stands in the audit."""
from __future__ import annotations

from pathlib import Path

import trio

from kiosk.gate import PIN_TRIES, SHUT_S
from tests.kiosk.operator.staffed import (
    LI,
    NAMES,
    PINS,
    WANG,
    audit,
    comes,
    deeds,
    incidents,
    lay,
    lift,
    says,
    settings,
    shows_pin,
)
from tests.kiosk.rig import Hall, Post, in_hall


async def wrong(post: Post, key: str, times: int) -> None:
    await post.shows("home")
    post.touch("operator")
    await shows_pin(post, key)
    for _ in range(times):
        before = post.screen.showing
        post.touch("done", "999999")
        await post.until(lambda before=before: post.screen.showing != before)


def test_who_comes_and_goes_is_in_the_audit_by_name(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await comes(post)
        post.touch("close_menu")
        await post.shows("home")
        rows = [(row["deed"], row["who"]) for row in audit(post) if row["deed"].startswith("menu")]
        assert rows == [("menu_opened", NAMES[WANG]), ("menu_closed", NAMES[WANG])]

    in_hall(tmp_path, story, settings=settings())


def test_a_restart_forgets_no_wrong_pin_and_opens_no_shut_gate(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await wrong(post, WANG, PIN_TRIES - 1)
        await post.restart()
        await wrong(post, WANG, 1)
        await says(post, "operator_shut", "understood")
        await post.restart()
        await post.shows("home")
        post.touch("operator")
        await post.shows("operator_card")
        lay(post, WANG)
        await says(post, "operator_shut", "understood")
        lift(post)
        assert [row["tries"] for row in deeds(post, "menu_refused")] == [1, 2, 3, 4, 5]
        await comes(post, LI)                               # the other one is not kept out
        post.touch("close_menu")
        await trio.sleep(SHUT_S)
        await comes(post, WANG)

    in_hall(tmp_path, story, settings=settings())


def test_somebody_else_s_success_forgets_nobody_s_wrong_pins(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await wrong(post, WANG, PIN_TRIES - 1)
        post.touch("back")
        await comes(post, LI)
        post.touch("close_menu")
        await wrong(post, WANG, 1)
        await post.shows("operator_shut")

    in_hall(tmp_path, story, settings=settings())


def test_a_citizen_s_card_opens_nothing_and_keeps_nobody_out(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        post.touch("operator")
        for _ in range(PIN_TRIES):
            await post.shows("operator_card")
            lay(post, "senior_card_new")
            await post.shows("operator_card_unknown")
            lift(post)
            post.touch("understood")
        await post.shows("home")
        assert {row["why"] for row in deeds(post, "menu_refused")} == {"card"}
        await comes(post)

    in_hall(tmp_path, story, settings=settings())


def test_with_a_silent_reader_pin_alone_opens_and_no_card_is_counted(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        post.unplug("reader")
        await post.shows("out_of_service")
        post.touch("operator")
        await says(post, "operator_reader_away", "person_0")
        await says(post, "operator_pin", "done", PINS[WANG])
        await post.shows("operator_menu")
        post.touch("close_day")
        await says(post, "operator_no_right", "understood")
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        assert "menu_without_card" in incidents(hall) and deeds(post, "card_missing")

    in_hall(tmp_path, story, settings=settings())
