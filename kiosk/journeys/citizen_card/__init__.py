"""The citizen card, 市民卡: one tile of home, a menu of all that can be done with it (facts/journeys.md J18-J21)."""
from __future__ import annotations

from kiosk.journeys.citizen_card.menu import citizen_card

__all__ = ["citizen_card"]
