"""Signed releases and configuration, and how far each has been rolled out."""

from __future__ import annotations

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    return
