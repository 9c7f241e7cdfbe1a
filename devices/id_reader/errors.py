"""What the reader can answer instead of a card."""
from __future__ import annotations

from devices.errors import DeviceFailed, DeviceGone, DeviceRefused


class NoCard(DeviceRefused):
    """No card lies there that answers. A card answers once per placement: one that was read must be lifted first."""


class CardLifted(DeviceFailed):
    """A card answered and was lost before it was read. Ask for it to be laid down again and left there."""


class CardUnreadable(DeviceFailed):
    """The card lies there and its chip did not prove itself, or its content did not: `code` is SW1 SW2 SW3 in hex."""


class WrongCardType(DeviceRefused):
    """A card that is no ID card (SW3 40)."""


class SamNotAuthorised(DeviceRefused):
    """The security module is not allowed to read (SW3 66). Only its maker can help."""


class SamFailed(DeviceRefused):
    """The security module did not pass its self-test (SW3 60) and takes no commands until it is powered anew."""


class ReaderSilent(DeviceGone):
    """Nothing came within the time."""


class ReaderIncomprehensible(DeviceGone):
    """Something came, again and again, and none of it was an answer: wrong speed, a bad cable, another machine."""
