"""A name is drawn whole or refused; never blank."""
from __future__ import annotations

import io

import pypdfium2
import pytest
from reportlab.pdfgen import canvas

from print import fonts
from print.drawing import Sheet
from print.fonts import NoGlyph
from print.raster import page_image

RARE = "𬱖䶮㛃𠮷𬀩𠅤𬬭𫚖龘〇鿦㐀\U00020000\U0002A6D6\U0002B740\U0002B820\U0002CEB0\U00030000\U00031350"
"""Ext-A to Ext-H, the URO's edges and zero (facts/print.md 4.1)."""
EXT_I = "\U0002EBF0"


def picture_of(char: str, style: fonts.Style) -> bytes:
    sheet = Sheet(60, 60)
    sheet.text(6, 12, char, 48, style=style)
    return page_image(sheet.finish(), 72).convert("L").tobytes()


def picture_of_notdef(face: fonts.Face) -> bytes:
    fonts.runs("一")
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=(60, 60))
    page.setFont(face.name, 48)
    page.drawString(6, 12, "\U0010FFFD")
    page.save()
    return page_image(out.getvalue(), 72).convert("L").tobytes()


@pytest.mark.parametrize("style", ["regular", "bold"])
@pytest.mark.parametrize("char", RARE)
def test_rare_character_leaves_ink_of_its_own(char: str, style: fonts.Style) -> None:
    drawn = picture_of(char, style)
    assert sum(1 for level in drawn if level < 128) > 150
    face = fonts.runs(char, style)[0][0]
    assert drawn != picture_of_notdef(face)
    assert drawn != picture_of("一", style)


def test_each_rare_character_looks_different() -> None:
    assert len({picture_of(char, "regular") for char in RARE}) == len(RARE)


def test_pieces_join_to_the_name_and_ordinary_characters_stay_in_the_main_face() -> None:
    name = "王𠮷·买买提A1，"
    pieces = fonts.runs(name, "bold")
    assert "".join(text for _, text in pieces) == name
    assert [text for face, text in pieces if face is not fonts.BOLD] == ["𠮷"]
    assert all(face.thicken for face, _ in pieces if face is not fonts.BOLD)


@pytest.mark.parametrize(
    "char",
    [EXT_I, "č", "\ue000", "\U000F0000", "\u200b", "\u200d", "\u0301", "\ufe0f", "\U000E0100",
     "\n", "\x00", "\u2003", "ئ", "\u115f"],  # fmt: skip
)
def test_what_would_come_out_blank_or_wrong_is_refused(char: str) -> None:
    assert fonts.missing(f"王{char}英{char}") == [char]
    assert not fonts.covers(f"王{char}")
    with pytest.raises(NoGlyph) as refused:
        fonts.runs(f"王{char}")
    assert refused.value.char == char


def test_refusal_comes_before_anything_of_the_text_is_drawn() -> None:
    sheet = Sheet(200, 60)
    with pytest.raises(NoGlyph):
        sheet.text(6, 12, f"王秀{EXT_I}", 20)
    assert sheet.boxes == []
    document = pypdfium2.PdfDocument(sheet.finish())
    assert document[0].get_textpage().get_text_range() == ""


def test_refusal_does_not_say_the_name() -> None:
    with pytest.raises(NoGlyph) as refused:
        fonts.runs(f"王秀英{EXT_I}")
    assert "王" not in str(refused.value) and "U+2EBF0" in str(refused.value)


@pytest.mark.parametrize("style", ["regular", "bold"])
def test_copied_text_is_the_text_beyond_the_bmp_too(style: fonts.Style) -> None:
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 280))) + RARE
    sheet = Sheet(20_000, 60)
    sheet.text(6, 12, many, 12, style=style)
    text = pypdfium2.PdfDocument(sheet.finish())[0].get_textpage().get_text_range()
    assert text == many


def test_digits_are_tabular() -> None:
    for style in ("regular", "bold"):
        assert len({fonts.width(digit, style, 10) for digit in "0123456789"}) == 1


def test_bold_is_a_face_of_its_own() -> None:
    assert fonts.font_path("bold") != fonts.font_path("regular")
    dark = [sum(255 - level for level in picture_of("国", style)) for style in ("regular", "bold")]
    assert dark[1] > dark[0] * 1.25


def test_screen_is_told_the_font_file_of_each_piece() -> None:
    assert fonts.fallback_runs("王𠮷") == [(fonts.font_path(), "王"), (fonts.CHAINS["regular"][1].path, "𠮷")]
