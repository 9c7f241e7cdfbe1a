"""list_ecredentials, fetch_ecredential: hers, as sealed OFD files. Nothing changes here: a file is made anew for each question
and is the same all day."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from print.layouts.documents.content import Head
from print.layouts.embedded_face import NoGlyph
from print.layouts.formats import day
from remote.central.context import Context
from remote.central.documents.departments import social
from remote.central.ecredentials.page import SEAL_BOX, Credential, entries_of
from remote.central.identity.proof import evidence_fails
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import Record, by_ref, photo_base64
from remote.central.rules.senior_card import refusal
from remote.messages import (
    ECredentialFile,
    ECredentialKind,
    ECredentialOffer,
    ECredentials,
    Evidence,
    FetchECredential,
    ListECredentials,
    PhotoSource,
    Refusal,
    RefusalCode,
)


@dataclass(frozen=True)
class _Source:
    title: str
    issuer: str
    content: Callable[[Context, Record, _Source], Credential | None]
    """None where nothing is on record."""


def list_ecredentials(context: Context, ask: ListECredentials) -> ECredentials:
    record, why_not = _hers(context, ask, ask.person_ref)
    if why_not is not None:
        return ECredentials(offers=[], refusal=why_not)
    offers = [
        ECredentialOffer(kind=kind, title=source.title, issuer=source.issuer, valid_to=_valid_to(record, kind))
        for kind, source in SOURCES.items() if source.content(context, record, source) is not None
    ]  # fmt: skip
    return ECredentials(offers=offers, refusal=None)


def fetch_ecredential(context: Context, ask: FetchECredential) -> ECredentialFile:
    source = SOURCES[ask.kind]
    record, why_not = _hers(context, ask, ask.person_ref)
    content = source.content(context, record, source) if why_not is None else None
    if content is None:
        why_not = why_not or refusal(RefusalCode.NOTHING_ON_RECORD, "没有这种证照")
        return ECredentialFile(title=source.title, ofd_base64=None, sha256="", refusal=why_not)
    assert context.ecredentials is not None  # without it `_hers` has refused
    midnight = datetime.combine(context.today, time.min, context.now.tzinfo)
    try:
        entries = entries_of(content)
    except NoGlyph:
        why_not = refusal(RefusalCode.AT_THE_WINDOW, "名字里有字库没有的字")
        return ECredentialFile(title=source.title, ofd_base64=None, sha256="", refusal=why_not)
    ofd = context.ecredentials().sealed(entries, midnight, SEAL_BOX)
    packed = base64.b64encode(ofd).decode("ascii")
    return ECredentialFile(title=source.title, ofd_base64=packed, sha256=hashlib.sha256(ofd).hexdigest(), refusal=None)


def _hers(context: Context, ask: Evidence, person_ref: str) -> tuple[Record, Refusal | None]:
    """Her record, and what stands in the way of all of them."""
    record = by_ref(context, person_ref)
    person = record.row
    if context.fenced():
        return record, fenced_refusal()
    missing = evidence_fails(context, person, ask)
    if missing is not None:
        return record, missing
    if person.deceased or person.hukou_cancelled or person.fraud_hold:
        return record, refusal(RefusalCode.NEEDS_STAFF, "系统信息需要工作人员核对")
    if context.ecredentials is None:
        return record, refusal(RefusalCode.AT_THE_WINDOW, "这里没有接入电子证照")
    return record, None


def _valid_to(record: Record, kind: ECredentialKind) -> date | None:
    live = record.live_card
    return live.valid_to if kind is ECredentialKind.SENIOR_CARD and live is not None else None


def _senior_card(context: Context, record: Record, source: _Source) -> Credential | None:
    person, card = record.row, record.live_card
    if card is None:
        return None
    label = next((rule.label for rule in context.rules.age_classes if rule.code == card.class_code), card.class_code)
    until = day(card.valid_to, "zh_CN") if card.valid_to else "长期"
    rows = (
        ("姓名", person.name), ("性别", person.sex), ("公民身份号码", person.id_number), ("优待证号", card.number),
        ("年龄类别", label), ("有效期", f"{day(card.issued_on, 'zh_CN')}至{until}"),
    )  # fmt: skip
    photo = photo_base64(context, person, PhotoSource(person.photo_source))
    lines = ("凭本证照按规定享受老年人优待。",)
    return Credential(source.title, source.issuer, card.issued_on, rows, lines, base64.b64decode(photo) if photo else None)


def _social_insurance(context: Context, record: Record, source: _Source) -> Credential | None:
    """Together with the senior card, as the city's library hands them out [A]."""
    person = record.row
    midnight = datetime.combine(context.today, time.min, context.now.tzinfo)
    head = Head(source.issuer, "", midnight, None, person.name, person.id_number, "", "")
    known = social.participation(person, head, context.today, "") if record.live_card is not None else None
    if known is None:
        return None
    rows = [("姓名", person.name), ("公民身份号码", person.id_number)]
    rows += [(one.kind.removeprefix("企业"), f"{one.state} 累计{one.months}个月") for one in known.insurances]
    return Credential(source.title, source.issuer, context.today, tuple(rows), (known.pension,) if known.pension else ())


SOURCES: dict[ECredentialKind, _Source] = {
    ECredentialKind.SENIOR_CARD: _Source("老年人优待证", "亳州市卫生健康委员会（演示）", _senior_card),
    ECredentialKind.SOCIAL_INSURANCE: _Source("社会保险参保凭证", "亳州市人力资源和社会保障局（演示）", _social_insurance),
}
