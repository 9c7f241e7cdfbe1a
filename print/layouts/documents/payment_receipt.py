"""缴费凭证."""
from __future__ import annotations

from print.layouts.documents.amounts import capital, grouped
from print.layouts.documents.blocks import Block, Column, Facts, Gap, Paragraph, Table
from print.layouts.documents.content import PaymentReceipt
from print.layouts.formats import moment

COLUMNS = (Column("缴费项目", 4), Column("所属期", 2.4, "centre"), Column("金额（元）", 2, "right"))
REMARK = "说明：本凭证证明款项已经收到，不作报销发票；需要发票的，请在开票系统中用缴费单号开具。"


def blocks(content: PaymentReceipt) -> list[Block]:
    head = content.head
    facts = (("缴费人", head.name), ("证件号码", head.id_number), ("收款单位", content.payee), ("缴费单号", content.order_no),
             ("缴费时间", moment(content.paid_at, "zh_CN")), ("缴费方式", content.method))  # fmt: skip
    rows = tuple((item.name, item.period, grouped(item.amount_fen)) for item in content.items)
    return [
        Facts(facts, frozenset({"收款单位", "缴费单号"})),
        Gap(10),
        Table(COLUMNS, rows, ("合计", "", grouped(content.total_fen))),
        Gap(6),
        Facts((("大写金额", f"人民币{capital(content.total_fen)}"),), frozenset({"大写金额"})),
        Gap(10),
        Paragraph(REMARK, indent=False, small=True),
    ]
