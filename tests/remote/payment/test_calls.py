"""Channels call the centre: what is believed (nothing), what is asked, what is answered; and money that comes late or twice."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from remote.central.http import make_app
from remote.central.payment.channels.notice import NotFromChannel
from remote.central.payment.tables import calls, orders
from remote.central.times import BEIJING
from remote.messages import AskPrice, OrderState, PayMethod, Price, Purpose, RefundOrder
from tests.remote.payment.benches import CODES
from tests.remote.payment.till import Trouble
from tests.remote.payment.town import FEN, Town, town

KEY, OTHER = "ab" * 16 + ":order:1", "cd" * 16 + ":order:1"
CHANNELS = ("wechat", "alipay")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as made:
        yield made


@pytest.fixture
def reopening(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, late="reopen") as made:
        yield made


def opened(hall: Town, channel: str, key: str = KEY) -> str:
    order = hall.order(key, channel)
    hall.later(seconds=1)
    assert hall.seen(key).state is OrderState.OPEN and hall.seen(key).qr
    return order.order_no


def test_both_channels_are_offered_and_a_code_goes_to_the_one_whose_it_is(hall: Town) -> None:
    ask = AskPrice(purpose=Purpose.DOCUMENT, purpose_ref="property", person_ref=hall.person_ref)
    price = hall.centre.handle("T1", "ask_price", ask)
    assert isinstance(price, Price)
    assert [(one.name, one.label) for one in price.channels] == [("wechat", "微信支付"), ("alipay", "支付宝")]
    for number, channel in enumerate(CHANNELS):
        order = hall.order(f"{number:032x}:order:1", channel="", phone_code=CODES[channel])
        hall.later(seconds=1)
        hall.later(seconds=1)
        seen = hall.seen(f"{number:032x}:order:1")
        assert (seen.channel, seen.state, seen.method) == (channel, OrderState.PAID, PayMethod.SCAN_CODE)
        assert order.order_no in hall.till(channel).deals
        hall.centre.handle("T1", "refund_order", _refund(f"{number:032x}:order:1"), f"r{number}")
    assert [row.phone_code for row in hall.rows(orders)] == ["", ""]


def _refund(key: str) -> RefundOrder:
    return RefundOrder(order_key=key, reason="not_made")


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_call_before_any_money_is_not_believed(hall: Town, channel: str) -> None:
    order_no = opened(hall, channel)
    hall.call(channel, order_no)
    hall.later(seconds=1)
    assert hall.seen(KEY).state is OrderState.OPEN
    assert hall.rows(calls) == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_same_call_many_times_and_late_is_one_payment(hall: Town, channel: str) -> None:
    order_no = opened(hall, channel)
    hall.till(channel).pay(order_no)
    for _ in range(3):
        hall.call(channel, order_no)
    hall.later(seconds=1)
    assert hall.seen(KEY).state is OrderState.PAID
    hall.later(minutes=2)
    hall.call(channel, order_no)
    hall.later(seconds=1)
    assert (hall.states(), hall.owed(), hall.gone_back()) == (["holds"], [("paid_order", FEN)], 0)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_call_while_the_channel_is_away_is_kept_until_it_can_be_asked(hall: Town, channel: str) -> None:
    order_no = opened(hall, channel)
    hall.close(KEY)
    hall.later(seconds=1)
    hall.later(minutes=10)                                        # the last look is over
    assert hall.seen(KEY).state is OrderState.CLOSED
    hall.till(channel).pay(order_no, although_closed=True)
    hall.call(channel, order_no)
    hall.till(channel).away = True
    hall.later(seconds=1)
    assert hall.states() == [] and len(hall.rows(calls)) == 1
    hall.till(channel).away = False
    for _ in range(2):
        hall.later(seconds=61)
    assert (hall.states(), hall.owed(), hall.gone_back()) == (["refunded"], [], FEN)


@pytest.mark.parametrize("channel", CHANNELS)
def test_late_money_without_any_call_is_found_by_the_last_look(hall: Town, channel: str) -> None:
    order_no = opened(hall, channel)
    hall.close(KEY)
    hall.later(seconds=1)
    assert hall.seen(KEY).state is OrderState.CLOSED
    hall.till(channel).pay(order_no, although_closed=True)
    hall.later(minutes=4)
    assert hall.states() == []
    hall.later(minutes=4)
    assert hall.owed() == [("refund", FEN)] or hall.gone_back() == FEN
    hall.later(seconds=1)
    assert (hall.states(), hall.owed(), hall.gone_back()) == (["refunded"], [], FEN)


def test_late_money_opens_the_case_again_where_the_rule_says_so(reopening: Town) -> None:
    order_no = opened(reopening, "wechat")
    reopening.close(KEY)
    reopening.later(seconds=1)
    reopening.till("wechat").pay(order_no, although_closed=True)
    reopening.call("wechat", order_no)
    reopening.later(seconds=1)
    assert reopening.seen(KEY).state is OrderState.PAID
    reopening.later(minutes=31)                                   # and nobody came
    reopening.later(seconds=1)
    assert (reopening.seen(KEY).state, reopening.gone_back()) == (OrderState.REFUNDED, FEN)


@pytest.mark.parametrize("first", CHANNELS)
def test_paid_by_two_channels_the_second_goes_back(reopening: Town, first: str) -> None:
    """She closes, tries the other channel, and both go through, the closed one late."""
    second = "alipay" if first == "wechat" else "wechat"
    first_no = opened(reopening, first)
    reopening.close(KEY)
    reopening.later(seconds=1)
    second_no = opened(reopening, second, OTHER)
    reopening.till(second).pay(second_no)
    reopening.later(seconds=2)
    assert reopening.seen(OTHER).state is OrderState.PAID
    reopening.till(first).pay(first_no, although_closed=True)
    reopening.call(first, first_no)
    for _ in range(3):
        reopening.later(seconds=1)
    assert reopening.seen(KEY).state is OrderState.CLOSED
    assert reopening.states() == ["holds", "refunded"] and reopening.gone_back() == FEN
    assert reopening.owed() == [("paid_order", FEN)]


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_refund_that_is_worked_on_stays_owed_until_it_is_there(hall: Town, channel: str) -> None:
    order_no = opened(hall, channel)
    hall.till(channel).pay(order_no)
    hall.later(seconds=2)
    hall.till(channel).refunds_become = ["processing"]
    hall.centre.handle("T1", "refund_order", _refund(KEY), "r1")
    hall.later(seconds=61)
    assert hall.seen(KEY).state is OrderState.REFUNDING and hall.owed() == [("paid_order", FEN)]
    hall.till(channel).settle_refunds()
    hall.later(seconds=61)
    assert hall.seen(KEY).state is OrderState.REFUNDED and hall.owed() == []


def test_a_channel_that_hangs_does_not_hold_up_the_other(hall: Town) -> None:
    opened(hall, "wechat")
    paid = opened(hall, "alipay", OTHER)
    hall.alipay.till.pay(paid)
    hall.wechat.till.away = True
    hall.later(seconds=3)
    assert hall.seen(OTHER).state is OrderState.PAID


def test_the_addresses_that_are_called(hall: Town) -> None:
    """Through HTTP, on the wall's clock as the real ones."""
    for till in (hall.wechat.till, hall.alipay.till):
        till.now = datetime.fromtimestamp(time.time(), BEIJING)
    for number, channel in enumerate(CHANNELS):
        hall.order(f"{number:032x}:order:1", channel)
    hall.centre.payment.round()
    public = TestClient(make_app(hall.centre))                    # no chores beside it: one connection in memory
    for number, channel in enumerate(CHANNELS):
        order_no = hall.seen(f"{number:032x}:order:1").order_no
        server = hall.wechat if channel == "wechat" else hall.alipay
        headers, body = server.call(order_no)
        url = f"/pay/notify/{channel}"
        answer = public.post(url, content=body, headers=headers)
        assert (answer.status_code, answer.text) == ((204, "") if channel == "wechat" else (200, "success"))
        for bad in (body.replace(order_no.encode()[:4], b"XXXX"), body[:-4], b"", b"{}", b"\xff" * 50, body + b"&x=1"):
            if bad != body:
                assert public.post(url, content=bad, headers=headers).status_code == 401
        assert public.post(url, content=b"x" * 70_000, headers=headers).status_code == 413
    assert public.post("/pay/notify/nobody", content=b"").status_code == 404
    assert public.get("/pay/notify/wechat").status_code == 405


