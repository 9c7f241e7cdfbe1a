"""Certificates and pairing codes of terminals; people of the console, their roles and sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()


def _people() -> None:
    op.create_table(
        "access_people",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("display", sa.String(64), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("totp", sa.String(64), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.String(32)),
        sa.Column("disabled_at", sa.String(32)),
        sa.Column("oidc", sa.String(255), unique=True),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "access_grants",
        sa.Column("name", sa.String(64), sa.ForeignKey("access_people.name"), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("name", "role", "region"),
    )
    op.create_table(
        "access_sessions",
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(64), sa.ForeignKey("access_people.name"), nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
        sa.Column("ends_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
        sa.PrimaryKeyConstraint("cookie_hash"),
    )
    op.create_index("ix_access_sessions_name", "access_sessions", ["name"])
    op.create_table(
        "access_oidc_logins",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("onward", sa.String(512), nullable=False),
        sa.Column("ends_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("state_hash"),
    )
