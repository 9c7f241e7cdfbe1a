"""The four cards: against bytes laid out by hand from facts/devices.md 2.6, and both ways."""
from __future__ import annotations

import dataclasses
import datetime
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.id_reader import layouts, records
from devices.id_reader.cards import ForeignerCard2017, ForeignerCard2023, IdCard, ResidencePermit, ResidentCard
from devices.id_reader.id_number import Sex
from devices.id_reader.records import RecordInvalid
from tests.devices.id_reader.people import (
    EVERYONE,
    FOREIGNER_2017,
    FOREIGNER_2023,
    OLD_LADY,
    PERMIT,
    YOUNG_MAN,
    numbered,
)


def text_of(*fields: tuple[int, str], pad: str = " ") -> bytes:
    """256 bytes with each string at its offset, independent of the code under test."""
    text = bytearray((pad * 128).encode("utf-16-le"))
    for at, value in fields:
        raw = value.encode("utf-16-le")
        text[at : at + len(raw)] = raw
    return bytes(text)


RESIDENT = (
    (0, "欧阳桂兰"), (30, "2"), (32, "01"), (36, "19440229"), (52, OLD_LADY.address), (122, OLD_LADY.id_number),
    (158, "亳州市公安局谯城分局"), (188, "20090501"), (204, "长期"),
)  # fmt: skip
BYTES: list[tuple[IdCard, tuple[tuple[int, str], ...]]] = [
    (OLD_LADY, RESIDENT),
    (PERMIT, (
        (0, "陳美玲"), (30, "2"), (36, "19500808"), (52, PERMIT.address), (122, PERMIT.id_number), (158, "亳州市公安局"),
        (188, "20210304"), (204, "20260304"), (220, "H12345678"), (238, "01"), (248, "J"),
    )),
    (FOREIGNER_2017, (
        (0, "VAN DER MEER, JOHANNA ELISABETH"), (120, "2"), (122, "NLD341652063001"), (152, "NLD"), (158, "范梅尔"),
        (188, "20180102"), (204, "20280102"), (220, "19520630"), (236, "01"), (240, "3400"), (248, "I"),
    )),
    (FOREIGNER_2023, (
        (30, "1"), (32, "00"), (36, "19601001"), (52, FOREIGNER_2023.english_name[:35]), (122, FOREIGNER_2023.id_number),
        (188, "20240101"), (204, "20340101"), (220, FOREIGNER_2023.english_name[35:]), (242, "GBR"), (248, "Y"),
        (250, "000"),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("card", "fields"), BYTES, ids=lambda value: type(value).__name__)
def test_each_card_is_at_its_published_offsets(card: IdCard, fields: tuple[tuple[int, str], ...]) -> None:
    assert records.decode(text_of(*fields)) == card
    assert records.encode(card) == text_of(*fields)
    assert records.decode(text_of(*fields, pad="\0")) == card


@pytest.mark.parametrize("card", EVERYONE, ids=lambda card: type(card).__name__)
def test_each_card_comes_back_as_it_was_written(card: IdCard) -> None:
    assert records.decode(records.encode(card)) == card


def test_the_fields_of_every_card_fill_the_256_bytes_without_gap_or_overlap() -> None:
    for fields in layouts.FIELDS.values():
        at = 0
        for _, offset, length in sorted(fields, key=lambda field: field[1]):
            assert offset == at
            at += length
        assert at == 256


NAMES = st.text("王李张·欧阳㛃䶮𬀩\ue001", min_size=1, max_size=7)
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2015, 1, 1))


ADDRESSES = st.text("安徽省亳州a1 号", max_size=35)


@given(NAMES, DATES, st.integers(0, 999), st.sampled_from(Sex), st.integers(1, 30), st.booleans(), ADDRESSES)
def test_any_resident_comes_back_as_written(
    name: str, birth: datetime.date, order: int, sex: Sex, years: int, for_ever: bool, address: str
) -> None:
    card = ResidentCard(
        name=name, sex=sex, nation="01", birth=birth, address=address.rstrip(),
        id_number=numbered(f"341602{birth:%Y%m%d}{order:03d}"), issuer="亳州市公安局",
        valid_from=datetime.date(birth.year + years, 3, 1),
        valid_to=None if for_ever else datetime.date(birth.year + years + 20, 3, 1),
    )  # fmt: skip
    assert records.decode(records.encode(card)) == card


