"""Test prints: the terminal's name and the time, nobody's data, and what the machine itself says of them."""
from __future__ import annotations

from devices.errors import DeviceError
from devices.receipt_printer.driver import PrintEnd
from devices.receipt_printer.items import Cut, Feed, Item, Text
from kiosk.commands.words import Ended, done, failed, unknown
from kiosk.health.health import Health
from kiosk.health.streaks import Streak
from kiosk.parts import Parts
from print.drawing import MM, Sheet
from print.ipp.errors import NotReady, PrinterError
from print.ipp.job import Stage

TEST_FEED = 3                # lines from the head to the knife
A4_MM = (210, 297)
FRAME_MM = 10                # from the edge: what the machine cannot print shows
TONES = ("#000000", "#555555", "#999999", "#CCCCCC")


async def trial_slip(health: Health) -> Ended:
    parts = health.parts
    lines = (parts.hall, parts.terminal, f"{parts.now():%Y-%m-%d %H:%M}", "远程试打凭条,中文打印正常")
    items: list[Item] = [*(Text(line) for line in lines), Feed(TEST_FEED), Cut()]
    try:
        outcome = await parts.receipt_printer.print_items(items)
    except DeviceError:
        return failed("printer_away")
    health.streaks.was(Streak.SLIP_NOT_DELIVERED, good=outcome.end is PrintEnd.DELIVERED)
    match outcome.end:
        case PrintEnd.DELIVERED:
            return done()
        case PrintEnd.FAILED:
            return failed("not_printed")
        case _:
            return unknown("may_be_on_paper")


async def trial_page(parts: Parts, command_id: str) -> Ended:
    if parts.a4_printer is None:
        return failed("not_here")
    page = await parts.offload(draw_page, parts.hall, parts.terminal, f"{parts.now():%Y-%m-%d %H:%M}")
    try:
        ticket = await parts.a4_printer.prepare(page, job_name=f"test-{command_id}")
    except NotReady as error:
        return failed("not_ready", hindrance=str(error.hindrance))
    except PrinterError:
        return failed("printer_away")
    outcome = await parts.a4_printer.print(page, ticket)
    facts = {} if outcome.pages_out is None else {"pages": str(outcome.pages_out)}
    match outcome.end:
        case Stage.DELIVERED:
            return done(**facts)
        case Stage.FAILED:
            return failed("not_printed", why=str(outcome.why), **facts)
        case _:
            return unknown("may_be_on_paper", **facts)


def draw_page(hall: str, terminal: str, at: str) -> bytes:
    """One A4 page as PDF: a frame near the edges, four tones, Chinese and Latin letters in three sizes."""
    width, height = (side * MM for side in A4_MM)
    sheet = Sheet(width, height)
    left, top = FRAME_MM * MM, height - FRAME_MM * MM
    sheet.canvas.rect(left, left, width - 2 * left, height - 2 * left)
    sheet.text(width / 2, top - 30 * MM, "试打一页", 40, align="centre")
    for number, line in enumerate((hall, terminal, at)):
        sheet.text(width / 2, top - (50 + 12 * number) * MM, line, 20, align="centre")
    for number, size in enumerate((8, 12, 24)):
        sheet.text(2 * left, top - (110 + 14 * number) * MM, "亳州市 谯城区 0123456789 ABC abc", size)
    side = (width - 4 * left) / len(TONES)
    for number, tone in enumerate(TONES):
        sheet.canvas.setFillColor(tone)
        sheet.canvas.rect(2 * left + number * side, top - 190 * MM, side, 25 * MM, fill=1, stroke=0)
    return sheet.finish()
