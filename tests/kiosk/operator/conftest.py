"""PINs are slow to try on purpose; not here."""
from __future__ import annotations

import pytest

from kiosk import pin


@pytest.fixture(autouse=True)
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pin, "N", 2**4)
