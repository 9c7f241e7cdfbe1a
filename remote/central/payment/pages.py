"""The counter's two pages about money: orders and what became of them, and what the reconciliation found."""

from __future__ import annotations

from datetime import datetime
from html import escape

from remote.central.page_layout import field, form, page, section
from remote.central.pages import since
from remote.central.payment.channels.files import LABELS
from remote.central.payment.desk import Row

STATES = {
    "new": ("刚下单", ""), "open": ("等付款", "warm"), "closing": ("正在关闭", "warm"), "closed": ("已关闭", ""),
    "paid": ("已付款", "good"), "refunding": ("正在退款", "warm"), "refunded": ("已退款", ""),
}  # fmt: skip
MONEY = {"holds": "在账", "refund_due": "正在退", "refunded": "已退", "refund_failed": "退款被拒", "settled": "已人工退"}
KINDS = {
    "paid_not_delivered": "付了没交付", "delivered_not_paid": "交付了没付", "duplicate": "重复付款", "late": "晚到的款",
    "wrong_amount": "金额不符", "load_pending": "充值未写卡", "missing_in_bill": "账单里没有", "unknown_to_us": "我们没有",
    "refund_missing": "退款没到", "undecided": "没有结束",
    "purse_difference": "卡里的钱不符", "journal_differs": "与终端记录不符",
}  # fmt: skip
PROPOSALS = {
    "ask_channel": "再问渠道", "give_back": "退回", "mark_delivered": "登记为已交付", "retry_refund": "再退一次",
    "wait": "等一等再查", "two_people": "两人核对后处理",
}  # fmt: skip


def payments_page(
    orders: list[Row], failed: list[Row], loads: list[Row], purchases: list[Row],
    token: str, staff: str, now: datetime, said: str, good: bool,
) -> str:  # fmt: skip
    rows = "".join(_order_line(row, now) for row in orders)
    items = [_failed(row, token, staff, now) for row in failed]
    body = section("渠道拒绝的退款", items, "没有要人工退的款。", alarm=True)
    body += section("没有结清的充值", [_load(row, token, staff, now) for row in loads], "每笔充值都有结果。")
    body += section("没有结清的刷卡付款", [_purchase(row, token, staff, now) for row in purchases], "每笔刷卡付款都有结果。")
    body += _table("缴费订单", "<th>订单<th>事项<th>金额<th>渠道<th>状态<th>款项", rows, "还没有缴费订单。")
    return page("缴费", "/payments", staff, body, said, good)


def _order_line(row: Row, now: datetime) -> str:
    words, kind = STATES[row["state"]]
    made = "已交付" if row["fulfilled_at"] is not None else "正在办" if row["used_by"] is not None else ""
    money = "<br>".join(
        f"{yuan(one['fen'])} {MONEY[one['state']]}<span class=soft> {escape(one['transaction'][-8:])}</span>"
        for one in row["payments"]
    )
    return (
        f"<tr><td>{escape(row['order_no'])}<br><span class=soft>{escape(row['terminal'])} {since(row['created_at'], now)}</span>"
        f"<td>{escape(row['what'])}<td>{yuan(row['fen'])}<td>{LABELS.get(row['channel'], '不收费')}"
        f'<td><span class="tag {kind}">{words}</span> <span class=soft>{made}</span><td>{money}</tr>'
    )


def _failed(row: Row, token: str, staff: str, now: datetime) -> str:
    which = {"channel": row["channel"], "transaction": row["transaction"]}
    people = _two_people(staff, "怎么退的")
    return (
        f'<div class="line"><b>{yuan(row["fen"])} 元</b><span>订单 {escape(row["order_no"])}</span>'
        f'<span class="soft">{LABELS.get(row["channel"], row["channel"])} {escape(row["transaction"])} '
        f"{since(row['at'], now)}</span></div>"
        + form("/payments/again", token, "", "再退一次", "quiet", staff=staff, **which)
        + form("/payments/by-hand", token, people, "两人确认已另行退款", "danger", **which)
    )


def _load(row: Row, token: str, staff: str, now: datetime) -> str:
    which, seen = {"load_id": row["load_id"]}, f"充值前余额 {yuan(row['balance'])} 元,联机序号 {row['sequence']}"
    choices = (("两人确认钱已在卡里", "yes"), ("两人确认钱不在卡里", "no"))
    return _of_card(row, seen, "/payments/load", "credited", choices, which, token, staff, now)


