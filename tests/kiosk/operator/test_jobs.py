"""A jam by what the machine reports, a kept card given back, a module replaced, a terminal put into use."""
from __future__ import annotations

from pathlib import Path

import trio

from kiosk.prompts import Slot
from remote.enrolment.enrol import EnrolFailed
from tests.kiosk.operator.staffed import LI, NAMES, PINS, WANG, comes, deeds, lay, lift, says, second, settings, shows_pin
from tests.kiosk.rig import Hall, Person, Post, in_hall


def test_a_slip_jam_is_guided_until_the_machine_says_that_the_way_is_free(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.slips.model.open_cover()
        await comes(post)
        post.touch("clear_jam")
        first = await says(post, "jam_slip_close", "look_once_more")
        assert first.lit is Slot.SLIP_EXIT and first.params["troubles"] == "receipt_printer_cover_open"
        await post.shows("jam_slip_close")                  # not closed yet: the same again
        post.slips.model.close_cover()
        post.touch("look_once_more")
        await says(post, "jam_cleared", "understood")
        await post.shows("operator_menu")
        assert [row["what"] for row in deeds(post, "jam_cleared")] == ["receipt_printer_cover_open"]
        post.touch("clear_jam")
        await says(post, "jam_none", "understood")

    in_hall(tmp_path, story, settings=settings())


def test_a_jam_that_remains_ends_after_three_rounds_and_is_written_down(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.slips.model.open_cover()
        await comes(post)
        post.touch("clear_jam")
        for _ in range(3):
            await post.shows("jam_slip_close")
            looks = post.screen.names.count("operator_looking")
            await says(post, "jam_slip_close", "look_once_more")
            await post.until(lambda looks=looks: post.screen.names.count("operator_looking") > looks)
        await says(post, "jam_remains", "understood")
        await post.shows("operator_menu")
        assert len(deeds(post, "jam_remains")) == 1

    in_hall(tmp_path, story, settings=settings())


async def keep_her_card(post: Post) -> None:
    await Person(post, take_card=lambda person: None).goes("kept")
    post.touch("finish")


async def back_to_her(post: Post, key: str = "senior_card_new") -> None:
    await comes(post)
    post.touch("hand_back")
    await second(post)
    await post.shows("owner_lays_id")
    lay(post, key)


def test_a_kept_card_goes_to_its_owner_by_two_and_becomes_live(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await keep_her_card(post)
        assert hall.reserved() == ["kept"]
        await back_to_her(post)
        await says(post, "kept_found", "card_is_here")
        await says(post, "handed_back", "understood")
        lift(post)
        await post.shows("operator_menu")
        assert hall.reserved() == ["registered"] and hall.numbers() == ["live"]
        row = deeds(post, "handed_back")[0]
        assert (row["who"], row["second"], row["unit"]) == (NAMES[WANG], NAMES[LI], "capture_bin")
        assert post.terminal.health.supplies.booked("capture_bin").count == 0 and NAMES[LI] in post.slips_out[-1]

    in_hall(tmp_path, story, settings=settings())


def test_somebody_else_s_id_card_finds_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await keep_her_card(post)
        await back_to_her(post, "senior_card_renew")
        await says(post, "nothing_kept", "understood")
        assert hall.reserved() == ["kept"] and not deeds(post, "handed_back")

    in_hall(tmp_path, story, settings=settings())


def test_an_answer_that_is_lost_hands_nothing_over_twice(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await keep_her_card(post)
        await back_to_her(post)
        post.network.fates["hand-back"] = "lost_back"
        await says(post, "kept_found", "card_is_here")
        await post.shows("handing_back")
        lift(post)
        await post.restart()
        post.network.fates.clear()
        await post.until(lambda: not post.terminal.heart.journal.open_plans())
        await back_to_her(post)
        await says(post, "kept_found", "card_is_here")      # registered already: found again, and no second call
        await says(post, "handed_back", "understood")
        lift(post)
        assert hall.numbers() == ["live"] and len(deeds(post, "handed_back")) == 1
        assert post.terminal.health.supplies.booked("capture_bin").count == 0

    in_hall(tmp_path, story, settings=settings())


def test_a_module_is_replaced_with_the_numbers_that_the_machine_says(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await comes(post)
        post.touch("replace_module")
        await says(post, "module_choose", "module_id_reader")
        await says(post, "module_swap", "it_is_done")
        await says(post, "module_same", "sign_module")      # nobody has changed it here
        await says(post, "module_done", "understood")
        row = deeds(post, "module_replaced")[0]
        assert row["who"] == NAMES[WANG] and row["old"] == row["new"] != "" and row["works"] is True

    in_hall(tmp_path, story, settings=settings())


class Unknown:
    """A terminal that no centre knows yet."""

    slots = (Slot.ID_READER, Slot.CARD_EXIT)

    def __init__(self) -> None:
        self.known = False

    def enrolled(self) -> bool:
        return self.known

    async def enrol(self, code: str) -> None:
        if not code.startswith("G"):
            raise EnrolFailed("code_refused", "used")
        self.known = True


def test_a_terminal_nobody_knows_serves_nobody_until_it_is_put_into_use(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("commission_wanted")
        post.touch("senior_card")
        await trio.sleep(5)
        await post.shows("commission_wanted")
        post.touch("commission")
        await shows_pin(post, WANG)
        post.touch("done", PINS[WANG])
        await says(post, "commission_list", "sign_commission")
        await says(post, "enrol_failed", "understood")
        for code, end in (("B" * 28, "enrol_failed"), ("G" * 28, "enrolled")):
            await says(post, "commission_list", "try_identity")
            await says(post, "pairing_code", "done", code)
            await says(post, end, "understood")
        await says(post, "commission_list", "try_slots")
        for _ in range(2):
            await post.shows("try_slot")
            showing = post.screen.showing
            await says(post, "try_slot", "it_is_good")
            await post.until(lambda showing=showing: post.screen.showing != showing)
        await says(post, "commission_list", "try_language")
        await says(post, "try_language", "in_english")
        await says(post, "commission_list", "sign_commission")
        await says(post, "commissioned", "understood")
        post.touch("close_menu")
        await post.shows("home")
        assert "privacy" not in post.screen.names
        row = deeds(post, "commissioned")[0]
        assert (row["slots"], row["slip"], row["use_language"]) == ("good", "not_tried", "en")
        assert [one["end"] for one in deeds(post, "enrolled")] == ["code_refused", "enrolled"]
        await post.restart()
        await post.shows("home")
        assert post.screen.look.language == "en"

    in_hall(tmp_path, story, settings=settings(commissioning=Unknown()))
