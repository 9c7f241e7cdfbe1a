"""Alarms, what was noticed and is not one yet, maintenance windows, and the notices that go out. One open alarm for each
condition, and one notice of each kind to each addressee: by unique index."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("alarm", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String(64), nullable=False, index=True),   # "" of a whole place
    sa.Column("place", sa.String(128), nullable=False),
    sa.Column("region", sa.String(12), nullable=False, index=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),        # device, unit, reason; "" of the terminal itself
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("words", sa.String(256), nullable=False),         # typed words, for the catalogue
    sa.Column("since", Instant, nullable=False),                # the condition began
    sa.Column("opened_at", Instant, nullable=False, index=True),
    sa.Column("gone_since", Instant),                           # the condition is not there, and not for long enough
    sa.Column("cleared_at", Instant, index=True),
    sa.Column("times", sa.Integer, nullable=False),             # it came back before it was called over
    sa.Column("under", sa.Integer, nullable=False),             # the alarm that explains it, 0 none: it is silent
    sa.Column("level", sa.Integer, nullable=False),             # how far up it has been told
    sa.Column("next_level_at", Instant),
    sa.Column("next_reminder_at", Instant),
    sa.Column("reminders", sa.Integer, nullable=False),
    sa.Column("acknowledged_by", sa.String(64)),
    sa.Column("acknowledged_at", Instant),
    sa.Column("assigned_to", sa.String(64)),
    sa.Column("snoozed_until", Instant),
    sa.Index(
        "one_open_alarm_each", "terminal", "place", "kind", "subject", unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"), postgresql_where=sa.text("cleared_at IS NULL"),
    ),
)  # fmt: skip

noticed = sa.Table(
    "alarms_noticed",
    metadata,  # conditions that have not lasted long enough
    sa.Column("terminal", sa.String(64), primary_key=True),
    sa.Column("place", sa.String(128), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("subject", sa.String(64), primary_key=True),
    sa.Column("since", Instant, nullable=False),
)

windows = sa.Table(
    "alarm_windows",
    metadata,
    sa.Column("window", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String(64), nullable=False),       # "" all of the region
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("begins", Instant, nullable=False),
    sa.Column("ends", Instant, nullable=False, index=True),
    sa.Column("why", sa.String(256), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
)

history = sa.Table(
    "alarm_history",
    metadata,
    sa.Column("row", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("alarm", sa.Integer, nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("what", sa.String(32), nullable=False),           # opened came_back cleared acknowledged assigned snoozed told...
    sa.Column("who", sa.String(64), nullable=False),
    sa.Column("words", sa.String(256), nullable=False),
)

notices = sa.Table(
    "alarm_notices",
    metadata,
    sa.Column("notice", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("alarm", sa.Integer, nullable=False, index=True),
    sa.Column("what", sa.String(16), nullable=False),           # opened escalated reminder cleared
    sa.Column("number", sa.Integer, nullable=False),            # of the level or the reminder
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("addressee", sa.String(256), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),      # waiting sent dropped failed
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("try_at", Instant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("error", sa.String(256), nullable=False),
    sa.Column("sent_at", Instant),
    sa.UniqueConstraint("alarm", "what", "number", "channel", "addressee", name="one_notice_each"),
)
