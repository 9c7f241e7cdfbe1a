"""J16: bills of water and power, paid by a code on the screen or by the code of her phone, and every way it can go wrong."""
from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import trio

from kiosk.terminal import House
from remote.central.payment import utilities
from remote.central.payment.simulated import refunds, trades
from remote.central.payment.tables import orders, payments
from remote.central.store.schema import notices
from remote.messages import IdentityEvidence
from tests.kiosk.rig import Hall, Hand, Person, Settings, in_hall

PAYS_AT_ONCE = "287654321098765432"          # of a phone whose owner is not asked again
HAS_TO_CONFIRM = "267654321098765432"


def settings(**more: Any) -> Settings:
    house = House(offered=("pay_bills", "my_matters"), identity=IdentityEvidence.CARD_ALONE)
    return Settings(scanner=True, house=house, **more)


def story(tell: Callable[[Hall], Awaitable[None]]) -> Callable[[Path], None]:
    def test(tmp_path: Path) -> None:
        in_hall(tmp_path, tell, settings=settings())

    test.__name__, test.__doc__ = getattr(tell, "__name__", "test"), tell.__doc__
    return test


def first(person: Person) -> None:
    prompt = person.post.screen.prompt
    assert prompt is not None
    person.post.touch(prompt.choices[0].name, prompt.choices[0].value)


async def pays(person: Person) -> None:
    """Her phone reads the code on the screen, once."""
    await trio.sleep(5)
    prompt, bank = person.post.screen.prompt, person.post.hall.centre.bank
    if prompt is not None and prompt.name == "pay_now" and bank is not None:
        bank.pay(prompt.contents[0].qr.rsplit("/", 1)[1])    # type: ignore[union-attr]


def shows(code: str) -> Hand:
    async def hold(person: Person) -> None:
        await trio.sleep(2)
        person.post.codes.model.show(code.encode())

    return hold


def payer(hall: Hall, **answers: str | Hand) -> Person:
    usual: dict[str, str | Hand] = {
        "whose_bills": "my_bills", "choose_bill": first, "pay_amount": "pay_show_qr", "pay_now": pays, "bill_paid": "finish",
        "pay_amount_changed": "pay_show_qr", "no_bills": "understood", "pay_cancelled": "understood",
        "pay_expired": "understood", "pay_refunding": "understood", "pay_unknown": "finish", "pay_not_taken": "understood",
        "show_phone_code": shows(PAYS_AT_ONCE), "scanner_away": "understood",
    }  # fmt: skip
    return Person(hall.post, **{**usual, **answers})


def by_phone_code(hall: Hall, code: str = PAYS_AT_ONCE, **answers: str | Hand) -> Person:
    return payer(hall, **{"pay_amount": "pay_scan_code", "show_phone_code": shows(code), **answers})


async def pays_a_bill(person: Person, *until: str) -> Any:
    await person.goes("whose_bills", service="pay_bills")
    return await person.goes_on(*(until or ("home",)))


def rows(hall: Hall) -> list[tuple[str, str]]:
    with hall.centre.engine.connect() as connection:
        found = connection.execute(sa.select(orders).order_by(orders.c.created_at)).all()
    return [(row.method, row.state) for row in found]


def held(hall: Hall) -> int:
    with hall.centre.engine.connect() as connection:
        return sum(connection.execute(sa.select(payments.c.fen).where(payments.c.state == "holds")).scalars())


def told_suppliers(hall: Hall) -> int:
    with hall.centre.engine.connect() as connection:
        return len(connection.execute(sa.select(notices).where(notices.c.seam == "utility")).all())


def slip(hall: Hall) -> str:
    return "".join(hall.post.slips_out[-1]).replace("\n", "")


@story
async def test_her_own_bill_is_found_by_her_id_card_and_paid_by_a_code_on_the_screen(hall: Hall) -> None:
    person = payer(hall)
    asked = await pays_a_bill(person, "pay_amount")
    shown = asked.contents[0]
    assert "亳州市供水有限公司" in shown.payee or "国网" in shown.payee
    done = await person.goes_on("bill_paid")
    assert done.params["yuan"] == shown.yuan and [choice.name for choice in done.choices][:2] == ["finish", "pay_another"]
    await person.goes_on("home")
    assert rows(hall) == [("show_qr", "paid")] and held(hall) == round(float(shown.yuan) * 100) and told_suppliers(hall) == 1
    assert "缴费成功" in slip(hall) and shown.yuan in slip(hall) and "姓名" in slip(hall)


