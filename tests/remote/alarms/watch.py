"""Alarms under a turned clock: what is wrong is said by the test, everything else is the centre's own."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.alarms import notices
from remote.central.alarms.conditions import Condition, Key
from remote.central.alarms.engine import Look, look
from remote.central.alarms.notices import Batch
from remote.central.alarms.routes import Email, Route, Routes, Webhook
from remote.central.alarms.rules import Severity, load_rules
from remote.central.alarms.tables import alarms
from remote.central.alarms.tables import notices as rows
from remote.central.store.database import open_engine, writing
from remote.central.store.migrate import migrate_engine
from tests.remote.hall import NOON, TurnedClock

HALL, OTHER_HALL = "亳州市政务服务中心", "涡阳县便民服务中心"
OPS, DUTY, BOSS = ("email", "ops@city.example"), ("webhook", "duty"), ("email", "boss@city.example")


class Watch:
    def __init__(self) -> None:
        self.engine = open_engine("sqlite://")
        migrate_engine(self.engine)
        self.clock = TurnedClock(NOON)
        self.rules = load_rules()
        self.routes = Routes(
            Email("localhost", 25, "none", "terminals@city.example"), {"duty": Webhook("http://localhost:1")}, None,
            (
                Route(("3416",), Severity.MINOR, 0, "zh_CN", (OPS,)),
                Route(("341602",), Severity.CRITICAL, 0, "zh_CN", (DUTY, OPS)),
                Route(("",), Severity.MAJOR, 1, "en", (BOSS,)),
            ),
        )  # fmt: skip
        self.wrong: dict[Key, Condition] = {}

    def now_wrong(
        self, kind: str, terminal: str = "bz-01", subject: str = "", *, place: str = HALL, region: str = "341602"
    ) -> Key:
        key = Key(terminal, place, kind, subject)
        self.wrong[key] = Condition(key, region, self.clock.now)
        return key

    def well(self, key: Key) -> None:
        del self.wrong[key]

    def look(self, later_s: float = 5.0) -> Look:
        self.clock.now += timedelta(seconds=later_s)
        with writing(self.engine) as connection:
            done = look(connection, self.clock.now, self.rules, self.wrong)
            notices.make(connection, self.clock.now, self.routes, done.notices)
        return done

    def for_(self, seconds: float, step: float = 5.0) -> list[Look]:
        return [self.look(step) for _ in range(int(seconds / step))]

    def do(self, act: Any, *args: Any) -> None:
        with writing(self.engine) as connection:
            act(connection, *args)

    def alarms(self, *, open_only: bool = True) -> Sequence[Any]:
        asked = sa.select(alarms).order_by(alarms.c.alarm)
        with self.engine.connect() as connection:
            return connection.execute(asked.where(alarms.c.cleared_at.is_(None)) if open_only else asked).all()

    def notices(self, to: tuple[str, str] | None = None) -> list[tuple[str, int]]:
        """(what, alarm) of all that went out or will, oldest first."""
        asked = sa.select(rows).where(rows.c.state != "dropped").order_by(rows.c.notice)
        with self.engine.connect() as connection:
            return [
                (row.what, row.alarm)
                for row in connection.execute(asked)
                if to is None or (row.channel, row.addressee) == to
            ]

    def sent(self) -> list[Batch]:
        """Everything that is due goes out well."""
        with writing(self.engine) as connection:
            batches = notices.due(connection, self.clock.now)
            for batch in batches:
                notices.begun(connection, batch)
                notices.ended(connection, self.clock.now, batch, "")
        return batches
