"""What terminals tell of themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telemetry_terminals",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("region", sa.String(12), nullable=False, server_default=""),
        sa.Column("longitude", sa.Float()),
        sa.Column("latitude", sa.Float()),
        sa.Column("presence", sa.String(16), nullable=False, server_default="never_seen"),
        sa.Column("presence_since", sa.String(32)),
        sa.Column("service_since", sa.String(32)),
        sa.Column("heard_at", sa.String(32)),
        sa.Column("boot_id", sa.String(64), nullable=False, server_default=""),
        sa.Column("sequence", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("screen_beats", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("screen_moved_at", sa.String(32)),
        sa.Column("in_visit", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("out_of_service", sa.String(64), nullable=False, server_default=""),
        sa.Column("light", sa.String(8), nullable=False, server_default=""),
        sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("clock_ahead_s", sa.Float()),
        sa.Column("origin", sa.String(64), nullable=False, server_default=""),
        sa.Column("devices_number", sa.BigInteger(), nullable=False, server_default="-1"),
        sa.Column("units_number", sa.BigInteger(), nullable=False, server_default="-1"),
        sa.Column("service_number", sa.BigInteger(), nullable=False, server_default="-1"),
        sa.Column("versions_number", sa.BigInteger(), nullable=False, server_default="-1"),
        sa.Column("counters_number", sa.BigInteger(), nullable=False, server_default="-1"),
        sa.Column("told_at", sa.String(32)),
        sa.Column("software", sa.String(64), nullable=False, server_default=""),
        sa.Column("rules", sa.String(64), nullable=False, server_default=""),
        sa.Column("catalogue", sa.String(64), nullable=False, server_default=""),
        sa.Column("configuration", sa.String(64), nullable=False, server_default=""),
        sa.Column("counters", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("wrong", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("wrong_since", sa.String(32)),
        sa.PrimaryKeyConstraint("terminal"),
    )
    op.create_index("ix_telemetry_terminals_presence", "telemetry_terminals", ["presence"])
    op.create_index("ix_telemetry_terminals_region", "telemetry_terminals", ["region"])
    op.create_table(
        "telemetry_devices",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("light", sa.String(8), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("driver", sa.String(64), nullable=False),
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("firmware", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "device"),
    )
    op.create_table(
        "telemetry_units",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("holds", sa.Integer()),
        sa.Column("initial", sa.Integer()),
        sa.Column("retained", sa.Integer()),
        sa.Column("threshold", sa.Integer()),
        sa.Column("contradiction", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("a_day", sa.Float()),
        sa.Column("empty_on", sa.Date()),
        sa.PrimaryKeyConstraint("terminal", "unit"),
    )
    op.create_index("ix_telemetry_units_empty_on", "telemetry_units", ["empty_on"])
    op.create_table(
        "telemetry_consumption",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "unit", "day"),
    )
    op.create_table(
        "telemetry_not_offered",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("offer", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "offer"),
    )
    op.create_table(
        "telemetry_facts",
        sa.Column("fact_id", sa.String(64), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("heard_at", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id"),
    )
    op.create_index("ix_telemetry_facts_heard_at", "telemetry_facts", ["heard_at"])
    op.create_index("ix_telemetry_facts_terminal_at", "telemetry_facts", ["terminal", "at"])
    op.create_table(
        "telemetry_journeys",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("journey", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("refusal", sa.String(64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("slowest_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "day", "journey", "outcome", "refusal"),
    )
    op.create_table(
        "telemetry_region_journeys",
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("journey", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("refusal", sa.String(64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("slowest_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("region", "day", "journey", "outcome", "refusal"),
    )
    op.create_table(
        "telemetry_presence",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("ix_telemetry_presence_terminal_at", "telemetry_presence", ["terminal", "at"])
    op.create_table(
        "telemetry_service_time",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stood", sa.String(16), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "day", "stood"),
    )
