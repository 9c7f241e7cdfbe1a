"""激活, 忘了密码, 老年优待: the issuer's script onto her own card; refused, pulled out, the network lost, the terminal dead."""
from __future__ import annotations

from pathlib import Path

import pytest

from card.transit_files import CardKind, ManagementFile
from card.virtual.card import VirtualCard
from tests.kiosk.journeys.citizen_card.world import (
    HOWS,
    NEW,
    OLD,
    TRIES,
    Citizen,
    a_new_card,
    nothing_of_a_pin_is_left,
    on_books,
    pin_of,
    registered,
    scripts_of,
    story,
    torn_hall,
    tries_of,
    until_home_or_dead,
    with_management,
    with_tries,
)
from tests.kiosk.journeys.top_up_world import a_card, words_on_slips
from tests.kiosk.rig import Hall, Person
from tests.tear.station import How, Tearing

ACTIVATE, RESET, CONCESSION = ("card_more", "activate_card"), ("card_pins", "reset_pin"), ("card_more", "set_concession")
INS_UPDATE_BINARY, INS_UNBLOCK = 0xD6, 0x24


def in_use(card: VirtualCard) -> bool:
    return card.eeprom["file/0015"][8] == 1


def kind_of(card: VirtualCard) -> int:
    return card.eeprom["file/0017"][ManagementFile.KIND_AT]


@story
async def test_a_new_card_is_switched_on(hall: Hall) -> None:
    person = Citizen(hall.post, a_new_card())
    number = registered(hall, person.card, state="inactive")
    await person.wants(*ACTIVATE)
    assert "card_activated" in hall.post.screen.names
    assert in_use(person.card) and on_books(hall, number).state == "active" and scripts_of(hall) == ["done"]
    assert "市民卡激活好了" in words_on_slips(hall.post) and hall.post.terminal.heart.journal.open_plans() == []


@story
async def test_the_senior_concession_is_set_for_the_bus(hall: Hall) -> None:
    person = Citizen(hall.post, with_management(a_card()))
    number = registered(hall, person.card)
    await person.wants(*CONCESSION)
    assert kind_of(person.card) == CardKind.SENIOR and on_books(hall, number).concession
    await person.wants(*CONCESSION, until=("concession_already",))
    await person.goes_on("home")
    assert scripts_of(hall) == ["done"]


@story
async def test_a_locked_pin_is_set_anew_with_the_id_card(hall: Hall) -> None:
    person = Citizen(hall.post, with_tries(a_card(), 0))
    registered(hall, person.card)
    await person.wants(*RESET)
    assert pin_of(person.card) == NEW and tries_of(person.card) == TRIES and scripts_of(hall) == ["done"]
    assert "市民卡密码重设好了" in words_on_slips(hall.post)
    nothing_of_a_pin_is_left(hall, OLD, NEW)


@story
async def test_from_the_locked_pin_straight_on_to_setting_it_anew(hall: Hall) -> None:
    person = Citizen(hall.post, with_tries(a_card(), 0), pin_locked="unlock_now")
    registered(hall, person.card)
    await person.wants("card_pins", "change_pin")
    assert pin_of(person.card) == NEW and tries_of(person.card) == TRIES


@story
async def test_a_forgotten_one_that_is_not_locked(hall: Hall) -> None:
    person = Citizen(hall.post, with_tries(a_card(), 2))
    registered(hall, person.card)
    await person.wants(*RESET)
    assert pin_of(person.card) == NEW


# -- no --------------------------------------------------------------------------------------------------------------

@story
async def test_the_card_of_somebody_else_is_refused_before_anything_is_asked(hall: Hall) -> None:
    person = Citizen(hall.post, with_tries(a_card("3416000099999999"), 0), refusal_not_her_card="understood")
    registered(hall, a_card())
    await person.wants(*RESET, until=("refusal_not_her_card",))
    assert "new_pin" not in hall.post.screen.names and scripts_of(hall) == []
    await person.goes_on("home")
    assert hall.post.card_slot.card is None and tries_of(person.card) == 0


@story
async def test_an_active_card_is_not_switched_on_again(hall: Hall) -> None:
    person = Citizen(hall.post, a_card(), refusal_card_active_already="understood")
    registered(hall, person.card)
    await person.wants(*ACTIVATE, until=("refusal_card_active_already",))
    await person.goes_on("home")


@story
async def test_a_lost_card_is_good_for_nothing(hall: Hall) -> None:
    person = Citizen(hall.post, a_card(), refusal_no_citizen_card="understood")
    registered(hall, person.card, state="lost")
    await person.wants(*CONCESSION, until=("refusal_no_citizen_card",))
    await person.goes_on("home")
    assert scripts_of(hall) == []


