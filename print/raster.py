"""PDF pages to pixels through pypdfium2, as card printers, screens and thermal heads want them."""
from __future__ import annotations

import threading

import pypdfium2
from PIL import Image

CR80_MM = (85.6, 53.98)
"""ISO/IEC 7810 ID-1."""
CR80_DPI = 300
CR80_PIXELS = (1012, 638)
"""What CR80_MM gives in pypdfium2 at 300 dpi (facts/print.md 5)."""
PANEL_DOTS = (1016, 648)
"""The card printer's print area, landscape, at 300 dpi (facts/devices.md, Evolis bitmap 648 x 1016)."""

_PDFIUM = threading.Lock()
"""pdfium keeps global state and is not thread-safe."""


def page_image(pdf: bytes, dots_per_inch: float, page: int = 0) -> Image.Image:
    """One page as RGB on white, with what is laid over it: a seal is the appearance of a signature field."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document.init_forms()           # without it pdfium draws no field
            image: Image.Image = document[page].render(scale=dots_per_inch / 72).to_pil()
            return image.convert("RGB")
        finally:
            document.close()


def page_count(pdf: bytes) -> int:
    """Raises pypdfium2.PdfiumError where it is no PDF."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def card_image(pdf: bytes) -> Image.Image:
    """A CR80 face at 300 dpi, exactly 1012 x 638. Raises ValueError where the PDF has another size."""
    image = page_image(pdf, CR80_DPI)
    if image.size != CR80_PIXELS:
        raise ValueError(f"not a CR80 face: {image.size}")
    return image


def panel_image(pdf: bytes) -> Image.Image:
    """A CR80 face centred on the printer's 1016 x 648 dots. The print area is larger than the card on every side, so
    the outermost pixels are continued outwards: a bleed, not a white rim at the card's edge."""
    face = card_image(pdf)
    left, top = (PANEL_DOTS[0] - face.width) // 2, (PANEL_DOTS[1] - face.height) // 2
    panel = Image.new("RGB", PANEL_DOTS, "white")
    panel.paste(face.crop((0, 0, face.width, 1)).resize((face.width, top)), (left, 0))
    panel.paste(face.crop((0, face.height - 1, face.width, face.height)).resize((face.width, top)), (left, top + face.height))
    panel.paste(face, (left, top))
    panel.paste(panel.crop((left, 0, left + 1, PANEL_DOTS[1])).resize((left, PANEL_DOTS[1])), (0, 0))
    right = left + face.width
    panel.paste(panel.crop((right - 1, 0, right, PANEL_DOTS[1])).resize((PANEL_DOTS[0] - right, PANEL_DOTS[1])), (right, 0))
    return panel
