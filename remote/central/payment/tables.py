"""Orders and the money that really moved. A transaction of a channel is one row for ever; an order has at most one that holds."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

orders = sa.Table(
    "pay_orders",
    metadata,
    sa.Column("order_id", sa.String(32), primary_key=True),
    sa.Column("order_no", sa.String(32), nullable=False, unique=True),
    sa.Column("order_key", sa.String(128), nullable=False, unique=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), index=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("purpose_ref", sa.String(128), nullable=False),
    sa.Column("lines", sa.Text, nullable=False),                # JSON list of OrderLine
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("method", sa.String(16), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),        # "" where nothing is to be paid
    sa.Column("phone_code", sa.String(64), nullable=False),     # wiped once the channel has heard it
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("qr", sa.Text),
    sa.Column("claim_code", sa.String(16), nullable=False, index=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("ask_at", Instant),                               # when it is looked at next; None: not before something happens
    sa.Column("paid_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("used_by", sa.String(128)),                       # the document or card that is being made for this money
    sa.Column("fulfilled_at", Instant),
    sa.Column("reason", sa.String(64), nullable=False),         # why it is refunded
)

payments = sa.Table(
    "pay_transactions",
    metadata,
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("transaction", sa.String(64), primary_key=True),
    sa.Column("order_id", sa.ForeignKey("pay_orders.order_id"), nullable=False, index=True),
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),          # holds refund_due refunded refund_failed
    sa.Column("reason", sa.String(32), nullable=False),         # late duplicate wrong_amount, or the order's own
    sa.Column("refund_no", sa.String(64), nullable=False, unique=True),
    sa.Column("refunded_at", Instant),
    sa.Column("ask_at", Instant),
    sa.Index("one_payment_holds_an_order", "order_id", unique=True, sqlite_where=sa.text("state = 'holds'"),
             postgresql_where=sa.text("state = 'holds'")),
)
