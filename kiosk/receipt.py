"""A slip on its way to the receipt printer: the layout's lines become the printer's items, rare characters a picture."""
from __future__ import annotations

import io
from collections.abc import Sequence

from devices.receipt_printer.items import Cut, Feed, Item, Picture, Qr, Rule, Text
from print.layouts import slip_device, slip_paper
from print.layouts.slip import Slip, SlipLine, lines
from print.raster import page_image

SCREEN_DPI = 152         # three quarters of the head's 203: what the screen shows of a slip
QR_MODULE_DOTS = 8       # 1 mm a module on the paper
FEED_LINES = 3           # from the head to the cutter


def items_of(slip: Slip) -> list[Item]:
    """Raises NoGlyph where no font has a character: found out before anything is printed."""
    items: list[Item] = []
    for line in lines(slip):
        items += items_of_line(line)
    return [*items, Feed(FEED_LINES), Cut()]


def items_of_line(line: SlipLine) -> Sequence[Item]:
    if line.kind == "rule":
        return [Feed(), Rule(), Feed()]      # air above and below: letters must not stand on the line
    if line.kind == "qr":
        return [Qr(line.text, QR_MODULE_DOTS)]
    if slip_device.needs_picture(line):
        return [Picture(slip_paper.line_picture(line))]
    size, large = slip_device.device_scale(line), line.kind in ("title", "big")
    return [Text(row, size=size, bold=large, align="center" if large else "left") for row in slip_device.device_rows(line)]


def shown(slip: Slip) -> bytes:
    """The slip as PNG for the screen."""
    file = io.BytesIO()
    page_image(slip_paper.draw(slip), SCREEN_DPI).save(file, "PNG")
    return file.getvalue()
