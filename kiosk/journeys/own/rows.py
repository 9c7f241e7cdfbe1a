"""What the centre said, as rows of words: the catalogue's key, and the value."""
from __future__ import annotations

from kiosk.prompts import spoken_date
from print.layouts.formats import yuan
from remote.messages import InsuranceAccount, OwnRecord, Settlements, Voucher, VoucherState

Rows = tuple[tuple[str, str], ...]


def account_rows(said: InsuranceAccount) -> Rows:
    moves = tuple(
        (f"move_{one.kind.value}", f"{one.on}  {'+' if one.fen > 0 else '-'}{yuan(abs(one.fen))}") for one in said.movements
    )
    return (("account_no", said.account_no), *moves)


def bill_rows(said: Settlements, *, in_full: bool) -> Rows:
    """What she paid herself; where it was only when she uncovers it."""
    return tuple(
        (f"move_{one.kind.value}", f"{one.on}  {yuan(one.own_fen)}" + (f"  {one.where}" if in_full else ""))
        for one in said.settlements
    )


def record_rows(said: OwnRecord) -> Rows:
    rows = (
        ("record_name", said.name), ("record_id", said.id_number),
        ("record_birth", spoken_date(said.birth) if said.birth is not None else ""), ("record_nation", said.nation),
        ("record_phone", said.phone), ("record_address", said.address), ("record_household", said.household),
    )  # fmt: skip
    return tuple(row for row in rows if row[1])


NOT_GOOD = {
    VoucherState.REDEEMED: ("已用过", "used"), VoucherState.NOT_YET: ("还没到日子", "not yet"),
    VoucherState.EXPIRED: ("过期了", "over"),
}  # fmt: skip


def voucher_words(one: Voucher, language: str) -> str:
    """One line: what it is, what it is worth, and why it cannot be used now."""
    worth = f"  {one.worth_fen // 100}元" if one.worth_fen else ""
    why = NOT_GOOD.get(one.state, ("", ""))[0 if language == "zh_CN" else 1]
    return f"{one.title}{worth}  {why}".strip()


def voucher_rows(one: Voucher) -> Rows:
    worth = (("voucher_worth", f"{yuan(one.worth_fen)}元"),) if one.worth_fen else ()
    where = ("voucher_where", one.where)
    match one.state:
        case VoucherState.REDEEMED:
            on = spoken_date(one.redeemed_on) if one.redeemed_on is not None else ""
            return (*worth, where, ("voucher_used_on", on), ("redemption_no", one.redemption_no))
        case VoucherState.NOT_YET:
            return (*worth, where, ("voucher_since", spoken_date(one.since)), ("voucher_until", spoken_date(one.until)))
    return (*worth, where, ("voucher_until", spoken_date(one.until)))