@story
async def test_a_chip_that_does_not_take_it_is_as_it_was(hall: Hall) -> None:
    """A card of other keys under her number: the chip itself refuses."""
    person = Citizen(hall.post, with_tries(a_card(seed=99), 0))
    registered(hall, person.card)
    await person.wants(*RESET, until=("card_not_written",))
    await person.goes_on("home")
    assert scripts_of(hall) == ["not_done"] and tries_of(person.card) == 0


# -- pulled out, or the terminal dies -----------------------------------------------------------------------------------

CASES = {"activate": (ACTIVATE, INS_UPDATE_BINARY), "concession": (CONCESSION, INS_UPDATE_BINARY), "reset": (RESET, INS_UNBLOCK)}


def made(case: str) -> VirtualCard:
    match case:
        case "activate":
            return a_new_card()
        case "concession":
            return with_management(a_card())
    return with_tries(a_card(), 0)


def is_so(case: str, card: VirtualCard) -> bool:
    return {"activate": lambda: in_use(card), "concession": lambda: kind_of(card) == CardKind.SENIOR,
            "reset": lambda: pin_of(card) == NEW and tries_of(card) == TRIES}[case]()  # fmt: skip


def books_say(case: str, hall: Hall, number: str) -> bool:
    row = on_books(hall, number)
    return {"activate": row.state == "active", "concession": bool(row.concession), "reset": "done" in scripts_of(hall)}[case]


def exchanges(folder: Path, case: str) -> list[int]:
    seen: list[int] = []

    async def tell(hall: Hall, torn: Tearing) -> None:
        person = Citizen(hall.post, made(case))
        registered(hall, person.card, state="inactive" if case == "activate" else "active")
        await person.wants(*CASES[case][0])
        seen.extend(torn.exchanges)

    torn_hall(folder, None, How.BEFORE_COMMIT, tell)
    return seen


def cut(folder: Path, case: str, at: int, how: How) -> None:
    """She puts the same card back, or comes again after the terminal died: in the end card and books say the same."""
    card = made(case)

    async def tell(hall: Hall, torn: Tearing) -> None:
        number = registered(hall, card, state="inactive" if case == "activate" else "active")
        person = Citizen(hall.post, card, card_not_written="try_again", refusal_card_active_already="understood")
        await until_home_or_dead(hall, lambda: person.wants(*CASES[case][0]))
        torn.counting = False
        assert torn.happened
        if not (is_so(case, card) and books_say(case, hall, number)):
            hall.post.card_slot.remove()
            await person.wants(*CASES[case][0])
        where = f"{case}, exchange {at}, {how.value}"
        assert is_so(case, card), where
        assert books_say(case, hall, number), where
        await hall.post.until(lambda: hall.post.terminal.heart.journal.open_plans() == [])
        nothing_of_a_pin_is_left(hall, NEW)

    torn_hall(folder, at, how, tell)


@pytest.mark.parametrize("case", list(CASES))
def test_torn_at_every_exchange(tmp_path: Path, case: str) -> None:
    hows, inss = HOWS, exchanges(tmp_path / "plain", case)
    for at in range(len(inss)):
        cut(tmp_path / f"{at}", case, at, hows[at % len(hows)])


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("case", list(CASES))
def test_torn_while_it_is_written(tmp_path: Path, case: str, how: How) -> None:
    cut(tmp_path / "cut", case, exchanges(tmp_path / "plain", case).index(CASES[case][1]), how)


async def says_later(person: Person) -> None:
    person.post.touch("later")


def test_not_brought_back_is_called_unknown_and_owed_until_she_comes_again(tmp_path: Path) -> None:
    at = exchanges(tmp_path / "plain", "activate").index(INS_UPDATE_BINARY)
    card = a_new_card()

    async def tell(hall: Hall, torn: Tearing) -> None:
        number = registered(hall, card, state="inactive")
        person = Citizen(hall.post, card, card_put_again=says_later)
        await person.wants(*ACTIVATE, until=("card_not_known",))
        await person.goes_on("home")
        assert on_books(hall, number).state == "inactive" and len(hall.post.terminal.heart.obligations()) == 1
        del person.answers["card_put_again"]
        await person.wants(*ACTIVATE)
        assert in_use(card) and on_books(hall, number).state == "active"
        await hall.post.until(lambda: hall.post.terminal.heart.journal.open_plans() == [])

    torn_hall(tmp_path / "cut", at, How.BEFORE_COMMIT, tell)
