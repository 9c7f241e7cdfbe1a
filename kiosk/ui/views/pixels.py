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
    """The picture in the box, filling it; the caller keeps its shape. Scaled down by area, so that print stays readable."""
    from PIL import Image

    size = max(1, round(box.width)), max(1, round(box.height))
    with Image.open(io.BytesIO(png)) as picture:
        scaled = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
    sheet.image(box, size, scaled.tobytes())
