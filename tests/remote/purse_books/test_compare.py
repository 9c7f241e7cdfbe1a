"""The day after, with cards: what they prove, what terminals' journals say, and what the counter decides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from card.virtual.card import VirtualCard
from remote.central.http import make_app
from remote.central.loads.tables import loads
from remote.central.payment.differences import Kind, Proposal
from remote.central.payment.purse_tables import purchases
from remote.central.payment.reconcile import Report, reconcile
from remote.central.payment.tables import orders, payments
from remote.central.purse_books.tables import journal_money, sightings
from remote.central.store.database import reading, writing
from remote.central.store.schema import incidents
from remote.messages import Event, EventKind, MoneyAct, MoneyNews
from remote.messages import Report as Told
from tests.remote.loads.town import FEN, Town, card_of, loaded, offered

CELL = "purse/1001/02"       # of the virtual card: balance 4, online number 2, offline number 2


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def card() -> VirtualCard:
    return card_of()


def next_noon(town: Town) -> Report:
    day = town.now.date()
    town.now = town.now.replace(hour=12) + timedelta(days=1)
    return reconcile(town.centre, day)


def named(report: Report) -> list[tuple[Kind, Proposal]]:
    return [(one.kind, one.proposal) for one in report.open]


def change(town: Town, what: sa.Update | sa.Insert) -> None:
    with writing(town.centre.engine) as connection:
        connection.execute(what)


def memory(card: VirtualCard, balance: int, credits: int) -> None:
    """Somebody has written into the card what no centre has permitted."""
    cell = card.eeprom[CELL]
    card.eeprom.commit({CELL: balance.to_bytes(4, "big") + credits.to_bytes(2, "big") + cell[6:]})


def tells(town: Town, what: MoneyAct, ref: str, *, happened: bool = True, plan: str = "a" * 32) -> None:
    news = MoneyNews(plan=plan, what=what, ref=ref, happened=happened, fen=FEN)
    town.keyed += 1
    event = Event(event_id=f"{town.keyed:032x}", kind=EventKind.MONEY, at=town.now, body=news.model_dump(mode="json"))
    for _ in range(2):                       # told twice is told once
        town.ask("report", Told(events=[event]), town.key("report"))


def pending(town: Town, card: VirtualCard) -> str:
    """Begun, and the card is gone; the load."""
    order = town.paid(card)
    begun = town.begin(order, offered(card))
    assert begun.load is not None
    return begun.load.load_id


def test_a_day_of_top_ups_in_order_has_no_differences(town: Town, card: VirtualCard) -> None:
    for _ in range(2):
        order = town.paid(card)
        load_id, _ = loaded(town, card, order)
        tells(town, MoneyAct.PAID, order)
        tells(town, MoneyAct.LOADED, load_id)
        town.later(minutes=5)
    assert next_noon(town).open == []
    with reading(town.centre.engine) as connection:
        seen = [(row.sequence, row.balance) for row in connection.execute(sa.select(sightings).order_by(sightings.c.at))]
        assert len(connection.execute(sa.select(journal_money)).all()) == 4
    assert seen == [(0, 1230), (1, 1230 + FEN)]


def test_a_load_whose_card_never_came_back_waits_for_it_with_its_age(town: Town, card: VirtualCard) -> None:
    pending(town, card)
    report = next_noon(town)
    assert named(report) == [(Kind.LOAD_PENDING, Proposal.WAIT)] and report.open[0].fen == FEN
    loaded_again = town.begin(with_order(town), offered(card))
    assert loaded_again.mac2                 # the card shows that it had not been credited


def with_order(town: Town) -> str:
    with reading(town.centre.engine) as connection:
        return str(connection.execute(sa.select(loads.c.order_id)).scalar_one())


def test_a_credit_that_nobody_booked_is_earned_by_rule(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    loaded(town, card, order)
    change(town, sa.update(orders).values(fulfilled_at=None))
    report = next_noon(town)
    assert report.open == [] and [one.kind for one in report.settled] == [Kind.LOAD_PENDING]
    assert town.order(order).fulfilled_at is not None


def test_a_card_with_more_credits_or_more_money_than_was_paid_for_is_told(town: Town, card: VirtualCard) -> None:
    loaded(town, card, town.paid(card))
    memory(card, 1230 + FEN + 700, 1)
    loaded(town, card, town.paid(card))
    assert named(next_noon(town)) == [(Kind.PURSE_DIFFERENCE, Proposal.TWO_PEOPLE)]
    memory(card, 1000, 5)
    loaded(town, card, town.paid(card))
    report = next_noon(town)
    assert [one.kind for one in report.open].count(Kind.PURSE_DIFFERENCE) == 2
    words = "".join(one.words for one in report.open)
    assert "联机序号多了" in words and "余额比登记的多700分" in words


def test_spending_between_two_loads_is_no_difference(town: Town, card: VirtualCard) -> None:
    loaded(town, card, town.paid(card))
    memory(card, 30, 1)
    loaded(town, card, town.paid(card))
    assert next_noon(town).open == []


def test_on_the_card_and_not_paid(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    loaded(town, card, order)
    change(town, sa.update(orders).values(state="refunded"))
    kinds = {one.kind for one in next_noon(town).open}
    assert Kind.DELIVERED_NOT_PAID in kinds


def test_a_journal_that_says_otherwise_is_told(town: Town, card: VirtualCard) -> None:
    load_id = pending(town, card)
    change(town, sa.update(loads).values(state="not_credited", settled_at=town.now))
    change(town, sa.update(orders).values(used_by=None))
    tells(town, MoneyAct.LOADED, load_id)                                # by the journal it is on the card
    tells(town, MoneyAct.LOADED, "no such load")
    tells(town, MoneyAct.PAID, "no such order")
    tells(town, MoneyAct.PRINTED, "no such document", happened=False)
    words = sorted(one.words for one in next_noon(town).open if one.kind is Kind.JOURNAL_DIFFERS)
    assert len(words) == 4 and any("未到账处理" in one for one in words)


def test_a_journal_that_says_not_credited_about_the_permission_the_card_was_credited_under(
    town: Town, card: VirtualCard
) -> None:
    order = town.paid(card)
    load_id, _ = loaded(town, card, order)
    with reading(town.centre.engine) as connection:
        under = str(connection.execute(sa.select(loads.c.credited_by)).scalar_one())
    tells(town, MoneyAct.LOADED, load_id, happened=False, plan="b" * 32)         # another plan's failure is no contradiction
    assert next_noon(town).open == []
    town.now -= timedelta(days=1)
    tells(town, MoneyAct.LOADED, load_id, happened=False, plan=under.partition(":")[0])
    assert named(next_noon(town)) == [(Kind.JOURNAL_DIFFERS, Proposal.TWO_PEOPLE)]


# -- the counter --------------------------------------------------------------------------------------------------------

PEOPLE = {"first": "王敏", "second": "李强", "reason": "读卡余额 62.30 元"}


def doubted(town: Town, card: VirtualCard) -> str:
    load_id = pending(town, card)
    memory(card, 1230, 1)                    # credited once more by its number, and no more money: cannot be
    town.begin(with_order(town), offered(card))
    assert town.states() == ["in_doubt"]
    return load_id


def form(page: str, credited: str) -> dict[str, str]:
    for found in re.findall(r'<form method="post" action="/payments/load">(.*?)</form>', page, re.S):
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found))
        if fields["credited"] == credited:
            return fields
    raise AssertionError("no such form")


@pytest.fixture
def desk(town: Town) -> TestClient:
    client = TestClient(make_app(town.centre))
    client.post("/counter/login", data={"staff": "王敏"})
    return client


def test_a_load_that_waits_for_its_card_is_shown_and_nobody_can_tick_it_off(
    town: Town, card: VirtualCard, desk: TestClient
) -> None:
    load_id = pending(town, card)
    page = desk.get("/payments").text
    assert "等这张卡再读一次" in page and "5678" in page and "/payments/load" not in page
    token = re.search(r'name="token" value="([^"]+)"', desk.get("/counter").text)
    forged = {"token": token[1] if token else "", "load_id": load_id, "credited": "yes", **PEOPLE}
    desk.post("/payments/load", data=forged)
    assert town.states() == ["permitted"]


@pytest.mark.parametrize(("credited", "state"), [("yes", "credited"), ("no", "not_credited")])
def test_a_load_in_doubt_is_settled_by_two_people_once(
    town: Town, card: VirtualCard, desk: TestClient, credited: str, state: str
) -> None:
    doubted(town, card)
    report = next_noon(town)
    assert (Kind.LOAD_PENDING, Proposal.TWO_PEOPLE) in named(report)
    hidden = form(desk.get("/payments").text, credited)
    for wrong in ({"second": "王敏"}, {"reason": "是"}, {"credited": ""}):
        desk.post("/payments/load", data=hidden | PEOPLE | wrong)
        assert town.states() == ["in_doubt"]
    assert "由两人确认" in desk.post("/payments/load", data=hidden | PEOPLE).text
    assert town.states() == [state] and "已经处理过了" in desk.post("/payments/load", data=hidden | PEOPLE).text
    order = town.order(with_order(town))
    assert (order.fulfilled_at is not None) == (credited == "yes") and (order.used_by is None) == (credited == "no")
    with reading(town.centre.engine) as connection:
        rows = connection.execute(sa.select(incidents.c.closed_by).where(incidents.c.kind == "load_in_doubt")).scalars().all()
    assert rows == ["王敏 + 李强:读卡余额 62.30 元"]
    assert "每笔充值都有结果" in desk.get("/payments").text


# -- payments from the purse ---------------------------------------------------------------------------------------------


def a_purchase(town: Town, card: VirtualCard, state: str) -> str:
    """Of an order that was paid by telephone meanwhile: begun, or in doubt as the card's own words left it."""
    row = {
        "purchase_id": "9" * 32, "order_id": town.paid(card), "issuer": "3416000000000001", "serial": "00000000000000005678",
        "fen": 1000, "state": state, "kind": 6, "balance": 6230, "sequence": 7, "algorithm": 0, "key_version": 1,
        "terminal_number": "341600000001", "terminal_seq": 3, "moment": "20270309120000", "tac": "",
        "since": town.now, "terminal": "T1", "place": "T1号机", "settled_how": "余额不符",
    }  # fmt: skip
    with writing(town.centre.engine) as connection:
        connection.execute(sa.insert(purchases), row)
    return str(row["purchase_id"])


