"""Commands: the queue and what came of each, the second person's word, taking one back; and the form that asks for one."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.access.rights import Right, may
from remote.central.commands.asking import MOST_TERMINALS, AskWrong, MayNot, Wanted, ask, decide, withdraw
from remote.central.commands.tables import OPEN, State, commands, portions
from remote.central.store.schema import terminals
from remote.central.times import BEIJING
from remote.console.masked import masked
from remote.console.page import Act, Doing, NotAllowed, Page, Said, View
from remote.console.pages.fleet import asked as asked_of_the_fleet
from remote.console.reads.fleet import everything
from remote.console.reads.standing import KNOWN, REGION, within
from remote.console.texts import Texts
from remote.console.words import part_name, short_place
from remote.messages.commands import LOUDEST, NATURES, NOTICE_LONGEST, NOTICE_LONGEST_EN, CommandKind, When

HERE, FORM = "/console/commands", "/console/commands/ask"
A_PAGE = 50
LASTS_H = (1, 8, 24, 168)
ARGUMENTS = ("text", "text_en", "until", "level", "plan")
LIGHTS = {
    State.WAITING: "amber", State.QUEUED: "", State.DELIVERED: "", State.RUNNING: "", State.DONE: "green", State.FAILED: "red",
    State.UNKNOWN: "amber", State.EXPIRED: "red", State.WITHDRAWN: "", State.DISAPPROVED: "red",
}  # fmt: skip
GROUPS = {"open": OPEN, "waiting": (State.WAITING,), "done": (State.DONE,), "not_done": (
    State.FAILED, State.UNKNOWN, State.EXPIRED, State.WITHDRAWN, State.DISAPPROVED)}  # fmt: skip
JOINED = commands.join(KNOWN, commands.c.terminal == terminals.c.terminal)


def show(view: View) -> dict[str, Any]:
    group, kind = view.one_of("group", GROUPS), view.one_of("kind", tuple(CommandKind))
    search = view.asked.get("search", "").strip()[:64]
    seen = [within(view.regions)]
    if kind:
        seen.append(commands.c.kind == kind)
    if search:
        seen.append(sa.or_(*(column.contains(search, autoescape=True) for column in _SEARCHED)))
    counts = sa.select(commands.c.state, sa.func.count()).select_from(JOINED).where(*seen).group_by(commands.c.state)
    counted = {str(row[0]): int(row[1]) for row in view.connection.execute(counts)}
    if group:
        seen.append(commands.c.state.in_(GROUPS[group]))
    before = view.asked.get("before", "")[:32]
    if before:
        seen.append(commands.c.asked_at < _moment(before, view.now))
    rows = read(view, *seen, limit=A_PAGE + 1)
    return {
        "rows": rows[:A_PAGE], "group": group, "kind": kind, "search": search, "kinds": list(CommandKind),
        "groups": [(name, sum(counted.get(state, 0) for state in states)) for name, states in GROUPS.items()],
        "total": sum(counted.values()), "older": rows[A_PAGE - 1]["asked_at"].isoformat() if len(rows) > A_PAGE else "",
    }  # fmt: skip


_SEARCHED = (commands.c.terminal, terminals.c.place, commands.c.requester, commands.c.reason)


def _moment(text: str, default: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return default
    return found if found.tzinfo is not None else default


def read(view: View, *where: Any, limit: int) -> list[dict[str, Any]]:
    """The newest first, each as it is told."""
    has_file = sa.exists().where(portions.c.command_id == commands.c.command_id)
    asked = sa.select(commands, terminals.c.place, REGION.label("region"), has_file.label("has_file")).select_from(JOINED)
    order = (commands.c.asked_at.desc(), commands.c.command_id)
    found = view.connection.execute(asked.where(*where).order_by(*order).limit(limit))
    return [_told(dict(row), view) for row in found.mappings()]


def of_terminal(view: View, terminal: str, region: str | None) -> dict[str, Any]:
    """For the terminal's own page: its newest commands, and which may be asked by whoever looks."""
    return {
        "rows": read(view, within(view.regions), commands.c.terminal == terminal, limit=5),
        "kinds": list(CommandKind) if may(view.person, Right.COMMAND, region or "") else [],
    }


def _told(row: dict[str, Any], view: View) -> dict[str, Any]:
    text, state, person = view.text, State(row["state"]), view.person
    dangerous = may(person, Right.COMMAND_DANGEROUS, row["region"])
    result = json.loads(row["result"]) if row["result"] else {}
    steps = [("asked", row["asked_at"], row["requester"])]
    steps += [("decided", row["second_at"], row["second"])] if row["second_at"] else []
    steps += [(name, row[f"{name}_at"], "") for name in ("delivered", "running", "ended") if row[f"{name}_at"]]
    return {
        **row, "light": LIGHTS[state], "kind_words": text(f"commands.kind.{row['kind']}"),
        "state_words": text(f"commands.state.{state}"), "place": short_place(row["place"]), "reason": masked(row["reason"]),
        "word_words": text.word("commands.word", row["word"]) if row["word"] else "", "open": state in OPEN, "steps": steps,
        "arguments": [(text(f"commands.argument.{name}"), masked(value)) for name, value in json.loads(row["arguments"]).items()],
        "facts": [(_fact(name, text), masked(value)) for name, value in sorted(result.get("facts", {}).items())],
        "signed": row["result_signature"] is not None,
        "may_decide": state is State.WAITING and dangerous and row["requester"] != person.name,
        "own": state is State.WAITING and row["requester"] == person.name,
        "may_withdraw": state in OPEN and not row["withdrawn_by"] and may(person, Right.COMMAND, row["region"]),
        "may_fetch": row["has_file"] and state is State.DONE and _may_fetch(view, row["region"]),
    }  # fmt: skip


