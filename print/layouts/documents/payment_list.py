"""社会保险缴费清单: month by month, several pages."""
from __future__ import annotations

from itertools import groupby

from print.layouts.documents.amounts import grouped, month
from print.layouts.documents.blocks import Block, Column, Facts, Gap, Heading, Paragraph, Table
from print.layouts.documents.content import Payment, PaymentList

COLUMNS = (Column("所属年月", 1.5, "centre"), Column("缴费基数", 1.6, "right"), Column("个人缴费", 1.5, "right"),
           Column("单位缴费", 1.5, "right"), Column("合计", 1.6, "right"), Column("状态", 1.2, "centre"))  # fmt: skip


def blocks(content: PaymentList) -> list[Block]:
    head = content.head
    own, employer = sum(one.own_fen for one in content.payments), sum(one.employer_fen for one in content.payments)
    facts = [("姓名", head.name), ("证件号码", head.id_number), ("起止年月", f"{month(content.since)}至{month(content.until)}"),
             ("缴费笔数", f"{len(content.payments)}笔"), ("个人缴费合计", f"{grouped(own)}元"),
             ("单位缴费合计", f"{grouped(employer)}元")] + ([("用途", head.purpose)] if head.purpose else [])  # fmt: skip
    parts: list[Block] = []
    for (kind, payer), payments in groupby(content.payments, lambda one: (one.kind, one.payer)):
        parts += [Heading(f"{kind}　{payer}（元）"), _table(tuple(payments))]
    return [
        Facts(tuple(facts), frozenset({"用途", "起止年月"})),
        *(parts or [Gap(10), Paragraph("这段时间没有缴费记录。")]),
        Gap(8),
        Paragraph("说明：本清单按所属年月列出已到账的缴费；当月缴费一般在次月到账后列出。", indent=False, small=True),
    ]


def _table(payments: tuple[Payment, ...]) -> Table:
    rows = tuple((f"{one.month:%Y.%m}", grouped(one.base_fen) if one.base_fen else "", grouped(one.own_fen),
                  grouped(one.employer_fen), grouped(one.own_fen + one.employer_fen), one.state) for one in payments)  # fmt: skip
    own, employer = sum(one.own_fen for one in payments), sum(one.employer_fen for one in payments)
    return Table(COLUMNS, rows, ("小计", "", grouped(own), grouped(employer), grouped(own + employer), ""))
