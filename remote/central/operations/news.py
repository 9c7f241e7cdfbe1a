"""News from the terminals: every event is stored once, and those that the counter works with get a row of their own.

A terminal must never be stuck behind one bad event: a body that cannot be understood is stored and becomes an incident.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from pydantic import ValidationError

from remote.central.context import Context
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import BY_REF, by_ref
from remote.central.payment.owed import is_about_money
from remote.central.purse_books.sources import heard
from remote.central.rules.senior_card import refusal
from remote.central.store.schema import events, help_calls, incidents, obligations, stock_events
from remote.messages import (
    Event,
    EventKind,
    HelpNews,
    IncidentNews,
    MoneyNews,
    ObligationAnswer,
    ObligationNews,
    RefusalCode,
    Report,
    Reported,
    SettleObligation,
    StockNews,
)

CODE_TRIES = 5  # wrong claim codes for one obligation, then the counter only

KNOWN = sa.select(events.c.event_id).where(events.c.event_id == sa.bindparam("event_id"))
OBLIGATION = sa.select(obligations).where(obligations.c.obligation_id == sa.bindparam("obligation_id"))
SET_OBLIGATION = sa.update(obligations).where(obligations.c.obligation_id == sa.bindparam("which"))
UNTOLD = sa.select(obligations.c.obligation_id).where(
    obligations.c.terminal == sa.bindparam("terminal"),
    obligations.c.settled_at.is_not(None),
    obligations.c.terminal_knows.is_(False),
)
HELP_CALL = sa.select(help_calls).where(help_calls.c.event_id == sa.bindparam("event_id"))


def report(context: Context, ask: Report) -> Reported:
    for event in ask.events:
        if context.connection.execute(KNOWN, {"event_id": event.event_id}).first() is None:
            _store(context, event)
    settled = context.connection.execute(UNTOLD, {"terminal": context.terminal}).scalars().all()
    return Reported(stored=[event.event_id for event in ask.events], settled_elsewhere=list(settled))


def _store(context: Context, event: Event) -> None:
    context.connection.execute(
        sa.insert(events),
        {
            "event_id": event.event_id,
            "terminal": context.terminal,
            "kind": event.kind.value,
            "at": event.at,
            "body": json.dumps(event.body, ensure_ascii=False),
        },
    )
    try:
        _act_on(context, event)
    except ValidationError as error:
        context.connection.execute(
            sa.insert(incidents),
            {
                "incident_id": event.event_id,
                "terminal": context.terminal,
                "kind": "event_not_understood",
                "number": None,
                "words": f"{event.kind.value}: {error.errors()[0]['loc']} {error.errors()[0]['msg']}",
                "at": event.at,
            },
        )


def _act_on(context: Context, event: Event) -> None:
    match event.kind:
        case EventKind.OBLIGATION_OPENED:
            _open_obligation(context, event, ObligationNews.model_validate(event.body))
        case EventKind.OBLIGATION_SETTLED:
            _settled_by_terminal(context, ObligationNews.model_validate(event.body))
        case EventKind.STOCK:
            stock = StockNews.model_validate(event.body)
            context.connection.execute(
                sa.insert(stock_events),
                {
                    "event_id": event.event_id,
                    "terminal": context.terminal,
                    "kind": stock.kind,
                    "count": stock.count,
                    "at": event.at,
                },
            )
        case EventKind.HELP_CALL:
            _help_call(context, event, HelpNews.model_validate(event.body))
        case EventKind.INCIDENT:
            incident = IncidentNews.model_validate(event.body)
            context.connection.execute(
                sa.insert(incidents),
                {
                    "incident_id": event.event_id,
                    "terminal": context.terminal,
                    "kind": incident.kind or "terminal",
                    "number": incident.number,
                    "words": incident.words,
                    "at": event.at,
                },
            )
        case EventKind.MONEY:
            heard(context, event, MoneyNews.model_validate(event.body))
        case EventKind.DOOR | EventKind.HEALTH:
            return


def _open_obligation(context: Context, event: Event, news: ObligationNews) -> None:
    if context.connection.execute(OBLIGATION, {"obligation_id": news.obligation_id}).first() is not None:
        return  # its settling has arrived first
    person = context.connection.execute(BY_REF, {"person_ref": news.person_ref}).first()
    context.connection.execute(
        sa.insert(obligations),
        {
            "obligation_id": news.obligation_id,
            "person_id": person.person_id if person else None,
            "case_id": news.case_id or None,
            "terminal": context.terminal,
            "kind": news.kind or "owed",
            "place": news.place,
            "claim_code": news.claim_code,
            "amount_fen": news.amount_fen,
            "words": news.words,
            "since": event.at,
            "settled_at": None,
            "settled_by": None,
            "terminal_knows": False,
            "wrong_codes": 0,
        },
    )


def _settled_by_terminal(context: Context, news: ObligationNews) -> None:
    row = context.connection.execute(OBLIGATION, {"obligation_id": news.obligation_id}).first()
    if row is None:
        context.connection.execute(
            sa.insert(obligations),
            {
                "obligation_id": news.obligation_id,
                "person_id": None,
                "case_id": news.case_id or None,
                "terminal": context.terminal,
                "kind": news.kind or "owed",
                "place": news.place,
                "claim_code": news.claim_code,
                "amount_fen": news.amount_fen,
                "words": news.words,
                "since": context.now,
                "settled_at": context.now,
                "settled_by": context.terminal,
                "terminal_knows": True,
                "wrong_codes": 0,
            },
        )
        return
    first = {"settled_at": context.now, "settled_by": context.terminal} if row.settled_at is None else {}
    knows = {"terminal_knows": True} if row.terminal == context.terminal else {}
    if first or knows:
        context.connection.execute(SET_OBLIGATION.values(**first, **knows), {"which": news.obligation_id})


def _help_call(context: Context, event: Event, news: HelpNews) -> None:
    answered = (
        {"answered_at": event.at, "answered_by": "citizen"} if news.answered else {"answered_at": None, "answered_by": None}
    )
    context.connection.execute(
        sa.insert(help_calls),
        {
            "event_id": event.event_id,
            "terminal": context.terminal,
            "place": news.place,
            "words": news.words,
            "at": event.at,
            **answered,
        },
    )


def settle_obligation(context: Context, ask: SettleObligation) -> ObligationAnswer:
    """The first one to ask gets it; everybody else hears that it is settled."""
    if context.fenced():
        return ObligationAnswer(settled=False, refusal=fenced_refusal())
    if ask.identity not in context.settings.identity_needed:
        return ObligationAnswer(settled=False, refusal=refusal(RefusalCode.IDENTITY_CHECK_MISSING, "需要人脸核对或工作人员核对"))
    person = by_ref(context, ask.person_ref).row
    row = context.connection.execute(OBLIGATION, {"obligation_id": ask.obligation_id}).first()
    if row is None or row.person_id != person.person_id:
        return ObligationAnswer(settled=False, refusal=refusal(RefusalCode.CLAIM_WRONG, "没有查到这笔待办", tries_left="0"))
    if is_about_money(row.obligation_id):
        return ObligationAnswer(settled=False, refusal=refusal(RefusalCode.AT_THE_WINDOW, "这笔钱由系统退回或交付"))
    if row.settled_at is not None:
        return ObligationAnswer(
            settled=False, refusal=refusal(RefusalCode.SETTLED_ALREADY, "这笔已经办结", place=row.settled_by or "")
        )
    if ask.claim_code is not None and (row.wrong_codes >= CODE_TRIES or ask.claim_code != row.claim_code):
        return _wrong_code(context, row.obligation_id, row.wrong_codes)
    knows = row.terminal == context.terminal
    context.connection.execute(
        SET_OBLIGATION.values(settled_at=context.now, settled_by=context.terminal, terminal_knows=knows),
        {"which": row.obligation_id},
    )
    context.audit("settle_obligation", row.obligation_id, ask.how)
    return ObligationAnswer(settled=True, amount_fen=row.amount_fen)


def _wrong_code(context: Context, obligation_id: str, wrong_before: int) -> ObligationAnswer:
    context.connection.execute(SET_OBLIGATION.values(wrong_codes=min(wrong_before + 1, CODE_TRIES)), {"which": obligation_id})
    left = max(CODE_TRIES - wrong_before - 1, 0)
    return ObligationAnswer(settled=False, refusal=refusal(RefusalCode.CLAIM_WRONG, "取件码不对", tries_left=str(left)))