def _purchase(row: Row, token: str, staff: str, now: datetime) -> str:
    which, seen = {"purchase_id": row["purchase_id"]}, f"付款前余额 {yuan(row['balance'])} 元,脱机序号 {row['sequence']}"
    choices = (("两人确认卡里已扣钱", "yes"), ("两人确认卡里没扣钱", "no"))
    return _of_card(row, seen, "/payments/purchase", "debited", choices, which, token, staff, now)


def _of_card(
    row: Row, seen: str, path: str, name: str, choices: tuple[tuple[str, str], ...], which: dict[str, str],
    token: str, staff: str, now: datetime,
) -> str:  # fmt: skip
    """Money between a card and the books: only one in doubt is for people to end."""
    in_doubt = row["state"] == "in_doubt"
    tag = '<span class="tag bad">对不上,请两人读卡核对</span>' if in_doubt else '<span class="tag warm">等这张卡再读一次</span>'
    line = (
        f'<div class="line"><b>{yuan(row["fen"])} 元</b><span>卡尾号 {escape(row["serial"][-4:])}</span>{tag}'
        f'<span class="soft">订单 {escape(row["order_no"])} {escape(row["place"])} {since(row["since"], now)}</span></div>'
    )
    if not in_doubt:
        return line
    people = _two_people(staff, "卡里余额和怎么核对的")
    forms = [form(path, token, people, words, "danger", **{name: value}, **which) for words, value in choices]
    return f'{line}<div class="soft">{escape(seen)};卡现在说:{escape(row["settled_how"] or "")}</div>{"".join(forms)}'


def reconciliation_page(
    found: list[Row], settled: list[Row], bills: list[Row], token: str, staff: str, now: datetime, said: str, good: bool
) -> str:
    items = [_difference(row, token, staff, now) for row in found]
    done = "".join(
        f"<tr><td>{KINDS[row['kind']]}<td>{escape(row['order_no'] or row['ref'])}<td>{yuan(row['fen'])}<td>{escape(row['by'])}"
        f"<td>{escape(row['settled_how'] or '')}<td>{since(row['settled_at'], now)}</tr>"
        for row in settled
    )
    read = "".join(
        f"<tr><td>{row['day']}<td>{LABELS.get(row['channel'], row['channel'])}<td>{row['lines']}<td>{yuan(row['came_fen'])}"
        f"<td>{yuan(row['went_fen'])}<td>{since(row['at'], now)}</tr>"
        for row in bills
    )
    body = section("对不上的", items, "都对得上。", alarm=True)
    body += _table("渠道账单", "<th>日期<th>渠道<th>笔数<th>收<th>退<th>核对", read, "还没有核对过账单。")
    body += _table("已处理", "<th>种类<th>订单<th>金额<th>谁<th>怎么处理<th>时间", done, "还没有。")
    return page("对账", "/reconciliation", staff, body, said, good)


def _difference(row: Row, token: str, staff: str, now: datetime) -> str:
    people = _two_people(staff, "怎么处理的")
    return (
        f'<div class="line"><b>{KINDS[row["kind"]]}</b><span>{yuan(row["fen"])} 元</span>'
        f'<span class="tag warm">建议:{PROPOSALS[row["proposal"]]}</span>'
        f'<span class="soft">{since(row["since"], now)}</span></div>'
        f'<div>{escape(row["words"])} <span class="soft">{LABELS.get(row["channel"], "")} {escape(row["order_no"])} '
        f"{escape(row['ref'])}</span></div>"
        + form("/reconciliation/settle", token, people, "两人确认处理完", "danger", difference_id=row["difference_id"])
    )


def _table(title: str, heads: str, rows: str, none: str) -> str:
    return f"<section><h2>{title}</h2>" + (f"<table><tr>{heads}</tr>{rows}</table>" if rows else _none(none)) + "</section>"


def _two_people(staff: str, why: str) -> str:
    first, second = field("first", "工作人员一", "name", staff), field("second", "工作人员二", "name")
    return first + second + field("reason", why, "why")


def _none(words: str) -> str:
    return f'<p class="none">{words}</p>'


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
