"""The card as it will be, before it exists: for the screen that says 我们已经查好了."""
from __future__ import annotations

import io
from base64 import b64decode
from datetime import date
from typing import Literal

from devices.id_reader.id_number import Sex
from kiosk.visit import Person
from print.fitting import DoesNotFit
from print.fonts import NoGlyph
from print.layouts import card_face
from print.raster import card_image

NUMBER_NOT_YET = "制证时生成"


def preview(person: Person, today: date, photo_is_drawn: bool) -> bytes | None:
    """The front as PNG, 1012 x 638. None where there is nothing to preview or the name cannot be drawn."""
    card, age_class = person.card, person.said.age_class
    if age_class is None:
        return None
    sex: Literal["男", "女"] = "女" if card.sex is Sex.FEMALE else "男"
    face = card_face.SeniorCardFace(
        name=card.name, sex=sex, birth=card.birth, number=NUMBER_NOT_YET, age_class_label=age_class.label,
        colour="red" if age_class.colour == "red" else "green", issued_on=today, valid_to=person.said.valid_to_if_issued,
        photo=b64decode(person.photo_png) if person.photo_png else None, photo_is_drawn=photo_is_drawn,
    )  # fmt: skip
    try:
        image = card_image(card_face.front(face))
    except (NoGlyph, DoesNotFit):
        return None
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
