"""People's side: a command is asked for, approved by another person, or taken back. Every step leaves a row in the audit."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from remote.central.commands.tables import GIVEN, OPEN, State, commands
from remote.central.store import schema
from remote.messages.commands import NATURES, ArgumentWrong, CommandKind, check_arguments

REASON_LEAST, REASON_MOST = 4, 200     # characters
SHORTEST, USUAL, LONGEST = timedelta(minutes=5), timedelta(hours=1), timedelta(days=7)
MOST_TERMINALS = 200                   # of one form
ALONE = 20                             # [A] so many terminals one person may stop at once; more want a second one
STAGGER = timedelta(seconds=20)        # [A] between two terminals of one form, where nobody is served meanwhile


class AskWrong(Exception):
    """`key`: why it cannot be asked for: no_reason, no_terminals, too_many, expiry, arguments."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class MayNot(Exception):
    """`key`: why this person may not, or not any more: same_person, too_late."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Wanted:
    """What one form asks. `once`: the form's own number: sent twice it is one command for each terminal."""

    kind: CommandKind
    terminals: tuple[str, ...]
    reason: str
    once: str
    lasts: timedelta = USUAL
    after_citizen: bool = True
    arguments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """`made`: ids of new commands. `open_already`: terminals that have one of this kind open. `again`: the form came twice."""

    made: tuple[str, ...] = ()
    open_already: tuple[str, ...] = ()
    again: bool = False
    needs_second: bool = False


def ask(connection: sa.Connection, wanted: Wanted, by: str, now: datetime) -> Asked:
    """Queue it for each terminal; the caller has looked at rights and regions. Raises AskWrong."""
    reason = _check(wanted)
    if connection.execute(sa.select(commands.c.command_id).where(commands.c.batch == wanted.once)).first() is not None:
        return Asked(again=True)
    nature = NATURES[wanted.kind]
    second = nature.dangerous or (nature.stops and len(wanted.terminals) > ALONE)
    open_already = _have_one(connection, wanted)
    made: list[str] = []
    for terminal in wanted.terminals:
        if terminal in open_already:
            continue
        command_id = secrets.token_hex(16)
        later = STAGGER * len(made) if nature.stops else timedelta()
        connection.execute(
            sa.insert(commands).values(
                command_id=command_id, terminal=terminal, kind=wanted.kind.value, arguments=json.dumps(wanted.arguments),
                after_citizen=wanted.after_citizen, reason=reason, requester=by, asked_at=now, not_before=now + later,
                expires_at=now + wanted.lasts + later, batch=wanted.once, needs_second=second, word="",
                state=(State.WAITING if second else State.QUEUED).value,
            )
        )  # fmt: skip
        _audit(connection, now, by, "command_asked", terminal, f"{command_id} {wanted.kind}: {reason}")
        made.append(command_id)
    return Asked(tuple(made), tuple(sorted(open_already)), needs_second=second)


def _check(wanted: Wanted) -> str:
    reason = " ".join(wanted.reason.split())
    if len(reason) < REASON_LEAST:
        raise AskWrong("no_reason")
    if not wanted.terminals:
        raise AskWrong("no_terminals")
    if len(wanted.terminals) > MOST_TERMINALS or len(set(wanted.terminals)) != len(wanted.terminals):
        raise AskWrong("too_many")
    if not SHORTEST <= wanted.lasts <= LONGEST or not 8 <= len(wanted.once) <= 64:
        raise AskWrong("expiry")
    try:
        check_arguments(wanted.kind, wanted.arguments)
    except ArgumentWrong as error:
        raise AskWrong("arguments") from error
    return reason[:REASON_MOST]


def _have_one(connection: sa.Connection, wanted: Wanted) -> set[str]:
    asked = sa.select(commands.c.terminal).where(
        commands.c.kind == wanted.kind.value, commands.c.terminal.in_(wanted.terminals), commands.c.state.in_(OPEN)
    )
    return set(connection.execute(asked).scalars())


def decide(connection: sa.Connection, ids: Sequence[str], by: str, good: bool, now: datetime) -> int:
    """The second person's word on commands that wait for it; how many it was in time for. Raises MayNot."""
    asked = sa.select(commands).where(commands.c.command_id.in_(ids), commands.c.state == State.WAITING.value)
    rows = [row for row in connection.execute(asked) if now < row.expires_at]
    if any(row.requester == by for row in rows):
        raise MayNot("same_person")
    if not rows:
        raise MayNot("too_late")
    for row in rows:
        state = State.QUEUED if good else State.DISAPPROVED
        connection.execute(
            sa.update(commands).where(commands.c.command_id == row.command_id).values(
                state=state.value, second=by, second_at=now, ended_at=None if good else now,
            )
        )  # fmt: skip
        what = "command_approved" if good else "command_disapproved"
        _audit(connection, now, by, what, row.terminal, f"{row.command_id} {row.kind}")
    return len(rows)


def withdraw(connection: sa.Connection, command_id: str, by: str, now: datetime) -> State:
    """What it is now: WITHDRAWN, or as it was where the terminal has it, which says whether it had begun. Raises MayNot."""
    row = connection.execute(sa.select(commands).where(commands.c.command_id == command_id)).first()
    if row is None or row.state not in OPEN:
        raise MayNot("too_late")
    mine = sa.update(commands).where(commands.c.command_id == command_id)
    if row.state in GIVEN:
        connection.execute(mine.values(withdrawn_by=by))
        state = State(row.state)
    else:
        connection.execute(mine.values(state=State.WITHDRAWN.value, withdrawn_by=by, ended_at=now))
        state = State.WITHDRAWN
    _audit(connection, now, by, "command_withdrawn", row.terminal, f"{command_id} {row.kind}")
    return state


def _audit(connection: sa.Connection, now: datetime, who: str, what: str, subject: str, words: str) -> None:
    connection.execute(sa.insert(schema.audit).values(at=now, who=who, what=what, subject=subject, words=words))
