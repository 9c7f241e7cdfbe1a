"""Heads are added and never changed; a contradiction is kept until a person has said what it was."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

heads = sa.Table(
    "audit_heads",
    metadata,
    sa.Column("terminal", sa.String(64), primary_key=True),
    sa.Column("chain", sa.String(64), primary_key=True),        # the chain value of the journal's first row
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

contradictions = sa.Table(
    "audit_contradictions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String(64), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),           # remote.messages.audit.Contradiction
    sa.Column("chain", sa.String(64), nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),            # of the row that is contradicted
    sa.Column("witnessed", sa.String(64), nullable=False),
    sa.Column("said", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("explained_by", sa.String(64)),                   # a person who has said what it was
    sa.Column("explanation", sa.String(256), nullable=False, server_default=""),
    sa.UniqueConstraint("terminal", "kind", "chain", "seq", "said", name="one_contradiction_each"),
)
