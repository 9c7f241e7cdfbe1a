"""Pages as pixels: what lies over a page is on the paper too."""
from __future__ import annotations

import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from reportlab.pdfgen.canvas import Canvas

from print.raster import page_count, page_image


def sheet(pages: int = 1) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(200, 200))
    for _ in range(pages):
        canvas.drawString(20, 20, "page")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def with_a_field_that_looks_red(pdf: bytes) -> bytes:
    """As a seal: the appearance of a signature field."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject, StreamObject, pdf_name

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("Seal", box=(100, 100, 180, 180)))
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    look = StreamObject(stream_data=b"1 0 0 rg 0 0 80 80 re f")
    look.update({
        pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form"),
        pdf_name("/BBox"): ArrayObject([NumberObject(edge) for edge in (0, 0, 80, 80)]),
    })  # fmt: skip
    field[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.update_container(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_look_of_a_signature_is_drawn() -> None:
    image = page_image(with_a_field_that_looks_red(sheet()), 72)
    assert image.getpixel((140, 60)) == (255, 0, 0)
    assert page_image(sheet(), 72).getpixel((140, 60)) == (255, 255, 255)


def test_pages_are_counted() -> None:
    assert page_count(sheet(3)) == 3
