"""What stands in the file stands on the page; what is not drawn is named."""
from __future__ import annotations

import io
from collections.abc import Mapping

import pypdfium2
import pytest
from PIL import Image

from print.ofd import OfdDocument, Rendered, Unsupported, draw, open_ofd, render_page, text_of, to_pdf
from tests.print.ofd import maker
from tests.print.ofd.maker import document, page, path, text

RED, BLUE = '<ofd:FillColor Value="255 0 0"/>', '<ofd:FillColor Value="0 0 255"/>'
SQUARE = "M 0 0 L 10 0 L 10 10 L 0 10 C"
DPI = 25.4
"""One pixel a millimetre."""


def opened(entries: Mapping[str, bytes]) -> OfdDocument:
    return open_ofd(maker.pack(entries))


def rendered(inside: str, dpi: float = DPI, **more: object) -> Rendered:
    return render_page(opened(document(page(inside), **more)), 0, dpi)  # type: ignore[arg-type]


def colour(picture: Rendered, x: int, y: int) -> tuple[int, ...]:
    pixel = picture.image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel


def dark(picture: Rendered, left: float, top: float, right: float, bottom: float) -> int:
    """Dark pixels within a box of the page."""
    scale = picture.image.width / 210
    box = tuple(round(side * scale) for side in (left, top, right, bottom))
    return sum(picture.image.crop(box).convert("L").histogram()[:128])  # type: ignore[arg-type]


def said(picture: Rendered, *, drawn: bool) -> dict[str, int]:
    return {item.what: item.count for item in picture.unsupported if item.drawn is drawn}


def copied(entries: Mapping[str, bytes]) -> str:
    pdf = pypdfium2.PdfDocument(to_pdf(opened(entries)))
    return "".join(str(pdf[at].get_textpage().get_text_range()) for at in range(len(pdf)))


def test_text_in_a_font_that_is_not_embedded_is_drawn_and_named_as_replaced() -> None:
    picture = rendered(text("亳州市"), 96)
    assert dark(picture, 20, 25, 36, 31) > 100
    assert picture.unsupported == (
        Unsupported("font 宋体 is not embedded: drawn with the terminal's own", "page 1", 3, drawn=True),
    )


def test_text_can_be_copied_and_read_aloud() -> None:
    for words in ("老年人Senior优待证一", "老年人Senior优待证𬱖"):
        entries = document(page(text(words, code='DeltaX="g 3 5 g 6 2.5 g 3 5"')))
        assert words in copied(entries).replace("r 优", "r优" if "𬱖" in words else "r 优")
        assert text_of(opened(entries)) == (words,)


def test_deltas_place_each_character_and_the_last_one_goes_on() -> None:
    picture = rendered(text("国国国", code='DeltaX="40"'), 96)
    assert [dark(picture, x, 25, x + 5, 31) > 30 for x in (20, 40, 60, 80, 100)] == [True, False, True, False, True]


def test_runs_of_deltas_and_lines_in_one_object() -> None:
    inside = text("国国国国", code='DeltaX="10 -10 10" DeltaY="g 1 0 20 0"')
    picture = rendered(inside, 96)
    assert all(dark(picture, x, y, x + 5, y + 6) > 30 for x in (20, 30) for y in (25, 45))
    assert text_of(opened(document(page(inside)))) == ("国国\n国国",)


def test_vertical_text_turned_characters_and_matrix() -> None:
    down = rendered(text("国国", code='DeltaY="20"'), 96)
    assert dark(down, 20, 25, 25, 31) > 30 < dark(down, 20, 45, 25, 51)
    moved = rendered(text("国", attributes='CTM="1 0 0 1 50 60"'), 96)
    assert dark(moved, 70, 85, 75, 91) > 30 and dark(moved, 20, 25, 25, 31) == 0
    turned = rendered(text("一", attributes='CharDirection="90"'), 96)
    flat = rendered(text("一"), 96)
    assert dark(flat, 20.0, 26, 24.5, 30) > 0 == dark(flat, 15, 31, 19.9, 36)
    assert dark(turned, 19, 30, 24, 35) > 0


def embedded(words: str, *, cmap: bool = True) -> tuple[str, dict[str, bytes], dict[str, int]]:
    font, numbers = maker.subset_font(words, without_cmap=not cmap)
    resources = '<ofd:Fonts><ofd:Font ID="3" FontName="ABCDEF+Song"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>'
    return resources, {"Doc_0/Res/f.ttf": font}, numbers


