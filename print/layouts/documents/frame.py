"""What stands around the content on every page: red head, title, number, page x of y, the code, the place of the seal."""
from __future__ import annotations

from print.drawing import MM
from print.layouts.documents.content import Content, title_of
from print.layouts.documents.paper import Paper, broken, measure
from print.layouts.documents.sizes import HAIR, INK, RED, SOFT, Sizes
from print.layouts.formats import day, moment

TOP = 18 * MM
BOTTOM = 20 * MM
"""From the lower edge to where content ends."""
SEAL_SIDE = 40 * MM
"""An official seal of a city's department has 42 mm; the demonstration's is smaller, so that it is never taken for one."""


def head_height(sizes: Sizes) -> float:
    return sizes.issuer * 1.9 + sizes.title * 2.4 + sizes.small * 2.2


def draw_head(paper: Paper, content: Content, sizes: Sizes) -> float:
    """The red head of the first page. Returns where content begins."""
    head, middle, right = content.head, paper.width / 2, paper.width - sizes.margin
    issuer = min(sizes.issuer, (right - sizes.margin - 20) / max(measure(head.issuer, "bold", 1) * 1.08, 1))
    y = paper.height - TOP - sizes.issuer
    paper.text(middle, y, head.issuer, issuer, style="bold", colour=RED, align="centre", spacing=issuer * 0.08)
    y -= sizes.issuer * 0.55
    paper.line(sizes.margin, y, right, y, RED, 2.2)
    paper.line(sizes.margin, y - 3.2, right, y - 3.2, RED, 0.6)
    y -= sizes.title * 1.75
    title = title_of(content)
    paper.text(middle, y, title, sizes.title, style="bold", colour=INK, align="centre",
               spacing=sizes.title * (0.12 if len(title) < 12 else 0.04))  # fmt: skip
    y -= sizes.small * 2.1
    paper.text(right, y, f"编号：{head.number}", sizes.small, colour=SOFT, align="right")
    paper.text(sizes.margin, y, f"出具时间：{moment(head.issued_at, 'zh_CN')}", sizes.small, colour=SOFT)
    return paper.height - TOP - head_height(sizes)


def later_top(sizes: Sizes) -> float:
    """Height of the head of the pages after the first."""
    return sizes.small * 2.6


def draw_later_head(paper: Paper, content: Content, sizes: Sizes) -> float:
    y = paper.height - TOP - sizes.small
    title = f"{title_of(content)}（续）"
    paper.text(sizes.margin, y, title, sizes.small, style="bold", colour=INK)
    paper.text(paper.width - sizes.margin, y, f"编号：{content.head.number}", sizes.small, colour=SOFT, align="right")
    paper.line(sizes.margin, y - sizes.small * 0.6, paper.width - sizes.margin, y - sizes.small * 0.6, RED, 0.8)
    return paper.height - TOP - later_top(sizes)


def draw_foot(paper: Paper, content: Content, sizes: Sizes, page: int, of: int) -> None:
    y = 11 * MM
    paper.line(sizes.margin, y + sizes.small * 1.35, paper.width - sizes.margin, y + sizes.small * 1.35, HAIR, 0.4)
    paper.text(paper.width - sizes.margin, y, f"第{page}页 共{of}页", sizes.small, colour=INK, align="right")
    paper.text(sizes.margin, y, f"咨询电话 {content.head.hotline}", sizes.small, colour=SOFT)


def closing_height(sizes: Sizes, coded: bool) -> float:
    return max(SEAL_SIDE, sizes.qr if coded else 0) + (seal_bottom(sizes) - BOTTOM if coded else 0) + sizes.body * 0.6


def draw_closing(paper: Paper, content: Content, sizes: Sizes, code: str | None) -> None:
    """At the foot of the last page: the code with how to use it, issuer and date where the seal goes."""
    left, right, bottom = sizes.margin, paper.width - sizes.margin, seal_bottom(sizes)
    head = content.head
    if code is not None:
        paper.qr(code, left - 6, bottom, sizes.qr)
        valid = f"有效期至{day(head.valid_to, 'zh_CN')}。" if head.valid_to is not None else ""
        words = f"核验真伪：用手机扫码上网核对，或用核验程序离线核对；编号、姓名应与本页一致。{valid}"
        size = min(sizes.small, (right - left) * sizes.how_lines * 0.98 / measure(words, "regular", 1))
        lines = broken(words, "regular", right - left, size)
        for number, line in enumerate(reversed(lines)):
            paper.text(left, BOTTOM + sizes.small * (0.4 + 1.4 * number), line, size, colour=SOFT)
    x = seal_centre(paper.width, sizes)
    size = min(sizes.body, 2 * (right - x) / measure(head.issuer, "regular", 1))
    y = bottom + SEAL_SIDE * 0.54
    paper.text(x, y, head.issuer, size, colour=INK, align="centre")
    paper.text(x, y - sizes.body * 1.7, day(head.issued_at.date(), "zh_CN"), sizes.body, colour=INK, align="centre")


def seal_bottom(sizes: Sizes) -> float:
    return BOTTOM + sizes.small * (0.8 + 1.4 * sizes.how_lines)


def seal_centre(page_width: float, sizes: Sizes) -> float:
    return page_width - sizes.margin - max(33 * MM, sizes.body * 6.8)


def seal_box(sizes: Sizes) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of the seal on the last page, in points: over issuer and date."""
    middle = seal_centre(210 * MM, sizes)
    bottom = seal_bottom(sizes)
    return (round(middle - SEAL_SIDE / 2, 2), round(bottom, 2), round(middle + SEAL_SIDE / 2, 2), round(bottom + SEAL_SIDE, 2))


def draw_watermark(paper: Paper, sizes: Sizes) -> None:
    """预览 across the whole page, behind everything."""
    for row in range(4):
        for column in range(2):
            paper.tilted(paper.width * (0.28 + 0.46 * column), paper.height * (0.16 + 0.23 * row), "预览", 64, 30, "#E9E4E2")

