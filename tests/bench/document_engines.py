"""One certificate, three ways, each in a process of its own: ours, reportlab as it is installed, and typst.

    python -m tests.bench.document_engines ours|plain|typst

Reads a number a line, makes so many certificates with other data each, answers with a line of JSON: milliseconds each.
"""
from __future__ import annotations

import io
import itertools
import json
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.print.documents import samples

Make = Callable[[str], bytes]
"""Name of the citizen -> PDF."""
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def ours() -> Make:
    """With the seal on the page as its outlines, where the seal service puts it when it signs."""
    from reportlab.pdfbase import pdfdoc

    from print.layouts.documents import frame
    from print.layouts.documents.draw import draw
    from print.layouts.documents.seal import demo_seal

    close, packed = frame.draw_closing, zlib.compress(demo_seal(), 9)
    form = {"Type": pdfdoc.PDFName("XObject"), "Subtype": pdfdoc.PDFName("Form"), "Filter": pdfdoc.PDFName("FlateDecode"),
            "BBox": pdfdoc.PDFArray([0, 0, frame.SEAL_SIDE, frame.SEAL_SIDE])}  # fmt: skip

    def closed_and_sealed(paper: Any, content: Any, sizes: Any, code: str | None) -> None:
        close(paper, content, sizes, code)
        left, bottom, _right, _top = frame.seal_box(sizes)
        document, name = paper.canvas._doc, pdfdoc.xObjectName("seal")
        document.Reference(pdfdoc.PDFStream(pdfdoc.PDFDictionary(dict(form)), packed), name)
        paper.canvas._formsinuse.append("seal")
        paper.canvas._code.append(f"q 1 0 0 1 {left} {bottom} cm /{name} Do Q")

    frame.draw_closing = closed_and_sealed
    return lambda name: draw(samples.social_insurance(name), samples.CODE).pdf


def plain() -> Make:
    """Straight reportlab: its defaults, its Table, code and seal as pictures. The same texts on the same page."""
    import zxingcpp
    from PIL import Image
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Table, TableStyle

    from print.font_files import BOLD_FILE, REGULAR_FILE, find

    pdfmetrics.registerFont(TTFont("R", str(find(REGULAR_FILE))))
    pdfmetrics.registerFont(TTFont("B", str(find(BOLD_FILE))))
    red, soft, hair, tint = (HexColor(colour) for colour in ("#B3161E", "#5A5A5A", "#8C8C8C", "#FAF3F1"))
    seal = seal_png()
    ruled: list[Any] = [
        ("FONT", (0, 0), (-1, -1), "R", 10.5), ("GRID", (0, 0), (-1, -1), 0.5, hair), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]  # fmt: skip

    def make(name: str) -> bytes:
        page = page_of(name)
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4)
        canvas.setFont("B", 22)
        canvas.setFillColor(red)
        canvas.drawCentredString(297, 770, page["issuer"])
        canvas.setStrokeColor(red)
        for y, line in ((757, 2.2), (754, 0.6)):
            canvas.setLineWidth(line)
            canvas.line(57, y, 538, y)
        canvas.setFont("B", 20)
        canvas.setFillColor(HexColor("#1A1A1A"))
        canvas.drawCentredString(297, 722, page["title"])
        canvas.setFont("R", 9)
        canvas.setFillColor(soft)
        canvas.drawString(57, 703, page["at"])
        canvas.drawRightString(538, 703, page["number"])
        facts = Table([page["facts"][0] + page["facts"][1], [*page["facts"][2], "", ""]], [87, 154, 87, 154], [24, 24])
        facts.setStyle(TableStyle([*ruled, ("BACKGROUND", (0, 0), (0, -1), tint), ("BACKGROUND", (2, 0), (2, 0), tint)]))
        facts.wrapOn(canvas, 482, 400)
        facts.drawOn(canvas, 57, 630)
        canvas.setFont("R", 12)
        canvas.drawString(81, 606, page["words"])
        table = Table(page["rows"], [107, 72, 103, 75, 125], [22, *[38] * 4])
        table.setStyle(TableStyle([*ruled, ("FONT", (0, 0), (-1, 0), "B", 10.5), ("BACKGROUND", (0, 0), (-1, 0), tint)]))
        table.wrapOn(canvas, 482, 400)
        table.drawOn(canvas, 57, 420)
        canvas.setFont("R", 12)
        canvas.drawString(81, 400, page["end"])
        canvas.setFont("R", 9)
        for y, text in ((375, page["remark"]), (78, page["how"]), (31, page["foot"])):
            canvas.drawString(57, y, text)
        code: Any = zxingcpp.create_barcode(samples.CODE, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=6)
        canvas.drawImage(ImageReader(Image.fromarray(code)), 51, 86, 93, 93)
        canvas.drawImage(ImageReader(io.BytesIO(seal)), 388, 78, 113.4, 113.4, mask="auto")
        canvas.setFont("R", 12)
        for y, text in ((148, page["issuer"]), (127, page["day"])):
            canvas.drawCentredString(445, y, text)
        canvas.showPage()
        canvas.save()
        return out.getvalue()

    return make


