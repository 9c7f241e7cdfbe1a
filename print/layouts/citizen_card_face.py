"""The two faces of the citizen card, 85.6 x 53.98 mm: the city's blue, her photo and name, the number in groups to be read out.

What it is good for stands on the back in the words of the city (facts/domain.md 2.3, 50-57); the issuer, the functions and the
hotline are configuration. The chip sits at the left, 9 to 24 mm from the edge (ISO 7816-2): nothing is printed there.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from print.drawing import ASCENT, DESCENT, MM, Sheet
from print.fitting import fit, fit_lines, wrap
from print.layouts.card_ground import PALETTES, Palette, draw_ground, draw_silhouette
from print.raster import CR80_MM

WIDTH, HEIGHT = CR80_MM[0] * MM, CR80_MM[1] * MM
MARGIN = 5 * MM
BAND = 11 * MM
INK, QUIET = "#16233A", "#364156"
SMALLEST_PT = 8.0
PHOTO_MM = (20.0, 28.0)
CHIP_MM = (8.6, 17.2, 15.0, 13.2)
"""Left, from the top, width, height: the contact plate of ISO 7816-2 with 1 mm around it."""


@dataclass(frozen=True)
class CitizenWording:
    title: str = "亳州市民卡"
    functions: tuple[str, ...] = ("身份识别", "医保结算", "乘车购物", "查询缴费")
    how: str = "挂失、查询请打"
    hotline: str = "12345"
    found_line: str = "只限本人使用。丢了请马上挂失，挂失后立即停用。捡到请交就近政务服务大厅。"


@dataclass(frozen=True)
class CitizenCardFace:
    """What is personal on the card. `number` 19 digits, from the centre; `photo` PNG or JPEG, None draws an empty place."""

    name: str
    sex: Literal["男", "女"]
    number: str
    issued_on: date
    valid_to: date | None
    """None: not known before it is made."""
    issuer: str
    photo: bytes | None
    photo_is_drawn: bool = False
    wording: CitizenWording = field(default_factory=CitizenWording)


def front(face: CitizenCardFace) -> bytes:
    """The front as PDF. Raises NoGlyph, DoesNotFit, UnusablePicture before anything is printed."""
    return draw_front(face).finish()


def back(face: CitizenCardFace) -> bytes:
    """The back as PDF. Raises NoGlyph, DoesNotFit."""
    return draw_back(face).finish()


def grouped(number: str) -> str:
    """3416 0001 0000 0000 001; what is no number is left as it is."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4)) if number.isdecimal() else number


def draw_front(face: CitizenCardFace) -> Sheet:
    sheet, palette = Sheet(WIDTH, HEIGHT), PALETTES["blue"]
    draw_ground(sheet, palette, BAND)
    size = fit(face.wording.title, "bold", WIDTH - 2 * MARGIN, 17, 12)
    middle = HEIGHT - BAND / 2 - size * (ASCENT - DESCENT) / 2
    sheet.text(MARGIN, middle, face.wording.title, size, style="bold", colour="#FFFFFF")
    right = WIDTH - MARGIN - PHOTO_MM[0] * MM
    bottom = HEIGHT - BAND - 3.2 * MM - PHOTO_MM[1] * MM
    _photo(sheet, palette, face, right, bottom)
    _holder(sheet, palette, face, right - 3 * MM)
    number = grouped(face.number)
    size = fit(number, "bold", WIDTH - 2 * MARGIN, 15, 10)
    sheet.text(MARGIN, 3.6 * MM, number, size, style="bold", colour=palette.band)
    return sheet


