"""OFD pages as a PDF for the printer and as a raster of the same PDF for the screen, so that what is seen is what is
printed. Seals are drawn at their places; whether they are good, only print.ofd.seals says (facts/print.md, trap 8)."""
from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from reportlab.pdfgen import canvas as pdf_canvas

from print import fonts
from print.ofd import ink
from print.ofd.document import OfdDocument, open_ofd
from print.ofd.errors import OfdError, TooBig
from print.ofd.findings import Findings, Unsupported
from print.ofd.geometry import Box
from print.ofd.model import Page, Signature, Stamp
from print.ofd.painter import Painter, Store
from print.ofd.pictures import Picture, UnusablePicture
from print.ofd.seals.ses import NotASeal, SealPicture, picture_of
from print.raster import page_image

MM = 72 / 25.4
A4_MM = (210.0, 297.0)
MOST_RASTER_PIXELS = 40_000_000


@dataclass(frozen=True)
class Drawn:
    """A PDF of some pages and what of them is not as its producer meant it."""

    pdf: bytes
    unsupported: tuple[Unsupported, ...]


@dataclass(frozen=True)
class Rendered:
    """One page as RGB on white."""

    image: Image.Image
    unsupported: tuple[Unsupported, ...]

    @property
    def png(self) -> bytes:
        packed = io.BytesIO()
        self.image.save(packed, "PNG")
        return packed.getvalue()


def render_page(doc: OfdDocument, index: int, dpi: float = 96) -> Rendered:
    """A page as the screen shows it. Raises IndexError, Damaged, TooBig (more than 40 million pixels)."""
    box = doc.pages[index].box
    if box.width * box.height * (dpi / 25.4) ** 2 > MOST_RASTER_PIXELS:
        raise TooBig(f"a page of {box.width:.0f} x {box.height:.0f} mm at {dpi:.0f} dpi")
    drawn = draw(doc, [index])
    return Rendered(page_image(drawn.pdf, dpi), drawn.unsupported)


def to_pdf(doc: OfdDocument) -> bytes:
    """All pages for an A4 printer; see `draw` for what is not drawn. Raises Damaged, TooBig."""
    return draw(doc, printing=True, a4=True).pdf


def draw(doc: OfdDocument, pages: Sequence[int] | None = None, *, printing: bool = False, a4: bool = False) -> Drawn:
    """`printing` leaves out annotations marked as not printed. `a4` lays each page on a sheet of A4: turned where it is
    too wide, shrunk where it is larger, at the top where it is smaller. Equal calls give equal bytes. Raises Damaged, TooBig."""
    fonts.main_face_loaded()
    out = io.BytesIO()
    make: Any = pdf_canvas.Canvas  # its stub takes initialFontName for a number
    canvas = make(out, initialFontName=fonts.REGULAR.name, invariant=1, pageCompression=1)
    findings = Findings()
    findings.where = "document"
    for problem in doc.problems:
        findings.add(problem)
    store = Store(doc.package, doc.resources, canvas, "E")
    seals = _Seals(doc, canvas, findings)
    for index in range(len(doc.pages)) if pages is None else pages:
        page = doc.pages[index]
        findings.where = f"page {index + 1}"
        _set_sheet(canvas, page.box, a4)
        Painter(canvas, store, findings).page(page, printing=printing)
        seals.on(page)
        canvas.showPage()
    store.fonts.write()
    seals.write()
    canvas.save()
    return Drawn(out.getvalue(), findings.all())


def _set_sheet(canvas: Any, box: Box, a4: bool) -> None:
    """Size the sheet and move the canvas into page space: millimetres, y downwards from the page's left upper corner."""
    width, height = box.width, box.height
    sheet = (width, height)
    wide, fit = width > max(height, A4_MM[0]), 1.0
    if a4:
        sheet = A4_MM
        across, along = (height, width) if wide else (width, height)
        fit = min(1.0, A4_MM[0] / across, A4_MM[1] / along)
    canvas.setPageSize((sheet[0] * MM, sheet[1] * MM))
    canvas.scale(MM, MM)
    if a4 and wide:
        canvas.translate((A4_MM[0] - height * fit) / 2, (A4_MM[1] + width * fit) / 2)
        canvas.rotate(-90)
        canvas.transform(fit, 0, 0, -fit, 0, height * fit)
    else:
        canvas.transform(fit, 0, 0, -fit, (sheet[0] - width * fit) / 2, sheet[1])
    canvas.translate(-box.x, -box.y)


class _Seals:
    """Pictures of the seals, out of the signed value where there is one, each opened once."""

    def __init__(self, doc: OfdDocument, canvas: Any, findings: Findings) -> None:
        self._doc, self._canvas, self._findings = doc, canvas, findings
        self._inner: dict[str, tuple[OfdDocument, Store]] = {}
        self._pictures: dict[str, Picture] = {}

    def on(self, page: Page) -> None:
        for signature in self._doc.signatures:
            if signature.problem:
                self._findings.add(f"signature {signature.identity[:20]} that cannot be read")
            for stamp in signature.stamps:
                if stamp.page == page.identity:
                    self._stamp(signature, stamp)

    def write(self) -> None:
        for _, store in self._inner.values():
            store.fonts.write()

    def _stamp(self, signature: Signature, stamp: Stamp) -> None:
        self._canvas.saveState()
        self._canvas.translate(stamp.box.x, stamp.box.y)
        if stamp.clip is not None:
            ink.clip_box(self._canvas, stamp.clip)
        try:
            self._draw(signature, stamp.box)
        except (NotASeal, UnusablePicture, OfdError) as error:
            self._findings.add(f"picture of the seal of signature {signature.identity[:20]}: {error}"[:160])
        self._canvas.restoreState()

    def _draw(self, signature: Signature, box: Box) -> None:
        if signature.identity not in self._pictures and signature.identity not in self._inner:
            self._open(signature)
        if signature.identity in self._inner:
            doc, store = self._inner[signature.identity]
            inside = doc.pages[0].box
            self._canvas.scale(box.width / inside.width, box.height / inside.height)
            self._canvas.translate(-inside.x, -inside.y)
            Painter(self._canvas, store, self._findings).page(doc.pages[0], printing=False)
            return
        picture = self._pictures[signature.identity]
        if not picture.transparent:
            self._canvas.setBlendMode("Multiply")  # the text under an opaque seal stays readable, as under real ink
        self._canvas.scale(box.width, box.height)
        ink.picture(self._canvas, picture, 1.0)

    def _open(self, signature: Signature) -> None:
        seal = _picture(self._doc, signature)
        if seal.data[:4] == b"PK\x03\x04":
            inner = open_ofd(seal.data)
            store = Store(inner.package, inner.resources, self._canvas, f"S{len(self._inner)}N")
            self._inner[signature.identity] = (inner, store)
        else:
            self._pictures[signature.identity] = Picture(seal.data)


def _picture(doc: OfdDocument, signature: Signature) -> SealPicture:
    for path in (signature.value, signature.seal):
        if path is None or doc.package.find(path) is None:
            continue
        try:
            return picture_of(doc.package.read(path))
        except NotASeal:
            if path == signature.seal or signature.seal is None:
                raise
    raise NotASeal("not in the package")


