"""A page in a hall: what names somebody is not in the picture, and what is not drawn has a kind that can be told."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

import print.ofd as room
from print.ofd import Unsupported, draw, open_ofd, text_of
from print.ofd.document import OfdDocument
from print.ofd.kinds import Kind, kind_of, kinds_of
from print.ofd.masked import masked
from tests.print.ofd.maker import document, pack, page, text

NAME, NUMBER = "孙𬱖𠮷", "341602195302020021"


def opened(inside: str, **more: object) -> OfdDocument:
    return open_ofd(pack(document(page(inside), **more)))  # type: ignore[arg-type]


def seen(inside: str, *names: str, **more: object) -> str:
    doc = masked(opened(inside, **more), names or (NAME, NUMBER))
    assert doc is not None
    return text_of(doc)[0]


def test_name_and_numbers_are_gone_and_the_rest_stands() -> None:
    left = seen(text(f"姓名 {NAME}") + text("亳州市") + text(NUMBER) + text("卡号 6217 0000 1234") + text("2026年3月2日", y=40))
    assert left == "亳州市\n2026年3月2日"


def test_a_name_put_together_from_several_texts_is_gone_in_all_of_them() -> None:
    assert seen(text("孙𬱖") + text("𠮷") + text("女")) == "女"
    assert seen("".join(text(char) for char in NAME + "女")) == "女"
    assert seen(text(NAME) + "".join(text(digit) for digit in NUMBER) + text("女")) == "女"


def test_a_name_inside_a_composite_takes_the_composite_away() -> None:
    unit = ('<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="40" Width="90" Height="20"><ofd:Content>'
            f"{text(NAME)}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>")  # fmt: skip
    inside = '<ofd:CompositeObject ID="41" ResourceID="40" Boundary="10 10 90 20"/>' + text("女")
    assert seen(inside, resources=unit) == "女"


def test_the_bar_is_drawn_and_the_document_itself_is_left_as_it_was() -> None:
    doc = opened(text(NAME))
    hidden = masked(doc, (NAME,))
    assert hidden is not None and NAME in text_of(doc)[0] and draw(hidden).pdf != draw(doc).pdf
    assert draw(hidden).unsupported == ()


def test_nobody_knows_where_she_is_named() -> None:
    assert masked(opened(text("亳州市")), (NAME, "")) is None


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("picture in JBIG2", Kind.PICTURES), ("Video in place of a picture", Kind.PICTURES), ("element Hologram", Kind.SHAPES),
        ("font 仿宋_GB2312 is not embedded: drawn with the terminal's own", Kind.FANG_SONG_TYPE),
        ("font KaiTi is not embedded: drawn with the terminal's own", Kind.KAI_TYPE),
        ("font 宋体 is not embedded: drawn with the terminal's own", Kind.SONG_TYPE),
        ("font Arial is not embedded: drawn with the terminal's own", Kind.OTHER_TYPE),
        ("colour by Pattern", Kind.COLOURS), ("something new", Kind.UNKNOWN),
    ],
)  # fmt: skip
def test_kinds(what: str, kind: Kind) -> None:
    assert kind_of(Unsupported(what, "page 1", 1)) is kind


def test_every_finding_of_the_reader_has_a_kind() -> None:
    folder = Path(room.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    said = re.findall(r'(?:findings\.add|not_done\.append|UnusablePicture)\(f?"([^"{]+)', source)
    assert len(said) > 15
    assert [what for what in said if kind_of(Unsupported(what, "page 1", 1)) is Kind.UNKNOWN] == []


def test_attachments_and_missing_parts_are_told() -> None:
    missing, otherwise = kinds_of(opened(text("宋")), [Unsupported("Doc_0/x: gone", "document", 1)])
    assert (missing, otherwise) == ((Kind.PARTS,), ())
