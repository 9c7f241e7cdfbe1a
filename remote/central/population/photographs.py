"""Photographs of real people for a few demo citizens: drawn faces look all alike to a face model and prove nothing.

They are not in this repository. The set-up fetches them from two named packages by hash (tests/faces/fetch.py) into
`.photos/`; where they are missing, those citizens have drawn portraits like everybody else.
  face_recognition 1.3.0 (its tests): official White House photographs, works of the US federal government (17 U.S.C. 105).
  scikit-image 0.26.0 (skimage.data.astronaut): NASA, no known copyright restrictions, public domain.
"""
from __future__ import annotations

import io
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

FOLDER = Path(os.environ.get("BOZHOU_PHOTOS", Path(__file__).resolve().parents[3] / ".photos"))
PORTRAIT = (300, 420)                # px, as the population database's
FACE_PART = 0.52                     # of the portrait's width
FACE_MIDDLE = 0.47                   # of the portrait's height, from above

Point = tuple[float, float]


@dataclass(frozen=True)
class Photograph:
    """A file with the measures of the face in it (found by YuNet), in the file's pixels: x, y, width, height of the box,
    then her right eye, left eye, nose, right and left corner of the mouth."""

    file: str
    sha256: str
    face: tuple[float, float, float, float]
    points: tuple[Point, Point, Point, Point, Point]

    @property
    def path(self) -> Path:
        return FOLDER / self.file


PHOTOGRAPHS = {
    "man_a_1": Photograph(
        "obama.jpg", "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
        (369, 92, 241, 329), ((439, 215), (555, 215), (496, 268), (440, 319), (547, 321)),
    ),
    "man_a_2": Photograph(
        "obama2.jpg", "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6",
        (201, 230, 275, 404), ((244, 376), (367, 384), (276, 455), (245, 523), (350, 531)),
    ),
    "man_a_3": Photograph(
        "obama3.jpg", "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3",
        (645, 274, 266, 346), ((736, 378), (867, 381), (814, 445), (738, 509), (852, 512)),
    ),
    "man_b_1": Photograph(
        "biden.jpg", "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
        (427, 173, 288, 404), ((520, 327), (668, 331), (602, 411), (511, 467), (638, 472)),
    ),
    "woman_a_1": Photograph(
        "astronaut.png", "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        (179, 63, 91, 110), ((202, 106), (245, 105), (221, 127), (204, 145), (242, 145)),
    ),
}  # fmt: skip


@cache
def portrait(name: str) -> bytes | None:
    """The population database's picture of her: PNG, 300 x 420 px. None where the file is not there."""
    photograph = PHOTOGRAPHS[name]
    if not photograph.path.is_file():
        return None
    x, y, width, height = photograph.face
    across = width / FACE_PART
    up = across * PORTRAIT[1] / PORTRAIT[0]
    left, top = x + width / 2 - across / 2, y + height / 2 - up * FACE_MIDDLE
    with Image.open(photograph.path) as picture:
        part = picture.convert("RGB").transform(
            PORTRAIT, Image.Transform.EXTENT, (left, top, left + across, top + up), Image.Resampling.BICUBIC
        )
    file = io.BytesIO()
    part.save(file, "PNG")
    return file.getvalue()