@example("A" * 34 + " B")  # ends the first field with a space
@example("A" * 35 + " B")  # begins the second with one
@given(st.text(string.ascii_uppercase + " ", min_size=1, max_size=46).map(str.rstrip).filter(bool))
def test_an_english_name_survives_the_seam_between_its_two_fields(name: str) -> None:
    card = dataclasses.replace(FOREIGNER_2023, english_name=name)
    assert records.decode(records.encode(card)) == card


def test_a_rare_character_outside_the_basic_plane_takes_two_of_fifteen_places() -> None:
    card = dataclasses.replace(OLD_LADY, name="𬀩" * 7 + "王")
    assert records.decode(records.encode(card)) == card
    with pytest.raises(ValueError, match="name"):
        records.encode(dataclasses.replace(OLD_LADY, name="𬀩" * 8))


def test_a_small_x_on_the_chip_becomes_a_capital_one() -> None:
    text = text_of((0, "张三"), (30, "1"), (32, "01"), (36, "19491231"), (122, "11010519491231002x"),
                   (188, "20090501"), (204, "20290501"))  # fmt: skip
    assert records.decode(text).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((122, "341602194402290020"), "id_number"),  # check digit
        ((122, "341602440229002   "), "id_number"),
        ((36, "19440230"), "birth"),  # no such day
        ((36, "19440228"), "birth"),  # not the number's
        ((36, "1944022９"), "birth"),  # a full-width digit
        ((188, "19400101"), "birth"),  # the card older than its owner
        ((188, "20091301"), "valid_from"),
        ((204, "20090430"), "valid_to"),
        ((204, "长长"), "valid_to"),
        ((204, "20291301"), "valid_to"),
        ((204, "  "), "valid_to"),
        ((30, "3"), "sex"),
        ((30, " "), "sex"),
        ((30, "２"), "sex"),
        ((32, "a1"), "nation"),
        ((0, "    "), "name"),
        ((0, "欧\x1b阳"), "name"),
        ((248, "Z"), "kind"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_right_is_refused_by_field_and_without_its_content(
    change: tuple[int, str], field: str
) -> None:
    with pytest.raises(RecordInvalid) as refused:
        records.decode(text_of(*RESIDENT, change))
    assert refused.value.field == field
    assert change[1].strip() not in str(refused.value) or len(change[1].strip()) < 2


def test_a_birth_in_the_time_of_the_emperors_is_refused() -> None:
    with pytest.raises(RecordInvalid) as refused:
        records.decode(text_of(*RESIDENT, (36, "18440229"), (122, numbered("34160218440229002"))))
    assert refused.value.field == "birth"


def test_half_a_surrogate_pair_is_no_name() -> None:
    text = bytearray(records.encode(OLD_LADY))
    text[0:2] = b"\x00\xd8"
    with pytest.raises(RecordInvalid) as refused:
        records.decode(bytes(text))
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("card", "change", "field"),
    [
        (PERMIT, {"id_number": numbered("34160219500808006")}, "id_number"),
        (PERMIT, {"pass_number": ""}, "pass_number"),
        (FOREIGNER_2017, {"card_number": "NLD34165206300"}, "card_number"),
        (FOREIGNER_2017, {"nationality": "荷"}, "nationality"),
        (FOREIGNER_2017, {"english_name": ""}, "english_name"),
        (FOREIGNER_2023, {"id_number": numbered("34160219601001001")}, "id_number"),
        (FOREIGNER_2023, {"english_name": ""}, "english_name"),
    ],
)
def test_what_only_one_kind_of_card_must_keep(card: IdCard, change: dict[str, str], field: str) -> None:
    with pytest.raises(RecordInvalid) as refused:
        records.decode(records.encode(dataclasses.replace(card, **change)))  # type: ignore[arg-type]
    assert refused.value.field == field


@given(st.binary(max_size=300))
def test_any_bytes_are_a_card_or_refused(text: bytes) -> None:
    with pytest.raises(RecordInvalid):
        records.decode(text)


@given(st.integers(0, 255), st.integers(0, 255))
def test_one_changed_byte_of_a_real_record_is_a_card_or_refused(at: int, value: int) -> None:
    text = bytearray(records.encode(YOUNG_MAN))
    text[at] = value
    try:
        card = records.decode(bytes(text))
    except RecordInvalid:
        return
    assert isinstance(card, ResidentCard | ResidencePermit | ForeignerCard2017 | ForeignerCard2023)


def test_a_card_in_a_log_shows_neither_name_nor_whole_number() -> None:
    shown = "".join(repr(card) + str(card) for card in EVERYONE)
    for card in EVERYONE:
        assert card.name not in shown and card.number not in shown
    assert "3416**********" in shown