def glyphs(numbers: dict[str, int], words: str) -> str:
    listed = " ".join(str(numbers[char]) for char in words)
    return (f'<ofd:CGTransform CodePosition="0" CodeCount="{len(words)}" GlyphCount="{len(words)}"><ofd:Glyphs>{listed}'
            "</ofd:Glyphs></ofd:CGTransform>")  # fmt: skip


def test_embedded_font_by_glyph_number_draws_that_glyph_and_copies_the_documents_text() -> None:
    """Subset fonts of real files have no cmap, and their codes may be anything (facts/print.md 6.5)."""
    resources, files, numbers = embedded("国口", cmap=False)
    inside = text("国口", font="3", before=glyphs(numbers, "国口"))
    entries = document(page(inside), resources=resources, extra=files)
    picture = render_page(opened(entries), 0, 96)
    assert picture.unsupported == ()
    assert "国口" in copied(entries)
    swapped = render_page(opened(document(page(text("国口", font="3", before=glyphs(numbers, "口国"))),
                                          resources=resources, extra=files)), 0, 96)  # fmt: skip
    assert dark(picture, 20, 25, 25, 31) == pytest.approx(dark(swapped, 25, 25, 30, 31), abs=12)
    assert dark(picture, 20, 25, 25, 31) > dark(picture, 25, 25, 30, 31) + 20


def test_embedded_font_by_character_and_a_character_it_lacks() -> None:
    resources, files, _ = embedded("国口")
    picture = rendered(text("国龘", font="3"), 96, resources=resources, extra=files)
    assert dark(picture, 20, 25, 25, 31) > 30 < dark(picture, 25, 25, 30, 31)
    assert said(picture, drawn=True) == {"embedded font ABCDEF+Song lacks U+9F98: drawn with the terminal's own": 1}


def test_glyph_number_that_the_font_does_not_have_is_named() -> None:
    resources, files, _ = embedded("国口")
    picture = rendered(text("国", font="3", before=glyphs({"国": 4000}, "国")), 96, resources=resources, extra=files)
    assert said(picture, drawn=False) == {"glyph number that the embedded font does not have": 1}


def test_broken_and_missing_font_files_are_replaced_and_named() -> None:
    resources, files, _ = embedded("国")
    for data, why in ((b"\0\1\0\0junk", "in a form that cannot be used"), (None, "as a file that is not there")):
        extra = {} if data is None else {"Doc_0/Res/f.ttf": data}
        picture = rendered(text("国", font="3"), 96, resources=resources, extra=extra)
        assert dark(picture, 20, 25, 25, 31) > 30
        assert any(why in what for what in said(picture, drawn=True))


@pytest.mark.parametrize("spoil", [False, True], ids=["reduced", "whole, where it cannot be reduced"])
def test_large_embedded_font_is_put_into_the_pdf_and_drawn(monkeypatch: pytest.MonkeyPatch, spoil: bool) -> None:
    monkeypatch.setattr("print.ofd.embedded.LARGEST_WHOLE", 1000)
    if spoil:
        monkeypatch.setattr("print.ofd.embedded.Subsetter", None)
    resources, files, numbers = embedded("国口亳州", cmap=False)
    entries = document(page(text("国", font="3", before=glyphs(numbers, "国"))), resources=resources, extra=files)
    assert dark(render_page(opened(entries), 0, 96), 20, 25, 25, 31) > 30
    assert "国" in copied(entries)


def test_character_nobody_has_is_a_box_and_named_as_missing() -> None:
    picture = rendered(text("国\ue123"), 96)
    assert said(picture, drawn=False) == {"character U+E123: no face has it": 1}
    assert dark(picture, 25, 25, 31, 31) > 10


def test_fills_lines_and_rules() -> None:
    picture = rendered(path(SQUARE, "20 20 10 10", 'Fill="true" Stroke="false"', RED)
                       + path(SQUARE, "50 20 10 10", 'LineWidth="2"')
                       + path("M 0 0 L 10 0 L 10 10 L 0 10 C M 2 2 L 8 2 L 8 8 L 2 8 C", "80 20 10 10",
                              'Fill="true" Stroke="false" Rule="Even-Odd"', BLUE))  # fmt: skip
    assert colour(picture, 25, 25) == (255, 0, 0)
    assert colour(picture, 55, 25) == (255, 255, 255) and sum(colour(picture, 50, 25)) < 60
    assert colour(picture, 81, 25) == (0, 0, 255) and colour(picture, 85, 25) == (255, 255, 255)


