"""E-vouchers: who has which, by a dated file; and redeeming one, once for ever."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from remote.central.citizen_services.tables import voucher_redemptions
from remote.central.context import Context
from remote.central.operations.records import Row
from remote.central.rules.ruleset import RulesFileError
from remote.central.times import full_years
from remote.messages import Refusal, RefusalCode, Voucher, VoucherRedeemed, VoucherState

DEFAULT_FILE = Path(__file__).with_name("vouchers.yaml")
REDEEMED = sa.select(voucher_redemptions).where(voucher_redemptions.c.person_id == sa.bindparam("person_id"))
ORDER = (VoucherState.GOOD, VoucherState.NOT_YET, VoucherState.REDEEMED, VoucherState.EXPIRED)


class VoucherKind(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern="^[a-z_]+$")
    title: str
    worth_fen: int = Field(ge=0)
    where: str
    min_age: int = Field(ge=0, le=120)
    since: str
    until: str

    @field_validator("since", "until")
    @classmethod
    def _a_day(cls, value: str) -> str:
        date.fromisoformat(f"2028-{value}")
        return value


class VoucherRules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    effective_from: date
    vouchers: list[VoucherKind]


def parse(text: str, file: str) -> tuple[VoucherRules, ...]:
    """Raises RulesFileError."""
    try:
        data: Any = yaml.safe_load(text)
        return tuple(VoucherRules.model_validate(entry) for entry in data["versions"])
    except (yaml.YAMLError, TypeError, KeyError) as error:
        raise RulesFileError(f"{file}: expected versions, but {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise RulesFileError(f"{file}: {'.'.join(map(str, first['loc']))}: expected {first['msg']}") from error


@cache
def _default() -> tuple[VoucherRules, ...]:
    return parse(DEFAULT_FILE.read_text(encoding="utf-8"), str(DEFAULT_FILE))


def rules_on(day: date) -> VoucherRules:
    """Raises RulesFileError before the first version."""
    in_force = [version for version in _default() if version.effective_from <= day]
    if not in_force:
        raise RulesFileError(f"no version of the vouchers holds on {day}")
    return in_force[-1]


def vouchers_of(context: Context, person: Row) -> list[Voucher]:
    """This year's, the good ones first."""
    used = {row.voucher_id: row for row in context.connection.execute(REDEEMED, {"person_id": person.person_id})}
    age = full_years(person.birth, context.today)
    hers = [_voucher(person, kind, context.today, used) for kind in rules_on(context.today).vouchers if age >= kind.min_age]
    return sorted(hers, key=lambda one: ORDER.index(one.state))


def redeem(context: Context, person: Row, voucher_id: str) -> VoucherRedeemed:
    """A second asking, whoever asks, hears when it was redeemed; the first one's number is told with it."""
    voucher = next((one for one in vouchers_of(context, person) if one.voucher_id == voucher_id), None)
    if voucher is None:
        return VoucherRedeemed(voucher=None, refusal=_refused(RefusalCode.NO_SUCH_VOUCHER, "没有查到这张券"))
    match voucher.state:
        case VoucherState.REDEEMED:
            used = {"date": str(voucher.redeemed_on), "number": voucher.redemption_no}
            why = _refused(RefusalCode.VOUCHER_USED, "这张券已经用过", **used)
            return VoucherRedeemed(voucher=voucher, refusal=why)
        case VoucherState.NOT_YET | VoucherState.EXPIRED:
            why = _refused(RefusalCode.VOUCHER_NOT_NOW, "不在使用期内", since=str(voucher.since), until=str(voucher.until))
            return VoucherRedeemed(voucher=voucher, refusal=why)
    number = _next_number(context)
    context.connection.execute(
        sa.insert(voucher_redemptions),
        {
            "voucher_id": voucher_id, "person_id": person.person_id, "redemption_no": number, "terminal": context.terminal,
            "at": context.now,
        },
    )  # fmt: skip
    context.audit("redeem_voucher", number, voucher.title)
    done = {"state": VoucherState.REDEEMED, "redeemed_on": context.today, "redemption_no": number}
    return VoucherRedeemed(voucher=voucher.model_copy(update=done))


def _voucher(person: Row, kind: VoucherKind, today: date, used: dict[str, Row]) -> Voucher:
    since, until = _day(today.year, kind.since), _day(today.year, kind.until)
    voucher_id = hashlib.sha256(f"{person.person_ref}|{kind.code}|{today.year}".encode()).hexdigest()[:24]
    row = used.get(voucher_id)
    if row is not None:
        state = VoucherState.REDEEMED
    else:
        state = VoucherState.NOT_YET if today < since else VoucherState.EXPIRED if today > until else VoucherState.GOOD
    return Voucher(
        voucher_id=voucher_id, title=kind.title, worth_fen=kind.worth_fen, where=kind.where, since=since, until=until,
        state=state, redeemed_on=row.at.date() if row is not None else None,
        redemption_no=row.redemption_no if row is not None else "",
    )  # fmt: skip


def _day(year: int, text: str) -> date:
    month, day = map(int, text.split("-"))
    return date(year, month, day)


def _next_number(context: Context) -> str:
    """DQ, the day, four digits; the one writer counts."""
    prefix = f"DQ{context.today:%Y%m%d}"
    like = voucher_redemptions.c.redemption_no.like(f"{prefix}%")
    last = context.connection.execute(sa.select(sa.func.max(voucher_redemptions.c.redemption_no)).where(like)).scalar()
    return f"{prefix}{int(last[len(prefix) :]) + 1 if last else 1:04d}"


def _refused(code: RefusalCode, reason: str, **params: str) -> Refusal:
    return Refusal(code=code, params=params, reason=reason)
