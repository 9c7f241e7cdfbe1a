"""Vouchers that were redeemed: one row for ever, by primary key."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

voucher_redemptions = sa.Table(
    "voucher_redemptions",
    metadata,
    sa.Column("voucher_id", sa.String(32), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False, index=True),
    sa.Column("redemption_no", sa.String(24), nullable=False, unique=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
