"""What a citizen card opens: insurance account, settlements, vouchers, codes by message."""

from __future__ import annotations

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    return
