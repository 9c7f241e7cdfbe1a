"""Loads and what was permitted for them. One open load for a card, one that counts for an order: by unique index."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata


def _only_one(name: str, column: str, where: str) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(name, column, unique=True, sqlite_where=condition, postgresql_where=condition)


loads = sa.Table(
    "card_loads",
    metadata,
    sa.Column("load_id", sa.String(32), primary_key=True),
    sa.Column("order_id", sa.ForeignKey("pay_orders.order_id"), nullable=False, index=True),
    sa.Column("issuer", sa.String(16), nullable=False),
    sa.Column("serial", sa.String(20), nullable=False, index=True),
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),          # permitted credited not_credited in_doubt
    sa.Column("sequence", sa.Integer, nullable=False),          # the card's online number of this credit
    sa.Column("balance", sa.Integer, nullable=False),           # before it, as the first offer proved
    sa.Column("challenge", sa.String(12), nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("place", sa.String(128), nullable=False),
    sa.Column("credited_by", sa.String(128), nullable=False),   # key of the permission; "" not known or not credited
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", sa.String(128)),
    sa.Column("settled_how", sa.Text),                          # tac, or what the next offer proved, or two people's words
    _only_one("one_open_load_per_card", "serial", "state IN ('permitted','in_doubt')"),
    _only_one("one_load_counts_per_order", "order_id", "state <> 'not_credited'"),
)

permits = sa.Table(
    "card_load_permits",
    metadata,  # each MAC2 that was given: at most one of a load's can ever work, the card's online number sees to it
    sa.Column("permit_key", sa.String(128), primary_key=True),
    sa.Column("load_id", sa.ForeignKey("card_loads.load_id"), nullable=False, index=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("terminal_number", sa.String(12), nullable=False),
    sa.Column("balance", sa.Integer, nullable=False),           # spending between two permissions changes it
    sa.Column("algorithm", sa.Integer, nullable=False),
    sa.Column("key_version", sa.Integer, nullable=False),
    sa.Column("moment", sa.String(14), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
