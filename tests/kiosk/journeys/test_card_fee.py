"""A card with a fee: paid before a blank moves, earned when it is live, given back when it is not made."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import sqlalchemy as sa
import trio

from remote.central.payment.simulated import refunds
from remote.central.payment.tables import orders
from remote.central.rules.ruleset import DEFAULT_FILE, parse_rules
from tests.kiosk.journeys.top_up_world import pays
from tests.kiosk.rig import Hall, Hand, Person, in_hall

FEE = 1500


def with_a_fee(tell: Callable[[Hall], Awaitable[None]]) -> Callable[[Path], None]:
    async def told(hall: Hall) -> None:
        text = DEFAULT_FILE.read_text("utf-8").replace("fee_fen: {new: 0,", f"fee_fen: {{new: {FEE},")
        hall.centre.service.rules = parse_rules(text, "a test hall with a fee")
        await tell(hall)

    def test(tmp_path: Path) -> None:
        in_hall(tmp_path, told)

    test.__name__, test.__doc__ = getattr(tell, "__name__", "test"), tell.__doc__
    return test


def citizen(hall: Hall, **answers: str | Hand) -> Person:
    usual: dict[str, str | Hand] = {
        "pay_amount": "pay_show_qr", "pay_now": pays, "pay_cancelled": "understood", "pay_refunding": "understood",
        "paid_not_made": "refund_now", "paid_kept": "finish",
    }  # fmt: skip
    return Person(hall.post, **{**usual, **answers})


def order(hall: Hall) -> tuple[str, int, bool]:
    with hall.centre.engine.connect() as connection:
        row = connection.execute(sa.select(orders)).one()
    return row.state, row.fen, row.fulfilled_at is not None


def given_back(hall: Hall) -> int:
    with hall.centre.engine.connect() as connection:
        return sum(connection.execute(sa.select(refunds.c.fen)).scalars())


@with_a_fee
async def test_she_pays_before_a_blank_moves_and_the_live_card_earns_it(hall: Hall) -> None:
    person = citizen(hall)
    await person.goes("pay_now")
    assert hall.post.machine.census().hopper == hall.post.machine.loaded and hall.reserved() == []
    await person.goes_on("home")
    assert person.card_taken and hall.numbers() == ["live"]
    assert order(hall) == ("paid", FEE, True) and hall.owed() == []
    hall.post.agree()


@with_a_fee
async def test_she_does_not_pay_and_nothing_is_made(hall: Hall) -> None:
    person = citizen(hall, pay_now="stop_paying")
    await person.goes("pay_cancelled")
    await person.goes_on("home")
    assert hall.reserved() == [] and hall.case().state == "approved" and order(hall)[0] == "closed"
    person.answers |= {"pay_now": pays, "owed": "produce_here"}         # the same day, by the ID card alone
    await person.goes("done", service="my_matters")
    assert person.card_taken and hall.numbers() == ["live"]


@with_a_fee
async def test_paid_and_not_made_she_finds_her_money_beside_the_open_case(hall: Hall) -> None:
    person = citizen(hall, not_made_choose="later", spoiled_choose="later", paid_not_made="later", payment_waiting="understood")
    await person.goes("pay_now")
    hall.post.printer.faults.set("print_jam", 1)
    await person.goes_on("home")
    person.answers["matter_or_payments"] = "my_payments"
    await person.goes("payment_waiting", service="my_matters")


@with_a_fee
async def test_it_cannot_be_made_and_the_money_goes_back(hall: Hall) -> None:
    person = citizen(hall, not_made_choose="later", spoiled_choose="later")
    await person.goes("pay_now")
    hall.post.printer.faults.set("print_jam", 1)
    await person.goes_on("pay_refunding")
    await person.goes_on("home")
    await trio.sleep(60)
    assert given_back(hall) == FEE and order(hall)[0] == "refunded" and not person.card_taken


@with_a_fee
async def test_by_mail_it_is_paid_too_or_not_applied_for(hall: Hall) -> None:
    person = citizen(hall, pay_now="stop_paying", choose_delivery="mail", choose_address=first, confirm_address="mail_there")
    await person.goes("pay_cancelled")
    await person.goes_on("home")
    assert [case.state for case in hall.cases()] == ["withdrawn"]


def first(person: Person) -> None:
    prompt = person.post.screen.prompt
    assert prompt is not None
    person.post.touch(prompt.choices[0].name, prompt.choices[0].value)
