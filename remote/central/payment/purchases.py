"""What a terminal may ask about purchases from a purse: begin one, tell what the card says, find what is open on a card."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from card.crypto import Kind
from remote.central.citizen_cards.life import why_dead
from remote.central.context import Context, Refused
from remote.central.keys.keystore import CardKeys, NoSuchKey
from remote.central.operations.people import fenced_refusal
from remote.central.payment.money import ORDER, SET_ORDER, money_came
from remote.central.payment.purse import CREDIT_KEY, NAME, transaction_of
from remote.central.payment.purse_tables import purchases
from remote.central.payment.tables import orders
from remote.central.rules.senior_card import refusal
from remote.central.store.schema import terminals
from remote.messages import (
    BeginPurchase,
    CardCredit,
    CardPurchase,
    FindPurchases,
    FoundPurchases,
    OrderState,
    PurchaseAnswer,
    PurchaseState,
    PurchaseView,
    Purpose,
    Refusal,
    RefusalCode,
    ReportPurchase,
)

Row = sa.Row[Any]
BY_ID = sa.select(purchases).where(purchases.c.purchase_id == sa.bindparam("purchase_id"))
OPEN = sa.select(purchases).where(purchases.c.serial == sa.bindparam("serial"), purchases.c.state.in_(("begun", "in_doubt")))
PLACE = sa.select(terminals.c.place).where(terminals.c.terminal == sa.bindparam("terminal"))
CARD_FIELDS = tuple(CardPurchase.model_fields)


def begin_purchase(context: Context, ask: BeginPurchase) -> PurchaseAnswer:
    why_not = fenced_refusal() if context.fenced() else _cannot_begin(context, ask)
    if why_not is not None:
        return PurchaseAnswer(purchase=None, refusal=why_not)
    purchase_id = context.token("purchase")
    place = context.connection.execute(PLACE, {"terminal": context.terminal}).scalar()
    context.connection.execute(
        sa.insert(purchases),
        {
            **ask.card.model_dump(), "purchase_id": purchase_id, "order_id": ask.order_id, "fen": ask.fen,
            "state": PurchaseState.BEGUN.value, "tac": "", "since": context.now, "terminal": context.terminal,
            "place": place or "", "settled_at": None, "settled_by": None, "settled_how": None,
        },
    )  # fmt: skip
    context.connection.execute(SET_ORDER.values(ask_at=None), {"which": ask.order_id})     # the card decides now
    context.audit("begin_purchase", purchase_id, f"{ask.fen} fen, card {ask.card.serial[-4:]}")
    return PurchaseAnswer(purchase=view(context, purchase_id))


def _cannot_begin(context: Context, ask: BeginPurchase) -> Refusal | None:
    order = context.connection.execute(ORDER, {"order_id": ask.order_id}).first()
    if order is None or order.channel != NAME or order.fen != ask.fen:
        return refusal(RefusalCode.PRICE_CHANGED, "没有这笔订单", fen=str(ask.fen))
    if order.state not in (OrderState.NEW, OrderState.OPEN) or order.expires_at <= context.now:
        return refusal(RefusalCode.METHOD_AWAY, "付款时间已过")
    if ask.card.kind != Kind.PURCHASE_EP or ask.card.balance < ask.fen:
        raise Refused("malformed", "card: expected a purchase from a purse that holds the amount")
    if (dead := why_dead(context, ask.card.serial)) is not None:
        return dead
    if context.connection.execute(OPEN, {"serial": ask.card.serial}).first() is not None:
        return refusal(RefusalCode.LOAD_PENDING, "这张卡上一笔付款还没有结清")
    return None


def report_purchase(context: Context, ask: ReportPurchase) -> PurchaseAnswer:
    """A genuine TAC ends it, whatever was said before; everything else only ends what is open. Raises KeysAway."""
    row = context.connection.execute(BY_ID, {"purchase_id": ask.purchase_id}).first()
    if row is None:
        raise Refused("unknown_load", "purchase_id: expected one that begin_purchase has given")
    if row.state == PurchaseState.DEBITED:
        return PurchaseAnswer(purchase=view(context, row.purchase_id))
    if ask.tac and _genuine(context, row, ask.tac):
        _debited(context, row, ask.tac)
    elif row.state == PurchaseState.NOT_DEBITED or ask.state is PurchaseState.BEGUN:
        pass
    elif ask.state is PurchaseState.NOT_DEBITED:
        _end(context, row, PurchaseState.NOT_DEBITED, "the card")
        context.connection.execute(SET_ORDER.values(ask_at=context.now), {"which": row.order_id})
    elif ask.tac:
        context.audit("tac_wrong", row.purchase_id)             # the card's next answer decides
    elif row.state == PurchaseState.BEGUN:
        _end(context, row, PurchaseState.IN_DOUBT, f"the card says {ask.state.value} and proves nothing")
        context.incident("purchase_in_doubt", f"卡尾号{row.serial[-4:]}的付款对不上,需要两人核对")
    return PurchaseAnswer(purchase=view(context, row.purchase_id))


def _genuine(context: Context, row: Row, tac: str) -> bool:
    if context.keys is None:
        return False
    card = CardKeys(bytes.fromhex(row.issuer), bytes.fromhex(row.serial)[-8:], row.algorithm, row.key_version)
    try:
        return context.keys.is_debited(
            card, row.fen, row.kind, bytes.fromhex(row.terminal_number), row.terminal_seq, bytes.fromhex(row.moment),
            bytes.fromhex(tac),
        )  # fmt: skip
    except NoSuchKey:
        return False


def _debited(context: Context, row: Row, tac: str) -> None:
    """The money is ours: the order is paid, or, where it was given up, it goes back by rule."""
    if row.state == PurchaseState.NOT_DEBITED:
        context.incident("purchase_after_all", f"卡尾号{row.serial[-4:]}的付款已按未扣款处理,卡却证明已扣款")
    _end(context, row, PurchaseState.DEBITED, "tac", tac)
    now = context.connection.execute(BY_ID, {"purchase_id": row.purchase_id}).one()
    money_came(context, row.order_id, NAME, transaction_of(now))


def settle_doubt(context: Context, purchase_id: str, *, debited: bool, who: str, reason: str) -> bool:
    """Two people have read the card and decided. False: it is settled already."""
    row = context.connection.execute(BY_ID, {"purchase_id": purchase_id}).first()
    if row is None or row.state not in (PurchaseState.IN_DOUBT, PurchaseState.BEGUN):
        return False
    _end(context, row, PurchaseState.DEBITED if debited else PurchaseState.NOT_DEBITED, f"{who}: {reason}")
    if debited:
        now = context.connection.execute(BY_ID, {"purchase_id": purchase_id}).one()
        money_came(context, row.order_id, NAME, transaction_of(now))
    else:
        context.connection.execute(SET_ORDER.values(ask_at=context.now), {"which": row.order_id})
    return True


def _end(context: Context, row: Row, state: PurchaseState, how: str, tac: str = "") -> None:
    context.connection.execute(
        sa.update(purchases).where(purchases.c.purchase_id == row.purchase_id).values(
            state=state.value, settled_at=context.now, settled_by=context.terminal, settled_how=how, tac=tac or row.tac
        )
    )  # fmt: skip
    context.audit(f"purchase_{state.value}", row.purchase_id, how)


def find_purchases(context: Context, ask: FindPurchases) -> FoundPurchases:
    if ask.order_id:
        query = sa.select(purchases).where(purchases.c.order_id == ask.order_id).order_by(purchases.c.since)
        rows = context.connection.execute(query).all()
    else:
        rows = context.connection.execute(OPEN, {"serial": ask.serial}).all()
    return FoundPurchases(purchases=[_view(context, row) for row in rows], credits=credits_of(context, ask.serial))


def credits_of(context: Context, serial: str) -> list[CardCredit]:
    """Money that goes back onto this card, and that no load has been begun for."""
    if not serial:
        return []
    query = sa.select(orders).where(
        orders.c.order_key.startswith(CREDIT_KEY), orders.c.purpose == Purpose.TOP_UP.value, orders.c.used_by.is_(None),
        orders.c.purpose_ref.startswith(f"{serial}/"), orders.c.state == OrderState.PAID.value, orders.c.fulfilled_at.is_(None),
    )  # fmt: skip
    rows = context.connection.execute(query.order_by(orders.c.created_at)).all()
    return [CardCredit(order_id=row.order_id, order_no=row.order_no, fen=row.fen) for row in rows]


def view(context: Context, purchase_id: str) -> PurchaseView:
    """As it stands now."""
    return _view(context, context.connection.execute(BY_ID, {"purchase_id": purchase_id}).one())


def _view(context: Context, row: Row) -> PurchaseView:
    order_no = context.connection.execute(ORDER, {"order_id": row.order_id}).one().order_no
    return PurchaseView(
        purchase_id=row.purchase_id, order_id=row.order_id, order_no=order_no, fen=row.fen,
        card=CardPurchase(**{name: getattr(row, name) for name in CARD_FIELDS}), state=PurchaseState(row.state), since=row.since,
        place=row.place,
    )  # fmt: skip
