"""J21: covered on the screen and on paper, uncovered for a moment; a voucher is used once, and what is unknown is called so."""
from __future__ import annotations

import trio

from kiosk.prompts import Facts, Prompt
from tests.kiosk.journeys.sign_in.world import HER, Her, redemptions, story
from tests.kiosk.rig import Hall, Post


def rows(prompt: Prompt) -> dict[str, str]:
    return dict(next(content for content in prompt.contents if isinstance(content, Facts)).rows)


async def touched(post: Post, choice: str, *until: str, value: str | None = None) -> Prompt:
    await trio.sleep(0.5)
    post.touch(choice, value)
    return await post.shows(*until)


async def _covered(hall: Hall) -> None:
    post = hall.post
    await Her(post).wants("own_menu")
    covered = await touched(post, "own_record", "own_record")
    citizen = hall.citizens[HER]
    assert rows(covered)["record_name"] == "李**" and citizen.id_number not in str(covered)
    full = await touched(post, "show_all", "own_record_in_full")
    assert rows(full)["record_id"] == citizen.id_number and full.seconds <= 15
    again = await post.shows("own_record", within_s=20)
    assert citizen.id_number not in str(again)
    printed = await touched(post, "print_it", "own_printed")
    assert printed.contents
    paper = "".join(post.slips_out).replace("\n", "")
    assert citizen.id_number not in paper and citizen.address not in paper and "您的个人信息" in paper


test_her_record_is_covered_uncovers_for_a_moment_and_is_printed_covered = story(_covered)


async def _account(hall: Hall) -> None:
    post = hall.post
    await Her(post).wants("own_menu")
    shown = await touched(post, "own_insurance", "own_insurance", "refusal_nothing_on_record")
    if shown.name == "own_insurance":
        assert shown.params["balance"] and set(rows(shown)["account_no"][:-4]) == {"*"}
        await touched(post, "back_to_list", "own_menu")
    bills = await touched(post, "own_settlements", "own_settlements", "refusal_nothing_on_record")
    assert not any("院" in value or "药房" in value for value in rows(bills).values()) if bills.contents else True
    await touched(post, "back_to_list" if bills.name == "own_settlements" else "understood", "own_menu")


test_balance_movements_and_bills_are_told = story(_account)


def first_good(prompt: Prompt) -> str:
    return prompt.choices[0].name


async def _voucher(hall: Hall) -> None:
    post = hall.post
    await Her(post).wants("own_menu")
    listed = await touched(post, "own_vouchers", "vouchers")
    voucher = first_good(listed)
    await touched(post, voucher, "voucher", value=voucher)
    await touched(post, "use_voucher", "voucher_sure")
    await touched(post, "use_voucher_yes", "voucher_redeemed")
    (row,) = redemptions(hall)
    assert row.redemption_no in "".join(post.slips_out) and row.voucher_id == voucher
    await touched(post, "finish", "own_menu")
    again = await touched(post, "own_vouchers", "vouchers")
    assert again.choices[-1].name == voucher or again.choices[0].name != voucher
    used = await touched(post, voucher, "voucher", value=voucher)
    assert "use_voucher" not in [choice.name for choice in used.choices]
    assert rows(used)["redemption_no"] == row.redemption_no
    assert post.terminal.heart.journal.open_plans() == []


test_a_voucher_is_used_once_and_shows_its_number_ever_after = story(_voucher)


async def _lost_answer(hall: Hall) -> None:
    """The centre has done it, and its answer never came: nobody says that it was not done."""
    post = hall.post
    await Her(post).wants("own_menu")
    listed = await touched(post, "own_vouchers", "vouchers")
    voucher = first_good(listed)
    await touched(post, voucher, "voucher", value=voucher)
    await touched(post, "use_voucher", "voucher_sure")
    post.network.fates = {"vouchers/redeem": "lost_back", "keys/bar": "not_sent"}
    await touched(post, "use_voucher_yes", "voucher_unknown")
    assert len(redemptions(hall)) == 1 and post.terminal.heart.journal.open_plans()
    post.network.fates = {}
    await post.until(lambda: not post.terminal.heart.journal.open_plans(), within_s=3600)
    assert len(redemptions(hall)) == 1 and post.screen.names.count("voucher_redeemed") == 0


test_a_lost_answer_is_called_unknown_and_found_out_without_a_second_use = story(_lost_answer)


async def _never_arrived(hall: Hall) -> None:
    """Thought lost and forbidden in the same breath: what is told as not done can not happen later."""
    post = hall.post
    await Her(post).wants("own_menu")
    listed = await touched(post, "own_vouchers", "vouchers")
    voucher = first_good(listed)
    await touched(post, voucher, "voucher", value=voucher)
    await touched(post, "use_voucher", "voucher_sure")
    post.network.fates = {"vouchers/redeem": "lost_there"}
    await touched(post, "use_voucher_yes", "submit_failed")
    assert redemptions(hall) == [] and not post.terminal.heart.journal.open_plans()


test_a_request_that_never_arrived_is_not_done_and_stays_so = story(_never_arrived)


async def _no_paper(hall: Hall) -> None:
    post = hall.post
    await Her(post).wants("own_menu")
    listed = await touched(post, "own_vouchers", "vouchers")
    voucher = first_good(listed)
    await touched(post, voucher, "voucher", value=voucher)
    await touched(post, "use_voucher", "voucher_sure")
    post.unplug("slips")
    shown = await touched(post, "use_voucher_yes", "voucher_redeemed_no_slip")
    assert rows(shown)["redemption_no"] == redemptions(hall)[0].redemption_no


test_without_paper_the_number_stands_on_the_screen = story(_no_paper)
