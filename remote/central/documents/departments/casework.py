"""政务服务中心: matters under way. The senior card's own applications are the centre's; the others are simulated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from print.layouts.documents.content import Acceptance, CaseProgress, Head, Step
from remote.central.documents.departments.life import random_for
from remote.central.operations.records import Row
from remote.central.times import BEIJING, full_years
from remote.messages import Choice

MATTERS = (
    ("城乡居民基本养老保险待遇申领", "亳州市人力资源和社会保障局", 10, ("居民身份证（系统共享）", "社会保障卡账户信息")),
    ("不动产转移登记（存量房买卖）", "亳州市自然资源和规划局", 5,
     ("身份证明（系统共享）", "存量房买卖合同", "契税完税凭证（系统共享）")),
    ("残疾人两项补贴申请", "亳州市民政局", 15, ("残疾人证（系统共享）",)),
    ("个体工商户设立登记", "亳州市市场监督管理局", 1, ("经营场所使用证明", "身份证明（系统共享）")),
)  # fmt: skip
STEPS = ("受理", "初审", "审核", "办结")


@dataclass(frozen=True)
class Matter:
    case_no: str
    item: str
    department: str
    days: int
    materials: tuple[str, ...]
    accepted_at: datetime


def matters(person: Row, today: date) -> list[Matter]:
    """At most one a person that is under way or was finished in the last weeks; newest first. The case number is fixed by
    the month, so that a choice made on the screen still means the same one when the page is drawn."""
    if full_years(person.birth, today) < 18:
        return []
    random = random_for(person, f"case {today:%Y-%m}")
    if random.random() < 0.35:
        return []
    item, department, days, materials = random.choice(MATTERS)
    day = today.replace(day=1) - timedelta(days=random.randint(0, 9))
    accepted = datetime.combine(_working(day), time(9 + random.randint(0, 6), random.randint(0, 59)), BEIJING)
    return [Matter(f"341602{accepted:%Y%m%d}{random.randrange(10_000):04d}", item, department, days, materials, accepted)]


def choices(person: Row, today: date) -> list[Choice]:
    return [Choice(code=one.case_no, label=f"{one.item}（{one.accepted_at.month}月{one.accepted_at.day}日受理）")
            for one in matters(person, today)]  # fmt: skip


def acceptance(person: Row, head: Head, today: date, period: str) -> Acceptance | None:
    one = _found(person, today, period)
    if one is None:
        return None
    return Acceptance(head, one.case_no, one.item, one.department, one.accepted_at, one.days, promised(one), 0, one.materials,
                      "窗口领取")  # fmt: skip


def progress(person: Row, head: Head, today: date, period: str) -> CaseProgress | None:
    one = _found(person, today, period)
    if one is None:
        return None
    reached = _reached(one, today)
    steps = []
    for index, name in enumerate(STEPS):
        at = one.accepted_at + timedelta(hours=30 * index * one.days / 5) if index < reached else None
        office, opinion = ("政务服务大厅综合窗口", "材料齐全，予以受理。") if index == 0 else (one.department, "")
        steps.append(Step(name, office, at, opinion))
    done = reached == len(STEPS)
    left = None if done else (promised(one) - today).days
    state = "已办结" if done else f"{STEPS[reached]}中" if reached else "已受理"
    return CaseProgress(head, one.case_no, one.item, one.department, one.accepted_at, promised(one), state, left,
                        tuple(steps))  # fmt: skip


def promised(one: Matter) -> date:
    day = one.accepted_at.date()
    for _ in range(one.days):
        day = _working(day + timedelta(days=1))
    return day


def _reached(one: Matter, today: date) -> int:
    """Steps that lie behind, by the share of the promised time that went by. One in eight is late."""
    late = int(one.case_no[-2:]) % 8 == 0
    whole = max((promised(one) - one.accepted_at.date()).days, 1) * (2 if late else 1)
    return min(1 + 3 * (today - one.accepted_at.date()).days // whole, len(STEPS))


def _found(person: Row, today: date, case_no: str) -> Matter | None:
    return next((one for one in matters(person, today) if one.case_no == case_no), None)


def _working(day: date) -> date:
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day
