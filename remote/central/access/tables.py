"""People of the console, what they were granted, their sessions, and sign-ins by OIDC that are under way."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

people = sa.Table(
    "access_people",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("display", sa.String(64), nullable=False),
    sa.Column("password", sa.Text, nullable=False),            # argon2id; "" nobody can sign in by password
    sa.Column("totp", sa.String(64), nullable=False),          # base32
    sa.Column("totp_step", sa.BigInteger, nullable=False),     # the last 30 s step whose code was accepted: none serves twice
    sa.Column("must_change", sa.Boolean, nullable=False),      # the password was given by somebody else
    sa.Column("tries", sa.Integer, nullable=False),            # since the last good sign-in; counted before they are looked at
    sa.Column("locked_until", Instant),
    sa.Column("disabled_at", Instant),
    sa.Column("oidc", sa.String(255), unique=True),            # "<issuer> <subject>"
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("added_by", sa.String(64), nullable=False),
)

grants = sa.Table(
    "access_grants",
    metadata,
    sa.Column("name", sa.ForeignKey("access_people.name"), primary_key=True),
    sa.Column("role", sa.String(32), primary_key=True),
    sa.Column("region", sa.String(12), primary_key=True),
)

sessions = sa.Table(
    "access_sessions",
    metadata,
    sa.Column("cookie_hash", sa.LargeBinary, primary_key=True),  # SHA-256: who reads the table cannot sign in with it
    sa.Column("name", sa.ForeignKey("access_people.name"), nullable=False, index=True),
    sa.Column("how", sa.String(16), nullable=False),           # password oidc
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)

oidc_logins = sa.Table(
    "access_oidc_logins",
    metadata,  # a state serves once
    sa.Column("state_hash", sa.LargeBinary, primary_key=True),
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("onward", sa.String(512), nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
)
