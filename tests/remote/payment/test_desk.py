"""The counter's pages about money: what is shown, and what takes two people and a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from remote.central.http import make_app
from remote.central.payment.reconcile import reconcile
from remote.central.store import schema
from remote.messages import Message, ObligationAnswer, OrderState, RefundOrder, SettleObligation
from tests.remote.payment.till import Deal
from tests.remote.payment.town import FEN, Town, town

KEY = "ab" * 16 + ":order:1"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as made:
        yield made


@pytest.fixture
def desk(hall: Town) -> TestClient:
    client = TestClient(make_app(hall.centre))                    # no chores beside it: one connection in memory
    client.post("/counter/login", data={"staff": "王敏"})
    return client


def refused(hall: Town) -> str:
    """A paid order whose refund the channel has refused; its number."""
    order_no = hall.order(KEY).order_no
    hall.later(seconds=1)
    hall.wechat.till.pay(order_no)
    hall.later(seconds=3)
    hall.wechat.till.refunds_become = ["failed"]
    hall.centre.handle("T1", "refund_order", RefundOrder(order_key=KEY, reason="no"), "r1")
    hall.later(seconds=1)
    assert hall.states() == ["refund_failed"]
    return order_no


def form(page: str, action: str) -> dict[str, str]:
    """The hidden fields of a form as it was given out."""
    found = re.search(rf'<form method="post" action="{action}">(.*?)</form>', page, re.S)
    assert found is not None
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[1]))


PEOPLE = {"first": "王敏", "second": "李强", "reason": "银行转账退回,回单 20270309"}


def test_orders_are_shown_with_their_money_and_nobodys_name(hall: Town, desk: TestClient) -> None:
    order_no = refused(hall)
    page = desk.get("/payments").text
    assert order_no in page and "正在退款" in page and "微信支付" in page and "不动产查询结果" in page and "退款被拒" in page
    with hall.centre.engine.connect() as connection:
        person = connection.execute(sa.select(schema.persons).order_by(schema.persons.c.person_id)).first()
    assert person is not None and person.id_number not in page and person.name not in page
    assert TestClient(desk.app).get("/payments").status_code == 401


@pytest.mark.parametrize("wrong", [{"second": "王敏"}, {"second": " 王敏 "}, {"second": ""}, {"reason": "退"}, {"reason": " "}])
def test_a_refund_by_hand_takes_two_people_and_a_reason(hall: Town, desk: TestClient, wrong: dict[str, str]) -> None:
    refused(hall)
    hidden = form(desk.get("/payments").text, "/payments/by-hand")
    answer = desk.post("/payments/by-hand", data=hidden | PEOPLE | wrong).text
    assert 'class="said bad"' in answer
    assert hall.states() == ["refund_failed"] and hall.owed() == [("paid_order", FEN)]


def test_a_refund_by_hand_ends_what_is_owed_and_stands_in_the_audit_once(hall: Town, desk: TestClient) -> None:
    refused(hall)
    hidden = form(desk.get("/payments").text, "/payments/by-hand")
    assert "由两人确认" in desk.post("/payments/by-hand", data=hidden | PEOPLE).text
    assert "已经处理过了" in desk.post("/payments/by-hand", data=hidden | PEOPLE).text
    assert hall.seen(KEY).state is OrderState.REFUNDED and hall.owed() == [] and hall.states() == ["settled"]
    audit = [row for row in hall.rows(schema.audit) if row.what == "refund_by_hand"]
    assert [(row.who, "20270309" in str(row.words)) for row in audit] == [("王敏 + 李强", True)]
    assert [row.closed_by for row in hall.rows(schema.incidents)] == ["王敏 + 李强:银行转账退回,回单 20270309"]
    hall.later(minutes=10)
    assert hall.gone_back() == 0                                  # nothing goes through the channel as well


def test_a_refused_refund_may_be_tried_again_under_its_own_number(hall: Town, desk: TestClient) -> None:
    order_no = refused(hall)
    hidden = form(desk.get("/payments").text, "/payments/again")
    assert "正在再退一次" in desk.post("/payments/again", data=hidden).text
    [returned] = hall.wechat.till.deals[order_no].returned.values()
    returned.state = "done"
    hall.later(seconds=1)
    assert hall.seen(KEY).state is OrderState.REFUNDED and hall.gone_back() == FEN and hall.owed() == []


def test_money_that_is_owed_cannot_be_ticked_off(hall: Town, desk: TestClient) -> None:
    refused(hall)
    [owed] = [row for row in hall.rows(schema.obligations) if row.settled_at is None]
    with hall.centre.engine.connect() as connection:
        person = connection.execute(sa.select(schema.persons).order_by(schema.persons.c.person_id)).first()
    assert person is not None
    hidden = form(desk.get("/counter").text, "/counter/settle")
    answer = desk.post("/counter/settle", data=hidden | {"id_number": person.id_number, "staff": "王敏"}).text
    assert "“缴费”页由两人处理" in answer
    ask = SettleObligation(obligation_id=str(owed.obligation_id), person_ref=person.person_ref, identity="face", how="x")  # type: ignore[arg-type]
    said: Message = hall.centre.handle("T1", "settle_obligation", ask, "s1")
    assert isinstance(said, ObligationAnswer) and not said.settled
    assert hall.owed() == [("paid_order", FEN)]


def test_a_difference_is_shown_with_its_age_and_settled_by_two_people_for_good(hall: Town, desk: TestClient) -> None:
    hall.wechat.till.open(Deal("SOMEBODY-ELSE", 700, "x", None, ""))
    hall.wechat.till.pay("SOMEBODY-ELSE")
    hall.wechat.till.now = hall.alipay.till.now = hall.wechat.till.now + timedelta(days=3)
    day = date(2027, 3, 9)
    assert len(reconcile(hall.centre, day).open) == 1
    page = desk.get("/reconciliation").text
    assert "我们没有" in page and "7.00 元" in page and "3天前" in page and "建议:两人核对后处理" in page and "2027-03-09" in page
    hidden = form(page, "/reconciliation/settle")
    assert "需要两名不同的工作人员" in desk.post("/reconciliation/settle", data=hidden | PEOPLE | {"second": "王敏"}).text
    assert "由两人确认" in desk.post("/reconciliation/settle", data=hidden | PEOPLE).text
    assert reconcile(hall.centre, day).open == []
    assert "都对得上" in desk.get("/reconciliation").text and "王敏 + 李强" in desk.get("/reconciliation").text
