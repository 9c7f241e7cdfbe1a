"""社会保险参保证明."""
from __future__ import annotations

from datetime import date

from print.layouts.documents.amounts import month
from print.layouts.documents.blocks import Block, Column, Facts, Gap, Paragraph, Table
from print.layouts.documents.content import SocialInsurance

COLUMNS = (Column("险种", 2.3), Column("参保状态", 1.55, "centre"), Column("参保起止", 2.2, "centre"),
           Column("累计缴费", 1.6, "centre"), Column("缴费单位（身份）", 2.7))  # fmt: skip
REMARK = "说明：1. 参保信息以出具时社会保险经办系统的记录为准。2. 累计缴费不含转出和已退费的月数。"


def blocks(content: SocialInsurance) -> list[Block]:
    head = content.head
    facts = [("姓名", head.name), ("证件号码", head.id_number)] + ([("用途", head.purpose)] if head.purpose else [])
    rows = tuple((one.kind, one.state, _span(one.since, one.until), f"{one.months}个月", one.payer)
                 for one in content.insurances)  # fmt: skip
    pension: list[Block] = [Gap(8), Paragraph(content.pension)] if content.pension else []
    return [
        Facts(tuple(facts), frozenset({"用途"})),
        Gap(10),
        Paragraph(f"经核查，截至{month(head.issued_at.date())}，上列人员在本市参加社会保险的情况如下："),
        Gap(6),
        Table(COLUMNS, rows),
        *pension,
        Gap(8),
        Paragraph("特此证明。"),
        Gap(10),
        Paragraph(REMARK, indent=False, small=True),
    ]


def _span(since: date, until: date | None) -> str:
    return f"{since:%Y.%m} 至 {until:%Y.%m}" if until else f"{since:%Y.%m} 起"
