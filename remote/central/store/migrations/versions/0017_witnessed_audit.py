"""Heads of the terminals' audit chains, as the centre witnessed them."""

from __future__ import annotations

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    return
