"""The two faces of the senior preference card, 85.6 x 53.98 mm, drawn for old eyes: few words, large, dark on light.

The age class is said in words as well as by the colour of the band. Classes, colours, validity, benefits and the
issuer are configuration (facts/domain.md 3.2: unsourced); the defaults promise nothing beyond "by the rules".
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from print import fonts
from print.drawing import ASCENT, DESCENT, MM, Sheet
from print.fitting import fit, fit_lines, wrap
from print.layouts.card_ground import PALETTES, Palette, draw_ground, draw_silhouette
from print.raster import CR80_MM

WIDTH, HEIGHT = CR80_MM[0] * MM, CR80_MM[1] * MM
MARGIN = 5 * MM
BAND = 12 * MM
INK, QUIET = "#16233A", "#364156"
SMALLEST_PT = 8.0
"""Nothing on the card is smaller: ideographs 2.8 mm high, read at 30 cm."""
PHOTO_MM = (24.3, 34.0)
"""Shape of the one-inch photo, 25 x 35."""


@dataclass(frozen=True)
class CardWording:
    """What a province prints on every card."""

    title: str = "安徽省老年人优待证"
    issuer_line: str = "安徽省老龄工作机构监制"
    benefits_title: str = "凭这张证"
    benefits: tuple[tuple[str, str], ...] = (
        ("坐市内公交车", "按本市规定免费或优惠"),
        ("进公园、景区、博物馆", "按规定免费或优惠"),
        ("看病、办事", "请工作人员优先办理"),
    )
    """What, and on which terms; three or four."""
    hotline: str = "12345"
    hotline_line: str = "有事请打"
    found_line: str = "只限本人使用。捡到请交就近政务服务大厅，谢谢您。"


@dataclass(frozen=True)
class SeniorCardFace:
    """What is personal on the card. `number` comes from the centre, never from the terminal (facts/domain.md 3.2)."""

    name: str
    sex: Literal["男", "女"]
    birth: date
    number: str
    age_class_label: str
    """In words, for example 70周岁及以上."""
    colour: Literal["green", "red"]
    issued_on: date
    valid_to: date | None
    """None: valid for life."""
    photo: bytes | None
    """PNG or JPEG; None draws an empty place that says so."""
    photo_is_drawn: bool = False
    """A made-up portrait (demo): marked 样张, so that a demo card is never taken for a real one."""
    qr: str = ""
    """What the code on the back says; empty: the card number."""
    wording: CardWording = field(default_factory=CardWording)


def front(face: SeniorCardFace) -> bytes:
    """The front as PDF. Raises NoGlyph, DoesNotFit, UnusablePicture before anything is printed."""
    return draw_front(face).finish()


def back(face: SeniorCardFace) -> bytes:
    """The back as PDF. Raises NoGlyph, DoesNotFit."""
    return draw_back(face).finish()


def draw_front(face: SeniorCardFace) -> Sheet:
    """The front before it is closed, for whoever wants the boxes of its texts."""
    sheet, palette = Sheet(WIDTH, HEIGHT), PALETTES[face.colour]
    draw_ground(sheet, palette, BAND)
    _title(sheet, palette, face)
    left, bottom = MARGIN, (HEIGHT - BAND - PHOTO_MM[1] * MM) / 2
    _photo(sheet, palette, face, left, bottom)
    _fields(sheet, palette, face, left + PHOTO_MM[0] * MM + 4.5 * MM, bottom)
    return sheet


def _title(sheet: Sheet, palette: Palette, face: SeniorCardFace) -> None:
    baseline = HEIGHT - BAND / 2 - 17 * (ASCENT - DESCENT) / 2
    label_size = 9.0
    label_width = fonts.width(face.age_class_label, "bold", label_size)
    pill = label_width + 3.6 * MM
    pill_left, pill_height = WIDTH - MARGIN - pill, 6.2 * MM
    size = fit(face.wording.title, "bold", pill_left - 2.5 * MM - MARGIN, 17, 12)
    sheet.text(MARGIN, baseline, face.wording.title, size, style="bold", colour="#FFFFFF")
    sheet.rect(pill_left, HEIGHT - BAND / 2 - pill_height / 2, pill, pill_height, "#FFFFFF", radius=pill_height / 2)
    sheet.text(pill_left + pill / 2, HEIGHT - BAND / 2 - label_size * (ASCENT - DESCENT) / 2, face.age_class_label,
               label_size, style="bold", colour=palette.band, align="centre")  # fmt: skip


def _photo(sheet: Sheet, palette: Palette, face: SeniorCardFace, x: float, y: float) -> None:
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


def _fields(sheet: Sheet, palette: Palette, face: SeniorCardFace, x: float, bottom: float) -> None:
    wide = WIDTH - MARGIN - x
    top = bottom + PHOTO_MM[1] * MM
    size, lines = fit_lines(face.name, "bold", wide, one_line=(26, 18), two_lines=(17, 12))
    name_room = 14.0 * MM
    pitch = size * 1.16
    slack = name_room - pitch * (len(lines) - 1) - size
    baseline = top - (slack / 2 if len(lines) == 1 else 0) - size * ASCENT
    for index, line in enumerate(lines):
        sheet.text(x, baseline - index * pitch, line, size, style="bold", colour=INK)
    born = f"{face.birth.year}年{face.birth.month}月{face.birth.day}日"
    rows = [
        ("出生", f"{born}  {face.sex}", 10.5, INK),
        ("证号", face.number, 12.5, palette.band),
        ("发证", _day(face.issued_on), 10.5, INK),
        ("有效", f"至 {_day(face.valid_to)}" if face.valid_to else "长期", 10.5, INK),
    ]
    step = (top - name_room - bottom) / len(rows)
    label = 9.0
    for index, (word, value, largest, colour) in enumerate(rows):
        base = top - name_room - (index + 1) * step + (step - 10.5 * (ASCENT - DESCENT)) / 2
        sheet.text(x, base, word, label, colour=QUIET)
        value_left = x + 2 * label + 2.2 * MM
        size = fit(value, "bold", WIDTH - MARGIN - value_left, largest, SMALLEST_PT)
        lower = max(0.0, size - 10.5) * (ASCENT - DESCENT) / 2
        sheet.text(value_left, base - lower, value, size, style="bold", colour=colour)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def draw_back(face: SeniorCardFace) -> Sheet:
    """The back before it is closed."""
    sheet, palette, words = Sheet(WIDTH, HEIGHT), PALETTES[face.colour], face.wording
    band = 8.4 * MM
    draw_ground(sheet, palette, band)
    sheet.text(MARGIN, HEIGHT - band / 2 - 11 * 0.38, words.benefits_title, 11, style="bold", colour="#FFFFFF")
    sheet.text(WIDTH - MARGIN, HEIGHT - band / 2 - 9 * 0.38, face.age_class_label, 9, style="bold", colour="#FFFFFF",
               align="right")  # fmt: skip
    side = 22 * MM
    qr_left, qr_bottom = WIDTH - MARGIN - side, HEIGHT - band - 3 * MM - side
    sheet.qr(face.qr or face.number, qr_left, qr_bottom, side, colour=INK)
    sheet.frame(qr_left, qr_bottom, side, side, palette.tint, 0.7)
    size, parts = fit_lines(face.number, "bold", side, one_line=(10, SMALLEST_PT), two_lines=(SMALLEST_PT, SMALLEST_PT - 1))
    for index, part in enumerate(parts, 1):
        sheet.text(qr_left + side / 2, qr_bottom - index * (size + 0.5), part, size, style="bold", colour=INK,
                   align="centre")  # fmt: skip
    _benefits(sheet, palette, words, qr_left - 4 * MM - MARGIN, HEIGHT - band - 3 * MM)
    _foot(sheet, palette, words)
    return sheet


FOOT_TOP = 15.2 * MM
"""Below it stand the hotline, the finder's line and the issuer."""


