"""The demo citizens' ID cards, as somebody lays them on the reader."""
from __future__ import annotations

import io
from datetime import date

from PIL import Image

from devices.camera.model import Subject
from devices.id_reader.cards import ResidentCard
from devices.id_reader.id_number import Sex
from devices.id_reader.model import CardImage
from devices.id_reader.nations import NATIONS
from devices.id_reader.photo import simulated_photo
from remote.central.demo_citizens import DemoCitizen
from remote.central.population.photographs import PHOTOGRAPHS, portrait
from remote.central.population.portraits import draw_portrait
from tests.faces.subjects import subject


def age(citizen: DemoCitizen, today: date) -> int:
    """Completed years."""
    return today.year - citizen.birth.year - ((today.month, today.day) < (citizen.birth.month, citizen.birth.day))


def id_card(citizen: DemoCitizen, today: date) -> CardImage:
    """Her resident ID card, with her portrait on the chip: drawn, or her photograph where she has one."""
    codes = {name: code for code, name in NATIONS.items()}
    card = ResidentCard(
        name=citizen.name,
        sex=Sex.FEMALE if citizen.sex == "女" else Sex.MALE,
        nation=codes[citizen.nation],
        birth=citizen.birth,
        address=citizen.address,
        id_number=citizen.id_number,
        issuer=citizen.id_issuer,
        valid_from=citizen.valid_from,
        valid_to=citizen.valid_to,
    )
    with Image.open(io.BytesIO(picture_of(citizen, today))) as picture:
        return CardImage.of(card, photo=simulated_photo(picture))


def picture_of(citizen: DemoCitizen, today: date) -> bytes:
    """PNG."""
    photographed = portrait(citizen.photograph) if citizen.photograph else None
    return photographed or draw_portrait(citizen.photo_seed, citizen.sex, age(citizen, today))


DRAWN = ((95.0, 105.0, 110.0, 150.0), ((125.0, 165.0), (175.0, 165.0), (150.0, 190.0), (130.0, 218.0), (170.0, 218.0)))
"""Where the face is in a drawn portrait, about."""


def standing(citizen: DemoCitizen, today: date) -> Subject:
    """Who stands before the camera when she does: the photograph named for her, or her drawn portrait."""
    if citizen.stands is not None and PHOTOGRAPHS[citizen.stands].path.is_file():
        return subject(citizen.stands)
    face, points = DRAWN
    with Image.open(io.BytesIO(draw_portrait(citizen.photo_seed, citizen.sex, age(citizen, today)))) as picture:
        return Subject(picture.convert("RGB"), face, *points)
