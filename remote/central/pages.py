"""The counter's three pages as functions from rows to HTML."""

from __future__ import annotations

from datetime import datetime
from html import escape

from remote.central.page_layout import field, form, page, section
from remote.central.views import Row

ORDER_STATES = {
    "ordered": ("待制证", "warm"),
    "produced": ("已制证", ""),
    "mailed": ("已寄出", "good"),
    "delivered": ("已送达", "good"),
    "cancelled": ("已取消", ""),
}
SEAMS = {
    "sms": "短信", "e_credential": "电子证照", "transit_concession": "公交优惠", "dead_card": "失效名单", "utility": "水电缴费",
}  # fmt: skip
OWED_KINDS = {
    "card": "欠一张证", "refund": "应退费", "paid_order": "已付未交", "correction": "信息更正",
}  # fmt: skip
REFRESH_HELP = """<script>
for(const part of ['help','staff'])setInterval(async()=>{try{const a=await fetch('/counter/'+part);if(!a.ok)return;
const box=document.getElementById(part),text=await a.text();
if(box.contains(document.activeElement)||box.dataset.was===text)return;
box.outerHTML=text;document.getElementById(part).dataset.was=text}catch(e){}},3000)
</script>"""


def since(at: datetime, now: datetime) -> str:
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes}分钟前"
    return f"{minutes // 60}小时前" if minutes < 48 * 60 else f"{minutes // 1440}天前"


def help_section(rows: list[Row], token: str, staff: str, now: datetime) -> str:
    items = [
        f'<div class="line"><b>{escape(row["place"] or row["terminal"])}</b><span class="soft">{since(row["at"], now)}</span>'
        f"<span>{escape(row['words'])}</span></div>"
        + form("/counter/answer", token, "", "我去帮忙", event_id=row["event_id"], staff=staff)
        for row in rows
    ]
    return section("有人需要帮忙", items, "现在没有人按求助键。", alarm=True, part="help")


def staff_section(rows: list[Row], token: str, staff: str, now: datetime) -> str:
    """Somebody stands at a terminal and wants to be looked at by a person: the two answers have the same size."""
    return section("请当面核对本人", [_look_item(row, token, staff, now) for row in rows], "现在没有人等着核对。", True, "staff")


def _look_item(row: Row, token: str, staff: str, now: datetime) -> str:
    picture = f'<img class="face" alt="系统里的照片" src="data:image/png;base64,{row["png"]}">' if row["png"] else ""
    head = (
        f'<div class="line"><b>{escape(row["place"])}</b><span class="tag warm">{escape(row["item"])}</span>'
        f'<span class="soft">{since(row["at"], now)}</span></div><div class="line">{_owner(row)}</div>'
    )
    fields = field("staff", "工作人员", "name", staff) + field("reason", "依据", "why", "当面看过本人和身份证")
    buttons = '<button name="same" value="yes">是本人</button><button name="same" value="no" class="danger">不能确认</button>'
    hidden = f'<input type="hidden" name="token" value="{token}">'
    hidden += f'<input type="hidden" name="request_id" value="{row["request_id"]}">'
    form_ = f'<form method="post" action="/counter/look">{hidden}{fields}{buttons}</form>'
    return f'<div class="look">{picture}<div>{head}{form_}</div></div>'


def _visits(rows: list[Row], token: str, staff: str, now: datetime) -> str:
    fields = (
        '<select name="seen" aria-label="上门结果" required><option value="">上门结果…</option>'
        '<option value="yes">见到本人,认证完成</option><option value="no">没有见到,另行核对</option></select>'
        + field("words", "经过", "why")
    )
    items = [
        f'<div class="line">{_owner(row)}<span>{escape(row["address"])}</span>'
        f'<span class="tag warm">{row["until"].month}月{row["until"].day}日前</span>'
        f'<span class="soft">{escape(row["visit_no"])} {since(row["at"], now)}</span></div>'
        + form("/counter/visit", token, fields, "办结", "quiet", visit_no=row["visit_no"])
        for row in rows
    ]
    return section("要上门认证的", items, "没有要上门的。")


