"""Proofs of identity and what hangs on them. Pictures taken at terminals are here; measures of a face are nowhere."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

staff_requests = sa.Table(
    "staff_requests",
    metadata,
    sa.Column("request_id", sa.String(32), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("item", sa.String(40), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("answered_at", Instant),
    sa.Column("same", sa.Boolean),
    sa.Column("staff", sa.String(64)),
    sa.Column("reason", sa.Text),
    sa.Column("cancelled_at", Instant),
    sa.Column("used_at", Instant),
    sa.Column("used_for", sa.String(64)),
)

face_proofs = sa.Table(
    "face_proofs",
    metadata,  # one row for each act that a face was enough for: numbers, no picture
    sa.Column("proof_id", sa.String(80), primary_key=True),  # the centre's face_ref, or made from the request's key
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False, index=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("threshold", sa.Float, nullable=False),
    sa.Column("model", sa.String(80), nullable=False),
    sa.Column("reference", sa.String(8), nullable=False),  # chip, centre
    sa.Column("compared_by", sa.String(8), nullable=False),  # terminal, centre
    sa.Column("used_for", sa.String(64), nullable=False),
)

live_photos = sa.Table(
    "live_photos",
    metadata,
    sa.Column("photo_ref", sa.String(32), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False, index=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("png", sa.LargeBinary, nullable=False),
    sa.Column("identity", sa.String(16), nullable=False),
    sa.Column("case_id", sa.ForeignKey("cases.case_id")),
)
