"""The demo citizens' ID cards, as somebody lays them on the reader."""
from __future__ import annotations

import io
from datetime import date

from PIL import Image

from devices.id_reader.cards import ResidentCard
from devices.id_reader.id_number import Sex
from devices.id_reader.model import CardImage
from devices.id_reader.nations import NATIONS
from devices.id_reader.photo import simulated_photo
from remote.central.demo_citizens import DemoCitizen
from remote.central.population.portraits import draw_portrait


def age(citizen: DemoCitizen, today: date) -> int:
    """Completed years."""
    return today.year - citizen.birth.year - ((today.month, today.day) < (citizen.birth.month, citizen.birth.day))


def id_card(citizen: DemoCitizen, today: date) -> CardImage:
    """Her resident ID card, with her drawn portrait on the chip."""
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
    with Image.open(io.BytesIO(draw_portrait(citizen.photo_seed, citizen.sex, age(citizen, today)))) as portrait:
        return CardImage.of(card, photo=simulated_photo(portrait))