def test_path_is_cut_at_its_boundary_and_curves_are_curves() -> None:
    picture = rendered(path("M 0 0 L 100 0 L 100 100 L 0 100 C", "20 20 10 10", 'Fill="true" Stroke="false"', RED)
                       + path("M 0 10 A 10 10 0 0 1 20 10 A 10 10 0 0 1 0 10 C", "60 60 20 20",
                              'Fill="true" Stroke="false"', BLUE))  # fmt: skip
    assert colour(picture, 29, 29) == (255, 0, 0) and colour(picture, 32, 32) == (255, 255, 255)
    assert colour(picture, 70, 61) == (0, 0, 255) == colour(picture, 70, 78)
    assert colour(picture, 61, 61) == (255, 255, 255)
    line = rendered(path("M 0 5 L 100 5", "20 20 10 10", 'LineWidth="2"'))
    assert sum(colour(line, 28, 25)) < 60 and colour(line, 40, 25) == (255, 255, 255)
    thin = rendered(path("M 0 0 L 100 0", "20 20 100 0", 'LineWidth="2"'))
    assert sum(colour(thin, 60, 20)) < 300  # a line whose box has no height is still there


def test_colours_grey_cmyk_palette_alpha_and_drawing_parameters() -> None:
    resources = ('<ofd:ColorSpaces><ofd:ColorSpace ID="11" Type="GRAY"/><ofd:ColorSpace ID="12" Type="CMYK"/>'
                 '<ofd:ColorSpace ID="13" Type="RGB"><ofd:Palette><ofd:CV>0 0 0</ofd:CV><ofd:CV>0 255 0</ofd:CV></ofd:Palette>'
                 '</ofd:ColorSpace></ofd:ColorSpaces><ofd:DrawParams><ofd:DrawParam ID="21" Relative="20"/>'
                 f'<ofd:DrawParam ID="20">{BLUE}</ofd:DrawParam></ofd:DrawParams>')  # fmt: skip
    fills = ['<ofd:FillColor ColorSpace="11" Value="128"/>', '<ofd:FillColor ColorSpace="12" Value="0 255 255 0"/>',
             '<ofd:FillColor ColorSpace="13" Index="1"/>', '<ofd:FillColor Value="#FF #00 #00" Alpha="127"/>', ""]  # fmt: skip
    inside = "".join(path(SQUARE, f"{20 + 20 * at} 20 10 10", 'Fill="true" Stroke="false" DrawParam="21"', fill)
                     for at, fill in enumerate(fills))  # fmt: skip
    picture = rendered(inside, resources=resources)
    grey, red, green, pale, blue = (colour(picture, 25 + 20 * at, 25) for at in range(5))
    assert grey == pytest.approx((128, 128, 128), abs=2)
    assert red[0] > 180 and max(red[1:]) < 80
    assert (green, blue) == ((0, 255, 0), (0, 0, 255))
    assert pale == pytest.approx((255, 128, 128), abs=2)


def test_gradients_are_drawn_and_patterns_named() -> None:
    def segment(at: float, value: str) -> str:
        return f'<ofd:Segment Position="{at}"><ofd:Color Value="{value}"/></ofd:Segment>'

    stops = segment(0, "255 0 0") + segment(1, "0 0 255")
    axial = f'<ofd:FillColor><ofd:AxialShd StartPoint="0 0" EndPoint="100 0">{stops}</ofd:AxialShd></ofd:FillColor>'
    radial = (f'<ofd:FillColor><ofd:RadialShd StartPoint="20 20" EndPoint="20 20" EndRadius="20" Extend="3">{stops}'
              "</ofd:RadialShd></ofd:FillColor>")  # fmt: skip
    pattern = '<ofd:FillColor><ofd:Pattern Width="2" Height="2"/></ofd:FillColor>'
    fill = 'Fill="true" Stroke="false"'
    wide = "M 0 0 L 100 0 L 100 40 L 0 40 C"
    picture = rendered(path(wide, "20 20 100 40", fill, axial) + path(wide, "20 80 100 40", fill, radial)
                       + path(wide, "20 140 100 40", fill, pattern))  # fmt: skip
    assert colour(picture, 24, 40)[0] > 220 < colour(picture, 116, 40)[2]
    assert colour(picture, 40, 100)[0] > 220 < colour(picture, 90, 100)[2]
    assert said(picture, drawn=True) == {"colour by Pattern": 1}


