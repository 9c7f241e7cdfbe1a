"""The terminals' side: what waits is handed out until the terminal has told how it ended; its word is kept with its signature."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from remote.central.commands.tables import GIVEN, State, commands, portions
from remote.central.context import Context, Refused
from remote.central.enrolment.events import record
from remote.central.enrolment.tables import certificates
from remote.messages.base import Done
from remote.messages.commands import (
    MAKES_A_FILE,
    MOST_AT_ONCE,
    PORTION_BYTES,
    AskCommands,
    CommandOrder,
    CommandResult,
    Commands,
    NoLonger,
    PutPortion,
    TellCommand,
    result_bytes,
)

NEVER_ANSWERED = timedelta(hours=1)    # [A] after its expiry: then nobody knows what came of a command that was given
KEEP_FILES = timedelta(days=14)        # [A]
FILE_KINDS = frozenset(kind.value for kind in MAKES_A_FILE)

MINE = (
    sa.select(commands)
    .where(commands.c.terminal == sa.bindparam("terminal"), commands.c.state.in_(("queued", *GIVEN)))
    .order_by(commands.c.asked_at, commands.c.command_id)
)
WAIT = sa.select(sa.func.count()).where(
    commands.c.terminal == sa.bindparam("terminal"),
    commands.c.state.in_(("queued", *GIVEN)),
    commands.c.not_before <= sa.bindparam("now"),
)
BY_ID = sa.select(commands).where(
    commands.c.command_id == sa.bindparam("command_id"), commands.c.terminal == sa.bindparam("terminal")
)
KEY = sa.select(certificates.c.public_key).where(
    certificates.c.serial == sa.bindparam("serial"),
    certificates.c.terminal == sa.bindparam("terminal"),
    certificates.c.revoked_at.is_(None),
)


def count_waiting(context: Context) -> int:
    """For the answer to a heartbeat: open commands of this terminal whose time has come."""
    return int(context.connection.execute(WAIT, {"terminal": context.terminal, "now": context.now}).scalar_one())


def take_commands(context: Context, ask: AskCommands) -> Commands:
    """Safe to repeat and to come late: what the terminal holds is not given again, what it lost is."""
    orders: list[CommandOrder] = []
    no_longer: list[NoLonger] = []
    for row in context.connection.execute(MINE, {"terminal": context.terminal}).all():
        held, over = ask.holds.get(row.command_id), context.now >= row.expires_at
        if held == "running" and row.state == State.DELIVERED:
            _set(context, row.command_id, state=State.RUNNING.value, running_at=context.now)
        if held == "running":
            continue
        if row.state in GIVEN and (row.withdrawn_by or over):
            no_longer.append(NoLonger(command_id=row.command_id, why="withdrawn" if row.withdrawn_by else "expired"))
        elif held is None and not over and context.now >= row.not_before and len(orders) < MOST_AT_ONCE:
            if row.state == State.QUEUED:
                _set(context, row.command_id, state=State.DELIVERED.value, delivered_at=context.now)
            orders.append(_order(row))
    return Commands(now=context.now, orders=orders, no_longer=no_longer)


def _order(row: sa.Row[tuple[object, ...]]) -> CommandOrder:
    return CommandOrder(
        command_id=row.command_id, kind=row.kind, arguments=json.loads(row.arguments), after_citizen=row.after_citizen,
        reason=row.reason, requester=row.requester, approver=row.second or "", expires_at=row.expires_at,
    )  # fmt: skip


def tell_command(context: Context, ask: TellCommand) -> Done:
    """How it ended, by the terminal's signed word: the first one counts, whatever this centre had thought meanwhile."""
    row = _mine(context, ask.result.command_id)
    serial, signature = bytes.fromhex(ask.serial.zfill(40)), bytes.fromhex(ask.signature)
    _check_signature(context, ask.result, serial, signature)
    if row.delivered_at is None or row.kind != ask.result.kind:
        raise Refused("unknown_command", "it was never given to this terminal")
    if row.result is not None:
        if json.loads(row.result) != ask.result.model_dump(mode="json"):
            context.audit("command_told_otherwise", row.command_id, f"{row.state}, now {ask.result.state}")
        return Done()
    if ask.result.state == "done" and row.kind in FILE_KINDS:
        _check_file(context, ask.result)
    _set(
        context, row.command_id, state=ask.result.state, word=ask.result.word, ended_at=context.now,
        running_at=row.running_at or (context.now if ask.result.state in ("done", "failed", "unknown") else None),
        result=ask.result.model_dump_json(), result_serial=serial, result_signature=signature,
    )  # fmt: skip
    context.audit("command_ended", row.command_id, f"{row.kind} {ask.result.state} {ask.result.word}".strip())
    return Done()


