"""Every file codec proves its own vectors; damaged files are told apart from good ones."""
from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card import files, log_file, social_files, transit_files
from card.elementary_file import ElementaryFile, FileMalformed
from card.fields import is_erased
from card.files import Holder, HolderFile, PublicInformation, PublicInformationFile, serial_of

assert files and log_file and social_files and transit_files  # every module with codecs, so that all subclasses are known
CODECS: list[type[ElementaryFile[Any]]] = ElementaryFile.__subclasses__()

publics = st.builds(
    PublicInformation,
    issuer=st.binary(min_size=8, max_size=8),
    serial=st.text("0123456789", min_size=20, max_size=20),
    start=st.dates(min_value=date(1000, 1, 1)),
    expiry=st.dates(min_value=date(1000, 1, 1)),
    application_type=st.integers(0, 255),
    version=st.integers(0, 255),
    issuer_data=st.binary(min_size=2, max_size=2),
)
holders = st.builds(
    Holder,
    name=st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), min_size=1, max_size=5),
    id_number=st.text("0123456789X", min_size=1, max_size=32),
    id_type=st.integers(0, 255),
)


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.NAME)
def test_the_vectors_hold_both_ways(codec: type[ElementaryFile[Any]]) -> None:
    assert codec.vectors()
    for data, value in codec.vectors():
        assert len(data) == codec.SIZE
        assert codec.decode(data) == value
        assert codec.encode(value) == data


def test_all_files_of_the_issue_are_walked() -> None:
    assert {0x0015, 0x0016, 0x0017, 0x0018, 0x001E, 0xEF05, 0xEF06} <= {codec.FID for codec in CODECS}
    assert PublicInformationFile.sfi() | 0x80 == 0x95 and HolderFile.sfi() | 0x80 == 0x96


@given(publics)
def test_public_information_survives_the_chip(value: PublicInformation) -> None:
    assert PublicInformationFile.decode(PublicInformationFile.encode(value)) == value


@given(holders)
def test_a_holder_survives_the_chip(value: Holder) -> None:
    assert HolderFile.decode(HolderFile.encode(value)) == value


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.NAME)
@given(data=st.binary(min_size=23, max_size=112))
def test_any_bytes_are_decoded_or_called_malformed(codec: type[ElementaryFile[Any]], data: bytes) -> None:
    try:
        value = codec.decode(data[: codec.SIZE])
    except FileMalformed as error:
        assert error.file == codec.NAME
        return
    assert codec.encode(value) == data[: codec.SIZE]


@pytest.mark.parametrize(
    ("offset", "value", "named"), [(12, 0xFA, "serial"), (22, 0x13, "start date"), (25, 0xFF, "expiry date")]
)
def test_a_damaged_field_is_named(offset: int, value: int, named: str) -> None:
    data = bytearray(PublicInformationFile.vectors()[0].data)
    data[offset] = value
    with pytest.raises(FileMalformed, match=named):
        PublicInformationFile.decode(bytes(data))


def test_text_after_its_padding_is_damage() -> None:
    data = bytearray(HolderFile.vectors()[0].data)
    data[15] = 0x41
    with pytest.raises(FileMalformed, match="name"):
        HolderFile.decode(bytes(data))


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.NAME)
def test_an_erased_file_is_no_value(codec: type[ElementaryFile[Any]]) -> None:
    for erased in (bytes(codec.SIZE), b"\xff" * codec.SIZE):
        assert is_erased(erased)
        with pytest.raises(FileMalformed):
            codec.decode(erased)
    assert not is_erased(b"\xff" + bytes(codec.SIZE - 1))


def test_the_card_number_and_what_is_derived_from_it() -> None:
    value = PublicInformationFile.vectors()[0].value
    assert value.has_number("3104837000000001234") and not value.has_number("1234")
    assert value.diversification == bytes.fromhex("4837000000001234")
    assert value.city_code == "3720"
    for wrong in ("", "1" * 21, "12A", "①"):
        with pytest.raises(ValueError):
            serial_of(wrong)


def test_a_holder_is_not_shown_by_accident() -> None:
    assert "王" not in repr(Holder("王秀英", "34160219440307251X")) and "3416" not in repr(Holder("王秀英", "34160219440307251X"))
    for number in ("", "3416 ", "三", "1" * 33):
        with pytest.raises(ValueError):
            Holder("王秀英", number)
