"""改密码, torn at every exchange with the card: what she is told is what her card takes, and the card is never locked by it."""
from __future__ import annotations

from pathlib import Path

import pytest

from card.virtual.card import VirtualCard
from tests.kiosk.journeys.citizen_card.world import (
    HOWS,
    NEW,
    OLD,
    TRIES,
    Citizen,
    nothing_of_a_pin_is_left,
    pin_of,
    torn_hall,
    tries_of,
    until_home_or_dead,
)
from tests.kiosk.journeys.top_up_world import a_card, inserts, words_on_slips
from tests.kiosk.rig import Hall, Person
from tests.tear.station import How, Tearing

WAY = ("card_pins", "change_pin")
INS_CHANGE_PIN = 0x5E


def exchanges(folder: Path) -> list[int]:
    """The INS bytes of a visit in which nothing goes wrong."""
    seen: list[int] = []

    async def tell(hall: Hall, torn: Tearing) -> None:
        await Citizen(hall.post, a_card()).wants(*WAY)
        seen.extend(torn.exchanges)

    torn_hall(folder, None, How.BEFORE_COMMIT, tell)
    return seen


TOLD = {"pin_changed": NEW, "pin_not_changed": OLD}


def cut(folder: Path, at: int, how: How) -> None:
    card = a_card()

    async def tell(hall: Hall, torn: Tearing) -> None:
        person = Citizen(hall.post, card, pin_not_changed="later")
        await until_home_or_dead(hall, lambda: person.wants(*WAY))
        torn.counting = False
        assert torn.happened
        holds_what_she_was_told(hall, card, f"exchange {at}, {how.value}")

    torn_hall(folder, at, how, tell)


def holds_what_she_was_told(hall: Hall, card: VirtualCard, where: str) -> None:
    """Of the last process; a terminal that died told nothing, and left nothing open."""
    said = [name for name in hall.post.screen.names if name in TOLD]
    if said:
        assert TOLD[said[-1]] == pin_of(card), where
    assert pin_of(card) in (OLD, NEW) and tries_of(card) == TRIES, where
    assert hall.post.terminal.heart.journal.open_plans() == [], where
    nothing_of_a_pin_is_left(hall, OLD, NEW)


def test_torn_at_every_exchange(tmp_path: Path) -> None:
    inss = exchanges(tmp_path / "plain")
    for at in range(len(inss)):
        cut(tmp_path / f"{at}", at, HOWS[at % len(HOWS)])


@pytest.mark.parametrize("how", HOWS)
def test_torn_in_the_change_itself(tmp_path: Path, how: How) -> None:
    cut(tmp_path / "cut", exchanges(tmp_path / "plain").index(INS_CHANGE_PIN), how)


async def says_later(person: Person) -> None:
    person.post.touch("later")


def test_not_brought_back_is_called_unknown_on_screen_and_paper(tmp_path: Path) -> None:
    at = exchanges(tmp_path / "plain").index(INS_CHANGE_PIN)

    async def tell(hall: Hall, torn: Tearing) -> None:
        person = Citizen(hall.post, a_card(), card_put_again=says_later)
        await person.wants(*WAY, until=("pin_not_known",))
        await person.goes_on("home")
        assert "还不知道密码改好没有" in words_on_slips(hall.post)
        assert hall.post.terminal.heart.journal.open_plans() == []
        nothing_of_a_pin_is_left(hall, OLD, NEW)

    torn_hall(tmp_path / "cut", at, How.AFTER_COMMIT, tell)


def test_another_card_brought_back_is_not_asked_anything(tmp_path: Path) -> None:
    at = exchanges(tmp_path / "plain").index(INS_CHANGE_PIN)
    other = a_card("3416000099999999")

    async def brings_another(person: Person) -> None:
        person.post.card_slot.insert(other)

    async def tell(hall: Hall, torn: Tearing) -> None:
        person = Citizen(hall.post, a_card(), card_put_again=brings_another, card_is_another="later")
        await person.wants(*WAY, until=("pin_not_known",))
        await person.goes_on("home")
        assert pin_of(other) == OLD and tries_of(other) == TRIES

    torn_hall(tmp_path / "cut", at, How.BEFORE_COMMIT, tell)


def test_torn_again_while_the_card_is_asked(tmp_path: Path) -> None:
    """The question itself cost a try and was cut off: the next one is about the old PIN, which gives it back."""
    at = exchanges(tmp_path / "plain").index(INS_CHANGE_PIN)
    card = a_card()

    async def tell(hall: Hall, torn: Tearing) -> None:
        async def inserts_a_card_with_a_try_spent(person: Person) -> None:
            card.eeprom.commit({"pin/1001": bytes((TRIES - 1,)) + card.eeprom["pin/1001"][1:]})
            await inserts(person)

        person = Citizen(hall.post, card, card_put_again=inserts_a_card_with_a_try_spent)
        await person.wants(*WAY, until=("pin_not_changed",))
        assert pin_of(card) == OLD and tries_of(card) == TRIES
        await person.goes_on("home")

    torn_hall(tmp_path / "cut", at, How.BEFORE_COMMIT, tell)


