"""The citizen card's life: cards, reports of loss, scripts for a card in a slot, balances that move after the settlement day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "citizen_cards",
        sa.Column("number", sa.String(19), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("persons.person_id"), nullable=False),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.case_id")),
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reserve_key", sa.String(128)),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("concession", sa.Boolean(), nullable=False),
        sa.Column("insurance", sa.Boolean(), nullable=False),
        sa.Column("opening_fen", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("ended_by", sa.String(16)),
        sa.Column("settled_by", sa.String(16)),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("serial"),
        sa.UniqueConstraint("reserve_key"),
    )
    op.create_index("ix_citizen_cards_person_id", "citizen_cards", ["person_id"])
    op.create_index("ix_citizen_cards_case_id", "citizen_cards", ["case_id"])
    _only_one("one_live_citizen_card_per_person", "state IN ('inactive','active')")
    _only_one("one_citizen_card_being_made_per_person", "state IN ('reserved','kept','in_doubt')")
    op.create_table(
        "citizen_card_losses",
        sa.Column("number", sa.String(19), sa.ForeignKey("citizen_cards.number"), nullable=False),
        sa.Column("owner", sa.String(16), nullable=False),
        sa.Column("reported_at", sa.String(32), nullable=False),
        sa.Column("confirmed_at", sa.String(32)),
        sa.PrimaryKeyConstraint("number", "owner"),
    )
    op.create_table(
        "citizen_card_scripts",
        sa.Column("script_key", sa.String(128), nullable=False),
        sa.Column("number", sa.String(19), sa.ForeignKey("citizen_cards.number"), nullable=False),
        sa.Column("script", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("settled_at", sa.String(32)),
        sa.PrimaryKeyConstraint("script_key"),
    )
    op.create_index("ix_citizen_card_scripts_number", "citizen_card_scripts", ["number"])
    op.create_table(
        "citizen_balance_moves",
        sa.Column("old_number", sa.String(19), sa.ForeignKey("citizen_cards.number"), nullable=False),
        sa.Column("new_number", sa.String(19), sa.ForeignKey("citizen_cards.number")),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.String(32)),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("old_number"),
    )
    op.create_index("ix_citizen_balance_moves_new_number", "citizen_balance_moves", ["new_number"])
    op.create_index("ix_citizen_balance_moves_order_id", "citizen_balance_moves", ["order_id"])


def _only_one(name: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "citizen_cards", ["person_id"], unique=True, sqlite_where=condition, postgresql_where=condition)
