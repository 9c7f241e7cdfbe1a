"""Hiding a person in what she is shown: the content is masked, then drawn, so that no page ever holds what a page hides."""
from __future__ import annotations

from dataclasses import replace

from print.layouts.documents.content import (
    Acceptance,
    CaseProgress,
    Content,
    HousingFund,
    PaymentList,
    PaymentReceipt,
    PropertyResult,
    SocialInsurance,
)
from print.layouts.formats import mask_number

PREVIEW_NUMBER = "（打印时编号）"


def mask_name(name: str) -> str:
    """First and last character stay where there are three or more, the first alone where there are two."""
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_place(text: str) -> str:
    """As far as the township or street; never the door."""
    for word in ("街道", "镇", "乡", "区", "县", "市"):
        at = text.find(word, 3)
        if at > 0:
            return text[: at + len(word)] + "****"
    return text[:3] + "****"


def mask_employer(text: str) -> str:
    return text if len(text) <= 4 else text[:3] + "****" + text[-2:]


def masked(content: Content) -> Content:
    """The same content with every name, number, employer and address masked; the amounts are what she came to see."""
    head = replace(content.head, name=mask_name(content.head.name), id_number=mask_number(content.head.id_number),
                   number=PREVIEW_NUMBER)  # fmt: skip
    match content:
        case SocialInsurance():
            return replace(content, head=head, insurances=tuple(
                replace(one, payer=mask_employer(one.payer)) for one in content.insurances))  # fmt: skip
        case PaymentList():
            return replace(content, head=head, payments=tuple(
                replace(one, payer=mask_employer(one.payer)) for one in content.payments))  # fmt: skip
        case HousingFund():
            return replace(content, head=head, account=mask_number(content.account), employer=mask_employer(content.employer))
        case PropertyResult():
            return replace(content, head=head, properties=tuple(
                replace(one, certificate=_mask_certificate(one.certificate), place=mask_place(one.place))
                for one in content.properties))  # fmt: skip
        case Acceptance() | CaseProgress():
            return replace(content, head=head, case_no=mask_number(content.case_no))
        case PaymentReceipt():
            return replace(content, head=head, order_no=mask_number(content.order_no))


def _mask_certificate(text: str) -> str:
    """皖(2019)亳州市不动产权第****号"""
    at = text.find("第")
    return text[: at + 1] + "****号" if at > 0 else mask_number(text)
