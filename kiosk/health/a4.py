"""A look at the A4 printer: paper and toner are units of their own; what else stops it is the machine's trouble."""
from __future__ import annotations

from kiosk.health.found import Looked
from kiosk.supplies import Seen, UnitState
from print.ipp.errors import PrinterError
from print.ipp.printer import A4Printer
from print.ipp.readings import Fill, Supply, Tray
from print.ipp.reasons import Hindrance, Reason
from print.ipp.status import PrinterStatus

NAME = "a4_printer"
NO_PAPER = frozenset({Reason.MEDIA_EMPTY, Reason.MEDIA_NEEDED})
NO_TONER = frozenset({Reason.TONER_EMPTY, Reason.MARKER_SUPPLY_EMPTY})
LITTLE_TONER = frozenset({Reason.TONER_LOW, Reason.MARKER_SUPPLY_LOW})
OPEN = frozenset({Reason.COVER_OPEN, Reason.DOOR_OPEN, Reason.INTERLOCK_OPEN})
FILLS = {Fill.OK: UnitState.OK, Fill.LOW: UnitState.LOW, Fill.EMPTY: UnitState.EMPTY, Fill.UNKNOWN: UnitState.UNKNOWN}
BEST_FIRST = (UnitState.OK, UnitState.LOW, UnitState.UNKNOWN, UnitState.EMPTY)


async def look(printer: A4Printer) -> Looked:
    try:
        status = await printer.status()
    except PrinterError:
        return Looked(NAME, works=False, troubles=(f"{NAME}_away",))
    own_job = {Hindrance.HELD} if printer.at_work else set()    # held for what comes out now is no trouble
    stopped = status.hindrances - NO_PAPER - NO_TONER - own_job
    troubles = [f"{NAME}_jam"] if Reason.MEDIA_JAM in stopped else []
    troubles += [f"{NAME}_cover_open"] if stopped & OPEN else []
    troubles += [f"{NAME}_stopped"] if stopped - OPEN - {Reason.MEDIA_JAM} else []
    return Looked(NAME, works=not stopped, troubles=tuple(troubles), units={"a4_tray": paper(status), "toner": toner(status)})


def paper(status: PrinterStatus) -> Seen:
    """Of several trays the best one; sheets only where every tray counts them."""
    if status.hindrances & NO_PAPER:
        return Seen(UnitState.EMPTY)
    states = [FILLS[tray.fill] for tray in status.trays]
    best = min(states, key=BEST_FIRST.index, default=UnitState.UNKNOWN)
    if Reason.MEDIA_LOW in status.reasons and best is UnitState.UNKNOWN:
        best = UnitState.LOW
    return Seen(best, _sheets(status.trays))


def _sheets(trays: tuple[Tray, ...]) -> int | None:
    counted = [tray.sheets for tray in trays if tray.sheets is not None]
    return sum(counted) if counted and len(counted) == len(trays) else None


def toner(status: PrinterStatus) -> Seen:
    left = [supply.percent for supply in status.supplies if _is_toner(supply) and supply.percent is not None]
    count = min(left, default=None)
    if status.hindrances & NO_TONER:
        return Seen(UnitState.EMPTY, count)
    low = bool(status.reasons & LITTLE_TONER) or any(supply.low for supply in status.supplies if _is_toner(supply))
    return Seen(UnitState.LOW if low else UnitState.UNKNOWN if count is None else UnitState.OK, count)


def _is_toner(supply: Supply) -> bool:
    return "waste" not in supply.kind
