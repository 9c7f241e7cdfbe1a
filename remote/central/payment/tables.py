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
    sa.Column("purpose_ref", sa.String(128), nullable=False, index=True),
    sa.Column("lines", sa.Text, nullable=False),                # JSON list of OrderLine
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("method", sa.String(16), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),        # "" where nothing is to be paid
    sa.Column("phone_code", sa.String(64), nullable=False),     # wiped once the channel has heard it
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("qr", sa.Text),
    sa.Column("claim_code", sa.String(16), nullable=False, index=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("created_at", Instant, nullable=False, index=True),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("ask_at", Instant, index=True),                   # when it is looked at next; None: not before something happens
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
    sa.Column("state", sa.String(16), nullable=False),          # holds refund_due refunded refund_failed settled
    sa.Column("reason", sa.String(32), nullable=False),         # late duplicate wrong_amount gone_back, or the order's own
    sa.Column("refund_no", sa.String(64), nullable=False, unique=True),
    sa.Column("refunded_at", Instant),
    sa.Column("ask_at", Instant, index=True),
    sa.Column("bill_day", sa.Date),                             # of the channel's bill that names it; None: none yet
    sa.Column("refund_bill_day", sa.Date),
    sa.Column("note", sa.Text),                                 # settled: who gave the money back by hand, and why
    sa.Index("one_payment_holds_an_order", "order_id", unique=True, sqlite_where=sa.text("state = 'holds'"),
             postgresql_where=sa.text("state = 'holds'")),
)

calls = sa.Table(
    "pay_calls",
    metadata,  # a channel has called us about these orders; each is asked about and then forgotten
    sa.Column("order_no", sa.String(32), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)

bills = sa.Table(
    "pay_bills",
    metadata,  # the channels' bills that were compared
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("came_fen", sa.Integer, nullable=False),
    sa.Column("went_fen", sa.Integer, nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
)

differences = sa.Table(
    "pay_differences",
    metadata,  # one row for each thing that does not fit, however often it is found
    sa.Column("difference_id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("ref", sa.String(64), nullable=False),            # transaction, refund, order or document
    sa.Column("order_no", sa.String(32), nullable=False),
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("proposal", sa.String(24), nullable=False),
    sa.Column("found_at", Instant, nullable=False),
    sa.Column("settled_at", Instant, index=True),
    sa.Column("settled_by", sa.String(128)),
    sa.Column("settled_how", sa.Text),
)
