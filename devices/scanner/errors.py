"""What a scanner can answer instead of a code."""
from __future__ import annotations

from devices.errors import DeviceGone


class ScannerSilent(DeviceGone):
    """It was asked who it is and did not say. Nobody showing a code looks the same otherwise."""


class ScannerIncomprehensible(DeviceGone):
    """Something came, again and again, and none of it was a code: wrong speed, wrong framing, a bad cable."""
