"""J20: a citizen card of her own, made in front of her; and every way in which it is not."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
import trio

from card.virtual.card import VirtualCard
from kiosk.prompts import Prompt
from kiosk.terminal import House
from remote.central.citizen_cards.tables import citizen_cards, moves
from remote.central.payment.tables import orders
from remote.central.store.schema import cases, persons
from remote.messages import IdentityEvidence
from tests.kiosk.journeys.top_up_world import pays
from tests.kiosk.rig import Hall, Hand, Person, Settings, in_hall, takes_it

SETTINGS = Settings(house=House(offered=("citizen_card", "my_matters"), identity=IdentityEvidence.CARD_ALONE))
ANSWERS: dict[str, str | Hand] = {
    "citizen_card_menu": "citizen_card_new", "citizen_confirm": "yes_me", "citizen_start": "make_citizen_card",
    "citizen_take_card": takes_it, "citizen_done": "finish", "citizen_money_moves": "understood",
    "citizen_has_card": "citizen_lost",
    "citizen_loss_statement": "report_yes", "citizen_kept": "finish", "citizen_cancelled": "finish", "citizen_in_doubt": "finish",
    "citizen_spoiled_choose": "later", "citizen_not_made_choose": "later", "citizen_done_registering": "finish",
    "pay_amount": "pay_show_qr", "pay_now": pays, "citizen_owed": "produce_here", "paid_not_made": "refund_now",
}  # fmt: skip


def her(hall: Hall, key: str = "citizen_card_new", **more: str | Hand) -> Person:
    return Person(hall.post, key, **{**ANSWERS, **more})


async def makes(person: Person, *until: str) -> Prompt:
    return await person.goes(*until, service="citizen_card")


def states(hall: Hall, key: str = "citizen_card_new") -> list[str]:
    with hall.centre.engine.connect() as connection:
        query = sa.select(citizen_cards.c.state).join(persons).where(persons.c.id_number == hall.citizens[key].id_number)
        return list(connection.execute(query.order_by(citizen_cards.c.opened_at, citizen_cards.c.number)).scalars())


def case_states(hall: Hall) -> list[str]:
    with hall.centre.engine.connect() as connection:
        return list(connection.execute(sa.select(cases.c.state).where(cases.c.item == "citizen_card")).scalars())


def spoil(hall: Hall, count: int) -> None:
    """The first so many blanks of the pile are of another maker: they take no key."""
    hopper = hall.post.machine.hopper
    hopper[:count] = [replace(blank, chip=VirtualCard.blank(1)) for blank in hopper[:count]]


def test_a_first_citizen_card(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post, she = hall.post, her(hall)
        await makes(she, "citizen_done")
        await she.goes_on("home")
        assert states(hall) == ["active"] and case_states(hall) == ["closed"] and she.card_taken
        assert post.screen.names == [
            "recovering", "home", "citizen_card_menu", "privacy", "lay_id", "take_id_back", "checking", "citizen_confirm",
            "citizen_start", "submitting", "citizen_progress", "citizen_take_card", "citizen_registering", "citizen_done", "home",
        ]  # fmt: skip
        slip = post.slips_out[0]
        assert "市民卡办好了" in slip and "123456" in slip and she.citizen.id_number not in slip
        post.agree()

    in_hall(tmp_path, story, settings=SETTINGS)


def test_a_blank_that_takes_no_key_is_spoiled_and_the_next_one_is_hers(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        spoil(hall, 1)
        await makes(her(hall), "citizen_done")
        await her(hall).goes_on("home")
        assert hall.post.books.spoiled == 1 and hall.post.books.issued == 1
        assert states(hall) == ["void", "active"]
        hall.post.agree()

    in_hall(tmp_path, story, settings=SETTINGS)


def test_two_bad_blanks_and_no_third(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        spoil(hall, 2)
        await makes(her(hall), "citizen_spoiled_choose")
        await her(hall).goes_on("home")
        assert hall.post.books.spoiled == 2 and states(hall) == ["void", "void"] and case_states(hall) == ["approved"]
        await her(hall).goes("citizen_owed", service="my_matters")          # her ID card finds it
        hall.post.agree()

    in_hall(tmp_path, story, settings=SETTINGS)


def test_the_centre_is_not_heard_while_the_chip_is_written(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.network.fates["personalise"] = "not_sent"
        await makes(her(hall), "citizen_spoiled_choose", "citizen_not_made_choose", "failed_claim")
        hall.post.network.fates.clear()
        await her(hall).goes_on("home")
        assert hall.post.books.issued == 0 and states(hall)[0] == "void" and case_states(hall) == ["approved"]
        hall.post.agree()

    in_hall(tmp_path, story, settings=SETTINGS)


def test_nobody_takes_it_and_it_is_kept_for_her(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        she = her(hall, citizen_take_card=looks_on)
        await makes(she, "citizen_kept")
        await she.goes_on("home")
        assert states(hall) == ["kept"] and hall.post.books.kept == 1
        await her(hall, citizen_kept_elsewhere="understood").goes("citizen_kept_elsewhere", service="my_matters")
        hall.post.agree()

    in_hall(tmp_path, story, settings=SETTINGS)


async def looks_on(person: Person) -> None:
    await trio.lowlevel.checkpoint()


def test_a_lost_one_is_paid_for_and_the_old_one_is_stopped(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        key = "citizen_card_lost"
        he = her(hall, key)
        await makes(he, "citizen_done")
        await he.goes_on("home")
        assert states(hall, key) == ["lost", "active"]
        assert "旧卡里的钱" in hall.post.slips_out[-1] and "citizen_money_moves" in hall.post.screen.names
        with hall.centre.engine.connect() as connection:
            order = connection.execute(sa.select(orders)).one()
            move = connection.execute(sa.select(moves)).one()
        assert order.fen == 2000 and order.fulfilled_at is not None and move.state == "waiting" and move.new_number
        hall.post.agree()

    in_hall(tmp_path, story, settings=SETTINGS)


def test_he_does_not_pay_and_the_loss_stands_all_the_same(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        key = "citizen_card_lost"
        he = her(hall, key, pay_amount="not_now")
        await makes(he, "pay_amount")
        await he.goes_on("home")
        assert states(hall, key) == ["lost"] and case_states(hall) == ["approved"] and hall.post.machine.fed == 0

    in_hall(tmp_path, story, settings=SETTINGS)


def test_found_again_before_she_said_so_changes_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        key = "citizen_card_lost"
        he = her(hall, key, citizen_loss_statement="found_it")
        await makes(he, "citizen_loss_statement")
        await he.goes_on("home")
        assert states(hall, key) == ["active"] and case_states(hall) == []

    in_hall(tmp_path, story, settings=SETTINGS)
