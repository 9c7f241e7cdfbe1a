"""The demo with windows: a hall, its terminals side by side, and the bench panel beside them. The panel's window is the door:
closing it ends everything; a terminal may be closed, killed and started again."""
from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import trio

from kiosk.config import load
from kiosk.front import Screen
from kiosk.stock import Stock
from kiosk.transaction.journal import Journal
from remote.central.times import BEIJING
from tests.bench_panel.compose import DESIGN
from tests.hall.hall import SAMPLE, Hall, TerminalPlace, Wishes, open_hall
from tests.hall.process import ROOT, Child

TITLE_BAR_PX = 40     # of a usual window manager
GAP_PX = 8
TASK_BAR_PX = 60
LEAST_PANEL_PX = 800  # narrower than this its words are hard to read
LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Desk:
    """Who gets which part of the desktop, pixels, y down."""

    screen: Screen
    kiosks: tuple[tuple[int, int], ...]        # upper left corners
    panel_at: tuple[int, int]
    panel_size: tuple[int, int]


def share(width: int, height: int, screen: Screen, terminals: int) -> Desk:
    """Terminals as high as fits from the left, the panel in what is left of the width, never too narrow to read."""
    high = height - TITLE_BAR_PX - TASK_BAR_PX
    wide = (width - min(LEAST_PANEL_PX, width * 3 // 5) - (terminals + 2) * GAP_PX) // terminals
    shown = screen.fitted(wide, high)
    taken = terminals * (shown.width_px + GAP_PX) + GAP_PX
    panel_width = min(width - taken - GAP_PX, round(high * DESIGN[0] / DESIGN[1]))
    panel_height = min(high, round(panel_width * DESIGN[1] / DESIGN[0] * 1.25))
    kiosks = tuple((GAP_PX + number * (shown.width_px + GAP_PX), TITLE_BAR_PX) for number in range(terminals))
    return Desk(shown, kiosks, (taken, TITLE_BAR_PX), (panel_width, panel_height))


async def run_windowed(terminals: int, speed: float, hsm: bool = False) -> None:
    from kiosk.ui import start

    width, height = start._desktop_px() or start.DESKTOP_IF_UNKNOWN_PX
    desk = share(width, height, load(SAMPLE).screen, terminals)
    names = tuple(f"bz-{number:02d}" for number in range(1, terminals + 1))
    sys.stdout.write("opening the hall ...\n")
    sys.stdout.flush()
    screen_px = desk.screen.width_px, desk.screen.height_px
    wishes = Wishes(names, speed, population=20_000, screen_px=screen_px, hsm=hsm)
    async with open_hall(wishes) as hall:
        for place, at in zip(hall.terminals.values(), desk.kiosks, strict=True):
            count_blanks(place, wishes.blanks)
            add_kiosk(hall, place, at).start()
        panel = hall.add("panel", [sys.executable, "main.py", "panel", "--hall", str(hall.folder),
                                   "--at", f"{desk.panel_at[0]},{desk.panel_at[1]}",
                                   "--size", f"{desk.panel_size[0]}x{desk.panel_size[1]}"])  # fmt: skip
        panel.start()
        sys.stdout.write(f"counter and orders  {hall.centre_url}/counter\n"
                         f"technicians         {hall.centre_url}/console\nlogs                {hall.folder}\n"
                         "close the bench panel to end\n")  # fmt: skip
        sys.stdout.flush()
        while panel.running and not hall.closing.is_set():
            await trio.sleep(LOOK_EVERY_S)
        if panel.exit_code:
            sys.stderr.write(panel.last_words() + "\n")


def add_kiosk(hall: Hall, place: TerminalPlace, at: tuple[int, int]) -> Child:
    """The terminal itself, through the product's own door, placed on the desktop."""
    where = {"KCFG_GRAPHICS_POSITION": "custom", "KCFG_GRAPHICS_LEFT": str(at[0]), "KCFG_GRAPHICS_TOP": str(at[1])}
    command = [sys.executable, str(ROOT / "main.py"), "kiosk", "--config", str(place.config), "--alone"]
    return hall.add(f"kiosk-{place.id}", command, place, where)


def count_blanks(place: TerminalPlace, count: int) -> None:
    """What the attendant does before the hall opens: the blanks in the hopper are counted and go into the books."""
    folder = load(place.config).journal.folder
    journal = Journal(Path(folder), lambda: datetime.now(BEIJING))
    stock = Stock(journal)
    if stock.books.loaded == 0:
        stock.load(count)
    journal.close()
