"""Close of day (facts/journeys.md O7): every card counted by two, set against the books, differences named and signed.

loaded = issued + kept + spoiled + left + in the path or at the exit + in doubt  (design.md, invariant 2)

The books are never corrected by a count: a difference is an incident, with both numbers and both names.
"""
from __future__ import annotations

from dataclasses import dataclass

from kiosk.attendant.desk import COUNTS, Desk, GivenUp, incident, stock_news
from kiosk.attendant.people import Right
from kiosk.audit.log import Deed
from kiosk.leaflet import attendant as words
from kiosk.stock import Books
from kiosk.supplies.unit import BINS, FEEDS_CARDS

NAMES = {
    "card_hopper": "空白卡", "reject_bin": "废卡盒", "capture_bin": "代保管", "card_stacker": "发卡机",
    "dispenser_bin": "发卡机回收盒",
}  # fmt: skip


@dataclass(frozen=True)
class Counted:
    unit: str
    booked: int
    counted: int

    @property
    def differs(self) -> int:
        return self.counted - self.booked

    @property
    def words(self) -> str:
        said = f"{NAMES.get(self.unit, self.unit)} 账上{self.booked} 清点{self.counted}"
        return said if not self.differs else f"{said} 差{self.differs:+d}"


async def close_day(desk: Desk) -> None:
    """Raises GivenUp, WalkedAway, JournalBroken; signed is the one row that is written last."""
    if not await desk.may(Right.STOCK):
        raise GivenUp
    await desk.settle()
    if desk.journal.open_plans():
        await desk.talk.ask(words.day_open_plans())
        raise GivenUp
    await desk.look()
    counts, second = await by_two(desk)
    books = desk.stock.books
    units = [Counted(unit, booked(desk, unit), count) for unit, count in counts.items()]
    differs = [one for one in units if one.differs]
    rows = [(f"day_{one.unit}", f"{one.counted} / {one.booked}") for one in units]
    worth = [row for row in identity(books) if row[0] not in ("blanks_moving", "blanks_in_doubt") or row[1] != "0"]
    answer = await desk.talk.ask(words.day_sheet([*worth, *rows], differs=bool(differs)))
    if answer.choice not in ("sign_day", "sign_differs"):
        raise GivenUp
    sign(desk, second, books, units)
    desk.health.closed_by_staff = True
    said = (*(f"{LINES[key]} {value}" for key, value in identity(books)), *(one.words for one in units))
    slip = await desk.slip("结束一天", *said, f"签字 {desk.who.name}、{second}")
    await desk.talk.ask(words.day_closed(slip=slip))


LINES = {
    "blanks_loaded": "共装入", "blanks_issued": "已发出", "blanks_kept": "代保管", "blanks_spoiled": "作废",
    "blanks_left": "还剩",
    "blanks_moving": "机器里", "blanks_in_doubt": "去向不明",
}  # fmt: skip


def identity(books: Books) -> list[tuple[str, str]]:
    numbers = {
        "blanks_loaded": books.loaded, "blanks_issued": books.issued, "blanks_kept": books.kept, "blanks_spoiled": books.spoiled,
        "blanks_left": books.left, "blanks_moving": books.moving, "blanks_in_doubt": books.in_doubt,
    }  # fmt: skip
    return [(key, str(number)) for key, number in numbers.items()]


def sign(desk: Desk, second: str, books: Books, units: list[Counted]) -> None:
    """One row and its news, all or nothing."""
    numbers = {key.removeprefix("blanks_"): int(value) for key, value in identity(books)}
    differs = "; ".join(one.words for one in units if one.differs)
    counted = {one.unit: {"booked": one.booked, "counted": one.counted} for one in units}
    news = [stock_news("day_closed", books.left, by=[desk.who.name, second], units=counted, **numbers)]
    if differs:
        news.append(incident("day_differs", f"结账对不上:{differs};签字 {desk.who.name}、{second}"))
    desk.note(Deed.DAY_CLOSED, news, second=second, differs=differs, **numbers)


async def by_two(desk: Desk) -> tuple[dict[str, int], str]:
    """Every unit that holds cards, by one and then by the other, who does not see the first numbers; again once where they
    differ. Raises GivenUp."""
    units = [name for name, unit in desk.health.found.units.items() if unit.kind in FEEDS_CARDS | BINS]
    second = ""
    for tries in range(1, COUNTS + 1):
        one = {unit: await desk.number(f"day_count_{unit}") for unit in units}
        second = second or await desk.second()
        other = {unit: await desk.number(f"day_again_{unit}") for unit in units}
        if one == other:
            return one, second
        if tries < COUNTS:
            await desk.talk.ask(words.day_counts_differ())
    unlike = [unit for unit in units if one[unit] != other[unit]]
    said = "; ".join(f"{NAMES.get(unit, unit)} {one[unit]}/{other[unit]}" for unit in unlike)
    desk.counts_differed(second, " ".join(unlike), f"结账时{desk.who.name}和{second}数的不一样:{said}")
    await desk.talk.ask(words.failed("day_counts_given_up"))
    raise GivenUp


def booked(desk: Desk, unit: str) -> int:
    return desk.health.supplies.booked(unit).count or 0