def counter_page(data: dict[str, list[Row]], token: str, staff: str, now: datetime, said: str, good: bool) -> str:
    left = (
        staff_section(data["staff"], token, staff, now)
        + help_section(data["help"], token, staff, now)
        + _kept(data["kept"], token, staff, now)
        + _owed(data["owed"], token, staff, now)
    )
    right = _doubt(data["in_doubt"], token, staff, now) + _incidents(data["incidents"], token, staff, now)
    right += _visits(data["visits"], token, staff, now)
    right += _terminals(data["terminals"], token, staff)
    return page(
        "柜台", "/counter", staff, f'<div class="two"><div>{left}</div><div>{right}</div></div>', said, good, REFRESH_HELP
    )


def _where(row: Row) -> str:
    return escape(str(row["place"] or row["terminal"]))


def _owner(row: Row) -> str:
    return f'<b>{escape(row["owner"])}</b><span class="soft">{escape(row["owner_id"])}</span>'


def _kept(rows: list[Row], token: str, staff: str, now: datetime) -> str:
    fields = field("id_number", "领取人身份证号", "id") + field("staff", "工作人员", "name", staff)
    items = [
        f'<div class="line">{_owner(row)}<span>证号尾号 {escape(row["number"][-4:])}</span>'
        f'<span class="tag warm">在 {_where(row)}</span><span class="soft">{since(row["changed_at"], now)}</span></div>'
        + form("/counter/hand-over", token, fields, "当面交给本人", reserve_key=row["reserve_key"])
        for row in rows
    ]
    return section("机器里保管的证", items, "没有保管的证。")


def _owed(rows: list[Row], token: str, staff: str, now: datetime) -> str:
    fields = field("id_number", "身份证号", "id") + field("staff", "工作人员", "name", staff)
    items = [
        f'<div class="line">{_owner(row)}<span class="tag warm">{escape(OWED_KINDS.get(row["kind"]) or str(row["kind"]))}'
        f"{_yuan(row['amount_fen'])}</span><span class=soft>{_where(row)} {since(row['since'], now)}</span></div>"
        f'<div class="soft">{escape(row["words"])}</div>'
        + form("/counter/settle", token, fields, "已经办结", obligation_id=row["obligation_id"])
        for row in rows
    ]
    return section("还欠着群众的", items, "没有欠着的事。")


def _yuan(fen: int) -> str:
    return f" {fen // 100}.{fen % 100:02d}元" if fen else ""


def _doubt(rows: list[Row], token: str, staff: str, now: datetime) -> str:
    fields = (
        '<select name="given" aria-label="查明结果" required><option value="">查明结果…</option>'
        '<option value="yes">证已在本人手里</option><option value="no">证没有给出,作废</option></select>'
        + field("first", "工作人员一", "name", staff)
        + field("second", "工作人员二", "name")
        + field("reason", "理由", "why")
    )
    items = [
        f'<div class="line">{_owner(row)}<span>尾号 {escape(row["number"][-4:])}</span><span class="soft">'
        f"{escape(row['place'] or row['terminal'])} {since(row['changed_at'], now)}</span></div>"
        f"<div>{escape(row['reason'])}</div>"
        + form("/counter/doubt", token, fields, "两人确认", "danger", reserve_key=row["reserve_key"])
        for row in rows
    ]
    return section("去向不明的证", items, "没有去向不明的证。", alarm=True)


def _incidents(rows: list[Row], token: str, staff: str, now: datetime) -> str:
    fields = field("words", "处理结果", "why")
    items = [
        f'<div class="line"><b>{escape(row["terminal"])}</b><span class="soft">{since(row["at"], now)}'
        f" · {escape(row['incident_id'][:12])}</span></div>"
        f"<div>{escape(row['words'])}</div>"
        + form("/counter/incident", token, fields, "结案", "quiet", incident_id=row["incident_id"], staff=staff)
        for row in rows
    ]
    return section("异常", items, "没有未结的异常。")


