"""J2 with the citizen card: the chip is judged by the centre, the PIN by the chip, and the card is back in her hand."""
from __future__ import annotations

from pathlib import Path

import pytest
import trio
import trio.lowlevel

from kiosk.prompts import Facts
from kiosk.terminal import Terminal
from remote.messages import IdentityEvidence
from tests.kiosk.journeys.sign_in.world import (
    PIN,
    WRONG,
    Her,
    her_card,
    sets_card,
    settings,
    signed_in,
    story,
    types,
)
from tests.kiosk.rig import Hall, Post, in_hall

PIN_CELL = "pin/1001"


def names(post: Post) -> list[str]:
    return post.screen.names


async def _with_card_and_pin(hall: Hall) -> None:
    her = Her(hall.post)
    prompt = await her.wants("own_menu")
    assert prompt.name == "own_menu" and hall.post.card_slot.card is None
    assert signed_in(hall) == [("citizen_card", ""), ("citizen_card", "pin")]
    shown = names(hall.post)
    assert shown.index("take_citizen_card") < shown.index("own_menu")


test_card_and_pin_open_her_accounts_and_the_card_is_back_before_anything_is_shown = story(_with_card_and_pin)


async def _lost(hall: Hall) -> None:
    sets_card(hall, "lost")
    her = Her(hall.post, refusal_card_lost="understood")
    await her.wants("home")
    assert "refusal_card_lost" in names(hall.post) and "take_citizen_card" in names(hall.post)
    assert hall.post.card_slot.card is None and signed_in(hall) == []
    assert "card_pin" not in names(hall.post)


test_a_lost_card_is_called_lost_is_not_accepted_and_goes_back_before_any_pin = story(_lost)


async def _wrong_pin(hall: Hall) -> None:
    wrong = types(WRONG)
    her = Her(hall.post, card_pin=wrong, old_pin_wrong=wrong, old_pin_last=wrong, card_pin_blocked="understood")
    await her.wants("home")
    assert names(hall.post)[-4:].count("card_pin_blocked") == 1 and her.card.eeprom[PIN_CELL][0] == 0
    assert [name for name in names(hall.post) if "pin" in name] == [
        "card_pin", "old_pin_wrong", "old_pin_last", "card_pin_blocked",
    ]
    assert signed_in(hall) == [("citizen_card", "")]


test_three_wrong_pins_lock_it_and_each_is_told = story(_wrong_pin)


async def _second_try(hall: Hall) -> None:
    her = Her(hall.post, card_pin=types(WRONG), old_pin_wrong=types(PIN))
    await her.wants("own_menu")
    assert signed_in(hall)[-1] == ("citizen_card", "pin") and her.card.eeprom[PIN_CELL][0] == 3


test_the_right_pin_at_the_second_try_is_enough = story(_second_try)


@pytest.mark.parametrize("card", ["other keys", "unknown number"])
def test_a_card_that_is_not_the_citys_is_sent_for_another(tmp_path: Path, card: str) -> None:
    async def tell(hall: Hall) -> None:
        strange = her_card(hall, seed=2) if card == "other keys" else her_card(hall, number="3416009999999999")
        her = Her(hall.post, strange)
        await her.wants("use_citizen_or_id_card")
        await her.goes_on("other_ways")
        assert hall.post.card_slot.card is None and signed_in(hall) == []

    in_hall(tmp_path, tell, settings=settings())


async def _pulled(hall: Hall) -> None:
    """It is out when the PIN goes in: nothing is signed in, and she chooses again."""

    async def pulls_and_types(person: object) -> None:
        her.pulls()
        hall.post.touch("done", PIN)
        await trio.lowlevel.checkpoint()

    her = Her(hall.post, card_pin=pulls_and_types)
    await her.wants("card_taken_out")
    assert signed_in(hall) == [("citizen_card", "")]
    her.answers["card_pin"] = types(PIN)
    await her.goes_on("own_menu")


test_a_card_pulled_out_early_signs_nobody_in = story(_pulled)


async def _staff(hall: Hall) -> None:
    from remote.central.identity.desk import answer
    from remote.central.identity.tables import staff_requests

    async def looked_at(person: object) -> None:
        await trio.sleep(3)
        with hall.centre.engine.begin() as connection:
            (row,) = connection.execute(staff_requests.select()).all()
            answer(hall.centre.service.context(connection, "counter", None), row.request_id, True, "李四", "看过本人")

    her = Her(hall.post, pin_or_other="by_staff", staff_coming=looked_at)
    await her.wants("own_menu")
    assert signed_in(hall) == [("citizen_card", ""), ("citizen_card", "staff")]


test_a_member_of_staff_does_instead_of_the_pin = story(_staff, settings(IdentityEvidence.STAFF))


async def _wiped(hall: Hall) -> None:
    her = Her(hall.post)
    await her.wants("own_menu")
    hall.post.touch("finish")
    await hall.post.shows("home")
    terminal: Terminal = hall.post.terminal
    assert terminal.visit is None and hall.post.screen.prompt is not None
    assert her.citizen.id_number not in repr(terminal.talk.__dict__) and PIN not in repr(terminal.parts.citizen_card)


test_nothing_of_her_stays_after_the_visit = story(_wiped)


async def _no_way_for_a_card(hall: Hall) -> None:
    await hall.post.shows("home")
    hall.post.touch("my_matters")
    await hall.post.shows("privacy")
    hall.post.touch("agree")
    prompt = await hall.post.shows("lay_id")
    assert [choice.name for choice in prompt.choices] == ["other_way"]
    assert not any(isinstance(content, Facts) for content in prompt.contents)


test_the_other_way_stands_on_the_screen_of_the_id_card = story(_no_way_for_a_card)

