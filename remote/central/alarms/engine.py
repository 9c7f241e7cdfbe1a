"""One look: what is wrong now against what is known, in one write transaction. Nothing here sends anything.

A condition that lasts becomes one alarm; it is told to the first level, reminded of, taken further up while nobody
acknowledges it, and told to be over exactly once, to those who heard of it. An alarm that another one explains is silent. In a
maintenance window nothing new is raised and nobody is reminded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from remote.central.alarms.conditions import Condition, Key
from remote.central.alarms.rules import Rule, Rules
from remote.central.alarms.tables import alarms, history, noticed, notices, windows

OPEN = sa.select(alarms).where(alarms.c.cleared_at.is_(None))
NOTICED = sa.select(noticed)
IN_FORCE = sa.select(windows).where(windows.c.begins <= sa.bindparam("now"), windows.c.ends > sa.bindparam("now"))
SET = sa.update(alarms).where(alarms.c.alarm == sa.bindparam("which"))
CENTRE = "centre"


@dataclass(frozen=True)
class Notice:
    alarm: int
    what: str                      # opened, escalated, reminder, cleared
    number: int
    level: int


@dataclass
class Look:
    """What one look found and did."""

    opened: list[int] = field(default_factory=list)
    cleared: list[int] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def look(connection: sa.Connection, now: datetime, rules: Rules, wrong: Mapping[Key, Condition]) -> Look:
    """Call every few seconds. `notices` are for remote/central/alarms/notices.py to address."""
    return _Look(connection, now, rules, wrong).run()


class _Look:
    def __init__(self, connection: sa.Connection, now: datetime, rules: Rules, wrong: Mapping[Key, Condition]) -> None:
        self._connection, self._now, self._rules = connection, now, rules
        self._wrong = {key: condition for key, condition in wrong.items() if key.kind in rules}
        self._open = {key_of(row): row for row in connection.execute(OPEN)}
        self._noticed = {key_of(row): row.since for row in connection.execute(NOTICED)}
        self._windows = connection.execute(IN_FORCE, {"now": now}).all()
        self._done = Look()

    def run(self) -> Look:
        for key, row in list(self._open.items()):
            if key in self._wrong:
                self._still_there(key, row)
            else:
                self._not_there(key, row)
        for key in [key for key in self._noticed if key not in self._wrong]:
            self._forget(key)
        for key in sorted(self._wrong, key=lambda key: len(self._rules[key.kind].under)):      # parents first
            if key not in self._open:
                self._new(key, self._wrong[key])
        for row in self._open.values():
            self._grow_old(row)
        return self._done

    # -- one condition -------------------------------------------------------------------------------------------

    def _new(self, key: Key, condition: Condition) -> None:
        rule = self._rules[key.kind]
        first = self._noticed.get(key)
        if first is None:
            self._connection.execute(sa.insert(noticed), {**_columns(key), "since": self._now})
            first = self._noticed[key] = self._now
        if self._now - first < rule.after or self._in_window(key, condition.region):
            return
        self._forget(key)
        parent = self._parent(key, rule)
        values = {
            **_columns(key), "region": condition.region, "severity": rule.severity.value, "words": condition.words[:256],
            "since": condition.since, "opened_at": self._now, "times": 1, "under": parent, "level": 0, "reminders": 0,
            "next_level_at": self._now + rule.escalate if rule.escalate else None,
            "next_reminder_at": self._now + rule.remind if rule.remind else None,
        }  # fmt: skip
        number = self._connection.execute(sa.insert(alarms), values).inserted_primary_key[0]  # type: ignore[index]
        self._note(number, "opened", condition.words)
        self._done.opened.append(number)
        if not parent:
            self._done.notices.append(Notice(number, "opened", 0, 0))
        self._open[key] = self._connection.execute(sa.select(alarms).where(alarms.c.alarm == number)).one()

    def _still_there(self, key: Key, row: sa.Row[Any]) -> None:
        values: dict[str, Any] = {}
        if row.gone_since is not None:
            values |= {"gone_since": None, "times": row.times + 1}
            self._note(row.alarm, "came_back", "")
        words = self._wrong[key].words[:256]
        if words != row.words:
            values["words"] = words
        if values:
            self._set(row, values)

    def _not_there(self, key: Key, row: sa.Row[Any]) -> None:
        """While its parent is open nobody knows: what a terminal last said stays as it was."""
        if self._parent(key, self._rules[key.kind]) and not self._over_by_itself(key):
            return
        gone = row.gone_since or self._now
        if self._now - gone < self._rules[key.kind].clear_after:
            if row.gone_since is None:
                self._set(row, {"gone_since": self._now})
            return
        self._set(row, {"cleared_at": self._now, "gone_since": gone})
        self._note(row.alarm, "cleared", "")
        self._done.cleared.append(row.alarm)
        self._done.notices.append(Notice(row.alarm, "cleared", 0, row.level))
        del self._open[key]

    def _over_by_itself(self, key: Key) -> bool:
        """What the centre sees by itself is over when the centre does not see it any more, whoever is down."""
        return key.kind in ("terminal_down", "terminal_frozen", "never_seen", "audit_contradicted")

    def _grow_old(self, row: sa.Row[Any]) -> None:
        """Reminders, and further up while nobody has acknowledged it. The parent's end lets the child speak."""
        key, rule = key_of(row), self._rules.get(row.kind)
        if rule is None:
            return
        parent = self._parent(key, rule)
        if row.under and not parent and row.gone_since is None:
            self._set(row, {"under": 0, **self._from_now(rule)})
            self._done.notices.append(Notice(row.alarm, "opened", 0, 0))
            return
        if parent != row.under:
            self._set(row, {"under": parent})
        if parent or row.gone_since is not None or self._quiet(row):
            return
        if row.next_level_at is not None and row.acknowledged_at is None and self._now >= row.next_level_at:
            self._set(row, {"level": row.level + 1, "next_level_at": self._now + rule.escalate if rule.escalate else None})
            self._note(row.alarm, "escalated", str(row.level + 1))
            self._done.notices.append(Notice(row.alarm, "escalated", row.level + 1, row.level + 1))
        elif row.next_reminder_at is not None and self._now >= row.next_reminder_at:
            self._set(row, {
                "reminders": row.reminders + 1, "next_reminder_at": self._now + rule.remind if rule.remind else None,
            })  # fmt: skip
            self._done.notices.append(Notice(row.alarm, "reminder", row.reminders + 1, row.level))

    # -- small things --------------------------------------------------------------------------------------------

    def _from_now(self, rule: Rule) -> dict[str, Any]:
        return {
            "next_level_at": self._now + rule.escalate if rule.escalate else None,
            "next_reminder_at": self._now + rule.remind if rule.remind else None,
        }  # fmt: skip

    def _parent(self, key: Key, rule: Rule) -> int:
        """The open alarm that explains this one: of the same terminal, or of its place. 0: none."""
        for kind in rule.under:
            for above in (Key(key.terminal, key.place, kind), Key("", key.place, kind)):
                if above in self._open:
                    return int(self._open[above].alarm)
        return 0

    def _quiet(self, row: sa.Row[Any]) -> bool:
        snoozed = row.snoozed_until is not None and row.snoozed_until > self._now
        return snoozed or self._in_window(key_of(row), row.region)

    def _in_window(self, key: Key, region: str) -> bool:
        return any(
            (one.terminal == key.terminal) if one.terminal else region.startswith(one.region) for one in self._windows
        )  # fmt: skip

    def _forget(self, key: Key) -> None:
        where = [noticed.c[name] == value for name, value in _columns(key).items()]
        self._connection.execute(sa.delete(noticed).where(*where))
        self._noticed.pop(key, None)

    def _set(self, row: sa.Row[Any], values: dict[str, Any]) -> None:
        self._connection.execute(SET, {"which": row.alarm, **values})

    def _note(self, alarm: int, what: str, words: str) -> None:
        write_history(self._connection, alarm, self._now, what, CENTRE, words)


def _columns(key: Key) -> dict[str, str]:
    return {"terminal": key.terminal, "place": key.place, "kind": key.kind, "subject": key.subject}


def key_of(row: sa.Row[Any]) -> Key:
    return Key(row.terminal, row.place, row.kind, row.subject)


def write_history(connection: sa.Connection, alarm: int, now: datetime, what: str, who: str, words: str) -> None:
    row = {"alarm": alarm, "at": now, "what": what, "who": who, "words": words[:256]}
    connection.execute(sa.insert(history), row)


def told(connection: sa.Connection, alarm: int) -> Iterable[tuple[str, str]]:
    """(channel, addressee) of everybody who heard, or will hear, that it is there."""
    asked = sa.select(notices.c.channel, notices.c.addressee).where(
        notices.c.alarm == alarm, notices.c.what != "cleared", notices.c.state != "dropped"
    )
    return sorted({(row.channel, row.addressee) for row in connection.execute(asked)})
