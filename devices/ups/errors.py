"""What upsd can answer instead of a value."""
from __future__ import annotations

from devices.errors import DeviceGone, DeviceRefused


class UpsdSilent(DeviceGone):
    """Nothing came within the time."""


class UpsdIncomprehensible(DeviceGone):
    """Something came that is no answer to what was asked."""


class UpsUnheard(DeviceGone):
    """upsd answers, and says that it hears nothing (new) from the UPS: `code` DATA-STALE or DRIVER-NOT-CONNECTED."""

    def __init__(self, code: str) -> None:
        super().__init__(f"upsd hears nothing from the UPS ({code})")
        self.code = code


class UpsdRefused(DeviceRefused):
    """`code` is upsd's word: ACCESS-DENIED, UNKNOWN-UPS, VAR-NOT-SUPPORTED, INVALID-PASSWORD ..."""
