"""Where the channel's bill, our books and what was delivered do not fit: every difference has a name, a reason and a way out.

Plain comparison of data; nothing is asked and nothing is changed here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from remote.central.payment.channel import BillLine
from remote.central.payment.deliveries import Delivered
from remote.messages import OrderState, Purpose

REFUND_SHOWS_AFTER = timedelta(days=3)      # [A] until then a refund may stand in a bill that is not there yet
REFUND_TAKES = timedelta(days=1)            # [A] a refund that is due for longer is told
ENDS_BY_ITSELF = timedelta(hours=2)         # [A] an order that has not ended so long after its time
REVERSED = ("reversed", "refund")           # a refund in a bill without a number of ours: made by a reversing, or by hand there
WENT_BACK = ("refunded", "settled")


class Kind(StrEnum):
    PAID_NOT_DELIVERED = "paid_not_delivered"
    DELIVERED_NOT_PAID = "delivered_not_paid"
    DUPLICATE = "duplicate"
    LATE = "late"
    WRONG_AMOUNT = "wrong_amount"
    LOAD_PENDING = "load_pending"           # paid for a top-up that is not on the card yet
    MISSING_IN_BILL = "missing_in_bill"     # our books have money that the channel's bill has not, or there is no bill
    UNKNOWN_TO_US = "unknown_to_us"
    REFUND_MISSING = "refund_missing"
    UNDECIDED = "undecided"                 # an order that does not come to its end
    PURSE_DIFFERENCE = "purse_difference"   # a card says what the loads and purchases in our books do not add up to
    JOURNAL_DIFFERS = "journal_differs"     # a terminal's journal has what our books have not, or the other way round


class Proposal(StrEnum):
    """The first four can be done by the centre itself."""

    ASK_CHANNEL = "ask_channel"
    GIVE_BACK = "give_back"
    MARK_DELIVERED = "mark_delivered"
    RETRY_REFUND = "retry_refund"
    WAIT = "wait"
    TWO_PEOPLE = "two_people"               # look, decide, and say why


@dataclass(frozen=True)
class Difference:
    kind: Kind
    channel: str
    ref: str                                # transaction, refund number, order number or document number
    order_no: str
    fen: int
    since: datetime
    words: str
    proposal: Proposal
    settled: bool = False                   # named, and in order again already

    @property
    def id(self) -> str:
        return hashlib.sha256(f"{self.kind}|{self.channel}|{self.ref}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class BookOrder:
    order_no: str
    channel: str
    purpose: str
    fen: int
    line_fen: int                           # sum of its lines
    state: OrderState
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    fulfilled_at: datetime | None
    delivered: Delivered
    give_back_at: datetime | None           # when the money of a paid order goes back by itself


@dataclass(frozen=True)
class BookPayment:
    channel: str
    transaction: str
    order_no: str
    fen: int
    at: datetime
    state: str
    reason: str
    refund_no: str
    refunded_at: datetime | None
    in_bill: bool
    refund_in_bill: bool


@dataclass
class BillRead:
    """What one channel's bill of one day shows; `seen` and `seen_back`: transactions that it confirms."""

    found: list[Difference] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    seen_back: set[str] = field(default_factory=set)


def read_against(
    channel: str, lines: Sequence[BillLine], orders: Mapping[str, BookOrder], payments: Mapping[str, BookPayment]
) -> BillRead:
    """`orders` by number; `payments` of this channel by transaction."""
    read = BillRead()
    for line in lines:
        found = _refund_line(channel, line, payments, read) if line.fen < 0 else _line(channel, line, orders, payments, read)
        if found is not None:
            read.found.append(found)
    return read


def _line(
    channel: str, line: BillLine, orders: Mapping[str, BookOrder], payments: Mapping[str, BookPayment], read: BillRead
) -> Difference | None:
    ours, order = payments.get(line.transaction), orders.get(line.order_no)
    at = (channel, line.transaction, line.order_no, line.fen, line.at)
    if ours is None:
        if order is None:
            return Difference(Kind.UNKNOWN_TO_US, *at, "账单有这笔收款,我们没有这个订单", Proposal.TWO_PEOPLE)
        kind = Kind.WRONG_AMOUNT if line.fen != order.fen else _unheard(order)
        return Difference(kind, *at, "账单有这笔收款,我们没有听说", Proposal.ASK_CHANNEL)
    read.seen.add(line.transaction)
    if (ours.fen, ours.order_no) != (line.fen, line.order_no):
        return Difference(Kind.WRONG_AMOUNT, *at, f"我们记的是{ours.fen}分", Proposal.TWO_PEOPLE)
    return None


def _unheard(order: BookOrder) -> Kind:
    if order.state is OrderState.CLOSED:
        return Kind.LATE
    paid = order.state in (OrderState.PAID, OrderState.REFUNDING, OrderState.REFUNDED)
    return Kind.DUPLICATE if paid else Kind.PAID_NOT_DELIVERED


