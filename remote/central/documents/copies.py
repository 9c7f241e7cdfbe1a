"""Numbered copies: issued, taken back, and what became of the paper. The page itself is drawn after the commit (papers.py)."""

from __future__ import annotations

import json

import sqlalchemy as sa

from print.layouts.documents.claims import claims_for
from print.layouts.documents.content import TITLES, Content
from print.layouts.documents.essential import essential
from print.layouts.documents.masking import mask_name
from remote.central.context import Context, Refused
from remote.central.documents.offers import content_of, copies_left, fee_fen, person_of, rules_of, too_many
from remote.central.documents.tables import documents
from remote.central.identity.proof import use_evidence
from remote.central.operations.keys import KEY, bar_key
from remote.central.operations.records import Row
from remote.central.payment.money import NotPaid, fulfilled, unuse, use
from remote.central.rules.senior_card import refusal
from remote.central.store.schema import number_series
from remote.messages import (
    ConfirmPrint,
    Done,
    IssueAnswer,
    IssueDocument,
    IssuedPaper,
    PrintConfirmed,
    PrintOutcome,
    Refusal,
    RefusalCode,
    VoidDocument,
)

BY_ID = sa.select(documents).where(documents.c.document_id == sa.bindparam("document_id"))
SET = sa.update(documents).where(documents.c.document_id == sa.bindparam("which"))
LAST_NUMBER = sa.select(number_series.c.last).where(number_series.c.prefix == sa.bindparam("prefix"))
CERTAINTY = {"issued": 0, "failed": 1, "unknown": 2, "delivered": 3}
"""What a terminal says of the paper only ever moves a copy towards the more certain end, in whatever order it arrives."""


def issue_document(context: Context, ask: IssueDocument) -> IssueAnswer:
    person, why_not = person_of(context, ask)
    if why_not is None and context.seal is None:
        why_not = refusal(RefusalCode.AT_THE_WINDOW, "这里没有配置电子印章")
    if why_not is not None:
        return IssueAnswer(paper=None, refusal=why_not)
    failed = _failed_today(context, person, ask)
    if failed is not None:
        return _again(context, failed, ask)
    rules = rules_of(context)
    number = _next_number(context)
    content = content_of(context, person, ask, number)
    if isinstance(content, Refusal):
        return IssueAnswer(paper=None, refusal=content)
    if not copies_left(context, person.person_id, ask.kind.value, rules):
        return IssueAnswer(paper=None, refusal=too_many(rules))
    document_id = context.token("document")
    unpaid = _take_the_money(context, person, ask, document_id)
    if unpaid is not None:
        return IssueAnswer(paper=None, refusal=unpaid)
    _count_number(context)
    _insert(context, person, ask, content, document_id)
    use_evidence(context, person, ask, f"document {document_id}")
    context.audit("issue_document", number, f"{ask.kind.value} {ask.identity.value}")
    return IssueAnswer(paper=_paper(context, document_id), refusal=None)


def _failed_today(context: Context, person: Row, ask: IssueDocument) -> Row | None:
    """A copy of today that certainly did not come out: the same wish gets the same number again."""
    return context.connection.execute(
        sa.select(documents).where(
            documents.c.person_id == person.person_id, documents.c.kind == ask.kind.value, documents.c.state == "failed",
            documents.c.day == context.today, documents.c.period == (ask.period or ""),
            documents.c.purpose == (ask.purpose or ""), documents.c.large_print == ask.large_print,
        )
    ).first()  # fmt: skip


def _again(context: Context, failed: Row, ask: IssueDocument) -> IssueAnswer:
    rules = rules_of(context)
    if not copies_left(context, failed.person_id, failed.kind, rules):
        return IssueAnswer(paper=None, refusal=too_many(rules))
    unpaid = _take_the_money(context, failed, ask, failed.document_id)
    if unpaid is not None:
        return IssueAnswer(paper=None, refusal=unpaid)
    context.connection.execute(
        SET.values(state="issued", issue_key=context.key, terminal=context.terminal), {"which": failed.document_id}
    )
    context.audit("issue_document_again", failed.number, ask.kind.value)
    return IssueAnswer(paper=_paper(context, failed.document_id), refusal=None)


def _take_the_money(context: Context, person: Row, ask: IssueDocument, document_id: str) -> Refusal | None:
    fee = fee_fen(context, ask.kind)
    if not ask.order_id:
        return refusal(RefusalCode.PRICE_CHANGED, "这项要先缴费", fen=str(fee)) if fee else None
    try:
        use(context, ask.order_id, used_by(document_id), "document", ask.kind.value, person.person_id)
    except NotPaid:
        return refusal(RefusalCode.PRICE_CHANGED, "没有查到这笔缴费", fen=str(fee))
    return None


