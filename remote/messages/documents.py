"""Certificates and lists with a seal: what is to be had, a masked preview, one numbered copy, what became of the paper.

The order of a print: `list_documents` -> `preview_document` -> `issue_document` (takes one numbered copy) -> print ->
`confirm_print`. A copy that certainly did not come out (FAILED) stays hers: print the same PDF again, or issue again with
the same wish on the same day, at any terminal, and get the same number, counted once. `void_document` takes a copy back.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message
from remote.messages.identity import Evidence
from remote.messages.words import Refusal


class DocumentKind(StrEnum):
    """facts/domain.md 7: what halls print with a seal."""

    SOCIAL_INSURANCE = "social_insurance"      # 社会保险参保证明
    PAYMENT_LIST = "payment_list"              # 社会保险缴费清单, several pages
    HOUSING_FUND = "housing_fund"              # 住房公积金缴存明细
    PROPERTY = "property"                      # 不动产登记信息查询结果; without one, it says so
    ACCEPTANCE = "acceptance"                  # 受理通知书
    CASE_PROGRESS = "case_progress"            # 办理进度
    PAYMENT_RECEIPT = "payment_receipt"        # 缴费凭证
    NO_CRIMINAL_RECORD = "no_criminal_record"  # 无犯罪记录证明: a person decides, always refused here


class Choice(Message):
    """One answer to "which part of the record": months, a case, a payment; or "what for"."""

    code: str
    label: str                                             # plain Chinese, as it stands on the screen


class ListDocuments(Evidence):
    """Ask only after identity was proven: the offers themselves tell what is on record. The evidence is not used up."""

    person_ref: str


class DocumentOffer(Message):
    kind: DocumentKind
    title: str                                             # "社会保险参保证明"
    issuer: str                                            # "亳州市社会保险事业管理中心"
    periods: list[Choice] = Field(default_factory=list)    # empty = nothing to choose, send period None; the first is usual
    purposes: list[Choice] = Field(default_factory=list)   # empty = nothing to choose, send purpose None
    refusal: Refusal | None                                # None = can be printed now
    fee_fen: int
    copies_left: int                                       # today


class DocumentOffers(Message):
    offers: list[DocumentOffer]
    refusal: Refusal | None                                # stands for every kind; `offers` is then empty


class DocumentWish(Evidence):
    person_ref: str
    kind: DocumentKind
    period: str | None = None                              # `code` of one of the offer's periods
    purpose: str | None = None
    large_print: bool = False


class PreviewDocument(DocumentWish):
    """Every name and number is masked before the page is drawn; no seal, no code, 预览 across it."""


class DocumentPreview(Message):
    pdf_base64: str | None
    pages: int
    refusal: Refusal | None


class IssueDocument(DocumentWish):
    """Takes one numbered copy and seals it; a word of staff is used up by it. Asked again with the same key, it gives the
    same bytes.

    A document that costs something needs a paid order for this kind (remote/messages/payment.py), which it then holds."""

    order_id: str = ""


class IssuedPaper(Message):
    document_id: str                                       # 32 hex digits, in the code on the paper
    number: str                                            # for people: "BZ-2027-000123"
    title: str
    pdf_base64: str                                        # sealed; empty in what `bar` tells about an earlier issue
    sha256: str                                            # of the PDF, hex
    pages: int
    issued_at: datetime
    valid_to: date | None


class IssueAnswer(Message):
    paper: IssuedPaper | None
    refusal: Refusal | None


class VoidDocument(Message):
    """Undo of IssueDocument, named by its key so that it can be named even if its answer was lost. Safe to repeat, safe
    when the issue never arrived: then it bars the key for ever. Done(done=False): it was reported as delivered, or the
    copy has gone on to a later issue; it stays as it is."""

    issue_key: str
    reason: str = ""                                       # in words, no personal data


class PrintOutcome(StrEnum):
    DELIVERED = "delivered"                                # all sheets came out, on the device's own evidence
    FAILED = "failed"                                      # certainly not whole, and what came out is destroyed
    UNKNOWN = "unknown"                                    # the copy counts; it is never printed again by itself


class ConfirmPrint(Message):
    document_id: str
    outcome: PrintOutcome
    sheets: int                                            # that left the printer, as far as it knows


class PrintConfirmed(Message):
    number: str
    outcome: PrintOutcome                                  # as the centre now holds it: reports only make it more certain
    copies_left: int
