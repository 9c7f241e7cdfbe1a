"""What a document holds: typed, complete, nothing decided about how it looks. Money in fen; a month is the
date of its first day."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Head:
    """The same on every document."""

    issuer: str
    """Who certifies: "亳州市社会保险事业管理中心"."""
    number: str
    """Of this copy: "BZ-2027-000123"."""
    issued_at: datetime
    valid_to: date | None
    """Last day; None = a statement about one moment, which does not expire."""
    name: str
    id_number: str
    purpose: str = ""
    hotline: str = "12345"


@dataclass(frozen=True)
class Insurance:
    kind: str
    state: str
    since: date
    until: date | None
    """Last month paid; None = never paid."""
    months: int
    """Paid in all."""
    payer: str


@dataclass(frozen=True)
class SocialInsurance:
    head: Head
    insurances: tuple[Insurance, ...]
    pension: str = ""
    """A sentence about a pension she draws; empty = none."""


@dataclass(frozen=True)
class Payment:
    month: date
    kind: str
    payer: str
    base_fen: int
    own_fen: int
    employer_fen: int
    state: str


@dataclass(frozen=True)
class PaymentList:
    head: Head
    since: date
    until: date
    payments: tuple[Payment, ...]


@dataclass(frozen=True)
class Movement:
    day: date
    what: str
    in_fen: int
    out_fen: int
    balance_fen: int


@dataclass(frozen=True)
class HousingFund:
    head: Head
    account: str
    employer: str
    state: str
    base_fen: int
    rate_percent: int
    """Of each side."""
    since: date
    until: date
    movements: tuple[Movement, ...]
    balance_fen: int


@dataclass(frozen=True)
class Property:
    certificate: str
    place: str
    use: str
    area_cm2: int
    shared: str
    registered_on: date
    burden: str
    """"无", "抵押", "查封"."""


@dataclass(frozen=True)
class PropertyResult:
    head: Head
    district: str
    """Whose registers were searched."""
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Acceptance:
    head: Head
    case_no: str
    item: str
    department: str
    accepted_at: datetime
    working_days: int
    promised_on: date
    fee_fen: int
    materials: tuple[str, ...]
    delivery: str


@dataclass(frozen=True)
class Step:
    name: str
    office: str
    at: datetime | None
    """None = not reached yet."""
    opinion: str = ""


@dataclass(frozen=True)
class CaseProgress:
    head: Head
    case_no: str
    item: str
    department: str
    accepted_at: datetime
    promised_on: date
    state: str
    days_left: int | None
    """Negative = overdue; None = finished."""
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class PaidItem:
    name: str
    period: str
    amount_fen: int


@dataclass(frozen=True)
class PaymentReceipt:
    head: Head
    payee: str
    order_no: str
    paid_at: datetime
    method: str
    items: tuple[PaidItem, ...]

    @property
    def total_fen(self) -> int:
        return sum(item.amount_fen for item in self.items)


Content = SocialInsurance | PaymentList | HousingFund | PropertyResult | Acceptance | CaseProgress | PaymentReceipt
KINDS: dict[type[Content], str] = {
    SocialInsurance: "social_insurance",
    PaymentList: "payment_list",
    HousingFund: "housing_fund",
    PropertyResult: "property",
    Acceptance: "acceptance",
    CaseProgress: "case_progress",
    PaymentReceipt: "payment_receipt",
}
TITLES: dict[str, str] = {
    "social_insurance": "社会保险参保证明",
    "payment_list": "社会保险缴费清单",
    "housing_fund": "住房公积金缴存明细",
    "property": "不动产登记信息查询结果证明",
    "acceptance": "受理通知书",
    "case_progress": "办件进度查询单",
    "payment_receipt": "缴费凭证",
}


def kind_of(content: Content) -> str:
    return KINDS[type(content)]


def title_of(content: Content) -> str:
    return TITLES[kind_of(content)]
