"""办件进度查询单."""
from __future__ import annotations

from print.layouts.documents.blocks import Block, Facts, Gap, Heading, Paragraph, Stage, Stages
from print.layouts.documents.content import CaseProgress
from print.layouts.formats import day, moment


def blocks(content: CaseProgress) -> list[Block]:
    head = content.head
    facts = (("申请人", head.name), ("证件号码", head.id_number), ("办理事项", content.item), ("受理编号", content.case_no),
             ("受理部门", content.department), ("受理时间", moment(content.accepted_at, "zh_CN")),
             ("办结期限", day(content.promised_on, "zh_CN")), ("目前状态", content.state),
             ("剩余时间", left(content)))  # fmt: skip
    reached = [step for step in content.steps if step.at is not None]
    now = reached[-1] if reached and content.days_left is not None else None
    stages = tuple(Stage(step.name, moment(step.at, "zh_CN") if step.at else "未到", step.office, step.opinion,
                         step.at is not None, step is now) for step in content.steps)  # fmt: skip
    return [
        Facts(facts, frozenset({"办理事项", "受理编号", "受理部门"})),
        Gap(4),
        Heading("办理过程"),
        Gap(6),
        Stages(stages),
        Gap(6),
        Paragraph("进度以出具时的系统记录为准。", indent=False, small=True),
    ]


def left(content: CaseProgress) -> str:
    """facts/journeys.md J23."""
    if content.days_left is None:
        return "已办结"
    if content.days_left < 0:
        return f"已超过承诺时间{-content.days_left}天，可以拨打12345投诉"
    return f"{content.days_left}天"
