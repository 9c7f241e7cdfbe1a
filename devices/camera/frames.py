"""A picture of the camera with its time, and the little that is looked at without OpenCV."""
from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from datetime import datetime

from PIL import Image

from devices.camera.errors import Unviewable

BLACK_BELOW = 16
"""Brightest of 255 after shrinking by 8: a covered sensor stays under it, noise included. [A]"""
LARGEST_PX = 4096 * 4096
_SHRUNK = (160, 120)


@dataclass(frozen=True)
class Frame:
    """`jpeg` as the camera gave it; `taken_at` by the terminal's clock when it arrived."""

    jpeg: bytes = field(repr=False)
    number: int
    taken_at: datetime

    def __post_init__(self) -> None:
        if self.taken_at.tzinfo is None:
            raise ValueError("a time needs its zone")


@dataclass(frozen=True)
class Levels:
    """Brightness 0..255 of the shrunk grey picture."""

    darkest: int
    mean: float
    brightest: int


def levels(jpeg: bytes) -> Levels:
    """Under a millisecond: the JPEG is decoded at an eighth of its size. Raises Unviewable."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            if picture.width * picture.height > LARGEST_PX:
                raise Unviewable(f"{picture.width} x {picture.height} px")
            picture.draft("L", _SHRUNK)
            grey = picture.convert("L").resize(_SHRUNK, Image.Resampling.BOX, reducing_gap=1.0)
    except (OSError, ValueError, SyntaxError, IndexError, struct.error, Image.DecompressionBombError) as error:
        raise Unviewable(str(error)) from error
    counts = grey.histogram()
    there = [value for value, count in enumerate(counts) if count]
    total = sum(counts)
    return Levels(there[0], sum(value * count for value, count in enumerate(counts)) / total, there[-1])