def test_clips_layers_templates_and_blocks() -> None:
    clip = ('<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 5 10"><ofd:AbbreviatedData>M 0 0 L 5 0 L 5 10 L 0 10 C'
            "</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>")  # fmt: skip
    fill = 'Fill="true" Stroke="false"'
    own = maker.xml("Page", '<ofd:Template TemplateID="5" ZOrder="Background"/><ofd:Content>'
                    + maker.layer(path(SQUARE, "20 20 10 10", fill, BLUE), 'Type="Foreground"')
                    + maker.layer(path(SQUARE, "20 20 10 10", fill, RED))
                    + maker.layer(f"<ofd:PageBlock>{path(SQUARE, '60 20 10 10', fill, RED + clip)}</ofd:PageBlock>")
                    + "</ofd:Content>")  # fmt: skip
    template = page(path("M 0 0 L 210 0 L 210 297 L 0 297 C", attributes=fill, inside='<ofd:FillColor Value="240 240 200"/>'))
    picture = render_page(opened(document(own, templates={"5": template})), 0, DPI)
    assert colour(picture, 5, 5) == (240, 240, 200)
    assert colour(picture, 25, 25) == (0, 0, 255)
    assert colour(picture, 62, 25) == (255, 0, 0) and colour(picture, 68, 25) == (240, 240, 200)


def encoded(kind: str, mode: str = "RGB") -> bytes:
    image = Image.new("RGB", (8, 8), (200, 0, 0))
    image.paste((0, 0, 200), (0, 4, 8, 8))
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return out.getvalue()


def media(kind: str, name: str) -> str:
    file = f"<ofd:MediaFile>{name}</ofd:MediaFile>"
    return f'<ofd:MultiMedias><ofd:MultiMedia ID="30" Type="{kind}">{file}</ofd:MultiMedia></ofd:MultiMedias>'


def pictured(data: bytes, name: str = "p.img") -> Rendered:
    resources = media("Image", name)
    inside = '<ofd:ImageObject ID="31" Boundary="20 20 40 40" CTM="40 0 0 40 0 0" ResourceID="30"/>'
    return rendered(inside, resources=resources, extra={f"Doc_0/Res/{name}": data})


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("BMP", "RGB"),
                                            ("TIFF", "RGB"), ("GIF", "P")])  # fmt: skip
def test_pictures_stand_upright(kind: str, mode: str) -> None:
    picture = pictured(encoded(kind, mode))
    assert picture.unsupported == ()
    above, below = colour(picture, 40, 28), colour(picture, 40, 52)
    assert above[0] > 150 > below[0] and below[2] > 150 > above[2]


@pytest.mark.parametrize(
    ("data", "name", "what"),
    [
        (b"\x97JB2\r\n\x1a\n....", "a.jb2", "picture in JBIG2"),
        (b"\0\0\0\0bare segments", "a.gbig2", "picture in JBIG2"),
        (b"not a picture", "a.png", "picture that cannot be decoded"),
        (encoded("PNG")[:60], "a.png", "picture that cannot be decoded"),
    ],
)
def test_pictures_that_are_not_drawn_are_named(data: bytes, name: str, what: str) -> None:
    picture = pictured(data, name)
    assert said(picture, drawn=False) == {what: 1}
    assert colour(picture, 40, 40) == (255, 255, 255)


def test_unknown_elements_films_and_missing_resources_are_named_and_counted() -> None:
    resources = media("Video", "v.mp4")
    inside = ('<ofd:Hologram ID="1"/><ofd:Hologram ID="2"/>'
              '<ofd:ImageObject ID="3" Boundary="0 0 9 9" ResourceID="30"/>'
              '<ofd:ImageObject ID="4" Boundary="0 0 9 9" ResourceID="99"/>'
              '<ofd:CompositeObject ID="5" Boundary="0 0 9 9" ResourceID="98"/>')  # fmt: skip
    picture = rendered(inside, resources=resources)
    assert said(picture, drawn=False) == {
        "element Hologram": 2, "Video in place of a picture": 1, "picture that is not among the resources": 1,
        "composite that is not among the resources": 1,
    }  # fmt: skip


