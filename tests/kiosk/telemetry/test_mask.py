"""No form in which people or programs write a number, a name or an address gets through the masker."""
from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.telemetry.mask import mask

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "秀英桂兰建国淑珍玉华志强德福春生凤霞文明"
WORDS = st.text("卡口打印机已退出重试失败 error jam at port: ", max_size=20)
BETWEEN = st.sampled_from(["", " ", "-", "  ", ".", "/", "\u200b", "\u00a0", "—", "_"[:0]])
names = st.builds(lambda a, b: a + b, st.sampled_from(SURNAMES), st.text(GIVEN, min_size=1, max_size=3))


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    area, born = draw(st.sampled_from(["341602", "341621", "110105"])), draw(st.dates()).strftime("%Y%m%d").zfill(8)
    return area + born + f"{draw(st.integers(0, 999)):03d}" + draw(st.sampled_from("0123456789X"))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """ID numbers, phones (with and without +86), bank and citizen cards."""
    nine = draw(st.text("0123456789", min_size=9, max_size=9))
    phone = draw(st.sampled_from(["13", "15", "18", "+86 13", "0558-5"])) + nine
    card = draw(st.text("0123456789", min_size=12, max_size=20))
    return draw(st.one_of(id_numbers(), st.just(phone), st.just(card)))


def spaced(text: str, between: str, every: int) -> str:
    return between.join(text[at : at + every] for at in range(0, len(text), every))


def fullwidth(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in text)


@settings(max_examples=300, deadline=None)
@given(numbers(), BETWEEN, st.integers(1, 6), WORDS, WORDS, st.booleans())
def test_no_number_gets_through(number: str, between: str, every: int, before: str, after: str, wide: bool) -> None:
    written = spaced(number, between, every)
    line = mask(before + (fullwidth(written) if wide else written) + after)
    assert sum(char.isdigit() for char in line) == 0, line


FORMS: list[Callable[[str], str]] = [
    lambda word: word,
    lambda word: " ".join(word),
    lambda word: repr(word.encode("utf-8")),
    lambda word: repr(word.encode("gb18030")),
    lambda word: repr(word.encode("utf-16-le")),
    lambda word: word.encode("utf-8").hex(),
    lambda word: word.encode("utf-16-le").hex(" "),
    lambda word: word.encode("unicode_escape").decode(),
    lambda word: quote(word),
    lambda word: "\u200b".join(word),
]


@settings(max_examples=300, deadline=None)
@given(names, st.sampled_from(range(len(FORMS))), WORDS, WORDS)
def test_no_name_of_the_visit_gets_through(name: str, form: int, before: str, after: str) -> None:
    written = FORMS[form](name)
    line = mask(f"{before}{written}{after}", [name])
    for other in FORMS:
        assert other(name) not in line
    assert name not in line.replace(" ", "").replace("\u200b", "")


@pytest.mark.parametrize("name", ["欧阳建国", "MARIA LUISA DE LA CRUZ", "阿卜杜拉·买买提", "㐂𠮷生"])
def test_names_of_every_kind(name: str) -> None:
    assert "[姓名]" in mask(f"reader said {name}, twice: {name.lower()}", [name])
    for part in (name, name.lower()):
        assert part not in mask(f"reader said {name}, twice: {name.lower()}", [name])


def test_an_address_goes_whole_and_what_the_machine_says_stays() -> None:
    address = "安徽省亳州市谯城区古井镇减店村12号"
    line = mask(f"card_printer: E12 jam in path, tray 2 of {address}", [address])
    assert line == "card_printer: E12 jam in path, tray 2 of [姓名]"


def test_nothing_of_hers_stays_in_the_cache_of_compiled_patterns() -> None:
    import re

    mask("hello 独一无二名", ["独一无二名"])
    cached = [str(key) for cache in (getattr(re, "_cache", {}), getattr(re, "_cache2", {})) for key in cache]
    assert not [key for key in cached if "独一无二名" in key]
