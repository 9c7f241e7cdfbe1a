"""J2 and X2: without the ID card. The centre says which ways lead to what she came for, and what the one she takes opens."""
from __future__ import annotations

from kiosk.journeys.sign_in.choose import has_other_ways, sign_in
from kiosk.journeys.sign_in.strong import strong

__all__ = ["has_other_ways", "sign_in", "strong"]
