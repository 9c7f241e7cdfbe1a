"""The claim code: words to remember, characters to read out, a QR for the counter."""
from __future__ import annotations

from functools import lru_cache

from kiosk.prompts import Claim
from kiosk.texts import Catalogue
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Sheet
from kiosk.ui.theme import Type

PAD_MM = 7.0
QR_MM = {False: 62.0, True: 96.0}
"""Width of the QR with its quiet zone: beside other things, and where the code stands alone."""
MOST_LINES = 3
ALONE_PART = 0.36
"""And never more than this part of the width: the words go first."""


def height(sheet: Sheet, content: Claim, width: float, alone: bool) -> float:
    side = _qr_side(sheet, content, width, alone)
    lines = _word_lines(sheet, content, width - side - 3 * sheet.mm(PAD_MM))
    code = 0.0 if _tight(lines) else sheet.sizes.line(Type.BODY) + sheet.mm(4)
    beside = sheet.height_of(lines, Type.TITLE) + sheet.sizes.line(Type.SMALL) + code + sheet.mm(2)
    return max(beside, side) + 2 * sheet.mm(PAD_MM)


def draw(sheet: Sheet, content: Claim, box: Box, texts: Catalogue, language: str, alone: bool) -> None:
    panel, _ = box.from_top(min(box.height, height(sheet, content, box.width, alone)))
    sheet.panel(panel, sheet.palette.sheet, outline=sheet.palette.hairline)
    inner = panel.inset(sheet.mm(PAD_MM))
    side = min(_qr_side(sheet, content, box.width, alone), inner.height)
    text_box, _ = inner.from_left(inner.width - side - sheet.mm(PAD_MM))
    qr(sheet, content.qr, Box(inner.right - side, inner.y + (inner.height - side) / 2, side, side))
    head, left = text_box.from_top(sheet.sizes.line(Type.SMALL), sheet.mm(2))
    words = _word_lines(sheet, content, text_box.width)
    if _tight(words):
        sheet.write([content.code], head, Type.SMALL, sheet.palette.sheet, private=True)
    else:
        sheet.write([texts.text(language, "ui.claim_words")], head, Type.SMALL, sheet.palette.sheet)
    place, left = left.from_top(sheet.height_of(words, Type.TITLE), sheet.mm(4))
    sheet.write(words, place, Type.TITLE, sheet.palette.sheet, bold=True, private=True)
    if not _tight(words):
        code, _ = left.from_top(sheet.sizes.line(Type.BODY))
        sheet.write([content.code], code, Type.BODY, sheet.palette.sheet, private=True)


def _tight(words: list[str]) -> bool:
    """On a narrow half of a wide screen the words take the height: the characters stand where their heading would."""
    return len(words) >= MOST_LINES


def _word_lines(sheet: Sheet, content: Claim, width: float) -> list[str]:
    """Words never break; as many on a line as fit."""
    lines: list[str] = []
    for word in content.words:
        joined = f"{lines[-1]}  {word}" if lines else word
        if lines and sheet.width_of(joined, Type.TITLE, bold=True) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _qr_side(sheet: Sheet, content: Claim, width: float, alone: bool) -> float:
    """As large as there is room for, but the words go first: beside a large code they may not stand one under the other."""
    large = max(sheet.mm(QR_MM[False]), min(sheet.mm(QR_MM[alone]), width * ALONE_PART))
    words = _word_lines(sheet, content, width - large - 3 * sheet.mm(PAD_MM))
    return large if len(words) <= MOST_LINES else sheet.mm(QR_MM[False])


def qr(sheet: Sheet, text: str, box: Box) -> None:
    """Always dark on white with its quiet zone, whatever the theme: readers need it."""
    modules, rgba = qr_modules(text)
    side = max(modules, int(box.width) // modules * modules)
    sheet.shape(box, (1, 1, 1, 1), corner_mm=2)
    sheet.image(box.middle(side, side) if side <= box.width else box, (modules, modules), rgba)


@lru_cache(maxsize=1)
def _zxing() -> object:
    import zxingcpp

    return zxingcpp


def qr_modules(text: str) -> tuple[int, bytes]:
    """One pixel a module, four modules of quiet zone: (side, RGBA rows from the top)."""
    zxing = _zxing()
    code = zxing.create_barcode(text, zxing.BarcodeFormat.QRCode, ec_level="M")
    from PIL import Image

    grey = Image.fromarray(code.to_image(scale=1, add_quiet_zones=True))
    return grey.size[0], grey.convert("RGBA").tobytes()