@story
async def test_another_bill_in_the_same_visit_and_the_paid_one_is_not_offered_again(hall: Hall) -> None:
    answers = iter(["pay_another", "finish"])
    person = payer(hall, bill_paid=lambda who: who.post.touch(next(answers)))
    first_list = await pays_a_bill(person, "choose_bill")
    await person.goes_on("home")
    assert rows(hall) == [("show_qr", "paid")] * 2 and told_suppliers(hall) == 2
    await person.goes("choose_bill", service="pay_bills")
    assert len(hall.post.screen.prompt.choices) == len(first_list.choices) - 2     # type: ignore[union-attr]


@story
async def test_anybodys_bill_by_its_account_number_and_no_name_anywhere(hall: Hall) -> None:
    person = payer(
        hall, whose_bills="bills_by_number", which_supplier=lambda who: who.post.touch("bill_water", "W"),
        account_number=lambda who: who.post.touch("done", "3416020001"),
    )  # fmt: skip
    await pays_a_bill(person)
    assert rows(hall) == [("show_qr", "paid")] and "lay_id" not in hall.post.screen.names
    assert "姓名" not in slip(hall) and "****0001" in slip(hall)
    with hall.centre.engine.connect() as connection:
        assert connection.execute(sa.select(orders.c.person_id)).scalar() is None


@story
async def test_an_account_number_that_nobody_has(hall: Hall) -> None:
    person = payer(
        hall, whose_bills="bills_by_number", which_supplier=lambda who: who.post.touch("bill_power", "E"),
        account_number=lambda who: who.post.touch("done", "3416020000"),
    )  # fmt: skip
    await pays_a_bill(person, "no_bills")
    await person.goes_on("home")
    assert rows(hall) == []


@story
async def test_the_bill_changed_meanwhile_and_the_amount_is_shown_again(hall: Hall) -> None:
    supplier = utilities.SUPPLIERS["W"], utilities.SUPPLIERS["E"]
    dearer = {kind: replace(one, parts=tuple((payee, what, fen + 1) for payee, what, fen in one.parts))
              for kind, one in zip("WE", supplier, strict=True)}  # fmt: skip

    def chooses_after_the_price_rose(person: Person) -> None:
        person.post.touch("pay_show_qr")
        utilities.SUPPLIERS = dearer

    before = utilities.SUPPLIERS
    try:
        person = payer(hall, pay_amount=chooses_after_the_price_rose)
        shown = (await pays_a_bill(person, "pay_amount")).contents[0].yuan
        again = await person.goes_on("pay_amount_changed")
        assert again.contents[0].yuan != shown and held(hall) == 0
        await person.goes_on("home")
        assert held(hall) == round(float(again.contents[0].yuan) * 100)
    finally:
        utilities.SUPPLIERS = before


# -- the code of her phone -------------------------------------------------------------------------------------------

@story
async def test_the_code_of_her_phone_pays_and_is_written_down_nowhere(hall: Hall) -> None:
    person = by_phone_code(hall)
    await pays_a_bill(person)
    assert rows(hall) == [("scan_code", "paid")] and held(hall) > 0
    for file in hall.post.folder.rglob("*"):
        assert not file.is_file() or PAYS_AT_ONCE.encode() not in file.read_bytes()
    journal = hall.post.terminal.heart.journal
    assert not [row for row in journal.rows() if PAYS_AT_ONCE in str(row.facts)]
    assert not hall.post.codes.model.lit


@story
async def test_her_phone_wants_her_to_confirm_and_she_does(hall: Hall) -> None:
    async def confirms(person: Person) -> None:
        await trio.sleep(8)
        prompt = hall.post.screen.prompt
        if prompt is None or prompt.name != "confirm_on_phone":
            return
        assert hall.centre.bank is not None
        with hall.centre.engine.connect() as connection:
            token = connection.execute(sa.select(trades.c.token)).scalar_one()
        hall.centre.bank.pay(token)

    person = by_phone_code(hall, HAS_TO_CONFIRM, confirm_on_phone=confirms)
    await pays_a_bill(person)
    assert rows(hall) == [("scan_code", "paid")] and "bill_paid" in hall.post.screen.names


