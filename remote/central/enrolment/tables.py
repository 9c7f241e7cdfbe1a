"""Certificates of terminals, pairing codes, nonces seen, and security events."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

certificates = sa.Table(
    "terminal_certificates",
    metadata,
    sa.Column("serial", sa.LargeBinary, primary_key=True),     # 20 bytes
    sa.Column("terminal", sa.ForeignKey("terminals.terminal"), nullable=False, index=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),   # SubjectPublicKeyInfo, DER
    sa.Column("pem", sa.Text, nullable=False),
    sa.Column("how", sa.String(16), nullable=False),           # paired renewed
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("used_at", Instant),                             # first request under it: its predecessors end then
    sa.Column("revoked_at", Instant),
    sa.Column("revoked_by", sa.String(64)),
    sa.Column("revoked_why", sa.Text),
)

pairing_codes = sa.Table(
    "pairing_codes",
    metadata,
    sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False, index=True),
    sa.Column("place", sa.String(128), nullable=False),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("replaces", sa.Boolean, nullable=False),         # the certificates this terminal had are revoked when it is used
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("used_for", sa.LargeBinary),                     # the public key: a lost answer is asked for again
)

nonces = sa.Table(
    "request_nonces",
    metadata,  # kept for twice the window; a request that comes again finds its own
    sa.Column("nonce", sa.LargeBinary, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False, index=True),  # Unix seconds
)

security_events = sa.Table(
    "security_events",
    metadata,  # one row for each kind, claimed terminal, source and minute: a flood makes the count larger, not the table
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("terminal", sa.String(64), primary_key=True),    # as claimed; "" none
    sa.Column("source", sa.String(64), primary_key=True),      # address; "" unknown
    sa.Column("minute", Instant, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),      # the last one
)
