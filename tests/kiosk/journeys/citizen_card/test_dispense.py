"""J20 at a terminal with a dispenser: her card comes out of the stacker, is written before she gets it, and has no name on it."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
import trio

from card.files import HolderFile, PublicInformationFile
from card.virtual.card import VirtualCard
from kiosk.terminal import House
from remote.central.citizen_cards.tables import citizen_cards
from remote.central.store.schema import persons
from remote.messages import IdentityEvidence
from tests.devices.card_dispenser.chips import VirtualChip
from tests.kiosk.journeys.citizen_card.test_make import ANSWERS, case_states, states
from tests.kiosk.rig import Hall, Hand, Person, Settings, in_hall

HOUSE = House(offered=("citizen_card", "my_matters"), identity=IdentityEvidence.CARD_ALONE)
SETTINGS = Settings(dispenser=True, forgets=False, house=HOUSE)


async def takes_it(person: Person) -> None:
    await trio.sleep(2)
    if person.post.dispenser.model.take_card() is not None:
        person.card_taken = True


async def looks_on(person: Person) -> None:
    await trio.lowlevel.checkpoint()


def her(hall: Hall, **more: str | Hand) -> Person:
    hands: dict[str, str | Hand] = {
        **ANSWERS, "citizen_start_unprinted": "make_citizen_card", "citizen_take_card": takes_it,
        "citizen_not_here_now": "understood", **more,
    }  # fmt: skip
    return Person(hall.post, "citizen_card_new", **hands)


async def makes(person: Person, *until: str) -> None:
    await person.goes(*until, service="citizen_card")
    await person.goes_on("home")


def told(tell: Callable[[Hall], Awaitable[None]], settings: Settings = SETTINGS) -> Callable[[Path], None]:
    def test(tmp_path: Path) -> None:
        in_hall(tmp_path, tell, settings=settings)

    return test


def chip_of(hall: Hall) -> VirtualCard:
    chip = hall.post.dispenser.model.taken[-1].chip
    assert isinstance(chip, VirtualChip)
    return chip.card


@told
async def test_out_of_the_stacker_written_and_into_her_hand(hall: Hall) -> None:
    post, she = hall.post, her(hall)
    await makes(she, "citizen_done")
    assert she.card_taken and states(hall) == ["active"] and case_states(hall) == ["closed"]
    assert post.screen.names == [
        "recovering", "home", "citizen_card_menu", "privacy", "lay_id", "take_id_back", "checking", "citizen_confirm",
        "citizen_start_unprinted", "submitting", "citizen_progress", "citizen_take_card", "citizen_registering", "citizen_done",
        "home",
    ]  # fmt: skip
    files = chip_of(hall).eeprom
    assert HolderFile.decode(files["file/0016"]).id_number == she.citizen.id_number
    with hall.centre.engine.connect() as connection:
        serial = connection.execute(
            sa.select(citizen_cards.c.serial).join(persons).where(persons.c.id_number == she.citizen.id_number)
        ).scalar_one()
    assert PublicInformationFile.decode(files["file/0015"]).serial == serial
    assert post.machine.fed == 0 and post.books.issued == 0
    post.stacker_agrees()


@told
async def test_a_card_whose_chip_takes_no_key_goes_into_the_bin_and_the_next_one_is_hers(hall: Hall) -> None:
    pile = hall.post.dispenser.model.hopper
    pile[0].chip = VirtualChip(VirtualCard.blank(1))
    await makes(her(hall), "citizen_done")
    assert states(hall) == ["void", "active"] and hall.post.terminal.stock.stacker.spoiled == 1
    hall.post.stacker_agrees()


@told
async def test_two_bad_cards_and_no_third(hall: Hall) -> None:
    for card in hall.post.dispenser.model.hopper:
        card.chip = VirtualChip(VirtualCard.blank(1))
    await makes(her(hall), "citizen_spoiled_choose")
    assert hall.post.terminal.stock.stacker.spoiled == 2 and case_states(hall) == ["approved"]
    hall.post.stacker_agrees()


@told
async def test_nobody_takes_it_and_it_is_kept_in_the_bin_for_her(hall: Hall) -> None:
    await makes(her(hall, citizen_take_card=looks_on), "citizen_kept")
    assert states(hall) == ["kept"] and hall.post.terminal.stock.stacker.kept == 1
    hall.post.stacker_agrees()


@told
async def test_an_empty_stacker_is_said_before_anybody_begins(hall: Hall) -> None:
    hall.post.dispenser.faults.set("hopper_empty", None)
    hall.post.terminal.health.look_again()
    await hall.post.terminal.health.looked()
    assert "card_stacker_empty" in hall.post.terminal.health.found.words
    assert not hall.post.terminal.health.can_make_cards("card_dispensed")
    assert hall.post.terminal.health.can_make_cards()            # senior cards come out of the other machine


CUTS = ("dispense", "write_chip", "read_back", "hand_over")


@pytest.mark.parametrize("power", [False, True], ids=["killed", "power_cut"])
@pytest.mark.parametrize("act", CUTS)
def test_the_terminal_dies_in_every_act_and_every_card_is_known(tmp_path: Path, act: str, power: bool) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        dies_in(hall, act)
        with trio.move_on_after(600):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(goes_as_far_as_she_can, her(hall, citizen_take_card=looks_on))
                await post.over.wait()
                nursery.cancel_scope.cancel()
        assert post.over.is_set()
        post.reader.model.lift()
        if power:
            post.power(on=False)
            await trio.sleep(1)
            post.power(on=True)
        await post.start()
        await post.shows("home")
        await post.until(lambda: not post.terminal.heart.journal.open_plans())
        post.stacker_agrees()
        assert states(hall) == ["kept" if act == "hand_over" else "void"]

    in_hall(tmp_path, story, settings=SETTINGS)


async def goes_as_far_as_she_can(person: Person) -> None:
    await makes(person, "citizen_done", "citizen_kept")


def dies_in(hall: Hall, act: str) -> None:
    """A second after this act's intent was written."""
    journal = hall.post.terminal.heart.journal
    write = journal.write

    def and_then(plan: str, this: str, *rest: object) -> object:
        done = write(plan, this, *rest)                             # type: ignore[arg-type]
        if this == act and getattr(rest[1], "value", "") == "intent":
            hall.nursery.start_soon(soon)
        return done

    async def soon() -> None:
        await trio.sleep({"hand_over": 2.0, "read_back": 0.02}.get(act, 0.3))
        hall.post.cut_off()

    journal.write = and_then                                        # type: ignore[assignment, method-assign]


@told
async def test_she_takes_it_while_the_terminal_is_dead(hall: Hall) -> None:
    post = hall.post
    dies_in(hall, "hand_over")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(goes_as_far_as_she_can, her(hall, citizen_take_card=looks_on))
        await post.over.wait()
        nursery.cancel_scope.cancel()
    post.reader.model.lift()
    assert post.dispenser.model.take_card() is not None
    await post.start()
    await post.shows("home")
    assert states(hall) == ["active"]
    post.stacker_agrees()


def test_a_machine_that_forgets_its_count_leaves_a_doubt_and_no_guess(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        dies_in(hall, "hand_over")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(goes_as_far_as_she_can, her(hall, citizen_take_card=looks_on))
            await post.over.wait()
            nursery.cancel_scope.cancel()
        post.reader.model.lift()
        post.dispenser.model.take_card()
        await post.start()
        await post.shows("home")
        assert states(hall) == ["in_doubt"] and post.terminal.stock.stacker.in_doubt == 1

    in_hall(tmp_path, story, settings=Settings(dispenser=True, forgets=True, house=HOUSE))
