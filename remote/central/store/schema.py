"""The tables. What must never happen is forbidden here, by unique indexes, not by the code above.

One live card per person, one reservation that holds a person, one open case per person and item, one row per number
ever issued, one answer per idempotency key. Instants are UTC text of fixed width, so that they compare and sort alike on
SQLite and PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from remote.central.times import BEIJING

metadata = sa.MetaData()


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored as UTC with microseconds, read in Beijing time."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value).astimezone(BEIJING)


def _only_one(name: str, *columns: str, where: str) -> sa.Index:
    """A unique index over some rows only: what the database itself will not have twice."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

persons = sa.Table(
    "persons",
    metadata,
    sa.Column("person_id", sa.Integer, primary_key=True),
    sa.Column("person_ref", sa.String(32), nullable=False, unique=True),
    sa.Column("id_number", sa.String(18), nullable=False, unique=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("sex", sa.String(1), nullable=False),
    sa.Column("nation", sa.String(8), nullable=False),
    sa.Column("birth", sa.Date, nullable=False),
    sa.Column("address", sa.String(128), nullable=False),
    sa.Column("village", sa.String(12)),
    sa.Column("hukou", sa.String(6), nullable=False),
    sa.Column("hukou_place", sa.String(64), nullable=False),
    sa.Column("id_issuer", sa.String(64), nullable=False),
    sa.Column("id_valid_from", sa.Date, nullable=False),
    sa.Column("id_valid_to", sa.Date),
    sa.Column("phone", sa.String(16)),
    sa.Column("deceased", sa.Boolean, nullable=False, default=False),
    sa.Column("hukou_cancelled", sa.Boolean, nullable=False, default=False),
    sa.Column("fraud_hold", sa.Boolean, nullable=False, default=False),
    sa.Column("photo_source", sa.String(16), nullable=False),
    sa.Column("photo_seed", sa.Integer, nullable=False),
)

photos = sa.Table(
    "photos",
    metadata,  # real portraits; people without a row here are drawn from photo_seed
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), primary_key=True),
    sa.Column("png", sa.LargeBinary, nullable=False),
)

addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("address_id", sa.String(32), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False, index=True),
    sa.Column("text", sa.String(128), nullable=False),
    sa.Column("county", sa.String(6), nullable=False),
)

number_series = sa.Table(
    "number_series",
    metadata,
    sa.Column("prefix", sa.String(8), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.String(32), primary_key=True),
    sa.Column("case_no", sa.String(32), nullable=False, unique=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False),
    sa.Column("item", sa.String(16), nullable=False),
    sa.Column("service", sa.String(16), nullable=False),
    sa.Column("delivery", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("submitted_at", Instant, nullable=False),
    sa.Column("fee_fen", sa.Integer, nullable=False),
    sa.Column("photo", sa.String(16), nullable=False),
    sa.Column("identity", sa.String(16), nullable=False),
    sa.Column("card_alone", sa.Boolean, nullable=False),  # marked: nobody compared the face
    sa.Column("loss_stated", sa.Boolean, nullable=False),
    sa.Column("claim_code", sa.String(16), nullable=False),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("rules_version", sa.String(32), nullable=False),
    sa.Column("place", sa.String(128)),
    sa.Column("closed_at", Instant),
    _only_one(
        "one_open_case_per_person_and_item",
        "person_id",
        "item",
        where="state IN ('approved','producing','kept','in_doubt','mail_ordered')",
    ),
)

cards = sa.Table(
    "cards",
    metadata,  # one row per number ever issued; rows are never deleted
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False, index=True),
    sa.Column("case_id", sa.ForeignKey("cases.case_id")),
    sa.Column("state", sa.String(16), nullable=False),  # reserved live kept in_doubt dead void
    sa.Column("class_code", sa.String(8), nullable=False),
    sa.Column("chip_serial", sa.String(20), nullable=False, unique=True),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.Column("blank_serial", sa.String(64), nullable=False, default=""),
    sa.Column("ended_at", Instant),
    sa.Column("ended_by", sa.String(16)),  # lost replaced released fenced unclaimed counter
    _only_one("one_live_card_per_person", "person_id", where="state = 'live'"),
)

reservations = sa.Table(
    "reservations",
    metadata,
    sa.Column("reserve_key", sa.String(128), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), nullable=False),
    sa.Column("case_id", sa.ForeignKey("cases.case_id"), nullable=False),
    sa.Column("number", sa.ForeignKey("cards.number"), nullable=False, unique=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # open kept in_doubt registered released fenced void
    sa.Column("place", sa.String(128), nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("settled_by", sa.String(16)),  # terminal counter sweep
    _only_one("one_reservation_holds_a_person", "person_id", where="state IN ('open','kept','in_doubt')"),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("operation", sa.String(32), nullable=False),
    sa.Column("body_hash", sa.LargeBinary, nullable=False),
    sa.Column("answer", sa.Text),  # None = barred
    sa.Column("at", Instant, nullable=False),
)

delivery_orders = sa.Table(
    "delivery_orders",
    metadata,
    sa.Column("order_no", sa.String(32), primary_key=True),
    sa.Column("case_id", sa.ForeignKey("cases.case_id"), nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False),  # ordered produced mailed delivered cancelled
    sa.Column("address", sa.String(160), nullable=False),
    sa.Column("hours", sa.Integer, nullable=False),
    sa.Column("number", sa.ForeignKey("cards.number")),
    sa.Column("changed_at", Instant, nullable=False),
)

stock_events = sa.Table(
    "stock_events",
    metadata,
    sa.Column("event_id", sa.String(64), primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),  # loaded issued kept spoiled in_doubt removed
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

events = sa.Table(
    "events",
    metadata,  # everything a terminal reported, once
    sa.Column("event_id", sa.String(64), primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

obligations = sa.Table(
    "obligations",
    metadata,
    sa.Column("obligation_id", sa.String(64), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.person_id"), index=True),
    sa.Column("case_id", sa.String(32), index=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("place", sa.String(128), nullable=False),
    sa.Column("claim_code", sa.String(16), nullable=False),
    sa.Column("amount_fen", sa.Integer, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", sa.String(128)),
    sa.Column("terminal_knows", sa.Boolean, nullable=False, default=False),
    sa.Column("wrong_codes", sa.Integer, nullable=False, default=0),
)

incidents = sa.Table(
    "incidents",
    metadata,
    sa.Column("incident_id", sa.String(64), primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("number", sa.String(32)),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", sa.Text),
)

help_calls = sa.Table(
    "help_calls",
    metadata,
    sa.Column("event_id", sa.String(64), primary_key=True),
    sa.Column("terminal", sa.String(64), nullable=False),
    sa.Column("place", sa.String(128), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("answered_at", Instant),
    sa.Column("answered_by", sa.String(64)),
)

notices = sa.Table(
    "notices",
    metadata,  # what the seams (SMS, transit, e-credential, dead cards) are told
    sa.Column("notice_id", sa.Integer, primary_key=True),
    sa.Column("seam", sa.String(32), nullable=False),
    sa.Column("addressee", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("told_at", Instant),
)

terminals = sa.Table(
    "terminals",
    metadata,
    sa.Column("terminal", sa.String(64), primary_key=True),
    sa.Column("place", sa.String(128), nullable=False),
    sa.Column("region", sa.String(12), nullable=False, server_default=""),  # administrative division, e.g. 341602
    sa.Column("fenced_at", Instant),
    sa.Column("fenced_by", sa.Text),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", sa.String(128), nullable=False),
    sa.Column("what", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)
