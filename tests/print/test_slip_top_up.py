"""Slips about a citizen card: what is on it, and no name of anybody."""
from __future__ import annotations

from dataclasses import replace

import pytest

from print.layouts import slip as slips
from print.layouts.slip import ClaimCode, SlipHead, lines
from print.layouts.slip_paper import draw
from print.layouts.slip_texts import Language
from tests.print.pictures import head_of

NUMBER = "P261122DDDDBBBB8888"      # as orders have them, of the widest figures


def head(language: Language) -> SlipHead:
    return replace(head_of(language=language, name=""), id_number="", card_tail="5678")


def words(slip: slips.Slip) -> str:
    return " ".join(f"{line.label} {line.text}" for line in lines(slip))


@pytest.mark.parametrize(("language", "needed"), [
    ("zh_CN", ["市民卡充好了", "****5678", "50.00元", "62.30元", "P261122 DDDD BBBB 8888", "现在就能用"]),
    ("en", ["Card topped up", "****5678", "50.00 yuan", "62.30 yuan", "can be used now"]),
])  # fmt: skip
def test_topped_up(language: Language, needed: list[str]) -> None:
    said = words(slips.ToppedUp(head(language), 5000, 6230, NUMBER))
    assert all(word in said for word in needed)
    assert "姓名" not in said and "Name" not in said


def test_a_balance_that_could_not_be_read_back_is_not_made_up() -> None:
    assert "卡里现在有" not in words(slips.ToppedUp(head("zh_CN"), 5000, None, "P1"))


def test_not_known_whether_it_is_on_the_card() -> None:
    slip = slips.OutcomeUnknown(head("zh_CN"), ClaimCode("K7Q4-M2XD"), "一楼", matter="top_up", amount_fen=5000)
    said = words(slip)
    assert "钱没有丢" in said and "50.00元" in said and "K7Q4-M2XD" in said and "任何一台机器" in said


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_longest_number_fits_the_paper(language: Language) -> None:
    draw(slips.ToppedUp(head(language), 99900, 100_000, "P261122MMMMWWWW8888"))
