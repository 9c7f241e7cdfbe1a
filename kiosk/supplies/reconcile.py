"""Books and sensors of one unit side by side. A contradiction is said; neither of the two is ever corrected by the other."""
from __future__ import annotations

from kiosk.supplies.unit import BINS, FEEDS_CARDS, Booked, Seen, StorageUnit, UnitSpec, UnitState

GONE = frozenset({UnitState.EMPTY})
THERE = frozenset({UnitState.OK, UnitState.LOW})


def reconcile(spec: UnitSpec, booked: Booked, seen: Seen) -> StorageUnit:
    """How the unit stands. Cards that nobody counted are no cards: the books must have them before one is fed."""
    count = booked.count if spec.kind in FEEDS_CARDS | BINS else _first_known(seen.count, booked.count)
    return StorageUnit(
        spec.id, spec.kind, spec.device, booked.initial, count, booked.retained, spec.threshold,
        state=_state(spec, count, seen), contradiction=_contradiction(spec, booked, seen),
    )  # fmt: skip


def _state(spec: UnitSpec, count: int | None, seen: Seen) -> UnitState:
    if seen.state in (UnitState.INOPERATIVE, UnitState.EMPTY, UnitState.FULL):
        return seen.state
    if spec.kind in BINS:
        over = spec.threshold is not None and count is not None and count >= spec.threshold
        return UnitState.FULL if over else seen.state if seen.state is not UnitState.UNKNOWN or count is None else UnitState.OK
    if spec.kind in FEEDS_CARDS:
        if seen.state is UnitState.UNKNOWN or count is None:
            return UnitState.UNKNOWN            # a machine that cannot say whether a blank lies there: nothing is promised
        if count <= 0:
            return UnitState.EMPTY
    elif count == 0:
        return UnitState.EMPTY if seen.count == 0 or seen.state is UnitState.UNKNOWN else seen.state
    low = spec.threshold is not None and count is not None and count <= spec.threshold
    if low:
        return UnitState.LOW
    return seen.state if seen.state is not UnitState.UNKNOWN or count is None else UnitState.OK


def _contradiction(spec: UnitSpec, booked: Booked, seen: Seen) -> str:
    count = booked.count
    if count is None:
        return ""
    if booked.differed:
        return f"{spec.id}_differed"
    if spec.kind in BINS:
        return f"{spec.id}_contradicts" if seen.state is UnitState.FULL and count + booked.slack == 0 else ""
    if spec.kind in FEEDS_CARDS:
        lost, found = seen.state in GONE and count > booked.slack, seen.state in THERE and count + booked.slack <= 0
        return f"{spec.id}_contradicts" if lost or found else ""
    more = seen.count is not None and booked.initial is not None and seen.count > booked.initial
    lost = seen.state in GONE and count > (spec.threshold or 0)
    return f"{spec.id}_contradicts" if more or lost else ""


def _first_known(*counts: int | None) -> int | None:
    return next((count for count in counts if count is not None), None)
