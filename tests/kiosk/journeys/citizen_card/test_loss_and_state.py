"""挂失 and 卡的情况: who stopped what since when; nothing is called stopped before its owner has said so."""
from __future__ import annotations

import pytest
import sqlalchemy as sa

from kiosk.prompts import Facts, Prompt
from remote.central.citizen_cards.tables import losses
from tests.kiosk.journeys.citizen_card.world import Citizen, a_new_card, on_books, registered, story, with_tries
from tests.kiosk.journeys.top_up_world import a_card, words_on_slips
from tests.kiosk.rig import Hall

LOSS, STATE = ("report_card_loss",), ("card_more", "card_state")


def rows(prompt: Prompt) -> dict[str, str]:
    return {key: value for content in prompt.contents if isinstance(content, Facts) for key, value in content.rows}


@story
async def test_the_purse_is_stopped_at_once_and_the_insurance_answers_for_itself(hall: Hall) -> None:
    person = Citizen(hall.post, a_card())
    number = registered(hall, person.card)
    told = await person.wants(*LOSS, until=("card_lost_now",))
    assert rows(told) == {"lost_purse": f"{hall.now():%Y-%m-%d %H:%M}", "lost_insurance": "waiting"}
    await person.goes_on("home")
    assert on_books(hall, number).state == "lost" and "insert_card" not in hall.post.screen.names
    slip = words_on_slips(hall.post)
    assert "市民卡已挂失" in slip and "等医保确认" in slip and f"****{number[-4:]}" in slip


@story
async def test_reported_twice_it_is_one_report_and_the_second_time_says_what_has_come_since(hall: Hall) -> None:
    person = Citizen(hall.post, a_card())
    number = registered(hall, person.card)
    await person.wants(*LOSS)
    confirmed(hall, number)
    told = await person.wants(*LOSS, until=("card_lost_before",))
    assert "waiting" not in rows(told).values() and set(rows(told)) == {"lost_purse", "lost_insurance"}
    await person.goes_on("home")


def confirmed(hall: Hall, number: str) -> None:
    """The medical insurance office has answered."""
    with hall.centre.engine.begin() as connection:
        connection.execute(
            sa.update(losses).where(losses.c.number == number, losses.c.owner == "insurance").values(confirmed_at=hall.now())
        )


@story
async def test_she_thinks_again_and_nothing_is_stopped(hall: Hall) -> None:
    person = Citizen(hall.post, a_card(), card_loss_confirm="leave_it")
    number = registered(hall, person.card)
    await person.wants(*LOSS)
    assert on_books(hall, number).state == "active" and hall.post.slips_out == []


@story
async def test_whoever_has_no_card_hears_so(hall: Hall) -> None:
    person = Citizen(hall.post, a_card(), refusal_no_citizen_card="understood")
    await person.wants(*LOSS, until=("refusal_no_citizen_card",))
    await person.goes_on("home")


# -- how it stands -----------------------------------------------------------------------------------------------------

@story
async def test_what_the_card_says_of_itself(hall: Hall) -> None:
    person = Citizen(hall.post, with_tries(a_new_card(), 1))
    told = rows(await person.wants(*STATE, until=("card_state",)))
    assert (told["on_card"], told["card_is"], told["card_tries"]) == ("****5678", "inactive", "1")
    await person.goes_on("home")


@story
async def test_a_lost_card_does_not_know_it_and_the_centre_does(hall: Hall) -> None:
    person = Citizen(hall.post, a_card())
    registered(hall, person.card, state="lost")
    told = rows(await person.wants(*STATE, until=("card_state",)))
    assert told["card_is"] == "lost" and told["card_tries"] == "3"
    await person.goes_on("home")


@pytest.mark.parametrize("tries", ["0", "1", "3"])
def test_tries_have_words(tries: str) -> None:
    from kiosk.texts import LANGUAGES, catalogue

    for language in LANGUAGES:
        assert catalogue().text(language, f"word.card_tries.{tries if tries != '3' else 'any'}")
