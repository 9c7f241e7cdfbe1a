"""Metadata and targets as they were signed, what each release is, its one roll-out, and where it is at each terminal."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

signed_files = sa.Table(
    "release_metadata",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),        # as it is fetched: 3.root.json, timestamp.json
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

target_portions = sa.Table(
    "release_portions",
    metadata,
    sa.Column("path", sa.String(100), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

releases = sa.Table(
    "releases",
    metadata,
    sa.Column("release", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("path", sa.String(100), nullable=False, unique=True),
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("effective_at", Instant),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("published_by", sa.String(64), nullable=False),
    sa.UniqueConstraint("kind", "number", name="one_release_each_number"),
)

rollouts = sa.Table(
    "rollouts",
    metadata,
    sa.Column("release", sa.ForeignKey("releases.release"), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),         # rolling paused stopped aborted done
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("canary", sa.Text, nullable=False),              # JSON list of terminals
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("step_at", Instant, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("why", sa.String(64), nullable=False),
    sa.Column("forgiven", sa.Integer, nullable=False),         # failures there were when somebody said: go on
    sa.Index(
        "one_open_rollout_of_a_kind", "kind", unique=True, sqlite_where=sa.text("state IN ('rolling','paused','stopped')"),
        postgresql_where=sa.text("state IN ('rolling','paused','stopped')"),
    ),
)  # fmt: skip

release_terminals = sa.Table(
    "release_terminals",
    metadata,
    sa.Column("release", sa.ForeignKey("releases.release"), primary_key=True),
    sa.Column("terminal", sa.ForeignKey("terminals.terminal"), primary_key=True),
    sa.Column("step", sa.Integer, nullable=False),             # by which it came to it
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("why", sa.String(64), nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("of", sa.BigInteger, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("told_at", Instant, nullable=False),
    sa.Index("ix_release_terminals_terminal", "terminal"),
)
