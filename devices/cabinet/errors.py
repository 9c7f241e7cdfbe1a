"""What the board can answer instead of doing what it was asked."""
from __future__ import annotations

from devices.errors import DeviceGone, DeviceRefused


class BoardSilent(DeviceGone):
    """Nothing came within the time."""


class BoardIncomprehensible(DeviceGone):
    """Something came, again and again, and none of it was an answer: wrong speed, a bad cable, two boards with one number."""


class BoardRefused(DeviceRefused):
    """A Modbus exception. `code` is its number: 01 no such function, 02 no such address, 03 no such value, 04 the board
    failed, 05 and 06 busy."""
