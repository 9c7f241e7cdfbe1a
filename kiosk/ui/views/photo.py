"""A picture of her: the one on record, the one just taken, or what the camera sees now, as in a mirror."""
from __future__ import annotations

import io

from PIL import Image

from kiosk.prompts import PhotoShown
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Sheet

TALLEST_MM = 230.0
EDGE_MM = 3.0
SHAPE = 300 / 420
"""Width over height, as the population database's portraits; a camera's wide picture is cut to it in its middle."""


def height(sheet: Sheet, content: PhotoShown, width: float) -> float:
    return min(sheet.mm(TALLEST_MM), width / SHAPE)


def draw(sheet: Sheet, content: PhotoShown, box: Box) -> None:
    """The rim says whether it is good enough: wide and green, or thin; the sentence says the same in words."""
    tall = min(box.height, box.width / SHAPE)
    place = box.middle(tall * SHAPE, tall)
    rim = sheet.palette.primary.ground if content.good else sheet.palette.hairline
    sheet.shape(place, rim, corner_mm=EDGE_MM)
    inner = place.inset(sheet.mm(EDGE_MM if content.good or not content.live else EDGE_MM / 2))
    size = max(1, round(inner.width)), max(1, round(inner.height))
    with Image.open(io.BytesIO(content.picture)) as picture:
        picture.draft("RGB", size)
        shown = cut(picture.convert("RGB"), inner.width / inner.height)
    if content.live:
        shown = shown.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if shown.width > size[0]:
        shown = shown.resize(size, Image.Resampling.BILINEAR)
    sheet.image(inner, shown.size, shown.convert("RGBA").tobytes())


def cut(picture: Image.Image, shape: float) -> Image.Image:
    """The largest middle part of that shape."""
    width = min(picture.width, round(picture.height * shape))
    height = min(picture.height, round(picture.width / shape))
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))
