"""Alarms with their life, what goes out about them, and maintenance windows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("alarm", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("words", sa.String(256), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("gone_since", sa.String(32)),
        sa.Column("cleared_at", sa.String(32)),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("under", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("next_level_at", sa.String(32)),
        sa.Column("next_reminder_at", sa.String(32)),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("acknowledged_by", sa.String(64)),
        sa.Column("acknowledged_at", sa.String(32)),
        sa.Column("assigned_to", sa.String(64)),
        sa.Column("snoozed_until", sa.String(32)),
        sa.PrimaryKeyConstraint("alarm"),
    )
    op.create_index("ix_alarms_cleared_at", "alarms", ["cleared_at"])
    op.create_index("ix_alarms_opened_at", "alarms", ["opened_at"])
    op.create_index("ix_alarms_region", "alarms", ["region"])
    op.create_index("ix_alarms_terminal", "alarms", ["terminal"])
    still_open = sa.text("cleared_at IS NULL")
    op.create_index(
        "one_open_alarm_each", "alarms", ["terminal", "place", "kind", "subject"], unique=True,
        sqlite_where=still_open, postgresql_where=still_open,
    )  # fmt: skip
    op.create_table(
        "alarms_noticed",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "place", "kind", "subject"),
    )
    op.create_table(
        "alarm_windows",
        sa.Column("window", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("begins", sa.String(32), nullable=False),
        sa.Column("ends", sa.String(32), nullable=False),
        sa.Column("why", sa.String(256), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("window"),
    )
    op.create_index("ix_alarm_windows_ends", "alarm_windows", ["ends"])
    op.create_table(
        "alarm_history",
        sa.Column("row", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("alarm", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("words", sa.String(256), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("ix_alarm_history_alarm", "alarm_history", ["alarm"])
    op.create_table(
        "alarm_notices",
        sa.Column("notice", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("alarm", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("addressee", sa.String(256), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("try_at", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(256), nullable=False),
        sa.Column("sent_at", sa.String(32)),
        sa.PrimaryKeyConstraint("notice"),
        sa.UniqueConstraint("alarm", "what", "number", "channel", "addressee", name="one_notice_each"),
    )
    op.create_index("ix_alarm_notices_alarm", "alarm_notices", ["alarm"])
    op.create_index("ix_alarm_notices_state", "alarm_notices", ["state"])
