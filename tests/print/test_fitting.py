"""Text is shrunk, broken or refused; never cut."""
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from print import fonts
from print.drawing import Sheet
from print.fitting import CLOSING, DoesNotFit, fit, fit_lines, wrap


def test_short_name_gets_the_largest_size() -> None:
    assert fit("王秀英", "bold", 200, 26, 18) == 26


def test_long_name_shrinks_to_fit_exactly() -> None:
    size = fit("买买提吐尔逊", "bold", 120, 26, 12)
    assert fonts.width("买买提吐尔逊", "bold", size) == pytest.approx(120)


def test_too_long_is_refused_not_cut() -> None:
    with pytest.raises(DoesNotFit):
        fit("买买提吐尔逊", "bold", 60, 26, 12)


def test_name_breaks_after_its_joint() -> None:
    assert fit_lines("阿卜杜热合曼·吐尔逊江", "bold", 130, (26, 18), (17, 12))[1] == ["阿卜杜热合曼·", "吐尔逊江"]


def test_name_without_joint_breaks_in_the_middle() -> None:
    assert fit_lines("一二三四五六七八九十", "bold", 90, (26, 18), (17, 12))[1] == ["一二三四五", "六七八九十"]


def test_sheet_refuses_text_beyond_its_edge() -> None:
    sheet = Sheet(100, 50)
    for x, baseline in ((95, 20), (-1, 20), (5, 48), (5, 0)):
        with pytest.raises(DoesNotFit):
            sheet.text(x, baseline, "王", 12)


def test_latin_words_amounts_and_masked_numbers_are_not_torn() -> None:
    assert wrap("Please keep this slip", "regular", 70, 12) == ["Please keep", "this slip"]
    assert wrap("您付的12.00元", "regular", 60, 12) == ["您付的", "12.00元"]
    with pytest.raises(DoesNotFit):
        wrap("3412**********0021", "regular", 60, 12)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="证收在机器里没有丢，。：abc 12·（）", min_size=1, max_size=60), st.integers(80, 200))
def test_wrapping_loses_nothing_and_stays_inside(text: str, wide: int) -> None:
    lines = wrap(text, "regular", wide, 12) if fits_somehow(text, wide) else []
    if not lines:
        return
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert fonts.width(line.rstrip(" "), "regular", 12) <= wide + 0.02
    assert all(line[0] not in CLOSING for line in lines[1:] if line)


def fits_somehow(text: str, wide: int) -> bool:
    try:
        wrap(text, "regular", wide, 12)
    except DoesNotFit:
        return False
    return True