def _benefits(sheet: Sheet, palette: Palette, words: CardWording, wide: float, top: float) -> None:
    indent, room = 3.6 * MM, (top - FOOT_TOP) / max(3, len(words.benefits))
    what_size, how_size = min(10.5, room / 2.9), max(SMALLEST_PT, min(9.5, room / 3.1))
    for index, (what, how) in enumerate(words.benefits):
        baseline = top - index * room - what_size * ASCENT
        sheet.rect(MARGIN, baseline + what_size * 0.22, 1.6 * MM, 1.6 * MM, palette.band, radius=0.8 * MM)
        sheet.text(MARGIN + indent, baseline, what, fit(what, "bold", wide - indent, what_size, SMALLEST_PT),
                   style="bold", colour=INK)  # fmt: skip
        sheet.text(MARGIN + indent, baseline - how_size * 1.28, how,
                   fit(how, "regular", wide - indent, how_size, SMALLEST_PT), colour=INK)  # fmt: skip


def _foot(sheet: Sheet, palette: Palette, words: CardWording) -> None:
    sheet.line(MARGIN, FOOT_TOP - 1 * MM, WIDTH - MARGIN, FOOT_TOP - 1 * MM, palette.band, 0.5)
    found = wrap(words.found_line, "regular", WIDTH - 2 * MARGIN, SMALLEST_PT)
    baseline = FOOT_TOP - 1 * MM - 11.5
    for line in found:
        sheet.text(MARGIN, baseline, line, SMALLEST_PT, colour=INK)
        baseline -= SMALLEST_PT * 1.3
    low = 3.4 * MM
    box = sheet.text(MARGIN, low, words.hotline_line, 9, colour=INK)
    sheet.text(box.right + 1.5 * MM, low, words.hotline, 15, style="bold", colour=palette.band)
    sheet.text(WIDTH - MARGIN, low, words.issuer_line, SMALLEST_PT, colour=INK, align="right")
