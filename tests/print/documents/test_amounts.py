from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from print.layouts.documents.amounts import DIGITS, capital, grouped


@pytest.mark.parametrize(("fen", "words"), [
    (0, "零元整"), (5, "伍分"), (50, "伍角整"), (100, "壹元整"), (340_050, "叁仟肆佰元伍角整"),
    (105, "壹元零伍分"), (1_000, "壹拾元整"),
    (100_100, "壹仟零壹元整"), (1_000_000, "壹万元整"), (10_000_500, "壹拾万零伍元整"), (10_500_000, "壹拾万伍仟元整"),
    (100_000_000_000, "壹拾亿元整"), (10_000_001_000, "壹亿零壹拾元整"),
])  # fmt: skip
def test_amounts_as_banks_write_them(fen: int, words: str) -> None:
    assert capital(fen) == words


@given(st.integers(0, 10**17))
def test_every_amount_is_read_back(fen: int) -> None:
    assert value(capital(fen)) == fen


def value(words: str) -> int:
    yuan, _, rest = words.removesuffix("整").rpartition("元")
    total = 0
    for power, name in enumerate(("角", "分"), 1):
        at = rest.find(name)
        if at > 0:
            total += DIGITS.index(rest[at - 1]) * 10 ** (2 - power)
    return whole(yuan) * 100 + total


def whole(text: str) -> int:
    for name, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        if name in text:
            before, _, after = text.partition(name)
            return whole(before) * size + whole(after)
    total = digit = 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS.index(char)
        else:
            total += digit * {"拾": 10, "佰": 100, "仟": 1000}[char]
            digit = 0
    return total + digit


def test_grouped_amounts() -> None:
    assert [grouped(fen) for fen in (0, 7, 123_456, 100_000_000, -250)] == ["0.00", "0.07", "1,234.56", "1,000,000.00", "-2.50"]
