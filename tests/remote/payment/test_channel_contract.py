"""What every channel must keep: the simulated one, WeChat Pay and Alipay, the latter two over sockets with real signatures."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from remote.central.payment.channel import BillNotThere, ChannelAway, ChannelRefused, Refund, RefundState, TradeState
from tests.remote.payment.benches import CODES, NAMES, Bench, bench, payable
from tests.remote.payment.till import CannotPay

NO = "P270309A1"


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def at(name: str, tmp_path: Path) -> Iterator[Bench]:
    with bench(name, tmp_path) as made:
        yield made


def paid(at: Bench, order_no: str = NO, fen: int = 1234) -> str:
    """The number of the money."""
    at.channel.open(payable(at, order_no, fen))
    at.pay(order_no)
    [transaction] = at.channel.query(order_no).transactions
    return transaction.number


def refund(number: str, fen: int = 1234, refund_no: str = "R1") -> Refund:
    return Refund(refund_no, NO, number, fen, 1234, "没有办成")


def test_an_order_that_is_opened_twice_is_one_order_with_one_code(at: Bench) -> None:
    first = at.channel.open(payable(at))
    assert first and at.channel.open(payable(at)) == first
    assert at.channel.query(NO).transactions == ()


def test_it_is_paid_when_the_payer_has_paid_and_not_before(at: Bench) -> None:
    at.channel.open(payable(at))
    assert at.channel.query(NO).state in (TradeState.NOT_PAID, TradeState.UNHEARD_OF)
    at.pay(NO)
    trade = at.channel.query(NO)
    assert trade.state is TradeState.PAID
    assert [(one.fen, one.at) for one in trade.transactions] == [(1234, at.now)]
    assert at.channel.query(NO) == trade


def test_a_wrong_amount_is_told_as_it_is(at: Bench) -> None:
    at.channel.open(payable(at))
    at.pay(NO, 1)
    assert [one.fen for one in at.channel.query(NO).transactions] == [1]


def test_an_order_that_never_arrived_is_unheard_of_and_can_be_closed(at: Bench) -> None:
    assert at.channel.query("P0").state is TradeState.UNHEARD_OF
    assert at.channel.close(payable(at, "P0"))


def test_what_is_closed_cannot_be_paid_and_closes_again(at: Bench) -> None:
    order = payable(at)
    at.channel.open(order)
    assert at.channel.close(order)
    assert at.channel.close(order)
    with pytest.raises(CannotPay):
        at.pay(NO)
    assert at.channel.query(NO).transactions == ()


def test_what_is_paid_does_not_close(at: Bench) -> None:
    order = payable(at)
    at.channel.open(order)
    at.pay(NO)
    assert not at.channel.close(order)
    assert at.channel.query(NO).state is TradeState.PAID
    assert at.refunded() == []


def test_its_time_is_told_to_the_channel(at: Bench) -> None:
    at.channel.open(payable(at))
    at.later(minutes=5)
    with pytest.raises(CannotPay):
        at.pay(NO)


def test_money_goes_back_once_however_often_it_is_asked_for(at: Bench) -> None:
    number = paid(at)
    for _ in range(3):
        assert at.channel.refund(refund(number)) is RefundState.DONE
    assert at.refunded() == [1234]
    assert at.channel.query(NO).state is TradeState.GONE_BACK


def test_the_same_money_under_another_number_does_not_go_back_again(at: Bench) -> None:
    number = paid(at)
    assert at.channel.refund(refund(number)) is RefundState.DONE
    with contextlib.suppress(ChannelRefused):
        assert at.channel.refund(refund(number, refund_no="R2")) is RefundState.FAILED
    assert at.refunded() == [1234]


def test_money_that_is_not_there_does_not_go_back(at: Bench) -> None:
    paid(at)
    with contextlib.suppress(ChannelRefused):
        assert at.channel.refund(refund("420000")) is RefundState.FAILED
    assert at.refunded() == []


def test_who_is_away_is_away_for_every_question(at: Bench) -> None:
    number = paid(at)
    at.away(True)
    order = payable(at)
    for ask in (
        lambda: at.channel.open(order),
        lambda: at.channel.query(NO),
        lambda: at.channel.close(order),
        lambda: at.channel.refund(refund(number)),
        lambda: at.channel.bill(at.now.date()),
    ):
        with pytest.raises(ChannelAway):
            ask()
    at.away(False)
    assert at.channel.query(NO).state is TradeState.PAID and at.refunded() == []


def test_the_code_of_her_phone_pays(at: Bench, name: str) -> None:
    assert at.channel.open(payable(at, scanned=True, phone_code=CODES[name])) == ""
    trade = at.channel.query(NO)
    assert trade.state is TradeState.PAID and [one.fen for one in trade.transactions] == [1234]


def test_the_bill_holds_all_that_moved_on_its_day_and_nothing_else(at: Bench) -> None:
    today = at.now.date()
    numbers = {no: paid(at, no, fen) for no, fen in ((NO, 1234), ("P2", 500), ("P3", 7))}
    assert at.channel.refund(refund(numbers[NO])) is RefundState.DONE
    at.channel.open(payable(at, "P4", 90))                       # never paid
    lines = {(line.order_no, line.transaction, line.fen, line.refund_no) for line in at.channel.bill(today)}
    assert lines == {
        (NO, numbers[NO], 1234, ""), ("P2", numbers["P2"], 500, ""), ("P3", numbers["P3"], 7, ""), (NO, numbers[NO], -1234, "R1"),
    }  # fmt: skip
    with contextlib.suppress(BillNotThere):
        assert at.channel.bill(today - timedelta(days=1)) == []