def _check_signature(context: Context, result: CommandResult, serial: bytes, signature: bytes) -> None:
    key = context.connection.execute(KEY, {"serial": serial, "terminal": context.terminal}).scalar()
    loaded = load_der_public_key(key) if key is not None else None
    try:
        if not isinstance(loaded, ec.EllipticCurvePublicKey):
            raise InvalidSignature
        loaded.verify(signature, result_bytes(context.terminal, result), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        words = f"result of command {result.command_id}"
        record(context.connection, "bad_signature", context.terminal, "", words, context.now)
        raise Refused("bad_signature", "the result is not signed by a certificate of this terminal") from None


def put_portion(context: Context, ask: PutPortion) -> Done:
    row = _mine(context, ask.command_id)
    if row.kind not in FILE_KINDS or row.state not in GIVEN:
        return Done(done=False)                            # it came late: the command is over, and its file with it
    try:
        data = base64.b64decode(ask.data, validate=True)
    except binascii.Error as error:
        raise Refused("malformed", "data: expected base64") from error
    if len(data) > PORTION_BYTES or ask.number >= ask.of:
        raise Refused("malformed", f"data: expected at most {PORTION_BYTES} bytes, number below {ask.of}")
    same = (portions.c.command_id == ask.command_id, portions.c.number == ask.number)
    context.connection.execute(sa.delete(portions).where(*same))
    context.connection.execute(
        sa.insert(portions).values(command_id=ask.command_id, number=ask.number, of=ask.of, data=data, at=context.now)
    )
    return Done()


def file_of(connection: sa.Connection, command_id: str) -> bytes | None:
    """The whole file, or None where a portion is missing or it was destroyed."""
    asked = sa.select(portions).where(portions.c.command_id == command_id).order_by(portions.c.number)
    rows = connection.execute(asked).all()
    if not rows or [row.number for row in rows] != list(range(rows[0].of)):
        return None
    return b"".join(row.data for row in rows)


def _check_file(context: Context, result: CommandResult) -> None:
    data = file_of(context.connection, result.command_id)
    if data is None or hashlib.sha256(data).hexdigest() != result.facts.get("sha256"):
        raise Refused("file_missing", "the file has not arrived whole")


def _mine(context: Context, command_id: str) -> sa.Row[tuple[object, ...]]:
    row = context.connection.execute(BY_ID, {"command_id": command_id, "terminal": context.terminal}).first()
    if row is None:
        raise Refused("unknown_command", command_id)
    return row


def _set(context: Context, command_id: str, **values: object) -> None:
    context.connection.execute(sa.update(commands).where(commands.c.command_id == command_id).values(**values))


# -- by itself --------------------------------------------------------------------------------------------------------


def expire(connection: sa.Connection, now: datetime) -> int:
    """What no terminal took in time never runs. What was given and never answered is called unknown. How many ended."""
    late = commands.c.expires_at <= now
    ended = 0
    for states, states_end, word, where in (
        ((State.WAITING,), State.EXPIRED, "not_approved", late),
        ((State.QUEUED,), State.EXPIRED, "not_delivered", late),
        (GIVEN, State.UNKNOWN, "never_answered", commands.c.expires_at <= now - NEVER_ANSWERED),
    ):
        change = sa.update(commands).where(commands.c.state.in_(states), where)
        ended += connection.execute(change.values(state=states_end.value, word=word, ended_at=now)).rowcount
    return ended


def forget_files(connection: sa.Connection, now: datetime) -> int:
    return connection.execute(sa.delete(portions).where(portions.c.at < now - KEEP_FILES)).rowcount
