"""Certificates and pairing codes of terminals; people of the console, their roles and sessions."""

from __future__ import annotations

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    return