def test_composites_are_drawn_through_their_matrix() -> None:
    resources = ('<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="40" Width="10" Height="10"><ofd:Content>'
                 f"""{path(SQUARE, "0 0 10 10", 'Fill="true" Stroke="false"', RED)}</ofd:Content></ofd:CompositeGraphicUnit>"""
                 "</ofd:CompositeGraphicUnits>")  # fmt: skip
    inside = '<ofd:CompositeObject ID="5" Boundary="50 50 20 20" CTM="2 0 0 2 0 0" ResourceID="40"/>'
    picture = rendered(inside, resources=resources)
    assert colour(picture, 52, 52) == (255, 0, 0) == colour(picture, 68, 68)
    assert colour(picture, 72, 72) == (255, 255, 255)


def test_annotations_are_drawn_and_those_not_for_paper_are_not_printed() -> None:
    def annotation(kind: str, x: int, more: str = "") -> str:
        square = path(SQUARE, "0 0 10 10", 'Fill="true" Stroke="false"', RED)
        appearance = f'<ofd:Appearance Boundary="{x} 20 10 10">{square}</ofd:Appearance>'
        return f'<ofd:Annot Type="{kind}" ID="50" {more}>{appearance}</ofd:Annot>'

    annotations = maker.xml("PageAnnot", annotation("Watermark", 20) + annotation("Stamp", 50, 'Print="false"')
                            + annotation("Stamp", 80, 'Visible="false"') + '<ofd:Annot Type="Highlight" ID="51"/>')  # fmt: skip
    doc = opened(document(page(""), annotations=annotations))
    seen = render_page(doc, 0, DPI)
    assert [colour(seen, x, 25)[1] == 0 for x in (25, 55, 85)] == [True, True, False]
    assert said(seen, drawn=False) == {"annotation Highlight without an appearance": 1}
    printed = pypdfium2.PdfDocument(to_pdf(doc))[0].render(scale=DPI / 72).to_pil().convert("RGB")
    assert [printed.getpixel((x, 25))[1] == 0 for x in (25, 55)] == [True, False]


def test_seal_stands_at_its_place_whether_picture_or_ofd() -> None:
    inner = maker.pack(document(page(path("M 0 0 L 40 0 L 40 40 L 0 40 C", "0 0 40 40", 'Fill="true" Stroke="false"', RED)
                                     + text("章", 5, 20)), size="0 0 40 40"))  # fmt: skip
    for picture, kind in ((None, "PNG"), (inner, "ofd")):
        doc = opened(maker.sealed(picture=picture, picture_kind=kind))
        seen = render_page(doc, 0, DPI)
        assert colour(seen, 80, 80)[0] > 200 > 60 > colour(seen, 80, 80)[1]
        assert colour(seen, 58, 80) == (255, 255, 255) == colour(seen, 102, 80)


def test_seal_without_a_picture_is_named() -> None:
    seen = render_page(opened(maker.sealed(picture=b"nothing")), 0, DPI)
    assert said(seen, drawn=False) == {"picture of the seal of signature 0: picture that cannot be decoded": 1}


def test_pages_of_other_sizes_are_laid_on_a4() -> None:
    corner = path(SQUARE, "0 0 10 10", 'Fill="true" Stroke="false"', RED)
    for size, red in (("0 0 210 140", (5, 5)), ("0 0 297 210", (205, 5)), ("0 0 420 594", (2, 2)), ("50 50 210 297", None)):
        pdf = pypdfium2.PdfDocument(to_pdf(opened(document(page(corner), size=size))))
        assert pdf[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)
        image = pdf[0].render(scale=DPI / 72).to_pil().convert("RGB")
        found = image.getpixel(red) if red else image.getpixel((5, 5))
        assert (found == (255, 0, 0)) is (red is not None), size


def test_pages_in_their_order_and_equal_calls_give_equal_bytes() -> None:
    doc = opened(document(page(text("第一页")), page(text("第二页"))))
    assert text_of(doc) == ("第一页", "第二页")
    assert to_pdf(doc) == to_pdf(doc)
    assert {item.where for item in draw(doc).unsupported} == {"page 1", "page 2"}
    with pytest.raises(IndexError):
        render_page(doc, 2)
