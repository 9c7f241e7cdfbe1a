"""J17: what became of her money, by her ID card or by the code on a slip that she holds up or types."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
import trio

from kiosk.prompts import ToPay
from remote.central.payment.tables import orders
from tests.kiosk.journeys.test_pay_bills import payer, pays_a_bill, settings, shows, story
from tests.kiosk.rig import Hall, Hand, Person, in_hall

AGAIN: dict[str, str | Hand] = {
    "payment_done": "understood", "payment_closed": "understood", "payment_refunded": "understood",
    "payment_refunding": "understood", "payment_help": "understood", "slip_not_found": "understood", "no_payments": "understood",
    "payments_unknown": "understood", "my_matters_none": "my_payments",
}  # fmt: skip


def looks(hall: Hall, **answers: str | Hand) -> Person:
    return payer(hall, **{"whose_bills": "find_payment", "find_payment": "by_id_card", **AGAIN, **answers})


def types(code: str) -> Hand:
    return lambda person: person.post.touch("done", code)


def code_of(hall: Hall) -> str:
    with hall.centre.engine.connect() as connection:
        return str(connection.execute(sa.select(orders.c.claim_code)).scalars().one())


async def gives_up_and_pays_late(hall: Hall) -> None:
    """The order is closed, and her bank lets the money through all the same."""
    tokens: list[str] = []

    def remembers(person: Person) -> None:
        prompt = person.post.screen.prompt
        assert prompt is not None
        tokens.extend(content.qr.rsplit("/", 1)[1] for content in prompt.contents if isinstance(content, ToPay))
        person.post.touch("stop_paying")

    await pays_a_bill(payer(hall, pay_now=remembers))
    assert hall.centre.bank is not None
    hall.centre.bank.pay(tokens[0], although_closed=True)
    await trio.sleep(30)


@story
async def test_a_bill_that_was_paid_is_called_paid(hall: Hall) -> None:
    await pays_a_bill(payer(hall))
    shown = await looks(hall).goes("payment_done", service="pay_bills")
    assert "水费" in str(shown.contents[0]) or "电费" in str(shown.contents[0])


@story
async def test_money_that_came_too_late_is_called_gone_back_with_its_amount(hall: Hall) -> None:
    await gives_up_and_pays_late(hall)
    with hall.centre.engine.connect() as connection:
        fen = connection.execute(sa.select(orders.c.fen)).scalar_one()
    shown = await looks(hall).goes("payment_refunded", service="pay_bills")
    assert round(float(shown.params["yuan"]) * 100) == fen


@story
async def test_my_matters_leads_to_it_too(hall: Hall) -> None:
    await pays_a_bill(payer(hall))
    await looks(hall).goes("payment_done", service="my_matters")


@story
async def test_several_payments_are_a_list_and_back_ends_it(hall: Hall) -> None:
    answers = iter(["pay_another", "finish"])
    await pays_a_bill(payer(hall, bill_paid=lambda who: who.post.touch(next(answers))))
    person = looks(hall)
    listed = await person.goes("choose_payment", service="pay_bills")
    assert len(listed.choices) == 2
    hall.post.touch(listed.choices[1].name, listed.choices[1].value)
    await hall.post.shows("payment_done")
    hall.post.touch("understood")
    await hall.post.shows("choose_payment")
    hall.post.touch("back")
    await hall.post.shows("home")


@story
async def test_the_code_on_her_slip_is_held_up_and_nobody_is_asked_for_an_id_card(hall: Hall) -> None:
    await pays_a_bill(payer(hall))
    slip = shows(f"claim:{code_of(hall)}")
    before = hall.post.screen.names.count("lay_id")
    await looks(hall, find_payment="by_slip", show_slip=slip).goes("payment_done", service="pay_bills")
    assert hall.post.screen.names.count("lay_id") == before


@story
async def test_a_slip_that_cannot_be_read_is_typed(hall: Hall) -> None:
    await pays_a_bill(payer(hall))
    person = looks(hall, find_payment="by_slip", show_slip="type_code", type_slip_code=types(code_of(hall)))
    await person.goes("payment_done", service="pay_bills")


def test_without_a_scanner_the_code_is_typed_at_once(tmp_path: Path) -> None:
    async def tell(hall: Hall) -> None:
        await pays_a_bill(payer(hall))
        person = looks(hall, find_payment="by_slip", type_slip_code=types(code_of(hall)))
        await person.goes("payment_done", service="pay_bills")
        assert "show_slip" not in hall.post.screen.names

    in_hall(tmp_path, tell, settings=replace(settings(), scanner=False))


@story
async def test_a_scanner_that_dies_over_the_slip_is_no_reason_to_give_up(hall: Hall) -> None:
    await pays_a_bill(payer(hall))

    async def pulls_the_plug(person: Person) -> None:
        await trio.sleep(1)
        person.post.unplug("codes")

    person = looks(hall, find_payment="by_slip", show_slip=pulls_the_plug, type_slip_code=types(code_of(hall)))
    await person.goes("payment_done", service="pay_bills")


@story
async def test_a_code_that_nobody_knows_three_times_and_no_more(hall: Hall) -> None:
    person = looks(
        hall, find_payment="by_slip", show_slip="type_code", type_slip_code=types("00000000"), slip_not_found="code_again"
    )
    await person.goes("slip_not_found", service="pay_bills")
    for _ in range(2):
        hall.post.touch("code_again")
        await hall.post.shows("show_slip")
        await person.goes_on("slip_not_found")
    shown = hall.post.screen.prompt
    assert shown is not None and [choice.name for choice in shown.choices] == ["understood"]


@story
async def test_nothing_was_paid_with_this_id_card(hall: Hall) -> None:
    await looks(hall).goes("no_payments", service="pay_bills")


@story
async def test_the_centre_is_away_and_nobody_says_that_nothing_was_paid(hall: Hall) -> None:
    hall.post.network.fates["orders/find"] = "not_sent"
    await pays_a_bill(payer(hall))
    await looks(hall).goes("payments_unknown", service="pay_bills")


@story
async def test_she_says_that_it_is_not_so_and_somebody_is_called(hall: Hall) -> None:
    await pays_a_bill(payer(hall))
    person = looks(hall, payment_done="not_right")
    shown = await person.goes("payment_help", service="pay_bills")
    with hall.centre.engine.connect() as connection:
        assert str(connection.execute(sa.select(orders.c.order_no)).scalar_one()) in str(shown.contents[0])
    await person.goes_on("home")
    await trio.sleep(30)
    with hall.centre.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM events WHERE kind = 'help_call'").scalar_one() >= 1
