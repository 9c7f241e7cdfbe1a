"""The photographed people as they stand before a simulated camera."""
from __future__ import annotations

import io
from functools import cache

from PIL import Image

from devices.camera.model import CameraModel, Subject
from remote.central.population.photographs import PHOTOGRAPHS
from remote.central.population.photographs import portrait as stored

QUALITY = 88                         # JPEG
MISSING = "the photographs are not here: python -m tests.faces.fetch (the set-up does it)"


@cache
def subject(name: str) -> Subject:
    """Raises FileNotFoundError saying what to do."""
    photograph = PHOTOGRAPHS[name]
    if not photograph.path.is_file():
        raise FileNotFoundError(MISSING)
    with Image.open(photograph.path) as picture:
        return Subject(picture.convert("RGB"), photograph.face, *photograph.points)


def portrait(name: str) -> bytes:
    """As the centre has her: PNG. Raises FileNotFoundError saying what to do."""
    png = stored(name)
    if png is None:
        raise FileNotFoundError(MISSING)
    return png


def pictures(model: CameraModel, count: int = 1, *, blurred: bool = False, dark: bool = False) -> list[bytes]:
    """What the camera would give, as JPEGs."""
    taken = []
    for _ in range(count):
        file = io.BytesIO()
        model.expose(blurred=blurred, dark=dark).save(file, "JPEG", quality=QUALITY)
        taken.append(file.getvalue())
    return taken
