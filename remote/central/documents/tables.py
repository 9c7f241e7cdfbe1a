"""Every copy ever numbered. Page and content are destroyed after some days; what a verifier asks for stays."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("document_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.String(32), nullable=False, unique=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False, index=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("period", sa.String(64), nullable=False),
    sa.Column("purpose", sa.String(32), nullable=False),
    sa.Column("large_print", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # issued delivered failed unknown void revoked
    sa.Column("issue_key", sa.String(128), nullable=False, index=True),  # of the latest issue of this copy
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("issuer", sa.String(64), nullable=False),
    sa.Column("name_masked", sa.String(64), nullable=False),
    sa.Column("id_tail", sa.String(4), nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.Column("sheets", sa.Integer, nullable=False, default=0),
    sa.Column("ended_at", Instant),
    sa.Column("ended_why", sa.Text, nullable=False, default=""),
    sa.Column("code", sa.Text, nullable=False),  # the text of the code on the paper
    sa.Column("content", sa.Text),  # essential JSON; None once destroyed
    sa.Column("pdf", sa.LargeBinary),  # sealed; None before it is drawn and once destroyed
    sa.Column("sha256", sa.String(64), nullable=False, default=""),
    sa.Column("pages", sa.Integer, nullable=False, default=0),
)
