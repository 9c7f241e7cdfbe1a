"""What goes wrong around the terminals, and the attendant who puts it right."""
from __future__ import annotations

from dataclasses import dataclass
from random import Random

import trio

from card.virtual.card import UNREADABLE_ATR, VirtualCard
from card.virtual.tear import Moment, Tear
from devices.card_printer import model as printer_model
from devices.card_printer.status import PathMedia
from devices.faults import Faults
from devices.id_reader import simulator as reader_simulator
from devices.receipt_printer import model as slip_model
from print.ipp.simulator.faults import FAULTS as PAGE_FAULTS
from print.ipp.simulator.faults import Faults as PageFaults
from tests.simulation.cabinet import Cabinet

ONCE = {
    "feed_jam", "double_feed", "path_jam", "print_jam", "ribbon_torn", "slipping", "answer_lost", "answer_late", "garbage_answer",
    "wrong_answer", "cutter_jam", "buffer_lost", "card_lifted_in_read", "unplugged", "runs_out_in_mid_slip",
    "runs_out_in_mid_job", "jam_in_mid_job", "dies_in_mid_job", "request_lost", "accepted_twice", "job_dropped",
    "completed_without_paper", "completed_short", "completed_with_errors", "aborts", "cancel_refused", "substitutes", "busy",
    "internal_error", "garbled", "slow",
}  # fmt: skip
"""Faults that happen once or twice; the others last for a while."""
PAGES = 0.3                  # of all faults: of the A4 printer
MAINS_GO_EVERY_S = 900.0


@dataclass
class Trouble:
    """Faults of one cabinet's machines, at random."""

    cabinet: Cabinet
    rng: Random

    async def go_on(self) -> None:
        while True:
            await trio.sleep(self.rng.expovariate(1 / self.cabinet.world.setting.faults_every_s))
            if not self.cabinet.world.faults_allowed:
                return
            await self._something()

    async def _something(self) -> None:
        only = self.cabinet.world.setting.only_faults
        if only:
            pages = self.cabinet.pages.faults
            for faults in (self.cabinet.printer.faults, self.cabinet.slips.faults, self.cabinet.reader.faults, pages):
                self._fault(faults, sorted(set(only) & set(faults.known)))
            return
        if self.rng.random() < PAGES:
            self._fault(self.cabinet.pages.faults, sorted(PAGE_FAULTS))
            return
        match self.rng.randrange(12):
            case 0 | 1 | 2 | 3 | 4:
                self._fault(self.cabinet.printer.faults, sorted(printer_model.FAULTS))
            case 5 | 6:
                self._fault(self.cabinet.slips.faults, sorted(slip_model.FAULTS))
            case 7 | 8:
                self._fault(self.cabinet.reader.faults, sorted(reader_simulator.FAULTS))
            case 9 | 10:
                self._spoil_a_chip()
            case _:
                await self._blip()

    def _fault(self, faults: Faults | PageFaults, names: list[str]) -> None:
        if not names:
            return
        name = self.rng.choice(names)
        self.cabinet.world.trace(self.cabinet.name, f"fault {name}")
        self.cabinet.slipped |= name == "slipping"
        if name in ONCE:
            faults.set(name, self.rng.choice((1, 1, 2)))
            return
        faults.set(name)
        self.cabinet.world.nursery.start_soon(self._passes, faults, name, self.rng.choice((5.0, 60.0, 300.0)) * self.rng.random())

    async def _passes(self, faults: Faults | PageFaults, name: str, after_s: float) -> None:
        await trio.sleep(after_s)
        faults.clear(name)

    def _spoil_a_chip(self) -> None:
        hopper = self.cabinet.printer.model.hopper[:2]
        if not hopper:
            return
        chip = self.rng.choice(hopper).chip
        assert isinstance(chip, VirtualCard)
        if self.rng.random() < 0.3:
            chip.atr = UNREADABLE_ATR
        else:
            chip.tear = Tear(self.rng.choice(list(Moment)), skip=self.rng.randrange(8))
        self.cabinet.world.trace(self.cabinet.name, "a bad chip in the hopper")

    async def _blip(self) -> None:
        """One machine's power, or its cable; the terminal goes on."""
        cabinet = self.cabinet
        machine = self.rng.choice((cabinet.reader, cabinet.printer.model, cabinet.slips.model, cabinet.paper, cabinet.camera))
        self.cabinet.world.trace(self.cabinet.name, f"{type(machine).__name__} loses power")
        machine.power_off()
        await trio.sleep(self.rng.uniform(0.2, 20))
        machine.power_on()

    async def mains(self) -> None:
        """Where there is a UPS: they go and come back; it may take longer than a battery lasts."""
        while True:
            await trio.sleep(self.rng.expovariate(1 / MAINS_GO_EVERY_S))
            if not self.cabinet.world.faults_allowed:
                return
            self.cabinet.mains(False)
            await trio.sleep(self.rng.choice((2.0, 60.0, 400.0, 900.0)) * self.rng.random())
            self.cabinet.mains(True)


@dataclass
class Attendant:
    """Walks by now and then: jams, ribbon, knife, paper, bins, covers."""

    cabinet: Cabinet
    rng: Random

    async def go_on(self) -> None:
        while True:
            await trio.sleep(self.rng.uniform(30, 90))
            self.put_right()

    def put_right(self) -> None:
        printer, slips = self.cabinet.printer.model, self.cabinet.slips.model
        if printer.place is PathMedia.JAMMED and not printer.moving:
            self.cabinet.world.trace(self.cabinet.name, f"attendant clears {printer.clear_jam()} cards")
        if printer.ribbon_torn or printer.ribbon_sets < 4:
            printer.change_ribbon()
        paper = self.cabinet.paper
        if paper.jammed or paper.sheets_in_tray < 3:
            self.cabinet.world.trace(self.cabinet.name, "attendant sees to the A4 printer")
            paper.clear_jam()
            paper.load()
        if not paper.powered and self.cabinet.has_power:
            paper.power_on()                     # it died in the middle of a job
        slips.clear_cutter()
        if not slips.paper_mm:
            slips.load_paper()
        slips.tear_off()

    def clear_everything(self) -> None:
        """The morning: no fault any more, everything has power."""
        for faults in (self.cabinet.printer.faults, self.cabinet.slips.faults, self.cabinet.reader.faults):
            faults.clear()
        self.cabinet.pages.faults.clear()
        self.cabinet.mains(True)
        self.cabinet.power(True)
        for blank in self.cabinet.printer.model.hopper:
            chip = blank.chip
            if isinstance(chip, VirtualCard):
                chip.tear = None
        self.put_right()