def used_by(document_id: str) -> str:
    return f"document:{document_id}"


def _prefix(context: Context) -> str:
    return f"{rules_of(context).number_prefix}-{context.today.year}-"


def _next_number(context: Context) -> str:
    last = context.connection.execute(LAST_NUMBER, {"prefix": _prefix(context)}).scalar()
    return f"{_prefix(context)}{(last or 0) + 1:06d}"


def _count_number(context: Context) -> None:
    prefix = _prefix(context)
    last = context.connection.execute(LAST_NUMBER, {"prefix": prefix}).scalar()
    if last is None:
        context.connection.execute(sa.insert(number_series), {"prefix": prefix, "last": 1})
    else:
        context.connection.execute(sa.update(number_series).where(number_series.c.prefix == prefix).values(last=last + 1))


def _insert(context: Context, person: Row, ask: IssueDocument, content: Content, document_id: str) -> None:
    head = content.head
    assert context.seal is not None
    context.connection.execute(
        sa.insert(documents),
        {
            "document_id": document_id, "number": head.number, "person_id": person.person_id, "kind": ask.kind.value,
            "period": ask.period or "", "purpose": ask.purpose or "", "large_print": ask.large_print, "state": "issued",
            "issue_key": context.key, "terminal": context.terminal, "issuer": head.issuer, "name_masked": mask_name(head.name),
            "id_tail": head.id_number[-4:], "issued_at": head.issued_at, "day": context.today, "valid_to": head.valid_to,
            "sheets": 0, "ended_at": None, "ended_why": "",
            "code": context.seal().code(claims_for(content, bytes.fromhex(document_id))),
            "content": essential(content).decode(), "pdf": None, "sha256": "", "pages": 0,
        },
    )  # fmt: skip


def _paper(context: Context, document_id: str) -> IssuedPaper:
    """Without the page: that is drawn once this is committed, and is the same for every answer about this copy."""
    row = context.connection.execute(BY_ID, {"document_id": document_id}).one()
    return IssuedPaper(
        document_id=row.document_id, number=row.number, title=TITLES[row.kind], pdf_base64="", sha256=row.sha256,
        pages=row.pages, issued_at=row.issued_at, valid_to=row.valid_to,
    )  # fmt: skip


def void_document(context: Context, ask: VoidDocument) -> Done:
    known = context.connection.execute(KEY, {"key": ask.issue_key}).first()
    if known is None or known.answer is None:
        bar_key(context, ask.issue_key, "issue_document")
        return Done(done=True)
    if known.operation != "issue_document":
        raise Refused("malformed", "issue_key: expected the key of an issue_document")
    paper = json.loads(known.answer)["paper"]
    if paper is None:
        return Done(done=True)
    row = context.connection.execute(BY_ID, {"document_id": paper["document_id"]}).one()
    if row.state == "void":
        return Done(done=True)
    if row.issue_key != ask.issue_key or row.state in ("delivered", "revoked"):
        return Done(done=False)
    context.connection.execute(
        SET.values(state="void", ended_at=context.now, ended_why=ask.reason or "没有打印出来"), {"which": row.document_id}
    )
    unuse(context, used_by(row.document_id))
    context.audit("void_document", row.number, ask.reason)
    return Done(done=True)


def confirm_print(context: Context, ask: ConfirmPrint) -> PrintConfirmed:
    """A late "failed" of another terminal says nothing of the attempt that runs now."""
    row = context.connection.execute(BY_ID, {"document_id": ask.document_id}).first()
    if row is None:
        raise Refused("unknown_document", "document_id: expected one that issue_document has given")
    state = row.state
    stale = ask.outcome is PrintOutcome.FAILED and row.terminal != context.terminal
    if state in CERTAINTY and not stale and CERTAINTY[ask.outcome.value] > CERTAINTY[state]:
        state = ask.outcome.value
        context.connection.execute(SET.values(state=state, sheets=ask.sheets), {"which": row.document_id})
        context.audit("confirm_print", row.number, f"{state} {ask.sheets}")
        if state == "delivered":
            fulfilled(context, used_by(row.document_id))
        elif state == "failed":             # her money is free again: for the next try, or to go back
            unuse(context, used_by(row.document_id))
    elif state == "void" and ask.outcome is not PrintOutcome.FAILED:
        context.incident("void_document_printed", f"作废的{row.number}据报已打印({ask.outcome.value})", row.number)
    left = copies_left(context, row.person_id, row.kind, rules_of(context))
    outcome = PrintOutcome(state) if state in CERTAINTY and state != "issued" else ask.outcome
    return PrintConfirmed(number=row.number, outcome=outcome, copies_left=left)