def purchase_states(town: Town) -> list[str]:
    with reading(town.centre.engine) as connection:
        return list(connection.execute(sa.select(purchases.c.state)).scalars())


def purchase_form(page: str, debited: str) -> dict[str, str]:
    for found in re.findall(r'<form method="post" action="/payments/purchase">(.*?)</form>', page, re.S):
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found))
        if fields["debited"] == debited:
            return fields
    raise AssertionError("no such form")


def test_a_payment_that_waits_for_its_card_is_shown_and_nobody_can_tick_it_off(
    town: Town, card: VirtualCard, desk: TestClient
) -> None:
    purchase_id = a_purchase(town, card, "begun")
    page = desk.get("/payments").text
    assert "没有结清的刷卡付款" in page and "5678" in page and "/payments/purchase" not in page
    token = re.search(r'name="token" value="([^"]+)"', desk.get("/counter").text)
    forged = {"token": token[1] if token else "", "purchase_id": purchase_id, "debited": "yes", **PEOPLE}
    desk.post("/payments/purchase", data=forged)
    assert purchase_states(town) == ["begun"]


@pytest.mark.parametrize(("debited", "state"), [("yes", "debited"), ("no", "not_debited")])
def test_a_payment_in_doubt_is_settled_by_two_people_once(
    town: Town, card: VirtualCard, desk: TestClient, debited: str, state: str
) -> None:
    a_purchase(town, card, "in_doubt")
    hidden = purchase_form(desk.get("/payments").text, debited)
    for wrong in ({"second": "王敏"}, {"reason": "是"}, {"debited": ""}):
        desk.post("/payments/purchase", data=hidden | PEOPLE | wrong)
        assert purchase_states(town) == ["in_doubt"]
    assert "由两人确认" in desk.post("/payments/purchase", data=hidden | PEOPLE).text
    assert purchase_states(town) == [state]
    assert "已经处理过了" in desk.post("/payments/purchase", data=hidden | PEOPLE).text
    with reading(town.centre.engine) as connection:
        second = connection.execute(sa.select(payments.c.state).where(payments.c.channel == "purse")).scalars().all()
    assert second == (["refund_due"] if debited == "yes" else [])      # the order was paid already: it goes back onto the card