def _may_fetch(view: View, region: str) -> bool:
    return may(view.person, Right.COMMAND, region) or may(view.person, Right.AUDIT, region)


def _fact(name: str, text: Texts) -> str:
    key = f"commands.fact.{name}"
    return text(key) if text.has(key) else part_name(name, text)


# -- the form ---------------------------------------------------------------------------------------------------------


def form(view: View) -> dict[str, Any]:
    kind = view.one_of("kind", tuple(CommandKind))
    alone = view.asked.get("terminal", "")[:64]
    where = [within(view.regions)]
    if alone:
        where.append(terminals.c.terminal == alone)
        asked = sa.select(terminals.c.terminal, terminals.c.place).select_from(KNOWN).where(*where)
        found = [dict(row) for row in view.connection.execute(asked).mappings()]
    else:
        found = [dict(row) for _, row in zip(range(MOST_TERMINALS + 1), everything(
            view.connection, asked_of_the_fleet(view), view.regions), strict=False)]  # fmt: skip
    nature = NATURES[CommandKind(kind)] if kind else None
    kept = {name: view.asked[name] for name in ("region", "standing", "question", "search", "by", "cell") if view.asked.get(name)}
    return {
        "kind": kind, "alone": alone, "nature": nature, "kinds": list(CommandKind), "once": secrets.token_hex(16), "kept": kept,
        "chosen": [{"terminal": row["terminal"], "place": short_place(row["place"])} for row in found[:MOST_TERMINALS]],
        "more": len(found) > MOST_TERMINALS, "most": MOST_TERMINALS, "lasts": LASTS_H, "as_asked": When.AS_ASKED,
        "levels": range(LOUDEST + 1), "longest": {"text": NOTICE_LONGEST, "text_en": NOTICE_LONGEST_EN},
        "tomorrow": (view.now + timedelta(days=1)).astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip


def make(doing: Doing) -> Said:
    given = doing.form
    kind = given.get("kind", "")
    if kind not in tuple(CommandKind):
        return Said("commands.wrong.arguments", FORM, good=False)
    chosen = tuple(sorted(name.removeprefix("t.") for name in given if name.startswith("t.")))
    back = f"{FORM}?kind={kind}" + (f"&terminal={chosen[0]}" if len(chosen) == 1 else "")
    _check_regions(doing, CommandKind(kind), chosen)
    arguments = {name: given[name].strip() for name in ARGUMENTS if given.get(name, "").strip()}
    if "until" in arguments:
        arguments["until"] = _beijing(arguments["until"])
    hours = given.get("lasts", "1")
    lasts = timedelta(hours=int(hours) if hours in {str(one) for one in LASTS_H} else 0)
    wanted = Wanted(
        CommandKind(kind), chosen, given.get("reason", ""), given.get("once", ""), lasts, given.get("when") != "now", arguments
    )
    try:
        asked = ask(doing.connection, wanted, doing.person.name, doing.now)
    except AskWrong as wrong:
        return Said(f"commands.wrong.{wrong.key}", back, good=False)
    if asked.again:
        return Said("commands.again", HERE)
    key = "commands.none_made" if not asked.made else "commands.made_second" if asked.needs_second else "commands.made"
    return Said(key, HERE, good=bool(asked.made), fields={"count": len(asked.made), "open": len(asked.open_already)})


def _check_regions(doing: Doing, kind: CommandKind, chosen: tuple[str, ...]) -> None:
    """Every one of them must be where this person may; of one that is not known nobody is told."""
    rows = doing.connection.execute(
        sa.select(terminals.c.terminal, REGION).select_from(KNOWN).where(terminals.c.terminal.in_(chosen))
    ).all()
    if len(rows) != len(chosen) or len(chosen) > MOST_TERMINALS:
        raise NotAllowed()
    for _, region in rows:
        doing.check(region)
        if NATURES[kind].dangerous and not may(doing.person, Right.COMMAND_DANGEROUS, region or ""):
            raise NotAllowed()


def _beijing(local: str) -> str:
    """What a browser's field for a moment gives, as a moment; what is none stays and is refused."""
    try:
        return datetime.fromisoformat(local).replace(tzinfo=BEIJING).isoformat()
    except ValueError:
        return local


# -- on those that are there ------------------------------------------------------------------------------------------


def second(doing: Doing) -> Said:
    command_id, good = _of_region(doing), doing.form.get("word") == "yes"
    try:
        decide(doing.connection, [command_id], doing.person.name, good, doing.now)
    except MayNot as refused:
        return Said(f"commands.may_not.{refused.key}", HERE, good=False)
    return Said("commands.approved" if good else "commands.disapproved", HERE)


def take_back(doing: Doing) -> Said:
    try:
        state = withdraw(doing.connection, _of_region(doing), doing.person.name, doing.now)
    except MayNot as refused:
        return Said(f"commands.may_not.{refused.key}", HERE, good=False)
    return Said("commands.withdrawn" if state is State.WITHDRAWN else "commands.withdrawing", HERE)


def _of_region(doing: Doing) -> str:
    command_id = doing.form.get("command", "")
    asked = sa.select(REGION).select_from(JOINED).where(commands.c.command_id == command_id)
    row = doing.connection.execute(asked).first()
    if row is None:
        raise NotAllowed()
    doing.check(row[0])
    return command_id


PAGE = Page(
    "commands", "commands", Right.SEE, show,
    acts=(
        Act("commands/ask", Right.COMMAND, make), Act("commands/decide", Right.COMMAND_DANGEROUS, second),
        Act("commands/withdraw", Right.COMMAND, take_back),
    ),
)  # fmt: skip
ASK = Page("command_ask", "commands/ask", Right.COMMAND, form, nav=False)
