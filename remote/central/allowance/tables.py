"""Certifications and home visits. One certification per person and period, and one open visit per person, by unique index."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

certifications = sa.Table(
    "certifications",
    metadata,
    sa.Column("certification_id", sa.String(32), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False),
    sa.Column("period", sa.String(8), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("identity", sa.String(16), nullable=False),
    sa.Column("rules_version", sa.String(32), nullable=False),
    sa.Index("one_certification_per_person_and_period", "person_id", "period", unique=True),
)

_open = sa.text("done_at IS NULL")
home_visits = sa.Table(
    "home_visits",
    metadata,
    sa.Column("visit_no", sa.String(32), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("done_at", Instant),
    sa.Column("done_by", sa.String(64)),
    sa.Column("words", sa.Text),
    sa.Index("one_open_home_visit_per_person", "person_id", unique=True, sqlite_where=_open, postgresql_where=_open),
)
