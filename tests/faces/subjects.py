"""The photographed people as they stand before a simulated camera, and drawn ones for everybody else."""
from __future__ import annotations

import io
from functools import cache

from PIL import Image

from devices.camera.model import CameraModel, Subject
from remote.central.population.photographs import PHOTOGRAPHS

QUALITY = 88                         # JPEG


@cache
def subject(name: str) -> Subject:
    """Raises FileNotFoundError where the set-up has not fetched the photographs."""
    photograph = PHOTOGRAPHS[name]
    with Image.open(photograph.path) as picture:
        return Subject(picture.convert("RGB"), photograph.face, *photograph.points)


def pictures(model: CameraModel, count: int = 1, *, blurred: bool = False, dark: bool = False) -> list[bytes]:
    """What the camera would give, as JPEGs."""
    taken = []
    for _ in range(count):
        file = io.BytesIO()
        model.expose(blurred=blurred, dark=dark).save(file, "JPEG", quality=QUALITY)
        taken.append(file.getvalue())
    return taken
