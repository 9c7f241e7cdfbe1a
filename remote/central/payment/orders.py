"""What a terminal may ask about paying: a price, an order, what became of it, its end, the money back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.operations.keys import bar_key
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import BY_REF
from remote.central.payment.channels.codes import channel_of_code
from remote.central.payment.channels.files import LABELS
from remote.central.payment.money import Row, give_back
from remote.central.payment.owed import owe
from remote.central.payment.prices import nothing_to_pay, order_ref, price_of
from remote.central.payment.purse import NAME as PURSE
from remote.central.payment.simulated import NAME as SIMULATED
from remote.central.payment.tables import orders, payments
from remote.central.payment.tariffs import Tariff, load_tariffs
from remote.central.rules.senior_card import refusal
from remote.messages import (
    AskPrice,
    CloseOrder,
    CreateOrder,
    FindOrders,
    FoundOrders,
    OrderAnswer,
    OrderLine,
    OrderState,
    OrderView,
    PayChannel,
    PayMethod,
    Price,
    Purpose,
    QueryOrder,
    RefundOrder,
    Refusal,
    RefusalCode,
)

BY_KEY = sa.select(orders).where(orders.c.order_key == sa.bindparam("order_key"))
BY_ID = sa.select(orders).where(orders.c.order_id == sa.bindparam("order_id"))
FOUND_AT_MOST = 20


def ask_price(context: Context, ask: AskPrice) -> Price:
    priced = price_of(context, ask.purpose, ask.purpose_ref, _person_id(context, ask.person_ref))
    if isinstance(priced, Refusal):
        return Price(lines=[], fen=0, methods=[], refusal=priced)
    total = sum(line.fen for line in priced)
    names = context.settings.channels if total else ()
    methods = [PayMethod.SHOW_QR, PayMethod.SCAN_CODE] if names else []
    methods += [PayMethod.PURSE] if total and _by_purse(context, ask.purpose) else []
    channels = [PayChannel(name=name, label=LABELS[name]) for name in names]
    ref = order_ref(context, ask.purpose, ask.purpose_ref)
    return Price(lines=priced, fen=total, methods=methods, channels=channels, purpose_ref=ref)


def create_order(context: Context, ask: CreateOrder) -> OrderAnswer:
    person_id = _person_id(context, ask.person_ref)
    priced = price_of(context, ask.purpose, ask.purpose_ref, person_id)
    why_not = _may_not_order(context, ask, priced)
    if why_not is not None or isinstance(priced, Refusal):
        return OrderAnswer(order=None, refusal=why_not)
    order_id, tariff, waived = context.token("order"), _tariff(context), ask.method is PayMethod.WAIVED
    context.connection.execute(
        sa.insert(orders),
        {
            "order_id": order_id, "order_no": f"P{context.now:%y%m%d}{order_id[:12].upper()}", "order_key": context.key,
            "person_id": person_id, "purpose": ask.purpose.value, "purpose_ref": ask.purpose_ref,
            "lines": json.dumps([line.model_dump() for line in priced], ensure_ascii=False),
            "fen": sum(line.fen for line in priced), "method": ask.method.value,
            "channel": "" if waived else _channel(context, ask), "phone_code": ask.phone_code,
            "state": (OrderState.PAID if waived else OrderState.NEW).value, "qr": None, "claim_code": ask.claim_code,
            "terminal": context.terminal, "created_at": context.now,
            "expires_at": context.now + timedelta(minutes=tariff.order_minutes), "ask_at": None if waived else context.now,
            "paid_at": context.now if waived else None, "closed_at": None, "used_by": None, "fulfilled_at": None, "reason": "",
        },
    )  # fmt: skip
    row = context.connection.execute(BY_ID, {"order_id": order_id}).one()
    if waived:
        owe(context, row)
    context.audit("create_order", row.order_no, f"{ask.purpose.value} {row.fen} {ask.method.value}")
    return OrderAnswer(order=view(row, tariff))


def _by_purse(context: Context, purpose: Purpose) -> bool:
    """A purse cannot be filled from itself."""
    return context.keys is not None and purpose is not Purpose.TOP_UP


def _may_not_order(context: Context, ask: CreateOrder, priced: list[OrderLine] | Refusal) -> Refusal | None:
    if context.fenced():
        return fenced_refusal()
    if isinstance(priced, Refusal):
        return priced
    if order_ref(context, ask.purpose, ask.purpose_ref) != ask.purpose_ref:
        return nothing_to_pay()
    total = sum(line.fen for line in priced)
    if total != ask.shown_fen:
        return refusal(RefusalCode.PRICE_CHANGED, "金额有变化,请再看一遍", fen=str(total))
    if (total == 0) is not (ask.method is PayMethod.WAIVED):
        return refusal(RefusalCode.METHOD_AWAY, "这笔费用不能这样支付")
    if total and not _channel(context, ask):
        return refusal(RefusalCode.METHOD_AWAY, "现在不能在这里付款")
    if (ask.method is PayMethod.SCAN_CODE) is not bool(ask.phone_code):
        return refusal(RefusalCode.METHOD_AWAY, "这种付款方式现在不能用")
    return None


def _channel(context: Context, ask: CreateOrder) -> str:
    """Who shall take the money; "" where nobody here can."""
    names = context.settings.channels
    if ask.method is PayMethod.PURSE:
        return PURSE if _by_purse(context, ask.purpose) else ""
    if ask.phone_code:
        whose = channel_of_code(ask.phone_code)
        return whose if whose in names else SIMULATED if SIMULATED in names else ""
    wanted = ask.channel or (names[0] if names else "")
    return wanted if wanted in names else ""


def query_order(context: Context, ask: QueryOrder) -> OrderAnswer:
    row = context.connection.execute(BY_KEY, {"order_key": ask.order_key}).first()
    return OrderAnswer(order=view(row, _tariff(context)) if row is not None else None)


def close_order(context: Context, ask: CloseOrder) -> OrderAnswer:
    """CLOSING is the wish; the channel makes it CLOSED, or says that the money was quicker."""
    row = context.connection.execute(BY_KEY, {"order_key": ask.order_key}).first()
    if row is None:
        bar_key(context, ask.order_key, "create_order")
        return OrderAnswer(order=None)
    if row.state in (OrderState.NEW, OrderState.OPEN):
        context.connection.execute(
            sa.update(orders).where(orders.c.order_id == row.order_id).values(state=OrderState.CLOSING.value, ask_at=context.now)
        )
        context.audit("close_order", row.order_no)
    return OrderAnswer(order=_again(context, row))


def refund_order(context: Context, ask: RefundOrder) -> OrderAnswer:
    row = context.connection.execute(BY_KEY, {"order_key": ask.order_key}).first()
    if row is None or not give_back(context, row, ask.reason):
        return OrderAnswer(
            order=_again(context, row) if row is not None else None,
            refusal=refusal(RefusalCode.NOT_REFUNDABLE, "这笔钱已经用了,或正在用,不能退"),
        )
    return OrderAnswer(order=_again(context, row))


def find_orders(context: Context, ask: FindOrders) -> FoundOrders:
    """Newest first. By the ID card all of hers; by a claim code only the one it names, and nothing personal goes out with it."""
    person_id = _person_id(context, ask.person_ref)
    if person_id is not None:
        which = orders.c.person_id == person_id
    elif ask.claim_code:
        which = orders.c.claim_code == ask.claim_code
    else:
        return FoundOrders(orders=[])
    rows = context.connection.execute(
        sa.select(orders).where(which).order_by(orders.c.created_at.desc()).limit(FOUND_AT_MOST)
    ).all()
    return FoundOrders(orders=[_with_money_back(context, view(row, _tariff(context))) for row in rows])


def _with_money_back(context: Context, order: OrderView) -> OrderView:
    """Also what came too late or twice: she has to hear of it, whatever became of the order."""
    extra = sa.select(payments.c.state, payments.c.fen).where(payments.c.order_id == order.order_id, payments.c.state != "holds")
    rows = context.connection.execute(extra).all()
    gone = sum(row.fen for row in rows if row.state in ("refunded", "settled"))
    return order.model_copy(update={"gone_back_fen": gone, "going_back_fen": sum(row.fen for row in rows) - gone})


def _line(kept: dict[str, Any]) -> OrderLine:
    """What was kept beside it (of which payment it is the way back, purse.py) is the centre's own."""
    return OrderLine.model_validate({name: kept[name] for name in OrderLine.model_fields if name in kept})


def view(row: Row, tariff: Tariff) -> OrderView:
    return OrderView(
        order_id=row.order_id, order_no=row.order_no, purpose=Purpose(row.purpose), purpose_ref=row.purpose_ref,
        lines=[_line(line) for line in json.loads(row.lines)], fen=row.fen, method=PayMethod(row.method),
        channel=row.channel, state=OrderState(row.state),
        qr=row.qr if row.state == OrderState.OPEN else None, expires_at=row.expires_at,
        paid_at=row.paid_at, fulfilled=row.fulfilled_at is not None, refund_words=tariff.refund_words.get(row.channel, ""),
    )  # fmt: skip


def _again(context: Context, row: Row) -> OrderView:
    return view(context.connection.execute(BY_ID, {"order_id": row.order_id}).one(), _tariff(context))


def _tariff(context: Context) -> Tariff:
    return load_tariffs(context.settings.tariffs).on(context.today)


def _person_id(context: Context, person_ref: str) -> int | None:
    row = context.connection.execute(BY_REF, {"person_ref": person_ref}).first() if person_ref else None
    return row.person_id if row is not None else None
