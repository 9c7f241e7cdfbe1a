"""What was seen and told from outside: every genuine offer of a card, and the money acts in terminals' journals."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

sightings = sa.Table(
    "card_sightings",
    metadata,
    sa.Column("seen_key", sa.String(128), primary_key=True),    # of the request that bore the offer
    sa.Column("serial", sa.String(20), nullable=False, index=True),
    sa.Column("sequence", sa.Integer, nullable=False),          # the online number: how often the card was credited
    sa.Column("balance", sa.Integer, nullable=False),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
)

journal_money = sa.Table(
    "journal_money",
    metadata,
    sa.Column("event_id", sa.String(64), primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("plan", sa.String(64), nullable=False),
    sa.Column("what", sa.String(16), nullable=False),           # paid loaded printed
    sa.Column("ref", sa.String(64), nullable=False),            # order, load or document
    sa.Column("happened", sa.Boolean, nullable=False),
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
)
