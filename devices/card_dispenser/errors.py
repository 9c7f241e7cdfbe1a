"""What a dispenser can answer instead of doing it. Movements raise the four errors of devices/errors.py with these codes."""
from __future__ import annotations

from devices.errors import DeviceGone, DeviceRefused

REASONS = {
    "UNSUPPORTED": "this machine cannot do that",
    "NOT_UNDERSTOOD": "the machine did not understand the command",
    "NOT_INITIALISED": "the machine was switched on and not yet initialised",
    "COMMAND": "the machine does not know this command or its parameter",
    "SEQUENCE": "the command does not fit the machine's state",
    "CONTACT_ENGAGED": "the chip contacts are still down",
    "OCCUPIED": "a card is in the way",
    "NO_MEDIA": "no card is there",
    "HOPPER_EMPTY": "no cards are left",
    "BIN_FULL": "the card bin is full",
    "JAM": "a card is stuck inside",
    "DOUBLE_FEED": "two cards came at once",
    "FEED_FAILED": "the card did not come out",
    "CAPTURE_FAILED": "the card did not go into the bin",
    "MOVED_BY_HAND": "somebody pulled at the card while it moved",
    "CARD_LENGTH": "this is no card of the right length",
    "MOTOR": "a motor does not turn",
    "SENSOR": "a sensor is dirty or broken",
    "CONTACT_POSITION": "the card did not reach the chip contacts",
    "COUNTER_OVERFLOW": "the bin's counter is at its end",
    "CONTRADICTION": "the machine says it is done and its sensors say it is not",
    "REFUSED": "the machine refused the command",
    "PLACE_UNKNOWN": "the machine does not tell where cards are",
    "CHIP_POWER": "the chip could not be powered",
    "CHIP_MUTE": "a card is there and its chip does not answer",
    "STATION_IN_USE": "the chip is powered for somebody else",
}
"""Every `code` of a dispenser's DeviceRefused or DeviceFailed, in words. A code outside all tables is given as it came."""


class MachineSilent(DeviceGone):
    """Nothing came within the time."""


class MachineIncomprehensible(DeviceGone):
    """Something came, again and again, and none of it was an answer: wrong speed, wrong framing, another machine."""


class NoCardAtStation(DeviceRefused):
    """No card stands there, or its chip lost power before the command was sent: the chip did not get it."""


class ChipMute(DeviceRefused):
    """A card stands there and its chip does not answer: the wrong way round, or dead."""


class StationInUse(DeviceRefused):
    """The station is powered for somebody else."""


def words(code: str) -> str:
    """The reason in plain words; the code itself where it is none of ours."""
    return REASONS.get(code, f"the machine reports {code}")
