"""受理通知书."""
from __future__ import annotations

from print.layouts.documents.amounts import grouped
from print.layouts.documents.blocks import Block, Facts, Gap, Heading, Paragraph
from print.layouts.documents.content import Acceptance
from print.layouts.formats import day, moment


def blocks(content: Acceptance) -> list[Block]:
    head = content.head
    facts = (("申请人", head.name), ("证件号码", head.id_number), ("办理事项", content.item), ("受理编号", content.case_no),
             ("受理部门", content.department), ("受理时间", moment(content.accepted_at, "zh_CN")),
             ("承诺时限", f"{content.working_days}个工作日"), ("办结期限", day(content.promised_on, "zh_CN")),
             ("收费", f"{grouped(content.fee_fen)}元" if content.fee_fen else "不收费"),
             ("领取方式", content.delivery))  # fmt: skip
    materials: list[Block] = [Paragraph(f"{number}. {text}", indent=False) for number, text in enumerate(content.materials, 1)]
    return [
        Paragraph(f"{head.name}：", indent=False),
        Paragraph(f"您申请办理的“{content.item}”，材料齐全，符合法定形式，现予受理。"),
        Gap(8),
        Facts(facts, frozenset({"办理事项", "受理编号", "受理部门"})),
        Gap(4),
        Heading("已收材料"),
        *(materials or [Paragraph("由系统共享取得，不用提交材料。", indent=False)]),
        Gap(8),
        Paragraph("凭本通知书或身份证，可在任何一台自助终端查询进度；超过承诺期限没有办结的，可以拨打12345投诉。"),
    ]