@story
async def test_she_thinks_better_of_it_on_her_phone_and_nothing_is_taken(hall: Hall) -> None:
    person = by_phone_code(hall, HAS_TO_CONFIRM, confirm_on_phone="stop_paying")
    await pays_a_bill(person, "pay_cancelled")
    await person.goes_on("home")
    assert rows(hall) == [("scan_code", "closed")] and held(hall) == 0


@story
async def test_another_code_is_no_payment_code_and_she_is_told(hall: Hall) -> None:
    person = by_phone_code(hall, "claim:K7QF2M9X", phone_code_again=shows(PAYS_AT_ONCE))
    await pays_a_bill(person, "phone_code_again")
    assert rows(hall) == []
    await person.goes_on("home")
    assert rows(hall) == [("scan_code", "paid")]


@story
async def test_she_pays_in_another_way_after_all(hall: Hall) -> None:
    answers = iter(["pay_scan_code", "pay_show_qr"])
    person = payer(hall, pay_amount=lambda who: who.post.touch(next(answers)), show_phone_code="pay_other_way")
    await pays_a_bill(person)
    assert rows(hall) == [("show_qr", "paid")]


@story
async def test_a_scanner_that_is_gone_is_not_offered_and_the_technicians_know(hall: Hall) -> None:
    hall.post.unplug("codes")
    await hall.post.terminal.health.look()
    asked = await pays_a_bill(payer(hall), "pay_amount")
    assert [choice.name for choice in asked.choices] == ["pay_show_qr", "not_now"]
    assert "scanner_away" in hall.post.terminal.health.found.words


def test_a_terminal_without_a_scanner_offers_the_code_on_its_screen_alone(tmp_path: Path) -> None:
    async def tell(hall: Hall) -> None:
        asked = await pays_a_bill(payer(hall), "pay_amount")
        assert [choice.name for choice in asked.choices] == ["pay_show_qr", "not_now"]

    in_hall(tmp_path, tell, settings=replace(settings(), scanner=False))


# -- late, and not at all --------------------------------------------------------------------------------------------

@story
async def test_the_bank_says_no_to_the_code(hall: Hall) -> None:
    bank = hall.centre.bank
    assert bank is not None
    from remote.central.payment.channel import ChannelRefused

    def refuses(order: object) -> str:
        raise ChannelRefused("the code is over")

    bank.open = refuses  # type: ignore[method-assign, assignment]
    await pays_a_bill(by_phone_code(hall), "pay_not_taken")
    assert held(hall) == 0


@pytest.mark.parametrize("late", ["refund", "reopen"])
def test_money_that_comes_after_the_order_was_closed(tmp_path: Path, late: str) -> None:
    async def tell(hall: Hall) -> None:
        tariffs = tmp_path / "tariffs.yaml"
        text = hall.centre.settings.tariffs.read_text("utf-8")
        tariffs.write_text(re.sub(r"late: refund", f"late: {late}", text), "utf-8")
        hall.centre.service.settings = replace(hall.centre.settings, tariffs=tariffs)
        tokens: list[str] = []

        def remembers(person: Person) -> None:
            prompt = person.post.screen.prompt
            tokens.append(prompt.contents[0].qr.rsplit("/", 1)[1])    # type: ignore[union-attr]
            person.post.touch("stop_paying")

        await pays_a_bill(payer(hall, pay_now=remembers))
        assert hall.centre.bank is not None
        hall.centre.bank.pay(tokens[0], although_closed=True)
        await trio.sleep(30)
        with hall.centre.engine.connect() as connection:
            back = list(connection.execute(sa.select(refunds.c.fen)).scalars())
        if late == "refund":
            assert len(back) == 1 and held(hall) == 0 and told_suppliers(hall) == 0
        else:
            assert back == [] and rows(hall) == [("show_qr", "paid")] and told_suppliers(hall) == 1

    in_hall(tmp_path, tell, settings=settings())
