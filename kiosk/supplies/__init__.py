"""What is used up and what fills up, as storage units (facts/devices.md 12): counts from the journal, states from the sensors."""
from __future__ import annotations

from kiosk.supplies.books import Supplies
from kiosk.supplies.reconcile import reconcile
from kiosk.supplies.unit import UNITS, Booked, Seen, StorageUnit, UnitKind, UnitSpec, UnitState

__all__ = ["UNITS", "Booked", "Seen", "StorageUnit", "Supplies", "UnitKind", "UnitSpec", "UnitState", "reconcile"]
