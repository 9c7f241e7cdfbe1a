"""People, cards, cases, reservations, keys, obligations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_table(
        "events",
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_table(
        "idempotency",
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("operation", sa.String(32), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "incidents",
        sa.Column("incident_id", sa.String(64), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.String(32), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("closed_at", sa.String(32), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("incident_id"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "number_series",
        sa.Column("prefix", sa.String(8), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix"),
    )
    op.create_table(
        "persons",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person_ref", sa.String(32), nullable=False),
        sa.Column("id_number", sa.String(18), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("sex", sa.String(1), nullable=False),
        sa.Column("nation", sa.String(8), nullable=False),
        sa.Column("birth", sa.Date(), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("village", sa.String(12), nullable=True),
        sa.Column("hukou", sa.String(6), nullable=False),
        sa.Column("hukou_place", sa.String(64), nullable=False),
        sa.Column("id_issuer", sa.String(64), nullable=False),
        sa.Column("id_valid_from", sa.Date(), nullable=False),
        sa.Column("id_valid_to", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(16), nullable=True),
        sa.Column("deceased", sa.Boolean(), nullable=False),
        sa.Column("hukou_cancelled", sa.Boolean(), nullable=False),
        sa.Column("fraud_hold", sa.Boolean(), nullable=False),
        sa.Column("photo_source", sa.String(16), nullable=False),
        sa.Column("photo_seed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("id_number"),
        sa.UniqueConstraint("person_ref"),
    )
    op.create_table(
        "stock_events",
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index(op.f("ix_stock_events_terminal"), "stock_events", ["terminal"], unique=False)
    op.create_table(
        "terminals",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("terminal"),
    )
    op.create_table(
        "addresses",
        sa.Column("address_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(128), nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("address_id"),
    )
    op.create_index(op.f("ix_addresses_person_id"), "addresses", ["person_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("case_no", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(16), nullable=False),
        sa.Column("service", sa.String(16), nullable=False),
        sa.Column("delivery", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("submitted_at", sa.String(32), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
        sa.Column("photo", sa.String(16), nullable=False),
        sa.Column("identity", sa.String(16), nullable=False),
        sa.Column("card_alone", sa.Boolean(), nullable=False),
        sa.Column("loss_stated", sa.Boolean(), nullable=False),
        sa.Column("claim_code", sa.String(16), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("rules_version", sa.String(32), nullable=False),
        sa.Column("place", sa.String(128), nullable=True),
        sa.Column("closed_at", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("case_no"),
    )
    op.create_index(
        "one_open_case_per_person_and_item",
        "cases",
        ["person_id", "item"],
        unique=True,
        sqlite_where=sa.text("state IN ('approved','producing','kept','in_doubt','mail_ordered')"),
        postgresql_where=sa.text("state IN ('approved','producing','kept','in_doubt','mail_ordered')"),
    )
    op.create_table(
        "obligations",
        sa.Column("obligation_id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.String(32), nullable=True),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("claim_code", sa.String(16), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("settled_at", sa.String(32), nullable=True),
        sa.Column("settled_by", sa.String(128), nullable=True),
        sa.Column("terminal_knows", sa.Boolean(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("obligation_id"),
    )
    op.create_index(op.f("ix_obligations_case_id"), "obligations", ["case_id"], unique=False)
    op.create_index(op.f("ix_obligations_person_id"), "obligations", ["person_id"], unique=False)
    op.create_table(
        "photos",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "cards",
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("class_code", sa.String(8), nullable=False),
        sa.Column("chip_serial", sa.String(20), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("blank_serial", sa.String(64), nullable=False),
        sa.Column("ended_at", sa.String(32), nullable=True),
        sa.Column("ended_by", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("chip_serial"),
    )
    op.create_index(op.f("ix_cards_person_id"), "cards", ["person_id"], unique=False)
    op.create_index(
        "one_live_card_per_person",
        "cards",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"),
    )
    op.create_table(
        "delivery_orders",
        sa.Column("order_no", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("address", sa.String(160), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(32), nullable=True),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.ForeignKeyConstraint(
            ["number"],
            ["cards.number"],
        ),
        sa.PrimaryKeyConstraint("order_no"),
    )
    op.create_index(op.f("ix_delivery_orders_case_id"), "delivery_orders", ["case_id"], unique=False)
    op.create_table(
        "reservations",
        sa.Column("reserve_key", sa.String(128), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("settled_by", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.ForeignKeyConstraint(
            ["number"],
            ["cards.number"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.person_id"],
        ),
        sa.PrimaryKeyConstraint("reserve_key"),
        sa.UniqueConstraint("number"),
    )
    op.create_index(
        "one_reservation_holds_a_person",
        "reservations",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open','kept','in_doubt')"),
        postgresql_where=sa.text("state IN ('open','kept','in_doubt')"),
    )
