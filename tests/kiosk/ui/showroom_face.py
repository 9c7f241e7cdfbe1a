"""Samples of the face check, the staff's way, a new photo, and the certification of people of 80 and more."""
from __future__ import annotations

import io
from datetime import date
from functools import cache

from PIL import Image

from kiosk.face.seam import Hint
from kiosk.leaflet import certify, face
from kiosk.prompts import Prompt, SlipShown


@cache
def portrait() -> bytes:
    from kiosk.ui.pictures.portrait import portrait_png

    return portrait_png(300, 420)


@cache
def camera_jpeg() -> bytes:
    """A drawn head in a hall, as wide as a camera sees."""
    hall = Image.new("RGB", (640, 480), (176, 182, 188))
    with Image.open(io.BytesIO(portrait())) as head:
        hall.paste(head.convert("RGB").resize((300, 420)), (170, 60))
    file = io.BytesIO()
    hall.save(file, "JPEG", quality=85)
    return file.getvalue()


def face_prompts(slip_png: bytes) -> list[Prompt]:
    picture, slip = camera_jpeg(), SlipShown(slip_png)
    return [
        face.face_or_staff(),
        face.face_or_window(),
        face.staff_only(),
        face.by_window(),
        face.looking(picture, None, staffed=True),
        *(face.looking(picture, hint, staffed=True) for hint in Hint),
        face.face_checking(),
        face.face_checked(),
        face.face_again(staffed=True),
        face.face_to_staff(),
        face.camera_away(staffed=True),
        face.not_proven(),
        face.staff_coming(300.0),
        face.staff_unsure(),
        face.staff_nobody(),
        face.photo_or_new(portrait()),
        face.photo_needed(),
        *(face.counting(left, picture) for left in (3, 2, 1)),
        face.photo_taken(portrait(), again=True),
        face.photo_failed(),
        certify.certify_who(),
        certify.certified(date(2027, 11, 8), date(2028, 3, 7), slip),
        certify.home_visit_offer("亳州市谯城区古井镇****"),
        certify.home_visit_asked(date(2026, 11, 29), "SM202611220001", slip),
    ]
