"""Exchanges at the machine: two counts, a sealed bag, the machine asked again; and nothing booked by halves."""
from __future__ import annotations

from pathlib import Path

import pytest
import trio

from kiosk.prompts import Lamps
from tests.kiosk.rig import PIN, Hall, Post, in_hall


async def unit(post: Post, name: str) -> None:
    await post.shows("home", "out_of_service")
    post.touch("operator")
    await post.shows("operator_pin")
    post.touch("done", PIN)
    await post.shows("operator_menu")
    post.touch("refill")
    await post.shows("operator_supplies")
    post.touch(f"unit_{name}")


async def says(post: Post, prompt: str, choice: str, value: str | None = None) -> None:
    await post.shows(prompt)
    post.touch(choice, value)


def rows(post: Post) -> int:
    return sum(1 for _ in post.terminal.heart.journal.rows())


@pytest.mark.parametrize(("counted", "end"), [("0", "operator_emptied"), ("2", "operator_books_differ")])
def test_the_reject_bin_is_emptied_by_two(tmp_path: Path, counted: str, end: str) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await unit(post, "reject_bin")
        await says(post, "operator_do_reject_bin", "it_is_done")
        await says(post, "operator_empty_count", "done", counted)
        await says(post, "operator_empty_again", "done", counted)
        await says(post, "operator_bag", "done", "880217")
        shown = await post.shows(end)
        assert counted == "0" or dict(shown.params) == {"booked": "0", "counted": "2"}
        await says(post, end, "understood")
        await post.shows("operator_menu")
        assert ("reject_bin_differed" in post.terminal.health.found.words) == (counted == "2")
        post.agree()

    in_hall(tmp_path, story)


@pytest.mark.parametrize("at", ["operator_do_reject_bin", "operator_empty_count", "operator_empty_again", "operator_bag"])
def test_going_back_at_any_step_leaves_the_books_as_they_were(tmp_path: Path, at: str) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await unit(post, "reject_bin")
        before = rows(post)
        steps = (("operator_do_reject_bin", "it_is_done", None), ("operator_empty_count", "done", "1"),
                 ("operator_empty_again", "done", "1"), ("operator_bag", "done", "5"))  # fmt: skip
        for prompt, choice, value in steps:
            if prompt == at:
                await says(post, prompt, "back")
                break
            await says(post, prompt, choice, value)
        await post.shows("operator_menu")
        assert rows(post) == before and post.terminal.health.supplies.booked("reject_bin").differed == 0

    in_hall(tmp_path, story)


def test_two_counts_of_a_bin_that_differ_book_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await unit(post, "capture_bin")
        before = rows(post)
        await says(post, "operator_do_capture_bin", "it_is_done")
        await says(post, "operator_empty_count", "done", "1")
        await says(post, "operator_empty_again", "done", "2")
        shown = await post.shows("operator_refill_differs")
        assert dict(shown.params) == {"first": "1", "second": "2"} and rows(post) == before

    in_hall(tmp_path, story)


@pytest.mark.parametrize("changed", [True, False])
def test_paper_is_booked_only_where_the_machine_sees_it(tmp_path: Path, changed: bool) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.slips.faults.set("paper_out")
        await unit(post, "slip_paper")
        await post.shows("operator_do_slip_paper")
        before = rows(post)
        if changed:
            post.slips.faults.clear()
        post.touch("it_is_done")
        await post.shows("operator_replaced" if changed else "operator_still_missing")
        assert rows(post) == before + changed

    in_hall(tmp_path, story)


def test_a_new_ribbon_begins_at_what_the_machine_counts(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await unit(post, "ribbon")
        await says(post, "operator_do_ribbon", "it_is_done")
        await post.shows("operator_replaced")
        await post.restart()
        await post.shows("home")
        assert post.terminal.health.supplies.booked("ribbon").initial == 100
        assert post.terminal.health.found.units["ribbon"].count == 100

    in_hall(tmp_path, story)


def test_the_lights_of_every_part_the_worst_first_and_a_test_slip(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("ribbon_out")
        await post.shows("home")
        post.touch("operator")
        await says(post, "operator_pin", "done", PIN)
        await says(post, "operator_menu", "status_page")
        page = await post.shows("operator_status")
        lamps = next(content for content in page.contents if isinstance(content, Lamps))
        assert (lamps.rows[0].what, lamps.rows[0].light, lamps.rows[0].troubles) == ("ribbon", "red", ("ribbon_empty",))
        parts = {row.what for row in lamps.rows}
        for _ in range(3):
            showing = post.screen.showing
            post.touch("next_lamps")
            await post.until(lambda showing=showing: post.screen.showing != showing)
            shown = await post.shows("operator_status")
            parts |= {row.what for row in next(content for content in shown.contents if isinstance(content, Lamps)).rows}
        assert parts >= {"id_reader", "card_printer", "receipt_printer", "card_hopper", "slip_paper", "centre", "clock", "disk"}
        post.touch("test_slip")
        await post.shows("operator_test_slip")
        assert len(post.slips_out) == 1 and "试打凭条" in post.slips_out[0]
        post.touch("understood")
        post.slips.faults.set("cutter_jam", 1)
        await post.shows("operator_status")
        post.touch("test_slip")
        await post.shows("operator_test_slip_failed")
        await trio.sleep(1)

    in_hall(tmp_path, story)
