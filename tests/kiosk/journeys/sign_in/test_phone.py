"""X2: the identity code before the scanner, and a number with a code by message; and what helps when it does not work."""
from __future__ import annotations

from datetime import date

import trio

from kiosk.prompts import Prompt
from remote.central.population.id_numbers import id_number
from tests.kiosk.journeys.sign_in.world import Her, code_of, redemptions, shows, signed_in, story, types
from tests.kiosk.rig import Hall, Person, Post

NOBODY = id_number("341602", date(1931, 1, 1), 1)


def names(post: Post) -> list[str]:
    return post.screen.names


async def _code(hall: Hall) -> None:
    await Her(hall.post, other_ways="way_identity_code").wants("own_menu")
    assert signed_in(hall) == [("identity_code", "")]


test_her_identity_code_opens_her_accounts = story(_code)


async def _no_good(hall: Hall) -> None:
    old = code_of(hall, -300)
    her = Her(
        hall.post, other_ways="way_identity_code", show_identity_code=shows("287654321012345678"),
        not_an_identity_code=shows(old),
    )  # fmt: skip
    await her.wants("own_menu")
    assert [name for name in names(hall.post) if "identity_code" in name] == [
        "show_identity_code", "not_an_identity_code", "identity_code_over",
    ]  # fmt: skip
    assert len(signed_in(hall)) == 1


test_a_payment_code_and_an_old_code_are_called_what_they_are = story(_no_good)


async def _unplugged(hall: Hall) -> None:
    async def unplugs(person: Person) -> None:
        hall.post.unplug("codes")
        await trio.sleep(1)

    her = Her(hall.post, other_ways="way_identity_code", show_identity_code=unplugs, scanner_broken="understood")
    await her.wants("scanner_broken")
    her.answers["other_ways"] = "way_sms_code"
    await her.goes_on("type_phone_code")


test_a_scanner_that_is_gone_is_told_and_another_way_is_offered = story(_unplugged)


# -- number and message


async def _matters(hall: Hall) -> None:
    her = Her(hall.post, other_ways="way_sms_code")
    prompt = await her.wants("my_matters_none", service="my_matters")
    assert "report_loss" not in [choice.name for choice in prompt.choices]
    assert signed_in(hall) == [("sms_code", "")]


test_number_and_code_show_her_matters_and_change_nothing = story(_matters)


async def _nobody(hall: Hall) -> None:
    her = Her(
        hall.post, other_ways="way_sms_code", type_id_number=types(NOBODY), type_phone_code=types("000000"),
        phone_code_wrong=types("000000"),
    )  # fmt: skip
    prompt: Prompt = await her.wants("phone_code_over", service="my_matters")
    assert [name for name in names(hall.post) if "code" in name] == [
        "type_phone_code", "phone_code_wrong", "phone_code_wrong", "phone_code_over",
    ]  # fmt: skip
    assert prompt.params.get("tries") is None and signed_in(hall) == []


test_a_number_of_nobody_looks_like_any_other = story(_nobody)


async def _mistyped(hall: Hall) -> None:
    right = hall.citizens["senior_card_new"].id_number
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    her = Her(hall.post, other_ways="way_sms_code", type_id_number=types(wrong), id_number_wrong=types(right))
    await her.wants("type_phone_code", service="my_matters")
    assert "id_number_wrong" in names(hall.post)


test_a_mistyped_number_is_noticed_before_anything_is_sent = story(_mistyped)


async def _flood(hall: Hall) -> None:
    her = Her(
        hall.post, other_ways="way_sms_code", type_phone_code="back", phone_code_missing="send_again",
        refusal_too_many_codes="understood",
    )  # fmt: skip
    await her.wants("refusal_too_many_codes", service="my_matters")
    await her.goes_on("other_ways")


test_a_second_code_within_a_minute_is_refused_in_words = story(_flood)


async def _too_weak(hall: Hall) -> None:
    her = Her(hall.post, other_ways="way_sms_code", refusal_identity_check_missing="understood")
    await her.wants("refusal_identity_check_missing")
    assert redemptions(hall) == [] and "own_menu" not in names(hall.post)


test_a_code_alone_opens_no_account_where_nobody_can_look_at_her = story(_too_weak)
