"""What of this terminal works now. Asked of the machines, the disk, the clock and the centre; never assumed."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import trio

from devices.card_printer.status import Media, PathMedia, Supply
from devices.errors import DeviceError
from devices.receipt_printer.driver import Paper
from kiosk.parts import Parts
from kiosk.stock import Stock
from kiosk.transaction.heart import Heart
from remote.platform import PlatformAway, PlatformRefused


@dataclass(frozen=True)
class Found:
    """One look at everything. None and False mean "not known to work"."""

    id_reader: bool = False
    card_printer: bool = False
    blanks: bool = False
    paper: bool = False
    centre: bool = False
    clock_off_s: float | None = None
    free_mb: float = 0.0
    words: tuple[str, ...] = ()          # catalogue keys of what is wrong, for the operator's menu and the centre


@dataclass
class Health:
    parts: Parts
    heart: Heart
    stock: Stock
    closed_by_staff: bool = False
    door_open: bool = False
    found: Found = field(default_factory=Found)
    _look: trio.Event = field(default_factory=trio.Event)
    _looked: trio.Event = field(default_factory=trio.Event)

    async def watch(self) -> None:
        """Runs in the terminal's nursery."""
        while True:
            await self.look()
            with trio.move_on_after(self.parts.limits.look_every_s):
                await self._look.wait()
            self._look = trio.Event()

    async def looked(self) -> None:
        """Returns at the end of the next look."""
        await self._looked.wait()

    def look_again(self) -> None:
        """Something happened that may have changed the answer."""
        self._look.set()

    async def look(self) -> Found:
        words: list[str] = []
        id_reader = await self._answers(self.parts.id_reader.sam_status, "id_reader", words)
        card_printer, blanks = await self._printer(words)
        paper = await self._paper(words)
        offset = await self._clock(words)
        words += ["refused_too_often"] if self.refused_too_often else []
        words += ["journal_broken"] if self.heart.journal.broken else []
        self.found = Found(
            id_reader=id_reader, card_printer=card_printer, blanks=blanks, paper=paper, centre=offset is not None,
            clock_off_s=offset, free_mb=self.heart.journal.free_mb(), words=tuple(words),
        )  # fmt: skip
        self._looked.set()
        self._looked = trio.Event()
        return self.found

    @staticmethod
    async def _answers(ask: Callable[[], object], name: str, words: list[str]) -> bool:
        try:
            await ask()         # type: ignore[misc]
        except DeviceError:
            words.append(f"{name}_away")
            return False
        return True

    async def _printer(self, words: list[str]) -> tuple[bool, bool]:
        try:
            status = await self.parts.card_printer.status()
        except DeviceError:
            words.append("card_printer_away")
            return False, False
        troubles = {
            "cover_open": bool(status.cover_open),
            "reject_bin_full": bool(status.reject_bin_full),
            "capture_bin_full": bool(status.capture_bin_full),
            "ribbon_out": status.ribbon_left is not None and status.ribbon_left < 2,
            "card_in_path": status.path is not PathMedia.NOT_PRESENT,
            "card_at_exit": status.exit is not Media.NOT_PRESENT,
        }
        words += [word for word, is_so in troubles.items() if is_so]
        blanks = status.hopper in (Supply.OK, Supply.LOW) and self.stock.books.left > 0
        if not blanks:
            words.append("no_blanks")
        return not any(troubles.values()), blanks

    async def _paper(self, words: list[str]) -> bool:
        try:
            status = await self.parts.receipt_printer.status()
        except DeviceError:
            words.append("receipt_printer_away")
            return False
        if status.paper not in (Paper.OK, Paper.LOW):
            words.append("no_paper")
            return False
        return True

    async def _clock(self, words: list[str]) -> float | None:
        """Seconds this terminal is ahead of the centre; None where the centre does not answer."""
        try:
            clock = await self.parts.platform.clock()
        except (PlatformAway, PlatformRefused):
            words.append("centre_away")
            return None
        return (self.parts.now() - clock.now).total_seconds()

    # -- what follows from it ---------------------------------------------------------------------------------------

    def out_of_service(self) -> str | None:
        """The catalogue word of why no visit begins; None when one may."""
        journal = self.heart.journal
        if journal.broken:
            return "disk"
        if self.found.free_mb < self.parts.limits.min_free_mb:
            return "disk"
        if self.closed_by_staff:
            return "closed_by_staff"
        if self.door_open:
            return "door_open"
        if self.found.clock_off_s is not None and abs(self.found.clock_off_s) > self.parts.limits.clock_skew_s:
            return "clock"
        if not self.found.id_reader:
            return "no_devices"
        if not self.found.centre:
            return "network"
        return None

    def can_make_cards(self) -> bool:
        return (
            self.found.card_printer
            and self.found.blanks
            and "card_printer" not in self.heart.held()
            and not self.refused_too_often
        )

    @property
    def refused_too_often(self) -> bool:
        """An act after the pivot was refused again and again: a person has to look before the next card."""
        return max(self.heart.refusals().values(), default=0) >= self.parts.limits.refusals_of_a_kind

    async def checked_can_make_cards(self) -> bool:
        await self.look()
        return self.can_make_cards()



