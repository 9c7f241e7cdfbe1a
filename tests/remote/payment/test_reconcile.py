"""The day after: what the channels' bills, our books and the things delivered say, and what is done where they do not fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from remote.central.payment import money
from remote.central.payment.books import read_books
from remote.central.payment.differences import Difference, Kind, Proposal
from remote.central.payment.lines import shares
from remote.central.payment.reconcile import Report, reconcile, reconcile_if_due, show
from remote.central.payment.tables import bills, differences, orders, payments
from remote.central.payment.tariffs import TariffFileError, load_tariffs, parse_tariffs
from remote.central.store.database import reading, writing
from remote.messages import OrderState, RefundOrder
from tests.remote.payment.till import CannotPay, Deal, Trouble
from tests.remote.payment.town import FEN, Town, town

DAY = date(2027, 3, 9)
CHANNELS = ("wechat", "alipay")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as made:
        yield made


def key(number: int) -> str:
    return f"{number:032x}:order:1"


def paid(hall: Town, number: int = 1, channel: str = "wechat") -> str:
    """An order of that number, open and paid; its number for people."""
    order_no = hall.order(key(number), channel).order_no
    hall.later(seconds=1)
    hall.till(channel).pay(order_no)
    hall.later(seconds=3)
    assert hall.seen(key(number)).state is OrderState.PAID
    return order_no


def deliver(hall: Town, number: int = 1) -> None:
    with writing(hall.centre.engine) as connection:
        context = hall.centre.service.context(connection, "T1", "x")
        row = connection.execute(sa.select(orders).where(orders.c.order_key == key(number))).one()
        money.use(context, row.order_id, f"made-{number}", row.purpose, row.purpose_ref, row.person_id)
        money.fulfilled(context, f"made-{number}")


def next_day(hall: Town, days: int = 1) -> Report:
    """Noon of the day after, without anything the worker might have done meanwhile."""
    noon = hall.wechat.till.now.replace(hour=12, minute=0, second=0) + timedelta(days=days)
    hall.wechat.till.now = hall.alipay.till.now = noon
    return reconcile(hall.centre, DAY)


def named(report: Report) -> tuple[list[str], list[str]]:
    """(settled, open) kinds."""
    return sorted(one.kind for one in report.settled), sorted(one.kind for one in report.open)


def change(hall: Town, what: sa.Update | sa.Delete) -> None:
    with writing(hall.centre.engine) as connection:
        connection.execute(what)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_day_in_order_has_no_differences(hall: Town, channel: str) -> None:
    for number in (1, 2):
        paid(hall, number, channel)
        deliver(hall, number)
    report = next_day(hall)
    assert named(report) == ([], [])
    assert report.last_line == f"{DAY}: 2 bill lines, {2 * FEN} fen in, 0 fen back; 0 differences, 0 settled, 0 open"
    assert [row.bill_day for row in hall.rows(payments)] == [DAY, DAY]
    assert named(reconcile(hall.centre, DAY)) == ([], [])


@pytest.mark.parametrize("channel", CHANNELS)
def test_money_that_only_the_bill_knows_is_asked_about_and_goes_back_as_late(hall: Town, channel: str) -> None:
    order_no = hall.order(key(1), channel).order_no
    hall.later(seconds=1)
    hall.close(key(1))
    hall.later(seconds=1)
    hall.later(minutes=10)
    hall.till(channel).pay(order_no, although_closed=True)        # after the last look, and the call is lost
    report = next_day(hall)
    assert named(report) == (["late"], [])
    assert hall.states() == ["refunded"] and hall.gone_back() == FEN and hall.owed() == []
    assert named(reconcile(hall.centre, DAY)) == ([], [])
    [row] = hall.rows(differences)
    assert (row.kind, row.settled_by, row.proposal) == ("late", "rule", "ask_channel")


def test_what_was_paid_and_never_delivered_goes_back(hall: Town) -> None:
    paid(hall)
    report = next_day(hall)
    assert named(report) == (["paid_not_delivered"], [])
    assert hall.seen(key(1)).state is OrderState.REFUNDED and hall.owed() == []


def test_what_was_delivered_without_being_told_is_marked(hall: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from remote.central.payment import deliveries
    from remote.messages import Purpose

    paid(hall)
    monkeypatch.setitem(deliveries.LOOKS, Purpose.DOCUMENT, lambda _connection, _order: deliveries.Delivered.YES)
    assert named(next_day(hall)) == (["paid_not_delivered"], [])
    assert hall.seen(key(1)).fulfilled and hall.states() == ["holds"] and hall.owed() == []


def test_what_nobody_knows_stays_open_with_its_age_until_two_people_say(hall: Town) -> None:
    paid(hall)
    with writing(hall.centre.engine) as connection:
        context = hall.centre.service.context(connection, "T1", "x")
        row = connection.execute(sa.select(orders)).one()
        money.use(context, row.order_id, "document:0", row.purpose, row.purpose_ref, row.person_id)
    report = next_day(hall)
    assert named(report) == ([], ["paid_not_delivered"])
    assert report.open[0].proposal is Proposal.TWO_PEOPLE
    shown = show(report, hall.wechat.till.now)
    assert "26 h" in shown and shown.endswith(report.last_line)
    assert named(next_day(hall)) == ([], ["paid_not_delivered"])
    assert len(hall.rows(differences)) == 1


@pytest.mark.parametrize("channel", CHANNELS)
def test_money_of_ours_that_the_bill_does_not_have(hall: Town, channel: str) -> None:
    order_no = paid(hall, 1, channel)
    deliver(hall)
    paid(hall, 2, channel)
    deliver(hall, 2)
    hall.till(channel).deals[order_no].money = None
    assert named(next_day(hall)) == ([], ["missing_in_bill"])


@pytest.mark.parametrize("channel", CHANNELS)
def test_money_of_the_bill_that_is_nobodys(hall: Town, channel: str) -> None:
    till = hall.till(channel)
    till.open(Deal("SOMEBODY-ELSE", 700, "x", None, ""))
    till.pay("SOMEBODY-ELSE")
    report = next_day(hall)
    assert named(report) == ([], ["unknown_to_us"])
    assert report.by_payee == {"": 700}


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_amount_that_differs_from_the_bill(hall: Town, channel: str) -> None:
    paid(hall, 1, channel)
    deliver(hall)
    change(hall, sa.update(payments).values(fen=FEN + 5))
    change(hall, sa.update(orders).values(fen=FEN + 5, lines=sa.func.replace(orders.c.lines, str(FEN), str(FEN + 5))))
    report = next_day(hall)
    assert named(report) == ([], ["wrong_amount"]) and report.open[0].fen == FEN


def test_a_refund_that_the_channel_refused_waits_for_people(hall: Town) -> None:
    paid(hall)
    hall.wechat.till.refunds_become = ["failed"]
    hall.centre.handle("T1", "refund_order", RefundOrder(order_key=key(1), reason="no"), "r1")
    hall.later(seconds=1)
    report = next_day(hall)
    assert named(report) == ([], ["refund_missing"])
    assert hall.states() == ["refund_failed"] and hall.owed() == [("paid_order", FEN)]


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_refund_that_we_believe_in_and_no_bill_shows(hall: Town, channel: str) -> None:
    order_no = paid(hall, 1, channel)
    hall.centre.handle("T1", "refund_order", RefundOrder(order_key=key(1), reason="no"), "r1")
    hall.later(seconds=1)
    assert hall.states() == ["refunded"]
    hall.till(channel).deals[order_no].returned.clear()
    assert named(next_day(hall)) == ([], [])                      # it may stand in a later bill
    assert named(next_day(hall, days=4)) == ([], ["refund_missing"])


@pytest.mark.parametrize("channel", CHANNELS)
def test_money_that_somebody_gave_back_at_the_channel_itself(hall: Town, channel: str) -> None:
    order_no = paid(hall, 1, channel)
    deliver(hall)
    till = hall.till(channel)
    number = till.deals[order_no].money
    assert number is not None
    till.refund(number.number, "BY-HAND", FEN)
    assert named(next_day(hall)) == ([], ["delivered_not_paid"])


def test_a_day_without_its_bill_is_told_and_looked_at_again_later(hall: Town) -> None:
    paid(hall)
    deliver(hall)
    hall.wechat.till.trouble["bill"] += [Trouble.LOST_BEFORE]
    report = next_day(hall)
    assert named(report) == ([], ["missing_in_bill"]) and report.open[0].proposal is Proposal.WAIT
    hall.wechat.till.later(days=1)
    report = reconcile(hall.centre, DAY + timedelta(days=1))
    assert named(report) == (["missing_in_bill"], [])


def test_a_document_that_came_out_and_was_never_paid(hall: Town) -> None:
    with writing(hall.centre.engine) as connection:
        context = hall.centre.service.context(connection, "T1", "x")
        connection.execute(sa.text(
            "INSERT INTO documents (document_id, number, person_id, kind, period, purpose, large_print, state, issue_key,"
            " terminal, issuer, name_masked, id_tail, issued_at, day, sheets, ended_why, code, sha256, pages)"
            " VALUES ('d1', 'BZ-1', 1, 'property', '', '', 0, 'delivered', 'k', 'T1', 'x', 'x', '', :at, :day, 1, '', '', '', 1)"
        ), {"at": context.now.isoformat(), "day": DAY.isoformat()})  # fmt: skip
    report = next_day(hall)
    assert named(report) == ([], ["delivered_not_paid"])
    assert (report.open[0].ref, report.open[0].fen) == ("BZ-1", FEN)


def test_another_rooms_books_are_asked_too(hall: Town) -> None:
    pending = Difference(Kind.LOAD_PENDING, "purse", "0123", "P1", 5000, hall.wechat.till.now, "充值未写卡", Proposal.WAIT)
    hall.centre.reconcile_more.append(lambda _connection, day: [pending] if day == DAY else [])
    assert named(next_day(hall)) == ([], ["load_pending"])


def test_an_order_with_several_payees_is_worth_to_each_what_its_lines_say(hall: Town) -> None:
    paid(hall)
    split = [{"payee": "供水公司", "what": "水费", "fen": 700}, {"payee": "财政局", "what": "污水处理费", "fen": 300}]
    change(hall, sa.update(orders).values(lines=json.dumps(split, ensure_ascii=False)))
    deliver(hall)
    report = next_day(hall)
    assert named(report) == ([], []) and report.by_payee == {"供水公司": 700, "财政局": 300}
    split[0]["fen"] = 701
    change(hall, sa.update(orders).values(lines=json.dumps(split, ensure_ascii=False)))
    report = reconcile(hall.centre, DAY)
    assert named(report) == ([], ["wrong_amount"]) and report.by_payee == {"": FEN}
    assert "701" in report.open[0].words or "1001" in report.open[0].words
    with reading(hall.centre.engine) as connection:
        assert shares(connection, []) == {}


def test_it_runs_by_itself_once_a_day_when_the_bills_are_there(hall: Town) -> None:
    paid(hall)
    deliver(hall)
    till, other = hall.wechat.till, hall.alipay.till
    till.now = other.now = till.now.replace(hour=10) + timedelta(days=1)
    assert reconcile_if_due(hall.centre) is None
    till.now = other.now = till.now.replace(hour=11)
    report = reconcile_if_due(hall.centre)
    assert report is not None and report.day == DAY
    assert reconcile_if_due(hall.centre) is None
    assert sorted(row.channel for row in hall.rows(bills)) == ["alipay", "purse", "wechat"]


def test_what_the_rule_does_not_allow_is_left_alone(hall: Town) -> None:
    paid(hall)
    hall.centre.settings = replace(hall.centre.settings, tariffs=_settles_nothing(hall))
    assert named(next_day(hall)) == ([], ["paid_not_delivered"])
    assert hall.gone_back() == 0


def _settles_nothing(hall: Town) -> Path:
    assert hall.centre.settings.payments is not None
    path = hall.centre.settings.payments.parent / "nothing.yaml"
    lines = hall.centre.settings.tariffs.read_text(encoding="utf-8").splitlines()
    without = ["    settle: []" if line.strip().startswith("settle:") else line for line in lines]
    path.write_text("\n".join(without), encoding="utf-8")
    return path


def test_a_kind_that_no_rule_may_settle_is_refused_in_the_file() -> None:
    from remote.central.payment.tariffs import DEFAULT_FILE

    text = DEFAULT_FILE.read_text(encoding="utf-8").replace("settle: [late", "settle: [unknown_to_us, late")
    with pytest.raises(TariffFileError, match="settle"):
        parse_tariffs(text, "tariffs.yaml")


def test_a_large_day_reads_only_what_it_needs(hall: Town) -> None:
    """Orders of other days that are at their end are not read."""
    paid(hall)
    deliver(hall)
    next_day(hall)
    tariff = load_tariffs(hall.centre.settings.tariffs).on(DAY)
    with reading(hall.centre.engine) as connection:
        books = read_books(connection, DAY + timedelta(days=1), tariff, set())
    assert books.orders == {} and books.payments == {}


def test_the_payers_side_stays_honest(hall: Town) -> None:
    """The till itself: money once for each order, none after the close."""
    paid(hall)
    [order_no] = hall.wechat.till.deals
    with pytest.raises(CannotPay):
        hall.wechat.till.pay(order_no)