def _refund_line(channel: str, line: BillLine, payments: Mapping[str, BookPayment], read: BillRead) -> Difference | None:
    ours = payments.get(line.transaction)
    at = (channel, line.refund_no if line.refund_no not in REVERSED else f"{line.transaction}-", line.order_no, line.fen, line.at)
    if ours is None:
        return Difference(Kind.UNKNOWN_TO_US, *at, "账单有这笔退款,我们没有这笔收款", Proposal.TWO_PEOPLE)
    if ours.state == "holds":
        return Difference(Kind.DELIVERED_NOT_PAID, *at, "渠道退了这笔款,我们没有要求退", Proposal.TWO_PEOPLE)
    if line.refund_no not in (*REVERSED, ours.refund_no):
        return Difference(Kind.UNKNOWN_TO_US, *at, "账单有这笔退款,退款单号不是我们的", Proposal.TWO_PEOPLE)
    read.seen_back.add(line.transaction)
    if -line.fen != ours.fen:
        return Difference(Kind.WRONG_AMOUNT, *at, f"应退{ours.fen}分", Proposal.TWO_PEOPLE)
    return None


# -- our own books -----------------------------------------------------------------------------------------------------


def of_payment(one: BookPayment, now: datetime, billed: bool) -> list[Difference]:
    """`billed`: the bill of the day on which it came has been compared."""
    at = (one.channel, one.transaction, one.order_no, one.fen)
    found = []
    if one.reason in (Kind.LATE, Kind.DUPLICATE, Kind.WRONG_AMOUNT):
        back = one.state in WENT_BACK
        words = "已退回" if back else "正在退回"
        found.append(Difference(Kind(one.reason), *at, one.at, words, Proposal.RETRY_REFUND, settled=back))
    if billed and not one.in_bill:
        found.append(Difference(Kind.MISSING_IN_BILL, *at, one.at, "渠道账单里没有这笔收款", Proposal.TWO_PEOPLE))
    back_at = (one.channel, one.refund_no, one.order_no, -one.fen)
    if one.state == "refund_failed":
        found.append(Difference(Kind.REFUND_MISSING, *back_at, one.at, "渠道拒绝退款", Proposal.TWO_PEOPLE))
    elif one.state == "refund_due" and now - one.at > REFUND_TAKES:
        found.append(Difference(Kind.REFUND_MISSING, *back_at, one.at, "退款还没有完成", Proposal.RETRY_REFUND))
    elif one.state == "refunded" and not one.refund_in_bill and now - (one.refunded_at or now) > REFUND_SHOWS_AFTER:
        since = one.refunded_at or one.at
        found.append(Difference(Kind.REFUND_MISSING, *back_at, since, "渠道账单里没有这笔退款", Proposal.TWO_PEOPLE))
    return found


def of_order(order: BookOrder, holds: int, now: datetime) -> list[Difference]:
    """`holds`: fen that are held for it."""
    at = (order.channel, order.order_no, order.order_no, order.fen)
    since = order.paid_at or order.created_at
    if order.line_fen != order.fen:
        return [Difference(Kind.WRONG_AMOUNT, *at, since, f"各项合计{order.line_fen}分", Proposal.TWO_PEOPLE)]
    if order.state is OrderState.PAID and order.fen and holds != order.fen:
        kind = Kind.DELIVERED_NOT_PAID if order.fulfilled_at is not None else Kind.MISSING_IN_BILL
        return [Difference(kind, *at, since, "订单记为已付,但没有这笔钱", Proposal.TWO_PEOPLE)]
    if order.fulfilled_at is not None and order.state is not OrderState.PAID:
        return [Difference(Kind.DELIVERED_NOT_PAID, *at, order.fulfilled_at, "已交付,款项不在", Proposal.TWO_PEOPLE)]
    if order.state in (OrderState.NEW, OrderState.OPEN, OrderState.CLOSING) and now - order.expires_at > ENDS_BY_ITSELF:
        return [Difference(Kind.UNDECIDED, *at, order.expires_at, "订单没有结束", Proposal.ASK_CHANNEL)]
    if order.state is not OrderState.PAID or order.fulfilled_at is not None:
        return []
    return _not_delivered(order, at, since, now)


def _not_delivered(order: BookOrder, at: tuple[str, str, str, int], since: datetime, now: datetime) -> list[Difference]:
    kind = Kind.LOAD_PENDING if order.purpose == Purpose.TOP_UP else Kind.PAID_NOT_DELIVERED
    if order.delivered is Delivered.YES:
        return [Difference(kind, *at, since, "已交付,没有登记", Proposal.MARK_DELIVERED)]
    if order.delivered is Delivered.IN_WORK:
        proposal = Proposal.WAIT if kind is Kind.LOAD_PENDING else Proposal.TWO_PEOPLE
        return [Difference(kind, *at, since, "已付款,正在办或结果不明", proposal)]
    if order.give_back_at is not None and order.give_back_at > now:
        return []
    return [Difference(kind, *at, since, "已付款,没有交付", Proposal.GIVE_BACK)]


def no_bill(channel: str, day: date, fen: int, since: datetime) -> Difference:
    return Difference(Kind.MISSING_IN_BILL, channel, f"bill-{day}", "", fen, since, f"没有{day}的渠道账单", Proposal.WAIT)
