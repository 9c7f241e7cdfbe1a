"""What the payment worker and the reconciliation look for stays quick when there are a million orders."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEXES = (("pay_orders", "ask_at"), ("pay_orders", "created_at"), ("pay_orders", "purpose_ref"), ("pay_transactions", "ask_at"))


def upgrade() -> None:
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
