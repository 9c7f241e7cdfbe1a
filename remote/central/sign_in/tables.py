"""Sign-ins, and the challenges and codes they were made with: each good once."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("sign_in", sa.String(40), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False, index=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("way", sa.String(16), nullable=False),  # SignInWay
    sa.Column("proof", sa.String(16), nullable=False),  # "" pin face staff card_alone
    sa.Column("at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

card_challenges = sa.Table(
    "card_challenges",
    metadata,
    sa.Column("challenge_id", sa.String(32), primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("challenge", sa.String(16), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)

identity_codes = sa.Table(
    "identity_codes",
    metadata,  # of the simulated identity-code service
    sa.Column("nonce", sa.String(10), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)

_unsent = sa.text("text <> ''")
sms_codes = sa.Table(
    "sms_codes",
    metadata,  # a row for every asking, also where there is nobody: nobody can tell the difference
    sa.Column("ask_id", sa.String(32), primary_key=True),
    sa.Column("about", sa.String(64), nullable=False),  # hash of the ID number
    sa.Column("person_id", sa.ForeignKey("persons.person_id")),  # None: nobody, or without a telephone
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("code_hash", sa.String(64), nullable=False),
    sa.Column("tries_left", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("phone", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),  # emptied as soon as the gateway has it, or it is too late
    sa.Index("ix_sms_codes_about", "about", "at"),
    sa.Index("ix_sms_codes_terminal", "terminal", "at"),
    sa.Index("sms_codes_to_send", "at", sqlite_where=_unsent, postgresql_where=_unsent),
)
