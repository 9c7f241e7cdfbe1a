"""Every layout in both sizes, looked at with public tools: nothing lost, nothing over another, nothing but our fonts."""
from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from print.drawing import Box
from print.fonts import NoGlyph
from print.layouts.documents import frame
from print.layouts.documents.content import Content, title_of
from print.layouts.documents.draw import draw, preview, undrawable
from print.layouts.documents.essential import essential
from print.layouts.documents.masking import masked
from print.layouts.documents.paper import Paper
from print.layouts.documents.sizes import STANDARD
from tests.print.documents import samples
from tests.print.documents.tools import codes_on, fonts_of, run, text_of, written

KINDS = list(samples.ALL)
HIDDEN_BESIDES_THE_HEAD = {"social_insurance": 1, "payment_list": 1, "housing_fund": 2, "property": 4, "acceptance": 1,
                           "case_progress": 1, "payment_receipt": 1}  # fmt: skip
"""Employers, accounts, certificates and addresses, case and order numbers."""


def values(content: Any) -> list[str]:
    """Every text of a content, however deep."""
    if isinstance(content, str):
        return [content]
    if isinstance(content, tuple):
        return [text for part in content for text in values(part)]
    if dataclasses.is_dataclass(content):
        return [text for field in dataclasses.fields(content) for text in values(getattr(content, field.name))]
    return []


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[list[Box]]:
    """The boxes of every page drawn while the test runs."""
    seen: list[list[Box]] = []
    turn, finish = Paper.next_page, Paper.finish

    def turned(paper: Paper) -> None:
        seen.append(paper.boxes)
        turn(paper)

    def finished(paper: Paper) -> bytes:
        seen.append(paper.boxes)
        return finish(paper)

    monkeypatch.setattr(Paper, "next_page", turned)
    monkeypatch.setattr(Paper, "finish", finished)
    return seen


@pytest.mark.parametrize("large", [False, True], ids=["standard", "large"])
@pytest.mark.parametrize("kind", KINDS)
class TestEveryLayout:
    def test_copied_text_holds_every_word_and_rare_character(self, kind: str, large: bool, tmp_path: Path) -> None:
        content = samples.ALL[kind]
        drawn = draw(content, samples.CODE, large=large)
        text = squeezed(text_of(tmp_path, drawn.pdf))
        for value in values(content):
            assert squeezed(value) in text, value
        assert squeezed(title_of(content)) in text
        for page in range(1, drawn.pages + 1):
            assert f"第{page}页共{drawn.pages}页" in text

    def test_no_text_stands_on_another_and_every_number_of_pages_is_told(self, kind: str, large: bool,
                                                                         pages: list[list[Box]]) -> None:  # fmt: skip
        drawn = draw(samples.ALL[kind], samples.CODE, large=large)
        assert len(pages) == drawn.pages
        for boxes in pages:
            for index, one in enumerate(boxes):
                for other in boxes[index + 1 :]:
                    assert not one.overlaps(other), (one.text, other.text)

    def test_every_page_says_whose_it_is(self, kind: str, large: bool, pages: list[list[Box]]) -> None:
        draw(samples.ALL[kind], samples.CODE, large=large)
        for boxes in pages:
            assert any(samples.head().number in box.text for box in boxes)


@pytest.mark.parametrize("kind", KINDS)
def test_all_fonts_are_embedded_subsets_with_a_way_back_to_text(kind: str, tmp_path: Path) -> None:
    rows = fonts_of(tmp_path, draw(samples.ALL[kind], samples.CODE).pdf)
    assert rows
    for row in rows:
        assert row[-5:-2] == ["yes", "yes", "yes"], row
        assert not row[0].endswith("Helvetica")


def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    for kind in KINDS:
        checked = run("qpdf", "--check", written(tmp_path, draw(samples.ALL[kind], samples.CODE).pdf))
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("dpi", [200, 300])
@pytest.mark.parametrize("large", [False, True], ids=["standard", "large"])
def test_the_code_is_read_from_the_page(dpi: int, large: bool, tmp_path: Path) -> None:
    drawn = draw(samples.social_insurance(), samples.CODE, large=large)
    assert codes_on(tmp_path, drawn.pdf, dpi, drawn.pages) == [samples.CODE]


