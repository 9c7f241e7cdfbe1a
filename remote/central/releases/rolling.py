"""The roll-outs in the database: begun, moved on by the figures, and held by people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from remote.central.releases.operations import ORDERED
from remote.central.releases.rollout import FAILED, Roll, State, Tally, Wish, advance, step_of, wished
from remote.central.releases.tables import release_terminals, releases, rollouts
from remote.central.store import schema
from remote.messages.releases import Kind, Stage

MOST_CANARIES = 20


class RollWrong(Exception):
    """`key`: why not: unknown, not_now, open_already, no_canary."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Where:
    """Terminals of each step: how many there are, and how many are at each stage."""

    members: tuple[int, int, int]
    stages: dict[tuple[int, str], int]

    def tally(self, step: int) -> Tally:
        def count(*stages: str) -> int:
            return sum(many for (at, stage), many in self.stages.items() if at <= step and (not stages or stage in stages))

        return Tally(sum(self.members[: step + 1]), count(), count(Stage.RUNNING.value), count(*FAILED))


def begin(connection: sa.Connection, release: str, canary: Sequence[str], by: str, now: datetime) -> None:
    """Raises RollWrong."""
    row = connection.execute(sa.select(releases).where(releases.c.release == release)).first()
    if row is None or row.kind == Kind.RULES:
        raise RollWrong("unknown")
    named = sa.select(schema.terminals.c.terminal).where(schema.terminals.c.terminal.in_(canary))
    known = set(connection.execute(named).scalars())
    if not 1 <= len(canary) <= MOST_CANARIES or known != set(canary):
        raise RollWrong("no_canary")
    if connection.execute(sa.select(rollouts.c.release).where(rollouts.c.release == release)).first() is not None:
        raise RollWrong("not_now")
    still = sa.select(rollouts.c.release).where(
        rollouts.c.kind == row.kind, rollouts.c.state.in_((State.ROLLING, State.PAUSED, State.STOPPED))
    )
    if connection.execute(still).first() is not None:
        raise RollWrong("open_already")
    connection.execute(
        sa.insert(rollouts).values(
            release=release, kind=row.kind, state=State.ROLLING.value, step=0, canary=json.dumps(sorted(canary)),
            started_at=now, step_at=now, by=by, why="", forgiven=0,
        )
    )  # fmt: skip
    _audit(connection, now, by, "rollout_begun", release, ", ".join(sorted(canary)))


def wish(connection: sa.Connection, release: str, what: Wish, by: str, now: datetime) -> State:
    """Raises RollWrong."""
    found = _rolls(connection, release)
    if not found:
        raise RollWrong("unknown")
    roll, canary = found[0][1:]
    after = wished(roll, what, where(connection, release, canary).tally(roll.step))
    if after is None:
        raise RollWrong("not_now")
    _keep(connection, release, after)
    _audit(connection, now, by, f"rollout_{what}", release, "")
    return after.state


def move_on(connection: sa.Connection, now: datetime) -> None:
    """Every chore round: each roll-out by its figures."""
    for release, roll, canary in _rolls(connection):
        if roll.state is not State.ROLLING:
            continue
        after = advance(roll, where(connection, release, canary).tally(roll.step), now)
        if after != roll:
            _keep(connection, release, after)
            words = f"{roll.state}/{roll.step} -> {after.state}/{after.step}"
            _audit(connection, now, "centre", "rollout_moved", release, words)


def where(connection: sa.Connection, release: str, canary: Sequence[str]) -> Where:
    names = connection.execute(sa.select(schema.terminals.c.terminal).where(schema.terminals.c.fenced_at.is_(None))).scalars()
    members = [0, 0, 0]
    for name in names:
        members[step_of(release, name, canary)] += 1
    asked = (
        sa.select(release_terminals.c.step, release_terminals.c.stage, sa.func.count())
        .where(release_terminals.c.release == release)
        .group_by(release_terminals.c.step, release_terminals.c.stage)
    )
    stages = {(int(step), str(stage)): int(many) for step, stage, many in connection.execute(asked)}
    return Where((members[0], members[1], members[2]), stages)


def _rolls(connection: sa.Connection, release: str | None = None) -> list[tuple[str, Roll, list[str]]]:
    asked = sa.select(rollouts)
    if release is not None:
        asked = asked.where(rollouts.c.release == release)
    return [
        (row.release, Roll(State(row.state), row.step, row.step_at, row.forgiven, row.why), json.loads(row.canary))
        for row in connection.execute(asked)
    ]


def _keep(connection: sa.Connection, release: str, roll: Roll) -> None:
    connection.execute(
        sa.update(rollouts).where(rollouts.c.release == release).values(
            state=roll.state.value, step=roll.step, step_at=roll.step_at, forgiven=roll.forgiven, why=roll.why
        )
    )  # fmt: skip


def _audit(connection: sa.Connection, now: datetime, who: str, what: str, subject: str, words: str) -> None:
    connection.execute(sa.insert(schema.audit).values(at=now, who=who, what=what, subject=subject, words=words))


__all__ = ["ORDERED", "RollWrong", "Where", "begin", "move_on", "where", "wish"]
