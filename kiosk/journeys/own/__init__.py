"""J21: her insurance account, her bills, what the city knows of her, and her e-vouchers."""
from __future__ import annotations

from kiosk.journeys.own.menu import ITEM, my_services

__all__ = ["ITEM", "my_services"]
