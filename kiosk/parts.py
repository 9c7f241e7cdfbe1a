"""The parts of one terminal, handed to plans and journeys as they are: drivers, the centre's client, limits, the watch."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from card.transport import ChipStation
from devices.blackbox.recorder import Recorder
from devices.cabinet.board import Colour
from devices.cabinet.cabinet import Cabinet
from devices.cabinet.status import Presence
from devices.camera.driver import Camera
from devices.card_printer.driver import CardPrinter
from devices.card_printer.status import Station
from devices.id_reader.photo import NoDecoder, PhotoDecoder
from devices.id_reader.seam import IdReading
from devices.receipt_printer.driver import ReceiptPrinter
from devices.ups.watch import UpsWatch
from kiosk.citizen_slot import CitizenSlot
from kiosk.code_reader import CodeReader
from kiosk.dispensing import Dispensing
from kiosk.ecredentials.opened import OfdReader
from kiosk.face.seam import FaceMatcher, FaceSight
from print.ipp.printer import A4Printer
from remote.platform import Platform

T = TypeVar("T")


class Offload(Protocol):
    """Runs slow pure work (drawing) off the loop; in simulation it is called on the spot, so that nothing runs in a thread."""

    async def __call__(self, work: Callable[..., T], *args: Any) -> T: ...


@dataclass(frozen=True)
class Limits:
    """Seconds and counts the plans live by. Defaults from facts/journeys.md X16 and design.md; kiosk.toml may change them."""

    take_card_s: float = 40.0            # X16
    take_card_elder_s: float = 120.0     # X16, age class known
    somebody_more_s: float = 120.0       # [A] X16 "longer while someone stands there", and no longer than so much
    recovery_present_s: float = 40.0     # design.md, Recovery: light and speak, then capture
    look_every_s: float = 10.0           # [A] machines and centre, while nobody stands there
    exit_poll_s: float = 0.5             # [A]
    settle_moving_s: float = 45.0        # [A] longest movement of the card printer that may still be going on after a cut
    blanks_per_case: int = 2             # design.md: at most two blanks
    slip_wait_s: float = 8.0             # design.md: the slip at most so long after the hand-over
    last_look_s: float = 45.0            # [A] the last screen of a visit goes by itself
    min_free_mb: float = 64.0            # design.md: no visit begins with less (MB, 10^6 bytes)
    clock_skew_s: float = 120.0          # design.md and X24
    refusals_of_a_kind: int = 3          # design.md: then the journey is closed


Stage = Callable[[str, str], None]
"""(plan id, what the machine is doing now): feeding, writing, printing, presenting, at_exit, capturing, registering."""


def nobody_watches(plan: str, stage: str) -> None:
    """Plans run the same whether or not somebody looks."""


@dataclass(frozen=True)
class Eyes:
    """The camera and what is done with its pictures. `tries`: looks at one person before a member of staff is asked (X4)."""

    camera: Camera
    sight: FaceSight
    matcher: FaceMatcher
    compares_at_centre: bool = False     # the matcher is the centre's, which has its own picture of her
    tries: int = 3


@dataclass
class Parts:
    """One terminal's parts. `chip` None means print-only cards."""

    terminal: str
    hall: str                            # its name, as on slips
    place: str                           # hall and address, as the centre and the counter know it
    platform: Platform
    id_reader: IdReading
    card_printer: CardPrinter
    chip: ChipStation | None
    chip_at: Station
    receipt_printer: ReceiptPrinter
    now: Callable[[], datetime]
    offload: Offload
    limits: Limits = field(default_factory=Limits)
    stage: Stage = nobody_watches
    photo_decoder: PhotoDecoder = field(default_factory=NoDecoder)
    photo_is_drawn: bool = False         # demo portraits: the card is marked as a specimen
    a4_printer: A4Printer | None = None  # None: this terminal has none
    citizen_card: CitizenSlot | None = None      # None: this terminal has no slot for her own card
    dispensing: Dispensing | None = None         # None: citizen cards are printed, not dispensed
    codes: CodeReader | None = None      # None: this terminal has no scanner
    ofd: OfdReader | None = None         # None: electronic credentials are not shown here
    cabinet: Cabinet | None = None       # None: no board; no lights, nobody knows of doors or who stands there
    lamp_colours: Mapping[str, Colour] = field(default_factory=dict)     # of the slots on the screen
    ups: UpsWatch | None = None          # None: no UPS; a power cut is a power cut
    eyes: Eyes | None = None             # None: no camera; who she is, a member of staff or nobody can say
    recorder: Recorder | None = None     # None: nothing is kept of what the machines say

    def somebody_there(self) -> bool:
        """Somebody is known to stand in front; unknown is as nobody."""
        return self.cabinet is not None and self.cabinet.status.presence is Presence.PRESENT