def test_a_call_that_is_old_or_of_an_unknown_serial_or_not_for_us_is_refused_without_asking_anybody(hall: Town) -> None:
    order_no = opened(hall, "wechat")
    now, opener = hall.wechat.till.now, hall.centre.openers["wechat"]
    asked = len(hall.wechat.till.calls)
    headers, body = hall.wechat.call(order_no, at=now.timestamp())
    assert opener.order_no(headers, body, now) == order_no
    old, old_body = hall.wechat.call(order_no, at=now.timestamp() - 400)
    other = {**headers, "wechatpay-serial": "1234ABCD"}
    nonsense = {**headers, "wechatpay-serial": "not hex", "wechatpay-timestamp": "soon"}
    unsigned = {name: value for name, value in headers.items() if name != "wechatpay-signature-type"}
    for bad_headers, bad_body in ((old, old_body), (other, body), (nonsense, body), (unsigned, body), ({}, body)):
        with pytest.raises(NotFromChannel):
            opener.order_no(bad_headers, bad_body, now)
    foreign = json.loads(body)
    foreign["resource"]["ciphertext"] = foreign["resource"]["ciphertext"][::-1]
    sealed = json.dumps(foreign).encode()
    signed = {name.lower(): value for name, value in hall.wechat.signature(sealed, now.timestamp()).items()}
    with pytest.raises(NotFromChannel):
        opener.order_no(signed, sealed, now)
    assert len(hall.wechat.till.calls) == asked
    alipay = hall.centre.openers["alipay"]
    for bad in (hall.alipay.call(order_no, whose="somebody else"), hall.alipay.call(order_no, app="2021000000000000")):
        with pytest.raises(NotFromChannel):
            alipay.order_no(*bad, now)


def test_an_answer_lost_at_every_step_changes_nothing_of_the_end(hall: Town) -> None:
    for channel in CHANNELS:
        for operation in ("open", "query", "close", "refund"):
            hall.till(channel).trouble[operation] += [Trouble.LOST_AFTER, Trouble.LOST_BEFORE]
    for number, channel in enumerate(CHANNELS):
        key = f"{number:032x}:order:1"
        order = hall.order(key, channel)
        for _ in range(4):
            hall.later(seconds=6)
        hall.till(channel).pay(order.order_no)
        for _ in range(4):
            hall.later(seconds=6)
        assert hall.seen(key).state is OrderState.PAID
        hall.centre.handle("T1", "refund_order", _refund(key), f"r{number}")
        for _ in range(4):
            hall.later(seconds=61)
        assert hall.seen(key).state is OrderState.REFUNDED
    assert hall.gone_back() == 2 * FEN and hall.owed() == []
