"""The machines of one terminal: real simulators, a chip in every blank. They outlive every process."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from random import Random

import trio

from card.transport import CardOutcomeUnknown, CardTransport, ChipStation, atr_of
from card.virtual.card import VirtualCard
from devices.camera.simulator import CameraSimulator
from devices.card_printer.model import CardPrinterModel
from devices.card_printer.simulator import CardPrinterSimulator
from devices.id_reader.simulator import IdReaderSimulator
from devices.receipt_printer.model import ReceiptPrinterModel
from devices.receipt_printer.simulator import ReceiptPrinterSimulator
from devices.ups.simulator import UpsdSimulator
from print.ipp.simulator.machine import PagePrinter
from tests.simulation.page_printer import SleepyPagePrinter

MUTE_FOR_S = 5.0             # card/pcsc.py, ANSWER_WITHIN_S
BINS = 200                   # cards: no bin is full by itself in one day


class Machines:
    """`forgets`: the card printer's counters of the exit start anew with its power."""

    def __init__(self, blanks: int, forgets: bool, rng: Random) -> None:
        self.reader = IdReaderSimulator(seed=rng.getrandbits(32))
        model = CardPrinterModel(
            blanks=blanks, rng=Random(rng.random()), new_chip=_white_card, forgets=forgets, capture_capacity=BINS,
            reject_capacity=BINS,
        )  # fmt: skip
        self.printer = CardPrinterSimulator(model, rng=Random(rng.random()))
        self.slips = ReceiptPrinterSimulator(ReceiptPrinterModel(), rng=Random(rng.random()))
        self.camera = CameraSimulator(seed=rng.getrandbits(32))
        self.pages = PagePrinter(SleepyPagePrinter(self.side_came_out))
        self.upsd = UpsdSimulator(seed=rng.getrandbits(32))
        model.on_station_change = self._chip_moved
        self._chip: VirtualCard | None = None
        self.has_power = True

    def at_contacts(self) -> VirtualCard | None:
        """The chip that can be powered now."""
        chip = self.printer.model.chip_at_station
        return chip if isinstance(chip, VirtualCard) else None

    def release_chip(self) -> None:
        """Whoever powered it is gone."""
        if self._chip is not None:
            self._chip.power_off()

    def power(self, on: bool) -> None:
        """Of the whole cabinet."""
        self.has_power = on
        for machine in (self.reader, self.printer.model, self.slips.model, self.paper, self.camera):
            (machine.power_on if on else machine.power_off)()

    @property
    def paper(self) -> SleepyPagePrinter:
        model = self.pages.model
        assert isinstance(model, SleepyPagePrinter)
        return model

    def side_came_out(self, job: str) -> None:
        """In this instant a side fell into the output."""

    def _chip_moved(self, chip: object | None) -> None:
        self.release_chip()
        self._chip = chip if isinstance(chip, VirtualCard) else None


class PatientStation:
    """A chip station that gives a mute card up, as PC/SC does (card/pcsc.py); in memory nobody else would."""

    def __init__(self, station: ChipStation) -> None:
        self._station = station

    def power_up(self) -> AbstractAsyncContextManager[CardTransport]:
        return self._powered()

    @asynccontextmanager
    async def _powered(self) -> AsyncIterator[CardTransport]:
        async with self._station.power_up() as transport:
            yield _Patient(transport)


@dataclass
class _Patient:
    inner: CardTransport

    @property
    def atr(self) -> bytes:
        return atr_of(self.inner) or b""

    async def transmit(self, apdu: bytes) -> bytes:
        with trio.move_on_after(MUTE_FOR_S):
            return await self.inner.transmit(apdu)
        raise CardOutcomeUnknown("no answer in time")


def _white_card(serial: str) -> VirtualCard:
    return VirtualCard.blank(int(serial.removeprefix("B")))
