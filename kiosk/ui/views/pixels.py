"""PNG bytes of a prompt as RGBA, at the size they are drawn. Never kept: photos, cards and slips are personal."""
from __future__ import annotations

import io

from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Sheet


def shape_of(png: bytes) -> tuple[int, int]:
    """Width and height in px. Raises OSError for what is no picture."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        return picture.size


def draw_png(sheet: Sheet, png: bytes, box: Box) -> None:
    """The picture in the box, filling it; the caller keeps its shape. Somebody waits: Hamming is as clear as Lanczos on the
    way down at a third of its cost, and without an alpha channel nothing is multiplied twice (8 against 40 ms for a card)."""
    from PIL import Image

    size = max(1, round(box.width)), max(1, round(box.height))
    with Image.open(io.BytesIO(png)) as picture:
        smaller = size[0] <= picture.width
        scaled = picture.convert("RGB").resize(size, Image.Resampling.HAMMING if smaller else Image.Resampling.BICUBIC)
    sheet.image(box, size, scaled.convert("RGBA").tobytes())
