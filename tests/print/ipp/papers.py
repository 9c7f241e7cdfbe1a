"""Small PDFs."""
from __future__ import annotations

import functools
import io

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas


@functools.cache
def pdf(pages: int = 1) -> bytes:
    """A4, each page with its number."""
    out = io.BytesIO()
    drawing = canvas.Canvas(out, pagesize=A4, invariant=True)
    for page in range(pages):
        drawing.setFont("Helvetica", 40)
        drawing.drawString(100, 500, f"Page {page + 1} of {pages}")
        drawing.rect(20, 20, 300, 200)
        drawing.showPage()
    drawing.save()
    return out.getvalue()
