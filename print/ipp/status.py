"""What the terminal knows of its A4 printer before it offers anything."""
from __future__ import annotations

from dataclasses import dataclass

from print.ipp.readings import Counters, PrinterReading, Supply, Tray
from print.ipp.reasons import Hindrance, Reason
from print.ipp.terms import PrinterState


@dataclass(frozen=True)
class PrinterStatus:
    """`hindrances`: why nothing can be printed now; empty = ready. `counts`: the machine counts its pages, so that a
    delivered page can be told from a lost one."""

    hindrances: frozenset[Reason | Hindrance]
    reasons: frozenset[Reason]
    other_reasons: frozenset[str]
    trays: tuple[Tray, ...]
    media_ready: tuple[str, ...]
    supplies: tuple[Supply, ...]
    queued: int | None
    counters: Counters
    counts: bool
    model: str

    @property
    def ready(self) -> bool:
        return not self.hindrances


def status_of(reading: PrinterReading, media: str, held: bool) -> PrinterStatus:
    found: set[Reason | Hindrance] = set(reading.hindering)
    if reading.media_ready and media not in reading.media_ready:
        found.add(Reason.MEDIA_NEEDED)
    if reading.state is PrinterState.STOPPED and not found:
        found.add(Hindrance.STOPPED)
    if reading.accepting is False:
        found.add(Hindrance.NOT_ACCEPTING)
    if held:
        found.add(Hindrance.HELD)
    return PrinterStatus(
        hindrances=frozenset(found),
        reasons=reading.reasons,
        other_reasons=reading.other_reasons,
        trays=reading.trays,
        media_ready=reading.media_ready,
        supplies=reading.supplies,
        queued=reading.queued,
        counters=reading.counters,
        counts=reading.counters.known and not reading.is_spooler,
        model=reading.model,
    )
