"""Slip lines on 80 mm paper: drawn for the screen, and as 1-bit pictures for the thermal head.

Everything is laid out in dots of the 203 dpi head (8 dots = 1 mm), 576 across. Nothing is under 16 pt
(facts/inclusion.md 3).
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from print import fonts
from print.drawing import ASCENT, MM, Sheet
from print.fitting import DoesNotFit, fit, wrap
from print.fonts import Style
from print.layouts.slip import Slip, SlipLine, lines
from print.raster import page_image

DOT = MM / 8
"""Points in a dot: the head has 8 dots a millimetre."""
ACROSS_DOTS = 576
PAPER_MARGIN_MM = 4
"""80 mm paper, 72 mm head."""
SMALLEST_DOTS = 46
"""16.3 pt."""
TEXT_DOTS = 48
TITLE_DOTS = (66, 56)
BIG_DOTS = (92, 60)
QR_DOTS = 264
LEADING = 1.28
SHORTEST_LAST_EMS = 3
"""A last line shorter than this is an orphan: the lines above give it some of theirs."""

Draw = Callable[[Sheet, float, float], None]
"""Draws into a sheet, given the left edge and the top in points."""


@dataclass(frozen=True)
class Row:
    """One printed row: its height in dots and what to do with it."""

    dots: int
    draw: Draw


def draw(slip: Slip) -> bytes:
    """The slip as one page of 80 mm paper, as long as it needs. Raises NoGlyph, DoesNotFit."""
    return draw_lines(lines(slip))


def draw_lines(content: list[SlipLine]) -> bytes:
    """Any list of lines as one page."""
    return draw_sheet(content).finish()


def draw_sheet(content: list[SlipLine]) -> Sheet:
    """The page before it is closed, for whoever wants the boxes of its texts."""
    rows = [row for line in content for row in rows_of(line)]
    margin = PAPER_MARGIN_MM * MM
    sheet = Sheet(ACROSS_DOTS * DOT + 2 * margin, sum(row.dots for row in rows) * DOT + 2 * margin)
    _draw_rows(sheet, rows, margin, sheet.height - margin)
    return sheet


def line_picture(line: SlipLine) -> Image.Image:
    """One line as a 1-bit picture 576 dots wide, black on white. Raises NoGlyph, DoesNotFit."""
    rows = rows_of(line)
    dots = sum(row.dots for row in rows)
    sheet = Sheet(ACROSS_DOTS * DOT, dots * DOT)
    _draw_rows(sheet, rows, 0, sheet.height)
    grey = page_image(sheet.finish(), 72 / DOT).crop((0, 0, ACROSS_DOTS, dots)).convert("L")
    return grey.point([255 if level > 150 else 0 for level in range(256)]).convert("1", dither=Image.Dither.NONE)


def rows_of(line: SlipLine) -> list[Row]:
    """Lay one line out. Raises NoGlyph, DoesNotFit."""
    match line.kind:
        case "title":
            return _block(line.text, "bold", _title_size(line.text), centred=True, before=10, after=12)
        case "text":
            return _block(line.text, "regular", TEXT_DOTS, after=8)
        case "small":
            return _block(line.text, "regular", SMALLEST_DOTS, centred=True, after=4)
        case "big":
            size = fit(line.text, "bold", ACROSS_DOTS, *BIG_DOTS)
            return _block(line.text, "bold", size, centred=True, before=4, after=10)
        case "pair":
            return _pair(line)
        case "qr":
            return [_qr(line.text)]
        case "rule":
            return [Row(28, _rule)]


def _title_size(text: str) -> float:
    return max(TITLE_DOTS[1], min(TITLE_DOTS[0], ACROSS_DOTS / fonts.width(text, "bold", 1)))


def _block(text: str, style: Style, dots: float, *, centred: bool = False, before: int = 0, after: int = 0) -> list[Row]:
    pitch = round(dots * LEADING)
    rows = [Row(pitch, _text(piece, style, dots, centred)) for piece in _wrapped(text, style, dots)]
    return [*_space(before), *rows, *_space(after)]


def _wrapped(text: str, style: Style, dots: float) -> list[str]:
    pieces = wrap(text, style, ACROSS_DOTS, dots)
    best = pieces
    for narrower in range(ACROSS_DOTS, ACROSS_DOTS // 2, -12):
        if len(best) < 2 or fonts.width(best[-1], style, dots) >= SHORTEST_LAST_EMS * dots:
            return best
        try:
            best = wrap(text, style, narrower, dots)
        except DoesNotFit:
            return pieces
        if len(best) > len(pieces):
            return pieces
    return pieces


def _text(text: str, style: Style, dots: float, centred: bool, left_dots: float = 0) -> Draw:
    def put(sheet: Sheet, left: float, top: float) -> None:
        lead = (round(dots * LEADING) - dots) / 2
        baseline = top - (lead + dots * ASCENT) * DOT
        x = left + (ACROSS_DOTS / 2 if centred else left_dots) * DOT
        sheet.text(x, baseline, text, dots * DOT, style=style, align="centre" if centred else "left")

    return put


PAIR_SHAPES: tuple[tuple[Style, int], ...] = (("bold", TEXT_DOTS), ("bold", SMALLEST_DOTS), ("regular", SMALLEST_DOTS))
"""Tried in this order to get label and value on one line."""


def _pair(line: SlipLine) -> list[Row]:
    """Label and value side by side where they fit whole, else the value below; a long name breaks at its joint."""
    label = _text(line.label, "regular", SMALLEST_DOTS, False)
    value_left = fonts.width(line.label, "regular", SMALLEST_DOTS) + 18
    for style, dots in PAIR_SHAPES:
        if value_left + fonts.width(line.text, style, dots) <= ACROSS_DOTS:
            value = _text(line.text, style, dots, False, value_left)

            def put(sheet: Sheet, left: float, top: float, value: Draw = value) -> None:
                label(sheet, left, top)
                value(sheet, left, top)

            return [Row(round(TEXT_DOTS * LEADING), put), *_space(4)]
    parts = [line.text] if fonts.width(line.text, "bold", TEXT_DOTS) <= ACROSS_DOTS else at_joints(line.text)
    below = [row for part in parts for row in _block(part, "bold", TEXT_DOTS)]
    return [Row(round(SMALLEST_DOTS * LEADING), label), *below, *_space(8)]


def at_joints(name: str) -> list[str]:
    """The parts of a name, each but the last with its `·`."""
    parts = name.split("·")
    return [part + "·" for part in parts[:-1]] + parts[-1:]


def _qr(text: str) -> Row:
    def put(sheet: Sheet, left: float, top: float) -> None:
        sheet.qr(text, left + (ACROSS_DOTS - QR_DOTS) / 2 * DOT, top - QR_DOTS * DOT, QR_DOTS * DOT)

    return Row(QR_DOTS, put)


def _rule(sheet: Sheet, left: float, top: float) -> None:
    sheet.line(left, top - 13 * DOT, left + ACROSS_DOTS * DOT, top - 13 * DOT, "#000000", 2 * DOT, dash=6 * DOT)


def _space(dots: int) -> list[Row]:
    return [Row(dots, lambda sheet, left, top: None)] if dots else []


def _draw_rows(sheet: Sheet, rows: list[Row], left: float, top: float) -> None:
    for row in rows:
        row.draw(sheet, left, top)
        top -= row.dots * DOT