def _photo(sheet: Sheet, palette: Palette, face: CitizenCardFace, x: float, y: float) -> None:
    wide, high = PHOTO_MM[0] * MM, PHOTO_MM[1] * MM
    if face.photo is None:
        sheet.rect(x, y, wide, high, "#FFFFFF")
        draw_silhouette(sheet, palette, x, y, wide, high)
        sheet.text(x + wide / 2, y + 2.2 * MM, "未附照片", 9, colour=QUIET, align="centre")
    else:
        sheet.picture(face.photo, x, y, wide, high)
        if face.photo_is_drawn:
            sheet.rect(x, y, wide, 4.4 * MM, "#FFFFFF")
            sheet.text(x + wide / 2, y + 1.2 * MM, "样张 · 非真人", 8, colour=QUIET, align="centre")
    sheet.frame(x, y, wide, high, palette.band, 0.7)


def _holder(sheet: Sheet, palette: Palette, face: CitizenCardFace, right: float) -> None:
    """Beside the chip the name, under both what holds how long."""
    left = (CHIP_MM[0] + CHIP_MM[2]) * MM + 1.5 * MM
    top = HEIGHT - BAND - 3.2 * MM
    size, lines = fit_lines(face.name, "bold", right - left, one_line=(22, 15), two_lines=(15, 10))
    pitch = size * 1.16
    for index, line in enumerate(lines):
        sheet.text(left, top - size * ASCENT - index * pitch, line, size, style="bold", colour=INK)
    sheet.text(left, top - pitch * len(lines) - 12, face.sex, 10, colour=QUIET)
    base = HEIGHT - BAND - 3.2 * MM - PHOTO_MM[1] * MM
    until = (("有效期至", _day(face.valid_to)),) if face.valid_to is not None else ()
    for index, (word, value) in enumerate((*until, ("发卡", _day(face.issued_on)))):
        low = base + 1.0 * MM + index * 12.5
        sheet.text(MARGIN, low, word, 9, colour=QUIET)
        sheet.text(MARGIN + 4 * 9 + 2 * MM, low, value, fit(value, "bold", right - MARGIN - 44, 10.5, SMALLEST_PT), style="bold",
                   colour=INK)  # fmt: skip


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def draw_back(face: CitizenCardFace) -> Sheet:
    sheet, palette, words = Sheet(WIDTH, HEIGHT), PALETTES["blue"], face.wording
    band = 8.4 * MM
    draw_ground(sheet, palette, band)
    sheet.text(MARGIN, HEIGHT - band / 2 - 11 * 0.38, "这张卡可以", 11, style="bold", colour="#FFFFFF")
    sheet.text(WIDTH - MARGIN, HEIGHT - band / 2 - 9 * 0.38, words.title, 9, style="bold", colour="#FFFFFF", align="right")
    top, step = HEIGHT - band - 3.4 * MM, (WIDTH - 2 * MARGIN) / 2
    for index, function in enumerate(words.functions):
        left, base = MARGIN + (index % 2) * step, top - 13 * ASCENT - (index // 2) * 24
        sheet.rect(left, base + 2.4, 1.8 * MM, 1.8 * MM, palette.band, radius=0.9 * MM)
        size = fit(function, "bold", step - 4 * MM, 13, SMALLEST_PT)
        sheet.text(left + 3.6 * MM, base, function, size, style="bold", colour=INK)
    low = 3.4 * MM
    sheet.line(MARGIN, 18.6 * MM, WIDTH - MARGIN, 18.6 * MM, palette.band, 0.5)
    baseline = 18.6 * MM - 12.5
    for line in wrap(words.found_line, "regular", WIDTH - 2 * MARGIN, 9):
        sheet.text(MARGIN, baseline, line, 9, colour=INK)
        baseline -= 9 * 1.35
    box = sheet.text(MARGIN, low, words.how, 9, colour=INK)
    sheet.text(box.right + 1.5 * MM, low, words.hotline, 15, style="bold", colour=palette.band)
    size = fit(face.issuer, "regular", 36 * MM, 9, SMALLEST_PT)
    sheet.text(WIDTH - MARGIN, low, face.issuer, size, colour=INK, align="right")
    return sheet
