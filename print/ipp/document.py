"""A PDF and what this printer makes of it: how many pages, in which format it is sent, with which job attributes.

Nothing of a document is written to disk here. Behind us it may be: CUPS spools every job (`PreserveJobFiles No` lets it
delete the file when the job ends), and office machines with a disk keep what they printed (switch it off there).
"""
from __future__ import annotations

from typing import cast

import pypdfium2
from PIL import Image

from print import raster
from print.ipp import pwg
from print.ipp.errors import NotReady
from print.ipp.job import Ticket
from print.ipp.readings import Capabilities
from print.ipp.reasons import Hindrance
from print.ipp.terms import A4, PDF, PWG_RASTER, Sides
from print.ipp.values import Attribute, Tag, Unit

A4_MM = (210, 297)
POINTS_PER_MM = 72 / 25.4
RASTER_DPI = 300
"""Asked for first: what the layouts are checked at. Others are taken where the printer has no 300."""
LIMIT_DPI = 600
CANCEL_AFTER_S = 600
"""job-cancel-after: where the printer knows it, it gives a job up by itself even when the terminal is dead."""


class NotPrintable(ValueError):
    """These bytes are no PDF with at least one page."""


def page_count(pdf: bytes) -> int:
    """Raises NotPrintable."""
    try:
        pages = raster.page_count(pdf)
    except pypdfium2.PdfiumError as error:
        raise NotPrintable(str(error)) from error
    if pages < 1:
        raise NotPrintable("a PDF without a page")
    return pages


def template(ticket: Ticket, able: Capabilities, colour: bool, *, cancel_after_s: int = CANCEL_AFTER_S) -> tuple[Attribute, ...]:
    """The job attributes, media and colour always among them: the printer's own defaults decide otherwise (letter, 1 bit;
    facts/print.md trap 7).
    `lpadmin -m everywhere` leaves a queue without a driver and says nothing (trap 4).
    Raises NotReady where the printer says that it has not what is asked for."""
    if able.is_spooler and not able.media:
        raise NotReady(Hindrance.UNSUITABLE, "a queue without a driver: it would send the printer bytes it cannot read")
    _check("media", ticket.media, able.media)
    _check("sides", str(ticket.sides), able.sides)
    if ticket.copies > 1 and (able.copies is None or ticket.copies > able.copies):
        raise NotReady(Hindrance.UNSUITABLE, f"{ticket.copies} copies")
    found = [
        Attribute.of("media", Tag.KEYWORD, ticket.media),
        Attribute.of("sides", Tag.KEYWORD, str(ticket.sides)),
        Attribute.of("copies", Tag.INTEGER, ticket.copies),
    ]
    wanted = ("color", "auto", "monochrome") if colour else ("monochrome", "auto")
    if mode := next((one for one in wanted if one in able.colour_modes), None):
        found.append(Attribute.of("print-color-mode", Tag.KEYWORD, mode))
    if "none" in able.scalings:
        found.append(Attribute.of("print-scaling", Tag.KEYWORD, "none"))
    if "job-cancel-after" in able.creation:
        found.append(Attribute.of("job-cancel-after", Tag.INTEGER, cancel_after_s))
    return tuple(found)


def _check(name: str, value: str, able: tuple[str, ...]) -> None:
    if able and value not in able:
        raise NotReady(Hindrance.UNSUITABLE, f"{name} {value}")


def format_for(able: Capabilities) -> str:
    """PDF as it is where the printer reads it, else PWG raster. Raises NotReady where it reads neither, also where it says
    nothing: bytes that a printer cannot read come out as pages of rubbish."""
    for one in (PDF, PWG_RASTER):
        if one in able.formats:
            return one
    raise NotReady(Hindrance.UNSUITABLE, f"reads {', '.join(able.formats) or 'no format that it names'}")


def raster_plan(ticket: Ticket, able: Capabilities, colour: bool) -> pwg.Plan:
    """Raises NotReady where the printer takes no pixels of ours."""
    if ticket.media != A4:
        raise NotReady(Hindrance.UNSUITABLE, f"no raster of {ticket.media}")
    wanted: tuple[pwg.PixelType, ...] = ("srgb_8", "sgray_8") if colour else ("sgray_8", "srgb_8")
    kind = next((one for one in wanted if one in able.raster_types), None)
    square = {
        one.feed
        for one in able.raster_resolutions
        if one.feed == one.cross_feed and one.unit == Unit.PER_INCH and 0 < one.feed <= LIMIT_DPI
    }
    if kind is None or not square:
        raise NotReady(Hindrance.UNSUITABLE, "no raster of 8 bits at a usual resolution")
    dpi = RASTER_DPI if RASTER_DPI in square else min(square, key=lambda one: abs(one - RASTER_DPI))
    back = able.raster_back if able.raster_back in ("flipped", "rotated", "manual-tumble") else "normal"
    points = (round(A4_MM[0] * POINTS_PER_MM), round(A4_MM[1] * POINTS_PER_MM))
    return pwg.Plan(dpi, kind, Sides(ticket.sides), cast(pwg.BackSide, back), ticket.media, points)


def rasterised(pdf: bytes, plan: pwg.Plan, pages: int) -> bytes:
    """Blocking: about a second a page. Call it in a worker thread."""
    return pwg.encode((_on_sheet(raster.page_image(pdf, plan.dpi, page), plan) for page in range(pages)), plan, pages)


def _on_sheet(image: Image.Image, plan: pwg.Plan) -> Image.Image:
    """Exactly as many dots as the sheet has; a page a dot off is cut or continued in white, never scaled."""
    size = round(A4_MM[0] / 25.4 * plan.dpi), round(A4_MM[1] / 25.4 * plan.dpi)
    if image.size == size:
        return image
    sheet = Image.new("RGB", size, "white")
    sheet.paste(image, (0, 0))
    return sheet