def _terminals(rows: list[Row], token: str, staff: str) -> str:
    items = []
    for row in rows:
        fenced = row["fenced_at"] is not None
        state = '<span class="tag bad">已停用</span>' if fenced else '<span class="tag good">在用</span>'
        head = f'<div class="line"><b>{escape(row["terminal"])}</b><span>{escape(row["place"])}</span>{state}</div>'
        if fenced:
            body = f'<div class="soft">{escape(row["fenced_by"] or "")}</div>'
            body += form("/counter/unfence", token, "", "修好了,重新启用", "quiet", terminal=row["terminal"], staff=staff)
        else:
            body = form(
                "/counter/fence",
                token,
                field("reason", "为什么停用", "why"),
                "停用",
                "danger",
                terminal=row["terminal"],
                staff=staff,
            )
        items.append(head + body)
    return section("机器", items, "还没有登记机器。")


def orders_page(rows: list[Row], token: str, staff: str, now: datetime, said: str, good: bool) -> str:
    lines = "".join(_order_line(row, token, staff, now) for row in rows)
    table = (
        f"<table><tr><th>单号<th>收件人<th>地址<th>时限<th>状态<th></tr>{lines}</table>"
        if rows
        else '<p class="none">没有寄送订单。</p>'
    )
    return page("寄送订单", "/orders", staff, f"<section><h2>免费寄到家</h2>{table}</section>", said, good)


def _order_line(row: Row, token: str, staff: str, now: datetime) -> str:
    words, kind = ORDER_STATES[row["state"]]
    step = {"ordered": ("produce", "制证"), "produced": ("mail", "交给邮政"), "mailed": ("deliver", "已送达")}.get(row["state"])
    button = form(f"/orders/{step[0]}", token, "", step[1], order_no=row["order_no"], staff=staff) if step else ""
    return (
        f"<tr><td>{escape(row['order_no'])}<br><span class=soft>{escape(row['case_no'])}</span>"
        f"<td>{escape(row['owner'])}<td>{escape(row['address'])}<td>{row['hours']}小时"
        f'<td><span class="tag {kind}">{words}</span><br><span class=soft>{since(row["changed_at"], now)}</span><td>{button}</tr>'
    )


def messages_page(rows: list[Row], staff: str, now: datetime) -> str:
    texts = "".join(
        f'<div class="sms"><div class="soft">发给 {escape(row["addressee"])} · {since(row["at"], now)}</div>'
        f"{escape(row['text'])}</div>"
        for row in rows
        if row["seam"] == "sms"
    )
    others = "".join(_notice_line(row, now) for row in rows if row["seam"] != "sms")
    table = f"<table><tr><th>对接<th>证号<th>内容<th>时间</tr>{others}</table>" if others else '<p class="none">还没有通知。</p>'
    body = f"<section><h2>发给群众的短信</h2>{texts or '<p class=none>还没有短信。</p>'}</section>"
    body += f"<section><h2>通知其他系统</h2>{table}</section>"
    return page("消息", "/messages", staff, body)


def _notice_line(row: Row, now: datetime) -> str:
    seam = SEAMS.get(row["seam"], row["seam"])
    return f"<tr><td>{seam}<td>{escape(row['addressee'])}<td>{escape(row['text'])}<td>{since(row['at'], now)}</tr>"


def login_page(needs_pin: bool, said: str = "") -> str:
    pin = field("pin", "口令", "name", kind="password") if needs_pin else ""
    fields = field("staff", "您的姓名", "name") + pin
    body = '<section><h2>请先登记姓名</h2><p class="soft">每次办理都记下是谁办的。</p>'
    body += f'<form method="post" action="/counter/login">{fields}<button>进入</button></form></section>'
    return page("登录", "/counter", "", body, said, good=False)