def test_a_list_of_years_goes_over_several_pages_with_its_head_on_each(pages: list[list[Box]]) -> None:
    drawn = draw(samples.payment_list(180), samples.CODE)
    assert drawn.pages >= 5
    with_rows = [boxes for boxes in pages if any(re.fullmatch(r"\d{4}\.\d\d", box.text) for box in boxes)]
    assert len(with_rows) >= 5 and all(any(box.text == "所属年月" for box in boxes) for boxes in with_rows)


def test_the_seal_never_stands_alone_on_a_page(pages: list[list[Box]]) -> None:
    for months in range(16, 52):
        pages.clear()
        drawn = draw(samples.payment_list(months), samples.CODE)
        floor = frame.BOTTOM + frame.closing_height(STANDARD, True)
        last = [box for box in pages[-1] if floor <= box.bottom < 297 * 72 / 25.4 - 18 * 72 / 25.4 - frame.later_top(STANDARD)]
        assert last, f"{months} months: page {drawn.pages} holds the seal alone"


@pytest.mark.parametrize("kind", KINDS)
def test_large_print_has_nothing_small(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: dict[str, float] = {}
    put = Paper.text

    def noted(paper: Paper, x: float, baseline: float, text: str, size: float, **how: Any) -> Box:
        sizes[text] = size
        return put(paper, x, baseline, text, size, **how)

    monkeypatch.setattr(Paper, "text", noted)
    draw(samples.ALL[kind], samples.CODE, large=True)
    assert {text: size for text, size in sizes.items() if size < 15} == {}


def test_a_character_no_font_has_is_told_before_anything_is_drawn() -> None:
    content = samples.social_insurance("王\U000323c0")
    assert undrawable(content) == ["\U000323c0"]
    with pytest.raises(NoGlyph):
        draw(content, samples.CODE)
    assert undrawable(samples.social_insurance()) == []


def test_the_longest_name_is_whole(tmp_path: Path) -> None:
    for large in (False, True):
        text = squeezed(text_of(tmp_path, draw(samples.social_insurance(samples.LONG_NAME), samples.CODE, large=large).pdf))
        assert samples.LONG_NAME in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_holds_nothing_it_hides(kind: str, tmp_path: Path) -> None:
    content: Content = samples.ALL[kind]
    drawn = preview(content)
    text = squeezed(text_of(tmp_path, drawn.pdf))
    assert "预览" in text
    hidden = set(values(content)) - set(values(masked(content)))
    assert {content.head.name, content.head.id_number, content.head.number} <= hidden
    for secret in hidden:
        assert squeezed(secret) not in text
        assert secret.encode() not in drawn.pdf
    assert len(hidden) >= HIDDEN_BESIDES_THE_HEAD.get(kind, 0) + 3, hidden
    assert run("pdfdetach", "-list", written(tmp_path, drawn.pdf)).stdout.startswith("0")


def test_a_preview_has_no_code(tmp_path: Path) -> None:
    assert codes_on(tmp_path, preview(samples.social_insurance()).pdf, 150) == []


def test_the_content_lies_in_the_document(tmp_path: Path) -> None:
    content = samples.payment_list()
    path = written(tmp_path, draw(content, samples.CODE).pdf)
    run("pdfdetach", "-saveall", "-o", tmp_path, path)
    assert (tmp_path / "document.json").read_bytes() == essential(content)


@pytest.mark.parametrize("large", [False, True], ids=["standard", "large"])
def test_a_long_heading_goes_on_in_a_second_line(large: bool, tmp_path: Path) -> None:
    long = "企业职工基本养老保险　亳州市药都中药材市场管理服务有限责任公司第二分公司"
    content = samples.payment_list(1)
    kind, _, payer = long.partition("　")
    content = dataclasses.replace(content, payments=(dataclasses.replace(content.payments[0], kind=kind, payer=payer),))
    assert payer in squeezed(text_of(tmp_path, draw(content, samples.CODE, large=large).pdf))
