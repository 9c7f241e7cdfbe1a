"""People who do not exist, with numbers that check. Region 341602 is Qiaocheng, Bozhou."""
from __future__ import annotations

import datetime

from devices.id_reader.answers import FINGERPRINT_BYTES
from devices.id_reader.cards import ForeignerCard2017, ForeignerCard2023, IdCard, ResidencePermit, ResidentCard
from devices.id_reader.id_number import Sex, check_character
from devices.id_reader.model import CardImage


def numbered(first_17: str) -> str:
    return first_17 + check_character(first_17)


OLD_LADY = ResidentCard(
    name="欧阳桂兰",
    sex=Sex.FEMALE,
    nation="01",
    birth=datetime.date(1944, 2, 29),
    address="安徽省亳州市谯城区薛阁街道芍花路112号3幢2单元501室",
    id_number=numbered("34160219440229002"),
    issuer="亳州市公安局谯城分局",
    valid_from=datetime.date(2009, 5, 1),
    valid_to=None,
)
YOUNG_MAN = ResidentCard(
    name="买买提·阿不都热合曼",
    sex=Sex.MALE,
    nation="05",
    birth=datetime.date(1999, 12, 31),
    address="安徽省亳州市涡阳县城关街道",
    id_number=numbered("34162119991231001"),
    issuer="涡阳县公安局",
    valid_from=datetime.date(2020, 1, 1),
    valid_to=datetime.date(2030, 1, 1),
)
PERMIT = ResidencePermit(
    name="陳美玲",
    sex=Sex.FEMALE,
    birth=datetime.date(1950, 8, 8),
    address="安徽省亳州市谯城区人民中路1号",
    id_number=numbered("81000019500808006"),
    issuer="亳州市公安局",
    valid_from=datetime.date(2021, 3, 4),
    valid_to=datetime.date(2026, 3, 4),
    pass_number="H12345678",
    issue_count="01",
)
FOREIGNER_2017 = ForeignerCard2017(
    english_name="VAN DER MEER, JOHANNA ELISABETH",
    chinese_name="范梅尔",
    sex=Sex.FEMALE,
    birth=datetime.date(1952, 6, 30),
    card_number="NLD341652063001",
    nationality="NLD",
    valid_from=datetime.date(2018, 1, 2),
    valid_to=datetime.date(2028, 1, 2),
    version="01",
    authority_code="3400",
)
FOREIGNER_2023 = ForeignerCard2023(
    english_name="ABCDEFGHIJ KLMNOPQRST UVWXYZABCDEFG HIJKLMNOPQ",  # 46 characters, a space on either side of the seam
    chinese_name="",
    sex=Sex.MALE,
    birth=datetime.date(1960, 10, 1),
    id_number=numbered("91034119601001001"),
    nationality="GBR",
    renewals="00",
    valid_from=datetime.date(2024, 1, 1),
    valid_to=datetime.date(2034, 1, 1),
    old_card="000",
)
EVERYONE: tuple[IdCard, ...] = (OLD_LADY, YOUNG_MAN, PERMIT, FOREIGNER_2017, FOREIGNER_2023)

PHOTO = b"a photo nobody can decode".ljust(1024, b"\x5a")
FINGERPRINTS = bytes(k % 251 for k in range(FINGERPRINT_BYTES))
OLD_LADY_CARD = CardImage.of(
    OLD_LADY, photo=PHOTO, fingerprints=FINGERPRINTS, appended_address="安徽省亳州市谯城区新址一号"
)
YOUNG_MAN_CARD = CardImage.of(YOUNG_MAN, photo=PHOTO[::-1])
