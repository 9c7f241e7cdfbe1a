"""Certificates and pairing codes of terminals; people of the console, their roles and sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("terminals", sa.Column("region", sa.String(12), nullable=False, server_default=""))
    op.drop_column("terminals", "token_hash")  # bearer tokens are no identity any more: every terminal is paired anew
    _terminals()
    _people()


def _terminals() -> None:
    op.create_table(
        "terminal_certificates",
        sa.Column("serial", sa.LargeBinary(), nullable=False),
        sa.Column("terminal", sa.String(64), sa.ForeignKey("terminals.terminal"), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("issued_at", sa.String(32), nullable=False),
        sa.Column("ends_at", sa.String(32), nullable=False),
        sa.Column("used_at", sa.String(32)),
        sa.Column("revoked_at", sa.String(32)),
        sa.Column("revoked_by", sa.String(64)),
        sa.Column("revoked_why", sa.Text()),
        sa.PrimaryKeyConstraint("serial"),
    )
    op.create_index("ix_terminal_certificates_terminal", "terminal_certificates", ["terminal"])
    op.create_table(
        "pairing_codes",
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("replaces", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("ends_at", sa.String(32), nullable=False),
        sa.Column("used_at", sa.String(32)),
        sa.Column("used_for", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    op.create_index("ix_pairing_codes_terminal", "pairing_codes", ["terminal"])
    op.create_table(
        "request_nonces",
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("nonce"),
    )
    op.create_index("ix_request_nonces_at", "request_nonces", ["at"])
    op.create_table(
        "security_events",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("minute", sa.String(32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("kind", "terminal", "source", "minute"),
    )
    op.create_index("ix_security_events_at", "security_events", ["at"])


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
