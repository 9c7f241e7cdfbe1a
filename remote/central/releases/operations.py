"""What a terminal asks of releases: what to run, and the signed files, in portions."""

from __future__ import annotations

import base64
import json

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.releases.rollout import FAILED, State, step_of
from remote.central.releases.store import read
from remote.central.releases.tables import release_terminals, releases, rollouts, target_portions
from remote.messages.releases import (
    AskRelease,
    FetchMetadata,
    FetchTarget,
    Kind,
    Portion,
    Progress,
    ReleaseOrder,
    ReleaseOrders,
    Stage,
)

ORDERED = "ordered"                                        # told to run it, nothing heard yet
GIVEN_OUT = (State.ROLLING.value, State.DONE.value)
CANDIDATES = (
    sa.select(releases, rollouts.c.step, rollouts.c.canary)
    .join(rollouts, rollouts.c.release == releases.c.release)
    .where(rollouts.c.state.in_(GIVEN_OUT), releases.c.kind != Kind.RULES.value)
    .order_by(releases.c.number.desc())
)
MINE = sa.select(release_terminals).where(release_terminals.c.terminal == sa.bindparam("terminal"))


def ask_release(context: Context, ask: AskRelease) -> ReleaseOrders:
    """Safe to repeat. The newest release of a kind whose step has come to this terminal and that has not failed on it."""
    mine = {row.release: row for row in context.connection.execute(MINE, {"terminal": context.terminal})}
    stages = {name: row.stage for name, row in mine.items()}
    for told in ask.progress:
        if told.release in mine:
            _tell(context, mine[told.release], told)
            stages[told.release] = told.stage.value
    here = {kind: _number(context, release) for kind, release in ask.running.items()}
    orders: dict[str, ReleaseOrder] = {}
    for row in context.connection.execute(CANDIDATES).all():
        step = step_of(row.release, context.terminal, json.loads(row.canary))
        if row.kind in orders or step > row.step or stages.get(row.release) in FAILED or row.number < here.get(row.kind, 0):
            continue                                       # what runs and is newer stays, also where its roll-out was aborted
        orders[row.kind] = ReleaseOrder(
            release=row.release, kind=Kind(row.kind), path=row.path, effective_at=row.effective_at
        )
        if row.release not in mine:
            runs = ask.running.get(row.kind) == row.release
            _begin(context, row.release, step, Stage.RUNNING.value if runs else ORDERED)
    return ReleaseOrders(now=context.now, orders=list(orders.values()))


def _number(context: Context, release: str) -> int:
    found = context.connection.execute(sa.select(releases.c.number).where(releases.c.release == release)).scalar()
    return int(found) if found is not None else 0


def _begin(context: Context, release: str, step: int, stage: str) -> None:
    context.connection.execute(
        sa.insert(release_terminals).values(
            release=release, terminal=context.terminal, step=step, stage=stage, why="", done=0, of=0, since=context.now,
            told_at=context.now,
        )
    )  # fmt: skip


def _tell(context: Context, row: sa.Row[tuple[object, ...]], told: Progress) -> None:
    if (row.stage, row.why, row.done) == (told.stage.value, told.why, told.done):
        return
    since = row.since if row.stage == told.stage.value else context.now
    context.connection.execute(
        sa.update(release_terminals)
        .where(release_terminals.c.release == row.release, release_terminals.c.terminal == context.terminal)
        .values(stage=told.stage.value, why=told.why, done=told.done, of=told.of, since=since, told_at=context.now)
    )


def fetch_metadata(context: Context, ask: FetchMetadata) -> Portion:
    return _portion(read(context.connection, ask.name))


def fetch_target(context: Context, ask: FetchTarget) -> Portion:
    asked = sa.select(target_portions.c.data).where(target_portions.c.path == ask.path, target_portions.c.number == ask.number)
    found = context.connection.execute(asked).scalar()
    return _portion(None if found is None else bytes(found))


def _portion(data: bytes | None) -> Portion:
    return Portion(found=False) if data is None else Portion(found=True, data=base64.b64encode(data).decode())
