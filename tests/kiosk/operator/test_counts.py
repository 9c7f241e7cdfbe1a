"""Two people count: the second one with a card of their own; what differs twice is an incident; a cut leaves all or nothing."""
from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.operator.staffed import CHEN, LI, NAMES, WANG, comes, deeds, incidents, lay, lift, says, second, settings
from tests.kiosk.rig import BLANKS, Hall, Post, in_hall


async def loading(post: Post, count: str) -> None:
    await comes(post)
    post.touch("refill")
    await says(post, "operator_supplies", "unit_card_hopper")
    await says(post, "operator_do_card_hopper", "it_is_done")
    await says(post, "operator_refill_count", "done", count)


def test_blanks_are_loaded_by_two_whose_names_stand_with_the_count(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await loading(post, "20")
        await second(post)
        await says(post, "operator_refill_again", "done", "20")
        await says(post, "operator_refill_done", "understood")
        loaded = deeds(post, "load_blanks")[-1]
        assert (loaded["count"], loaded["by"]) == (20, [NAMES[WANG], NAMES[LI]])
        assert "20张" in post.slips_out[-1] and NAMES[LI] in post.slips_out[-1]

    in_hall(tmp_path, story, settings=settings())


def test_the_same_person_is_no_second_person(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await loading(post, "20")
        await post.shows("operator_second_card")
        lay(post, WANG)
        await post.shows("operator_same_person")
        lift(post)
        post.touch("understood")
        await second(post)
        await post.shows("operator_refill_again")
        assert post.books.loaded == BLANKS and [row["who"] for row in deeds(post, "second_refused")] == [NAMES[WANG]]

    in_hall(tmp_path, story, settings=settings())


def test_a_second_person_without_the_right_counts_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await loading(post, "20")
        await second(post, CHEN)
        await says(post, "operator_no_right", "understood")
        await post.shows("operator_menu")
        assert post.books.loaded == BLANKS

    in_hall(tmp_path, story, settings=settings())


def test_two_counts_that_differ_twice_are_an_incident_and_booked_nowhere(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await loading(post, "20")
        await second(post)
        await says(post, "operator_refill_again", "done", "21")
        await says(post, "operator_refill_differs", "understood")
        await says(post, "operator_refill_count", "done", "20")
        await says(post, "operator_refill_again", "done", "19")
        await says(post, "operator_count_given_up", "understood")
        await post.shows("operator_menu")
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        assert post.books.loaded == BLANKS and incidents(hall).count("counts_differ") == 1

    in_hall(tmp_path, story, settings=settings())


@pytest.mark.parametrize(("at", "booked"), [
    ("operator_refill_count", 0), ("operator_second_card", 0), ("operator_refill_again", 0), ("operator_refill_done", 20),
])  # fmt: skip
def test_power_cut_at_every_step_of_a_load(tmp_path: Path, at: str, booked: int) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await comes(post)
        post.touch("refill")
        await says(post, "operator_supplies", "unit_card_hopper")
        await says(post, "operator_do_card_hopper", "it_is_done")
        for name in ("operator_refill_count", "operator_second_card", "operator_refill_again", "operator_refill_done"):
            await post.shows(name)
            if name == at:
                break
            if name == "operator_second_card":
                await second(post)
            else:
                post.touch("done", "20")
        lift(post)
        await post.restart()
        await post.shows("home")
        assert post.books.loaded == BLANKS + booked

    in_hall(tmp_path, story, settings=settings())
