"""Which names a chip can carry, and how the others are shortened."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card.fields import decode_text
from card.files import Holder
from card.names import NAME_SIZE, SHORTENED_MARK, NameDoesNotFit, encode_name, fits, name_for_chip

FIFTEEN = "阿不都热西提·买买提明·吐尔逊"
ID = "34160219440307251X"
names = st.text(st.characters(blacklist_categories=("Cc", "Cs"), max_codepoint=0x323AF), min_size=1).filter(str.strip)


@pytest.mark.parametrize("name", ["王秀英", "王𬱖", "䶮㛃龘〇·", "吴买尔·阿不都热依木", "𬱖𬱖𬱖𬱖𬱖"])
def test_names_that_fit(name: str) -> None:
    assert fits(name)
    assert name_for_chip(name).stored == name and not name_for_chip(name, shorten=True).shortened
    assert decode_text(encode_name(name)) == name and len(encode_name(name)) == NAME_SIZE


@pytest.mark.parametrize(("name", "size"), [(FIFTEEN, 30), ("𬱖𬱖𬱖𬱖𬱖王", 22), ("吴买尔·阿不都热依木提", 22)])
def test_a_longer_name_is_refused_unless_it_may_be_shortened(name: str, size: int) -> None:
    assert not fits(name)
    for refused in (lambda: name_for_chip(name), lambda: Holder(name, ID), lambda: encode_name(name)):
        with pytest.raises(NameDoesNotFit) as error:
            refused()
        assert error.value.size == size and name not in str(error.value)


def test_fifteen_characters_are_shortened_to_nine_and_a_mark() -> None:
    on_chip = name_for_chip(FIFTEEN, shorten=True)
    assert on_chip.stored == "阿不都热西提·买买…" and on_chip.shortened
    assert on_chip.left_out == "提明·吐尔逊"
    assert Holder(on_chip.stored, ID).name == on_chip.stored
    assert "买" not in repr(on_chip)


def test_a_rare_character_is_left_out_whole() -> None:
    assert name_for_chip("王王王王王王王王𬱖王王", shorten=True).stored == "王王王王王王王王…"
    assert name_for_chip("王王王王王王王𬱖王王", shorten=True).stored == "王王王王王王王𬱖…"


def test_a_character_keeps_its_variation_selector() -> None:
    name = "王王王王王王王葛\U000e0101王王"
    assert name_for_chip(name, shorten=True).stored == "王王王王王王王…"


@pytest.mark.parametrize("name", ["", "  ", "王\x00英", "王\n英", "\ud87e", "\x00\ud87e", "王" * 11 + "\n"])
def test_what_is_no_name_is_never_shortened_to_one(name: str) -> None:
    assert not fits(name)
    with pytest.raises(NameDoesNotFit) as error:
        name_for_chip(name, shorten=True)
    assert error.value.size is None


@given(names)
def test_every_name_goes_onto_the_chip_whole_or_marked(name: str) -> None:
    on_chip = name_for_chip(name, shorten=True)
    assert decode_text(encode_name(on_chip.stored)) == on_chip.stored
    assert on_chip.shortened is not fits(name)
    assert on_chip.stored.removesuffix(SHORTENED_MARK * on_chip.shortened) + on_chip.left_out == name
