"""How each terminal stands now (one row each), what it told (facts, kept a configured time), and what is counted from it."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata

NEVER_SEEN = "never_seen"

states = sa.Table(
    "telemetry_terminals",
    metadata,
    sa.Column("terminal", sa.String(64), primary_key=True),
    sa.Column("region", sa.String(12), nullable=False, server_default="", index=True),  # county code; "" not known
    sa.Column("longitude", sa.Float),
    sa.Column("latitude", sa.Float),
    # who is there, by the centre's clock
    sa.Column("presence", sa.String(16), nullable=False, server_default=NEVER_SEEN, index=True),
    sa.Column("presence_since", Instant),
    sa.Column("service_since", Instant),                        # up to here telemetry_service_time is counted
    sa.Column("heard_at", Instant),
    sa.Column("boot_id", sa.String(64), nullable=False, server_default=""),
    sa.Column("sequence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("screen_beats", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("screen_moved_at", Instant),
    # as the last heartbeat said
    sa.Column("in_visit", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("out_of_service", sa.String(64), nullable=False, server_default=""),
    sa.Column("light", sa.String(8), nullable=False, server_default=""),                # "" not known
    sa.Column("waiting", sa.Integer, nullable=False, server_default="0"),
    sa.Column("clock_ahead_s", sa.Float),
    # as the newest facts said
    sa.Column("origin", sa.String(64), nullable=False, server_default=""),
    sa.Column("devices_number", sa.BigInteger, nullable=False, server_default="-1"),
    sa.Column("units_number", sa.BigInteger, nullable=False, server_default="-1"),
    sa.Column("service_number", sa.BigInteger, nullable=False, server_default="-1"),
    sa.Column("versions_number", sa.BigInteger, nullable=False, server_default="-1"),
    sa.Column("counters_number", sa.BigInteger, nullable=False, server_default="-1"),
    sa.Column("told_at", Instant),                              # the newest batch
    sa.Column("software", sa.String(64), nullable=False, server_default=""),
    sa.Column("rules", sa.String(64), nullable=False, server_default=""),
    sa.Column("catalogue", sa.String(64), nullable=False, server_default=""),
    sa.Column("configuration", sa.String(64), nullable=False, server_default=""),
    sa.Column("counters", sa.Text, nullable=False, server_default="{}"),
    sa.Column("wrong", sa.Text, nullable=False, server_default="[]"),  # [[what, word], ...], worst first
    sa.Column("wrong_since", Instant),
)

devices = sa.Table(
    "telemetry_devices",
    metadata,
    sa.Column("terminal", sa.String(64), primary_key=True),
    sa.Column("device", sa.String(64), primary_key=True),
    sa.Column("light", sa.String(8), nullable=False),
    sa.Column("faults", sa.Text, nullable=False),               # words, separated by spaces
    sa.Column("since", Instant, nullable=False),
    sa.Column("driver", sa.String(64), nullable=False),
    sa.Column("serial", sa.String(64), nullable=False),
    sa.Column("firmware", sa.String(64), nullable=False),
)

units = sa.Table(
    "telemetry_units",
    metadata,
    sa.Column("terminal", sa.String(64), primary_key=True),
    sa.Column("unit", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("device", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("holds", sa.Integer),                             # XFS4IoT "count"; None not known
    sa.Column("initial", sa.Integer),
    sa.Column("retained", sa.Integer),
    sa.Column("threshold", sa.Integer),
    sa.Column("contradiction", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("a_day", sa.Float),                               # used on a day of the last ones; None not known
    sa.Column("empty_on", sa.Date, index=True),                 # predicted; None not known or not in a year
)

consumption = sa.Table(
    "telemetry_consumption",
    metadata,  # what was taken out of a unit on a day, from counts that went down
    sa.Column("terminal", sa.String(64), primary_key=True),
    sa.Column("unit", sa.String(64), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("used", sa.Integer, nullable=False),
)

not_offered = sa.Table(
    "telemetry_not_offered",
    metadata,
    sa.Column("terminal", sa.String(64), primary_key=True),
    sa.Column("offer", sa.String(64), primary_key=True),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("since", Instant, nullable=False),
)

facts = sa.Table(
    "telemetry_facts",
    metadata,
    sa.Column("fact_id", sa.String(64), primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),                   # the terminal's clock
    sa.Column("heard_at", Instant, nullable=False, index=True), # ours
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("ix_telemetry_facts_terminal_at", "terminal", "at"),
)


def _journeys(name: str, of: str, length: int) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column(of, sa.String(length), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("journey", sa.String(64), primary_key=True),
        sa.Column("outcome", sa.String(64), primary_key=True),
        sa.Column("refusal", sa.String(64), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("slowest_s", sa.Float, nullable=False),
    )


journeys = _journeys("telemetry_journeys", "terminal", 64)
region_journeys = _journeys("telemetry_region_journeys", "region", 12)

presence_changes = sa.Table(
    "telemetry_presence",
    metadata,
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),                   # since when it is so, by the centre's clock
    sa.Column("before", sa.String(16), nullable=False),
    sa.Column("after", sa.String(16), nullable=False),
    sa.Index("ix_telemetry_presence_terminal_at", "terminal", "at"),
)

service_time = sa.Table(
    "telemetry_service_time",
    metadata,  # seconds of a day by how the terminal stood: serving, closed, frozen, down
    sa.Column("terminal", sa.String(64), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("stood", sa.String(16), primary_key=True),
    sa.Column("seconds", sa.Float, nullable=False),
)
