"""改密码, told as situations: wrong, locked, too simple, pulled out; nothing of a PIN stays anywhere."""
from __future__ import annotations

from pathlib import Path

import pytest

from card.pin import PinEncoding
from card.virtual.tear import Moment, Tear
from tests.kiosk.journeys.citizen_card.world import (
    NEW,
    OLD,
    TRIES,
    Citizen,
    asks_for_a_pin,
    nothing_of_a_pin_is_left,
    pin_of,
    settings,
    slot_of,
    story,
    tries_of,
    types,
    with_tries,
)
from tests.kiosk.journeys.top_up_world import a_card, words_on_slips
from tests.kiosk.rig import Hall, in_hall

INS_CHANGE_PIN = 0x5E
WAY = ("card_pins", "change_pin")


@story
async def test_the_new_one_holds_and_the_slip_says_so(hall: Hall) -> None:
    person = Citizen(hall.post, a_card())
    await person.wants(*WAY)
    assert pin_of(person.card) == NEW and tries_of(person.card) == TRIES
    assert "市民卡密码改好了" in words_on_slips(hall.post) and "****5678" in words_on_slips(hall.post)
    assert hall.post.terminal.heart.journal.open_plans() == [] and hall.post.card_slot.card is None
    nothing_of_a_pin_is_left(hall, OLD, NEW)


@story
async def test_the_digits_are_dots_and_the_tries_are_told(hall: Hall) -> None:
    person = Citizen(hall.post, a_card())
    asked = await person.wants(*WAY, until=("old_pin",))
    assert asks_for_a_pin(asked) and asked.params["tries"] == "3"
    assert asks_for_a_pin(await person.goes_on("new_pin")) and asks_for_a_pin(await person.goes_on("new_pin_again"))
    await person.goes_on("home")


@story
async def test_wrong_ones_count_down_and_the_last_try_warns(hall: Hall) -> None:
    person = Citizen(hall.post, a_card(), old_pin=types("111111"), old_pin_wrong=types("222222"), old_pin_last=types(OLD))
    told = await person.wants(*WAY, until=("old_pin_wrong",))
    assert told.params["tries"] == "2"
    await person.goes_on("old_pin_last")
    await person.goes_on("home")
    assert pin_of(person.card) == NEW and tries_of(person.card) == TRIES


@story
async def test_she_leaves_the_last_try_alone(hall: Hall) -> None:
    person = Citizen(hall.post, with_tries(a_card(), 1), old_pin_last="back")
    await person.wants(*WAY)
    assert tries_of(person.card) == 1 and pin_of(person.card) == OLD and hall.post.card_slot.card is None


@story
async def test_a_locked_one_is_told_before_anything_is_asked(hall: Hall) -> None:
    person = Citizen(hall.post, with_tries(a_card(), 0))
    await person.wants(*WAY, until=("pin_locked",))
    assert "old_pin" not in hall.post.screen.names
    await person.goes_on("home")


@story
async def test_the_third_wrong_one_locks_it_and_she_hears_what_to_do(hall: Hall) -> None:
    person = Citizen(hall.post, with_tries(a_card(), 1), old_pin_last=types("111111"))
    await person.wants(*WAY, until=("pin_locked",))
    await person.goes_on("home")
    assert tries_of(person.card) == 0


@story
async def test_simple_ones_are_refused_kindly_and_two_that_differ_asked_anew(hall: Hall) -> None:
    tries = types("111111", "123456", "440307", NEW, NEW)      # the holder of this card was born on 7 March 1944
    person = Citizen(
        hall.post, a_card(pin=b"\x90\x21\x35"), old_pin=types("902135"), new_pin=tries, new_pin_again=types("284918", NEW)
    )
    await person.wants(*WAY)
    assert hall.post.screen.names.count("pin_too_simple") == 3 and hall.post.screen.names.count("pins_differ") == 1
    assert pin_of(person.card) == NEW


@story
async def test_she_goes_back_before_the_new_one(hall: Hall) -> None:
    person = Citizen(hall.post, a_card(), new_pin="back")
    await person.wants(*WAY)
    assert pin_of(person.card) == OLD and hall.post.terminal.heart.journal.open_plans() == []
    nothing_of_a_pin_is_left(hall, OLD, NEW)


def test_cards_that_want_their_pin_in_letters(tmp_path: Path) -> None:
    async def tell(hall: Hall) -> None:
        slot_of(hall.post).pin_encoding = PinEncoding.ASCII
        person = Citizen(hall.post, a_card(pin=b"123456"))
        await person.wants(*WAY)
        assert pin_of(person.card, PinEncoding.ASCII) == NEW

    in_hall(tmp_path, tell, settings=settings())


# -- pulled out -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("moment", [Moment.BEFORE_COMMIT, Moment.AFTER_COMMIT, Moment.IN_ANSWER, Moment.IN_COMMIT])
def test_torn_in_the_change_and_put_back(tmp_path: Path, moment: Moment) -> None:
    """The same card says which one holds, and no try is lost."""

    async def tell(hall: Hall) -> None:
        card = a_card()
        card.tear = Tear(moment, INS_CHANGE_PIN)
        person = Citizen(hall.post, card)
        told = await person.wants(*WAY, until=("pin_changed", "pin_not_changed", "pin_not_known"))
        assert {"pin_changed": NEW, "pin_not_changed": OLD}[told.name] == pin_of(card)
        assert tries_of(card) == TRIES
        await person.goes_on("home")
        assert hall.post.terminal.heart.journal.open_plans() == []
        nothing_of_a_pin_is_left(hall, OLD, NEW)

    in_hall(tmp_path, tell, settings=settings())
