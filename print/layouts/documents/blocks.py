"""What a page is built from. Every block becomes strips: slices that are never torn, in the order they stand on paper."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from print.fonts import Style
from print.layouts.documents.paper import Paper, broken
from print.layouts.documents.sizes import HAIR, INK, RED, SOFT, TINT, Sizes

Align = Literal["left", "centre", "right"]


HEADING_IN = 9               # points that the text of a heading stands behind its bar
KEPT_LINES = 5
"""A paragraph of so many lines or fewer is not divided between pages."""


@dataclass(frozen=True)
class Strip:
    """`draw(paper, left, top)`: the slice hangs down from `top`."""

    height: float
    draw: Callable[[Paper, float, float], None]
    again: Strip | None = None
    """Drawn first where this strip begins a page: the head of a table that goes on."""
    with_next: bool = False
    """Never the last on a page."""


@dataclass(frozen=True)
class Paragraph:
    text: str
    indent: bool = True
    style: Style = "regular"
    small: bool = False
    colour: str = INK

    def strips(self, sizes: Sizes, wide: float) -> list[Strip]:
        size = sizes.small if self.small else sizes.body
        text = ("\u3000\u3000" if self.indent else "") + self.text
        lead = size * sizes.lead
        lines = broken(text, self.style, wide, size)
        together = len(lines) <= KEPT_LINES
        return [Strip(lead, _line(line, size, self.style, self.colour), with_next=together and number < len(lines))
                for number, line in enumerate(lines, 1)]  # fmt: skip


def _line(text: str, size: float, style: Style, colour: str) -> Callable[[Paper, float, float], None]:
    return lambda paper, left, top: _put(paper, left, top - size * 1.1, text, size, style, colour)


def _put(paper: Paper, x: float, y: float, text: str, size: float, style: Style, colour: str) -> None:
    paper.text(x, y, text, size, style=style, colour=colour)


@dataclass(frozen=True)
class Heading:
    text: str

    def strips(self, sizes: Sizes, wide: float) -> list[Strip]:
        """A long one goes on below, where its first line began."""
        size = sizes.body * 1.08
        first, *more = broken(self.text, "bold", wide - HEADING_IN, size)

        def draw(paper: Paper, left: float, top: float) -> None:
            paper.rect(left, top - size * 1.75, 3, size * 1.02, RED)
            paper.text(left + HEADING_IN, top - size * 1.6, first, size, style="bold", colour=INK)

        def going_on(text: str) -> Callable[[Paper, float, float], None]:
            return lambda paper, left, top: _put(paper, left + HEADING_IN, top - size * 0.85, text, size, "bold", INK)

        return [
            Strip(size * 2.15, draw, with_next=True), *(Strip(size * 1.4, going_on(line), with_next=True) for line in more),
        ]  # fmt: skip


@dataclass(frozen=True)
class Gap:
    points: float

    def strips(self, sizes: Sizes, wide: float) -> list[Strip]:
        return [Strip(self.points, lambda paper, left, top: None)]


@dataclass(frozen=True)
class Cell:
    lines: list[str]
    size: float
    style: Style
    align: Align
    wide: float
    fill: str = ""


def _row(cells: Sequence[Cell], sizes: Sizes, again: Strip | None = None, with_next: bool = False) -> Strip:
    lead = sizes.cell * 1.32
    height = max(len(cell.lines) for cell in cells) * lead + 2 * sizes.pad

    def draw(paper: Paper, left: float, top: float) -> None:
        for cell in cells:
            if cell.fill:
                paper.rect(left, top - height, cell.wide, height, cell.fill)
            _cell(paper, cell, left, top, height, lead, sizes.pad)
            paper.frame(left, top - height, cell.wide, height, HAIR, 0.5)
            left += cell.wide

    return Strip(height, draw, again, with_next)


def _cell(paper: Paper, cell: Cell, left: float, top: float, height: float, lead: float, pad: float) -> None:
    block = len(cell.lines) * lead
    y = top - (height - block) / 2 - lead + (lead - cell.size) / 2 + cell.size * 0.14
    x = {"left": left + pad, "centre": left + cell.wide / 2, "right": left + cell.wide - pad}[cell.align]
    for line in cell.lines:
        if line:
            paper.text(x, y, line, cell.size, style=cell.style, colour=INK, align=cell.align)
        y -= lead


@dataclass(frozen=True)
class Facts:
    """Labels and values in a ruled grid, as official forms have them. A long value gets a whole line (`whole`)."""

    pairs: tuple[tuple[str, str], ...]
    whole: frozenset[str] = frozenset()

    def strips(self, sizes: Sizes, wide: float) -> list[Strip]:
        rows: list[list[tuple[str, str]]] = []
        for pair in self.pairs:
            alone = pair[0] in self.whole or sizes.facts_across == 1
            if alone or not rows or len(rows[-1]) == sizes.facts_across or rows[-1][0][0] in self.whole:
                rows.append([pair])
            else:
                rows[-1].append(pair)
        return [self._facts_row(row, sizes, wide, with_next=number < len(rows)) for number, row in enumerate(rows, 1)]

    @staticmethod
    def _facts_row(row: list[tuple[str, str]], sizes: Sizes, wide: float, with_next: bool) -> Strip:
        pair_wide = wide / sizes.facts_across
        label_wide = pair_wide * sizes.label_share
        value_wide = (wide if len(row) == 1 else pair_wide) - label_wide
        cells: list[Cell] = []
        for label, value in row:
            cells.append(_made(label, sizes, label_wide, "centre", "regular", TINT))
            cells.append(_made(value, sizes, value_wide, "left", "regular"))
        return _row(cells, sizes, with_next=with_next)


def _made(text: str, sizes: Sizes, wide: float, align: Align, style: Style, fill: str = "") -> Cell:
    return Cell(broken(text, style, wide - 2 * sizes.pad, sizes.cell), sizes.cell, style, align, wide, fill)


@dataclass(frozen=True)
class Column:
    title: str
    share: float
    align: Align = "left"


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()

    def strips(self, sizes: Sizes, wide: float) -> list[Strip]:
        whole = sum(column.share for column in self.columns)
        wides = [wide * column.share / whole for column in self.columns]
        head = _row([_made(column.title, sizes, each, "centre", "bold", TINT)
                     for column, each in zip(self.columns, wides, strict=True)], sizes, with_next=True)  # fmt: skip
        strips = [head, *(self._body(row, sizes, wides, head, "regular") for row in self.rows)]
        if self.total:
            strips[-1] = _kept(strips[-1])
            strips.append(self._body(self.total, sizes, wides, head, "bold"))
        return strips

    def _body(self, row: tuple[str, ...], sizes: Sizes, wides: list[float], head: Strip, style: Style) -> Strip:
        return _row([_made(text, sizes, wide, column.align, style)
                     for text, wide, column in zip(row, wides, self.columns, strict=True)], sizes, again=head)  # fmt: skip


def _kept(strip: Strip) -> Strip:
    return Strip(strip.height, strip.draw, strip.again, with_next=True)


@dataclass(frozen=True)
class Stage:
    name: str
    when: str
    where: str
    words: str
    reached: bool
    now: bool


@dataclass(frozen=True)
class Stages:
    """The way of a case from top to bottom: a dot for each step, filled where it was reached."""

    stages: tuple[Stage, ...]

    def strips(self, sizes: Sizes, wide: float) -> list[Strip]:
        return [self._stage(stage, sizes, wide, index) for index, stage in enumerate(self.stages)]

    def _stage(self, stage: Stage, sizes: Sizes, wide: float, index: int) -> Strip:
        size, left_part = sizes.body, sizes.body * 2.2
        lead = size * 1.5
        words = broken(stage.words, "regular", wide - left_part, sizes.cell) if stage.words else []
        height = lead * 2 + len(words) * sizes.cell * 1.4 + size * 0.5
        last = index == len(self.stages) - 1

        def draw(paper: Paper, left: float, top: float) -> None:
            x, y = left + size * 0.8, top - lead * 0.62
            if not last:
                paper.line(x, y, x, top - height - lead * 0.62, RED if stage.reached and not stage.now else HAIR, 1.2)
            _dot(paper, x, y, size * 0.42, stage)
            paper.text(left + left_part, top - lead * 0.82, stage.name, size, style="bold",
                       colour=INK if stage.reached else SOFT)  # fmt: skip
            paper.text(left + wide, top - lead * 0.82, stage.when, sizes.cell, align="right",
                       colour=INK if stage.reached else SOFT)  # fmt: skip
            paper.text(left + left_part, top - lead * 1.75, stage.where, sizes.cell, colour=SOFT)
            for number, line in enumerate(words):
                paper.text(left + left_part, top - lead * 2 - sizes.cell * (0.85 + 1.4 * number), line, sizes.cell)

        return Strip(height, draw)


def _dot(paper: Paper, x: float, y: float, radius: float, stage: Stage) -> None:
    paper.canvas.setLineWidth(1.2)
    paper.rect(x - radius, y - radius, 2 * radius, 2 * radius, RED if stage.reached else "#FFFFFF", radius=radius)
    paper.frame(x - radius, y - radius, 2 * radius, 2 * radius, RED if stage.reached else HAIR, 1.2, radius=radius)
    if stage.now:
        paper.frame(x - radius * 1.7, y - radius * 1.7, radius * 3.4, radius * 3.4, RED, 0.8, radius=radius * 1.7)


Block = Paragraph | Heading | Gap | Facts | Table | Stages
