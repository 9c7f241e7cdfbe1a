"""What a person may print now, and the masked preview of it."""

from __future__ import annotations

import base64

import sqlalchemy as sa

from print.layouts.documents import draw
from print.layouts.documents.content import TITLES, Content, Head
from remote.central.context import Context, Refused
from remote.central.documents.rules import DocumentRules, KindRule, load_document_rules
from remote.central.documents.sources import SOURCES, head_for
from remote.central.documents.tables import documents
from remote.central.identity.proof import evidence_fails
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import Row, by_ref
from remote.central.payment import receipts
from remote.central.payment.tariffs import load_tariffs
from remote.central.rules.senior_card import refusal
from remote.messages import (
    Choice,
    DocumentKind,
    DocumentOffer,
    DocumentOffers,
    DocumentPreview,
    DocumentWish,
    ListDocuments,
    PreviewDocument,
    Refusal,
    RefusalCode,
)

COUNTED = ("issued", "delivered", "unknown", "revoked")
"""States of a copy that count as one of today's; a failed or void one does not."""
COPIES_TODAY = sa.select(sa.func.count()).where(
    documents.c.person_id == sa.bindparam("person_id"),
    documents.c.kind == sa.bindparam("kind"),
    documents.c.day == sa.bindparam("day"),
    documents.c.state.in_(COUNTED),
)
OTHER_TITLES = {DocumentKind.NO_CRIMINAL_RECORD: "无犯罪记录证明"}


def list_documents(context: Context, ask: ListDocuments) -> DocumentOffers:
    person, why_not = person_of(context, ask)
    if why_not is not None:
        return DocumentOffers(offers=[], refusal=why_not)
    rules = rules_of(context)
    return DocumentOffers(offers=[_offer(context, person, rules, kind) for kind in rules.kinds], refusal=None)


def preview_document(context: Context, ask: PreviewDocument) -> DocumentPreview:
    person, why_not = person_of(context, ask)
    content = why_not or content_of(context, person, ask, "")
    if isinstance(content, Refusal):
        return DocumentPreview(pdf_base64=None, pages=0, refusal=content)
    try:
        draw.must_fit(content, large=ask.large_print)      # before she pays for it
        drawn = draw.preview(content, large=ask.large_print)
    except draw.DoesNotFit:
        return DocumentPreview(pdf_base64=None, pages=0, refusal=cannot_be_drawn())
    return DocumentPreview(pdf_base64=base64.b64encode(drawn.pdf).decode("ascii"), pages=drawn.pages, refusal=None)


def rules_of(context: Context) -> DocumentRules:
    return load_document_rules().on(context.today)


def person_of(context: Context, ask: ListDocuments | DocumentWish) -> tuple[Row, Refusal | None]:
    """Her row, and what stands in the way of every document."""
    person = by_ref(context, ask.person_ref).row
    if context.fenced():
        return person, fenced_refusal()
    missing = evidence_fails(context, person, ask)
    if missing is not None:
        return person, missing
    if person.deceased or person.hukou_cancelled or person.fraud_hold:
        return person, refusal(RefusalCode.NEEDS_STAFF, "系统信息需要工作人员核对")
    return person, None


def content_of(context: Context, person: Row, ask: DocumentWish, number: str) -> Content | Refusal:
    """What the page will say. Raises Refused for a choice that was never offered."""
    rules = rules_of(context)
    rule = rules.kinds.get(ask.kind)
    if rule is None:
        raise Refused("malformed", "kind: expected one that is offered")
    if rule.window:
        return at_the_window(rule)
    source = SOURCES[ask.kind]
    period = ask.period or ""
    if source.periods is not None:
        offered = _periods(context, person, ask.kind)
        if not offered:
            return nothing_on_record()
        if period not in [choice.code for choice in offered]:
            raise Refused("malformed", "period: expected one of the offer's")
    if rule.purposes and ask.purpose not in rules.purposes:
        raise Refused("malformed", "purpose: expected one of the offer's")
    head = head_for(person, rules, ask.kind, number, (ask.purpose or "") if rule.purposes else "", context.now)
    content = _content(context, person, head, ask.kind, period)
    if content is None:
        return nothing_on_record()
    return cannot_be_drawn() if draw.undrawable(content) else content


def copies_left(context: Context, person_id: int, kind: str, rules: DocumentRules) -> int:
    used = context.connection.execute(COPIES_TODAY, {"person_id": person_id, "kind": kind, "day": context.today}).scalar_one()
    return max(rules.copies_per_day - int(used), 0)


def fee_fen(context: Context, kind: DocumentKind) -> int:
    fee = load_tariffs(context.settings.tariffs).on(context.today).documents.get(kind.value)
    return fee.fen if fee is not None else 0


def _offer(context: Context, person: Row, rules: DocumentRules, kind: DocumentKind) -> DocumentOffer:
    rule = rules.kinds[kind]
    left = copies_left(context, person.person_id, kind.value, rules)
    source = SOURCES.get(kind)
    periods = _periods(context, person, kind)
    purposes = [Choice(code=code, label=label) for code, label in rules.purposes.items()] if rule.purposes else []
    why_not = None if left else too_many(rules)
    if rule.window or source is None or context.seal is None:
        why_not = at_the_window(rule)
    elif (source.periods is not None and not periods) or _empty(context, person, rules, kind, periods):
        why_not = nothing_on_record()
    return DocumentOffer(
        kind=kind,
        title=TITLES.get(kind.value) or OTHER_TITLES[kind],
        issuer=rule.issuer,
        periods=periods if why_not is None else [],
        purposes=purposes if why_not is None else [],
        refusal=why_not,
        fee_fen=fee_fen(context, kind),
        copies_left=left,
    )


def _periods(context: Context, person: Row, kind: DocumentKind) -> list[Choice]:
    """What the department has to choose from; of receipts, what was paid here comes first."""
    source = SOURCES.get(kind)
    theirs = source.periods(person, context.today) if source is not None and source.periods is not None else []
    return [*receipts.choices(context, person), *theirs] if kind is DocumentKind.PAYMENT_RECEIPT else theirs


def _content(context: Context, person: Row, head: Head, kind: DocumentKind, period: str) -> Content | None:
    if kind is DocumentKind.PAYMENT_RECEIPT:
        paid_here = receipts.content(context, person, head, period)
        if paid_here is not None:
            return paid_here
    return SOURCES[kind].content(person, head, context.today, period)


def _empty(context: Context, person: Row, rules: DocumentRules, kind: DocumentKind, periods: list[Choice]) -> bool:
    head = head_for(person, rules, kind, "", "", context.now)
    return _content(context, person, head, kind, periods[0].code if periods else "") is None


def too_many(rules: DocumentRules) -> Refusal:
    return refusal(RefusalCode.TOO_MANY_COPIES, "今天的份数已经用完", copies=str(rules.copies_per_day))


def at_the_window(rule: KindRule) -> Refusal:
    return refusal(RefusalCode.AT_THE_WINDOW, "需要工作人员审核,请到窗口申请", **({"window": rule.window} if rule.window else {}))


def nothing_on_record() -> Refusal:
    return refusal(RefusalCode.NOTHING_ON_RECORD, "没有查到这项记录")


def cannot_be_drawn() -> Refusal:
    """A character that no font here has, or a text that no page holds: the window writes it by hand."""
    return refusal(RefusalCode.AT_THE_WINDOW, "有打印不出来的字,请到窗口办理")