TYPST = """
#let page-data = json(bytes(sys.inputs.page))
#set page(paper: "a4", margin: (x: 20mm, top: 18mm, bottom: 20mm), footer: text(9pt)[#page-data.foot])
#set text(font: "Noto Sans SC", size: 12pt, lang: "zh", region: "cn")
#set table(stroke: 0.5pt + rgb("#8C8C8C"), inset: 6pt)
#align(center, text(22pt, weight: "bold", fill: rgb("#B3161E"), page-data.issuer))
#line(length: 100%, stroke: 2.2pt + rgb("#B3161E"))
#align(center, text(20pt, weight: "bold", page-data.title))
#text(9pt)[#page-data.at #h(1fr) #page-data.number]
#let facts = page-data.facts
#text(10.5pt, table(columns: (87pt, 154pt, 87pt, 1fr), fill: (x, _) => if calc.even(x) { rgb("#FAF3F1") },
  ..facts.at(0), ..facts.at(1), facts.at(2).at(0), table.cell(colspan: 3, facts.at(2).at(1))))
#h(2em)#page-data.words
#text(10.5pt, table(columns: (107pt, 72pt, 103pt, 75pt, 1fr), fill: (_, y) => if y == 0 { rgb("#FAF3F1") },
  ..page-data.rows.at(0).map(it => strong(it)), ..page-data.rows.slice(1).flatten()))
#h(2em)#page-data.end

#text(9pt, page-data.remark)
#place(bottom + left, image("code.png", width: 33mm))
#place(bottom + right, dx: -20pt, dy: -30pt, align(center)[#page-data.issuer \\ #page-data.day])
#place(bottom + right, dx: -37pt, image("seal.png", width: 40mm))
#place(bottom + left, dy: 12pt, text(9pt, page-data.how))
"""


def typst() -> Make:
    import typst as engine
    import zxingcpp
    from PIL import Image

    from print.font_files import FONT_DIR

    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    (folder / "page.typ").write_text(TYPST, encoding="utf-8")
    code: Any = zxingcpp.create_barcode(samples.CODE, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=4)
    Image.fromarray(code).save(folder / "code.png")
    (folder / "seal.png").write_bytes(seal_png())
    compiler = engine.Compiler(str(folder / "page.typ"), root=str(folder), font_paths=[str(FONT_DIR)], ignore_system_fonts=True)

    def make(name: str) -> bytes:
        made: Any = compiler.compile(format="pdf", sys_inputs={"page": json.dumps(page_of(name), ensure_ascii=False)})
        return bytes(made)

    return make


def seal_png() -> bytes:
    """The seal as one would have it from a stamp maker: 40 mm at 300 dpi, transparent (facts/print.md 4.6 used the same)."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGBA", (472, 472), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((6, 6, 466, 466), outline=(179, 22, 30, 220), width=14)
    pen.regular_polygon((236, 236, 110), 5, fill=(179, 22, 30, 220))
    for at in range(40, 430, 9):
        pen.line((at, 236 - at % 70, at + 5, 236 + at % 50), fill=(179, 22, 30, 90 + at % 130), width=3)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def page_of(name: str) -> dict[str, Any]:
    """The texts of our certificate, as a clerk would type them."""
    content = samples.social_insurance(name)
    rows = [["险种", "参保状态", "参保起止", "累计缴费", "缴费单位（身份）"]]
    payer = "亳州市谯城区古井纺织有\n限公司"
    rows += [[one.kind, one.state, f"{one.since:%Y.%m} 至 {one.until:%Y.%m}", f"{one.months}个月", payer]
             for one in content.insurances]  # fmt: skip
    return {
        "issuer": content.head.issuer, "title": "社会保险参保证明", "at": "出具时间：2027年3月9日 10:21",
        "number": f"编号：{content.head.number}",
        "facts": [["姓名", name], ["证件号码", content.head.id_number], ["用途", content.head.purpose]],
        "words": "经核查，截至2027年3月，上列人员在本市参加社会保险的情况如下：", "rows": rows, "end": "特此证明。",
        "remark": "说明：1. 参保信息以出具时社会保险经办系统的记录为准。2. 累计缴费不含转出和已退费的月数。",
        "how": "核验真伪：用政务服务终端或核验程序扫码，编号、姓名应与本页一致。有效期至2027年6月7日。",
        "foot": "咨询电话 12345　　第1页 共1页", "day": "2027年3月9日",
    }  # fmt: skip


ENGINES: dict[str, Callable[[], Make]] = {"ours": ours, "plain": plain, "typst": typst}


def main(engine: str) -> None:
    make = ENGINES[engine]()
    names = (first + second for first, second in itertools.cycle(itertools.product(SURNAMES, SURNAMES)))
    make("李秀英")
    for line in sys.stdin:
        taken = []
        for _ in range(int(line)):
            name = next(names)
            began = time.perf_counter()
            make(name)
            taken.append((time.perf_counter() - began) * 1000)
        print(json.dumps(taken), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
