"""The pages of the credentials: half a sheet, large letters, 演示 across the head. Typed data in, OFD entries out."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from print.layouts.formats import day
from remote.central.ecredentials.package import Entries
from remote.central.ecredentials.sheet import INK, QUIET, OfdSheet

WIDTH, HEIGHT = 210.0, 148.0
MARGIN, HEAD = 14.0, 24.0
PHOTO_MM = (32.0, 44.8)  # as the portraits, 5 to 7
SEAL_BOX = f"150 {HEIGHT - 52} 40 40"
"""Where the seal stands, over issuer and date; millimetres."""
BAND, PALE, LINE = "20 92 84", "236 246 244", "120 160 154"
DEMO = "演示数据 没有法律效力"


@dataclass(frozen=True)
class Credential:
    """`rows`: label and value in reading order. `lines`: sentences under them. `photo`: PNG."""

    title: str
    issuer: str
    issued_on: date
    rows: tuple[tuple[str, str], ...]
    lines: tuple[str, ...] = ()
    photo: bytes | None = None


def entries_of(credential: Credential) -> Entries:
    """Raises NoGlyph, FontsMissing."""
    sheet = OfdSheet(WIDTH, HEIGHT)
    sheet.box(0, 0, WIDTH, HEIGHT, fill="255 255 255")
    sheet.box(6, 6, WIDTH - 12, HEIGHT - 12, stroke=LINE, line=0.5)
    sheet.box(6, 6, WIDTH - 12, HEAD - 6, fill=BAND)
    sheet.text(MARGIN, 18, credential.title, 9, bold=True, colour="255 255 255")
    sheet.text(WIDTH - MARGIN - 62, 17, f"电子证照 {DEMO}", 3.6, colour="255 255 255")
    _rows(sheet, credential.rows, with_photo=credential.photo is not None)
    if credential.photo is not None:
        left = WIDTH - MARGIN - PHOTO_MM[0]
        sheet.picture(credential.photo, left, HEAD + 8, *PHOTO_MM)
        sheet.box(left, HEAD + 8, *PHOTO_MM, stroke=LINE)
    for at, words in enumerate(credential.lines):
        sheet.text(MARGIN, HEIGHT - 40 + at * 7, words, 4.2, colour=QUIET)
    sheet.text(MARGIN, HEIGHT - 17, "真假以验章结果为准，不以图样为准。", 3.8, colour=QUIET)
    sheet.text(104, HEIGHT - 29, credential.issuer, 4.4)
    sheet.text(104, HEIGHT - 21, day(credential.issued_on, "zh_CN"), 4.4)
    return sheet.document(credential.title)


def _rows(sheet: OfdSheet, rows: Sequence[tuple[str, str]], *, with_photo: bool) -> None:
    """As large as they fit in the room above the seal."""
    step = min(11.0, (HEIGHT - 44 - HEAD - 8) / max(len(rows), 1))
    size = min(5.6, step * 0.6)
    for at, (label, value) in enumerate(rows):
        y = HEAD + 14 + at * step
        if at % 2 == 0:
            wide = WIDTH - 2 * MARGIN - (PHOTO_MM[0] + 6 if with_photo else 0)
            sheet.box(MARGIN - 2, y - step * 0.68, wide + 2, step, fill=PALE)
        sheet.text(MARGIN, y, label, size * 0.82, colour=QUIET)
        sheet.text(MARGIN + 38, y, value, size, bold=True, colour=INK)
