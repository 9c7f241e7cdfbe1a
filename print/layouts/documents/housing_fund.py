"""住房公积金缴存明细."""
from __future__ import annotations

from print.layouts.documents.amounts import grouped, month
from print.layouts.documents.blocks import Block, Column, Facts, Gap, Heading, Paragraph, Table
from print.layouts.documents.content import HousingFund

COLUMNS = (Column("日期", 1.6, "centre"), Column("摘要", 2.6), Column("增加", 1.6, "right"), Column("减少", 1.6, "right"),
           Column("余额", 1.8, "right"))  # fmt: skip


def blocks(content: HousingFund) -> list[Block]:
    head = content.head
    facts = [("姓名", head.name), ("证件号码", head.id_number), ("个人账号", content.account), ("账户状态", content.state),
             ("缴存单位", content.employer), ("缴存基数", f"{grouped(content.base_fen)}元"),
             ("缴存比例", f"单位{content.rate_percent}% 个人{content.rate_percent}%"),
             ("账户余额", f"{grouped(content.balance_fen)}元")] + ([("用途", head.purpose)] if head.purpose else [])  # fmt: skip
    rows = tuple((f"{one.day:%Y-%m-%d}", one.what, grouped(one.in_fen) if one.in_fen else "",
                  grouped(one.out_fen) if one.out_fen else "", grouped(one.balance_fen))
                 for one in content.movements)  # fmt: skip
    quiet: list[Block] = [] if rows else [Gap(6), Paragraph("这段时间没有变动。")]
    return [
        Facts(tuple(facts), frozenset({"用途", "缴存单位"})),
        Gap(4),
        Heading(f"{month(content.since)}至{month(content.until)}的明细（元）"),
        Table(COLUMNS, rows),
        *quiet,
        Gap(8),
        Paragraph("说明：结息日为每年6月30日；余额为出具时的账户余额。", indent=False, small=True),
    ]
