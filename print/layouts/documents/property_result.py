"""不动产登记信息查询结果证明; without a property it certifies that there is none on record (无房证明)."""
from __future__ import annotations

from print.layouts.documents.amounts import square_metres
from print.layouts.documents.blocks import Block, Facts, Gap, Heading, Paragraph
from print.layouts.documents.content import Property, PropertyResult
from print.layouts.formats import day, moment


def blocks(content: PropertyResult) -> list[Block]:
    head = content.head
    facts = [("姓名", head.name), ("证件号码", head.id_number), ("查询范围", content.district)]
    facts += [("用途", head.purpose)] if head.purpose else []
    top: list[Block] = [Facts(tuple(facts), frozenset({"查询范围", "用途"})), Gap(10)]
    at = moment(head.issued_at, "zh_CN")
    if not content.properties:
        words = f"经查询，截至{at}，上列人员在{content.district}不动产登记簿中没有房屋所有权登记记录。"
        return [*top, Paragraph(words), Gap(6), Paragraph("特此证明。"), Gap(10), _remark()]
    count = len(content.properties)
    top.append(Paragraph(f"经查询，截至{at}，上列人员名下登记的不动产共{count}处："))
    for number, one in enumerate(content.properties, 1):
        top += [Heading(f"第{number}处"), _property(one)]
    return [*top, Gap(10), _remark()]


def _property(one: Property) -> Facts:
    return Facts((("不动产权证号", one.certificate), ("坐落", one.place), ("用途", one.use),
                  ("建筑面积", square_metres(one.area_cm2)), ("共有情况", one.shared),
                  ("登记日期", day(one.registered_on, "zh_CN")), ("抵押查封", one.burden)),
                 frozenset({"不动产权证号", "坐落", "抵押查封"}))  # fmt: skip


def _remark() -> Paragraph:
    words = "说明：查询结果只反映查询时登记簿的记载，不含尚未登记的房屋，也不含其他地区的登记。"
    return Paragraph(words, indent=False, small=True)
