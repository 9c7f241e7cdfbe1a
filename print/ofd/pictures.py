"""Pictures of an OFD page for reportlab: PNG, JPEG, BMP, TIFF, GIF. What cannot be decoded is named by its kind."""
from __future__ import annotations

import io
import struct

from PIL import Image
from reportlab.lib.utils import ImageReader

MOST_PIXELS = 48_000_000
"""A sheet of A4 at 600 dpi has 35 million."""
_FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "GIF")
PICTURE_ERRORS = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, struct.error, OverflowError,
                  MemoryError, AttributeError, NotImplementedError, Image.DecompressionBombError)  # fmt: skip
"""What Pillow raises on broken files."""


class UnusablePicture(Exception):
    """Why this picture is not drawn, in a few words."""


class Picture:
    """A decoded picture and whether anything shines through it."""

    def __init__(self, data: bytes, mask: bytes | None = None) -> None:
        """`mask`: another picture whose light parts let this one be seen. Raises UnusablePicture."""
        image = _decode(data)
        coding = image.format
        if mask is not None:
            image = image.convert("RGBA")
            image.putalpha(_decode(mask).convert("L").resize(image.size))
        self.transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
        self.pixels = image.width * image.height
        if coding == "JPEG" and mask is None and image.mode in ("RGB", "L"):
            self.reader = ImageReader(io.BytesIO(data))
        else:
            self.reader = ImageReader(image.convert("RGBA") if self.transparent else image.convert("RGB"))


def _decode(data: bytes) -> Image.Image:
    if data[:8] == b"\x97JB2\r\n\x1a\n":
        raise UnusablePicture("picture in JBIG2")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise UnusablePicture(f"picture of {image.width} x {image.height} pixels")
        image.load()
    except PICTURE_ERRORS as error:
        raise UnusablePicture("picture that cannot be decoded") from error
    return image


def kind_named(name: str) -> str:
    """For a picture that cannot be decoded: what its file name says it is, empty where that says nothing."""
    ending = name.rpartition(".")[2].lower()
    return "picture in JBIG2" if ending in ("jb2", "jbig2", "gbig2", "jbig", "gbig") else ""
