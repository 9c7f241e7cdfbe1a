"""Purchases from the purses of citizen cards. One open purchase for a card, one that counts for an order: by unique index."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata


def _only_one(name: str, column: str, where: str) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(name, column, unique=True, sqlite_where=condition, postgresql_where=condition)


purchases = sa.Table(
    "card_purchases",
    metadata,
    sa.Column("purchase_id", sa.String(32), primary_key=True),
    sa.Column("order_id", sa.ForeignKey("pay_orders.order_id"), nullable=False, index=True),
    sa.Column("issuer", sa.String(16), nullable=False),
    sa.Column("serial", sa.String(20), nullable=False, index=True),
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),              # begun debited not_debited in_doubt
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("balance", sa.Integer, nullable=False),               # before it
    sa.Column("sequence", sa.Integer, nullable=False),              # the card's offline number
    sa.Column("algorithm", sa.Integer, nullable=False),
    sa.Column("key_version", sa.Integer, nullable=False),
    sa.Column("terminal_number", sa.String(12), nullable=False),    # the purchase module's
    sa.Column("terminal_seq", sa.BigInteger, nullable=False),
    sa.Column("moment", sa.String(14), nullable=False),
    sa.Column("tac", sa.String(8), nullable=False),                 # "" before it is known
    sa.Column("since", Instant, nullable=False),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("place", sa.String(128), nullable=False),
    sa.Column("settled_at", Instant, index=True),
    sa.Column("settled_by", sa.String(128)),
    sa.Column("settled_how", sa.Text),
    _only_one("one_open_purchase_per_card", "serial", "state IN ('begun','in_doubt')"),
    _only_one("one_purchase_counts_per_order", "order_id", "state <> 'not_debited'"),
)
