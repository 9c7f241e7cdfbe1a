"""Citizen cards and what happens to them. One live card a person, one that is being made: by unique index."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

LIVE = ("inactive", "active")
HOLDING = ("reserved", "kept", "in_doubt")


def _only_one(name: str, states: tuple[str, ...]) -> sa.Index:
    condition = sa.text(f"state IN ({','.join(repr(state) for state in states)})")
    return sa.Index(name, "person_id", unique=True, sqlite_where=condition, postgresql_where=condition)


citizen_cards = sa.Table(
    "citizen_cards",
    metadata,  # one row per number ever taken; rows are never deleted
    sa.Column("number", sa.String(19), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False, index=True),
    sa.Column("case_id", sa.ForeignKey("cases.case_id"), index=True),
    sa.Column("serial", sa.String(20), nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),          # reserved kept in_doubt inactive active lost replaced void
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date, nullable=False),
    sa.Column("reserve_key", sa.String(128), unique=True),      # None: issued before this centre had the books
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("place", sa.String(128), nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("concession", sa.Boolean, nullable=False, default=False),
    sa.Column("insurance", sa.Boolean, nullable=False, default=False),
    sa.Column("opening_fen", sa.Integer, nullable=False, default=0),  # on the purse when these books began
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("ended_by", sa.String(16)),                       # lost replaced released fenced unclaimed counter
    sa.Column("settled_by", sa.String(16)),                     # terminal counter sweep
    _only_one("one_live_citizen_card_per_person", LIVE),
    _only_one("one_citizen_card_being_made_per_person", HOLDING),
)

losses = sa.Table(
    "citizen_card_losses",
    metadata,
    sa.Column("number", sa.ForeignKey("citizen_cards.number"), primary_key=True),
    sa.Column("owner", sa.String(16), primary_key=True),        # purse insurance
    sa.Column("reported_at", Instant, nullable=False),
    sa.Column("confirmed_at", Instant),
)

scripts = sa.Table(
    "citizen_card_scripts",
    metadata,  # every script that was permitted for a card in a slot, and whether the card took it
    sa.Column("script_key", sa.String(128), primary_key=True),
    sa.Column("number", sa.ForeignKey("citizen_cards.number"), nullable=False, index=True),
    sa.Column("script", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),          # permitted done not_done
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
)

moves = sa.Table(
    "citizen_balance_moves",
    metadata,  # what is left on a dead card, on its way to the one that took its place: one move for a dead card
    sa.Column("old_number", sa.ForeignKey("citizen_cards.number"), primary_key=True),
    sa.Column("new_number", sa.ForeignKey("citizen_cards.number"), index=True),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),          # waiting ready done nothing
    sa.Column("fen", sa.Integer, nullable=False, default=0),
    sa.Column("order_id", sa.String(32), index=True),
    sa.Column("changed_at", Instant, nullable=False),
)
