"""Signing in without the ID card, and vouchers that were redeemed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("sign_in", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("persons.person_id"), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("proof", sa.String(16), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("sign_in"),
    )
    op.create_index("ix_sign_ins_person_id", "sign_ins", ["person_id"])
    op.create_table(
        "card_challenges",
        sa.Column("challenge_id", sa.String(32), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("challenge", sa.String(16), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("used_at", sa.String(32)),
        sa.PrimaryKeyConstraint("challenge_id"),
    )
    op.create_table(
        "identity_codes",
        sa.Column("nonce", sa.String(10), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("persons.person_id"), nullable=False),
        sa.Column("ends_at", sa.String(32), nullable=False),
        sa.Column("used_at", sa.String(32)),
        sa.PrimaryKeyConstraint("nonce"),
    )
    op.create_table(
        "sms_codes",
        sa.Column("ask_id", sa.String(32), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("persons.person_id")),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("used_at", sa.String(32)),
        sa.Column("phone", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ask_id"),
    )
    op.create_index("ix_sms_codes_about", "sms_codes", ["about", "at"])
    op.create_index("ix_sms_codes_terminal", "sms_codes", ["terminal", "at"])
    untold = sa.text("text <> ''")
    op.create_index("sms_codes_to_send", "sms_codes", ["at"], sqlite_where=untold, postgresql_where=untold)
    op.create_table(
        "voucher_redemptions",
        sa.Column("voucher_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("persons.person_id"), nullable=False),
        sa.Column("redemption_no", sa.String(24), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("voucher_id"),
        sa.UniqueConstraint("redemption_no"),
    )
    op.create_index("ix_voucher_redemptions_person_id", "voucher_redemptions", ["person_id"])
