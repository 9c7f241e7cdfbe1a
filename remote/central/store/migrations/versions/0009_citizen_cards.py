"""The citizen card's life: cards, applications, reports of loss, balances that move after the settlement day."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    return
