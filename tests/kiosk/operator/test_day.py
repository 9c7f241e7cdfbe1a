"""The day's beginning and end: what is missing in words, every card counted, signed once, told to the centre."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.prompts import Facts, Lamps
from tests.kiosk.operator.staffed import LI, NAMES, WANG, comes, deeds, incidents, lift, says, second, settings
from tests.kiosk.rig import BLANKS, Hall, Person, Post, in_hall

UNITS = ("card_hopper", "reject_bin", "capture_bin")


def closings(hall: Hall) -> list[dict[str, Any]]:
    with hall.centre.engine.connect() as connection:
        bodies = [row.body for row in connection.exec_driver_sql("SELECT body FROM events WHERE kind = 'stock'")]
    return [body for body in map(json.loads, bodies) if body["kind"] == "day_closed"]


async def counted(post: Post, first: dict[str, int], other: dict[str, int], *, know_each_other: bool = False) -> None:
    for unit in UNITS:
        await says(post, f"day_count_{unit}", "done", str(first[unit]))
    if not know_each_other:
        await second(post)
    for unit in UNITS:
        await says(post, f"day_again_{unit}", "done", str(other[unit]))


def test_the_day_opens_with_what_is_missing_a_slip_and_a_name(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("ribbon_out")
        await comes(post)
        post.touch("open_day")
        found = await post.shows("day_found")
        first = next(content for content in found.contents if isinstance(content, Lamps)).rows[0]
        assert (first.what, first.light) == ("ribbon", "red")
        post.touch("go_on_day")
        await says(post, "day_slip", "slip_is_good")
        assert "试打凭条" in post.slips_out[-1]
        await says(post, "day_sign", "open_now")
        await says(post, "day_opened", "understood")
        row = deeds(post, "day_opened")[-1]
        assert row["who"] == NAMES[WANG] and "ribbon" in row["missing"] and row["slip"] is True

    in_hall(tmp_path, story, settings=settings())


def test_a_day_with_one_card_made_agrees_and_is_signed_by_two(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await Person(post).goes("done")
        post.touch("finish")
        await comes(post)
        post.touch("close_day")
        right = {"card_hopper": BLANKS - 1, "reject_bin": 0, "capture_bin": 0}
        await counted(post, right, right)
        sheet = await post.shows("day_sheet")
        rows = dict(next(content for content in sheet.contents if isinstance(content, Facts)).rows)
        assert (rows["blanks_loaded"], rows["blanks_issued"], rows["blanks_left"]) == (str(BLANKS), "1", str(BLANKS - 1))
        post.touch("sign_day")
        await says(post, "day_closed", "understood")
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        told = closings(hall)
        assert len(told) == 1 and told[0]["by"] == [NAMES[WANG], NAMES[LI]]
        assert told[0]["loaded"] == sum(told[0][where] for where in ("issued", "kept", "spoiled", "left", "moving", "in_doubt"))
        assert f"还剩 {BLANKS - 1}" in post.slips_out[-1] and "day_differs" not in incidents(hall)
        post.touch("close_menu")
        assert (await post.shows("out_of_service")).params["reason"] == "closed_by_staff"

    in_hall(tmp_path, story, settings=settings())


def test_a_card_too_few_is_named_signed_and_told_and_the_books_stay(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await comes(post)
        post.touch("close_day")
        found = {"card_hopper": BLANKS - 1, "reject_bin": 0, "capture_bin": 0}
        await counted(post, {**found, "reject_bin": 1}, found)
        await says(post, "day_counts_differ", "understood")
        await counted(post, found, found, know_each_other=True)
        await says(post, "day_sheet_differs", "sign_differs")
        await says(post, "day_closed", "understood")
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        assert incidents(hall).count("day_differs") == 1 and "差-1" in post.slips_out[-1] and post.books.left == BLANKS

    in_hall(tmp_path, story, settings=settings())


@pytest.mark.parametrize(("at", "signed"), [("day_again_reject_bin", 0), ("day_sheet", 0), ("day_closed", 1)])
def test_power_cut_while_the_day_is_closed(tmp_path: Path, at: str, signed: int) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await comes(post)
        post.touch("close_day")
        right = {"card_hopper": BLANKS, "reject_bin": 0, "capture_bin": 0}
        if at == "day_again_reject_bin":
            for unit in UNITS:
                await says(post, f"day_count_{unit}", "done", str(right[unit]))
            await second(post)
            await says(post, "day_again_card_hopper", "done", str(BLANKS))
        else:
            await counted(post, right, right)
        if at == "day_closed":
            await says(post, "day_sheet", "sign_day")
        await post.shows(at)
        lift(post)
        await post.restart()
        await post.shows("home")
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        assert len(deeds(post, "day_closed")) == len(closings(hall)) == signed

    in_hall(tmp_path, story, settings=settings())
