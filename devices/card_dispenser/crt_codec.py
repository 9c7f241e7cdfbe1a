"""Command text of the CRT-571/591 (facts/devices.md 3.1-3.4), whatever wraps it. Pure.

command  43 'C' | CM PM | data
success  50 'P' | CM PM | st0 st1 st2 | data
failure  4E 'N' | CM PM | e1 e0       | data      (45 'E' on some)
"""
from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

COMMAND, SUCCESS, FAILURE, FAILURE_TOO = 0x43, 0x50, 0x4E, 0x45
RETAINED_MAX = 999  # three digits


class Cm(IntEnum):
    INITIALISE = 0x30
    STATUS = 0x31
    MOVE = 0x32
    ENTRY = 0x33
    CARD_TYPE = 0x50
    CPU_CARD = 0x51
    RF_CARD = 0x60
    SERIAL_NUMBER = 0xA2
    CONFIGURATION = 0xA3
    VERSION = 0xA4
    BIN_COUNTER = 0xA5


@dataclass(frozen=True)
class Command:
    cm: int
    pm: int
    data: bytes = field(default=b"", repr=False)  # an APDU may carry what nobody should read in a log

    @property
    def text(self) -> bytes:
        return bytes((COMMAND, self.cm, self.pm)) + self.data

    @property
    def name(self) -> str:
        """As papers write it: CM PM in hex."""
        return f"{self.cm:02X} {self.pm:02X}"


INIT_TO_GATE, INIT_TO_BIN, INIT_LEAVE = 0x30, 0x31, 0x33
INIT_COUNTING = 4  # added to the three: the same with the retract counter on
TO_HOLD, TO_CONTACT, TO_CONTACTLESS, TO_BIN, TO_GATE = 0x30, 0x31, 0x32, 0x33, 0x39
STATUS_DEVICE = Command(Cm.STATUS, 0x30)
STATUS_SENSORS = Command(Cm.STATUS, 0x31)
ENTRY_OPEN = Command(Cm.ENTRY, 0x30)
ENTRY_CLOSED = Command(Cm.ENTRY, 0x31)
VERSION = Command(Cm.VERSION, 0x30)
READ_BIN = Command(Cm.BIN_COUNTER, 0x30)
SET_BIN = 0x31
COLD_RESET, POWER_DOWN, CHIP_STATUS, APDU_T0, APDU_T1, WARM_RESET, APDU_AUTO = 0x30, 0x31, 0x32, 0x33, 0x34, 0x38, 0x39
RF_ACTIVATE, RF_DEACTIVATE, RF_STATUS, RF_APDU_A, RF_APDU_B = 0x30, 0x31, 0x32, 0x34, 0x35

CARD_NONE, CARD_AT_GATE, CARD_INSIDE = "0", "1", "2"
HOPPER_EMPTY, HOPPER_LOW, HOPPER_OK = "0", "1", "2"
BIN_ROOM, BIN_FULL = "0", "1"


@dataclass(frozen=True)
class Reply:
    """`status`: st0 st1 st2 of a success, "" of a failure; `code`: e1 e0 of a failure, "" of a success."""

    cm: int
    pm: int
    status: str = ""
    code: str = ""
    data: bytes = field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        return not self.code

    def answers(self, command: Command) -> bool:
        return (self.cm, self.pm) == (command.cm, command.pm)

    def encode(self) -> bytes:
        head, told = (SUCCESS, self.status) if self.ok else (FAILURE, self.code)
        return bytes((head, self.cm, self.pm)) + told.encode("ascii") + self.data


def parse_reply(text: bytes) -> Reply | None:
    """None where it is no answer: an echoed command, or too short, or with a status that is no ASCII."""
    head = text[0] if text else 0
    told = 3 if head == SUCCESS else 2 if head in (FAILURE, FAILURE_TOO) else 0
    if not told or len(text) < 3 + told or not text[3 : 3 + told].isascii():
        return None
    word = text[3 : 3 + told].decode("ascii")
    return Reply(text[1], text[2], word if head == SUCCESS else "", "" if head == SUCCESS else word, text[3 + told :])


def parse_command(text: bytes) -> Command | None:
    """What the machine was asked; None where it is no command."""
    return Command(text[1], text[2], text[3:]) if len(text) >= 3 and text[0] == COMMAND else None


def decode_retained(data: bytes) -> int | None:
    """Three bytes: digits "000".."999" in a maker's paper, a little-endian number in one public driver. Three ASCII digits as a
    number would be more than three million cards, so the two cannot be mixed up. None where it is neither."""
    if len(data) != 3:
        return None
    if data.isdigit():
        return int(data)
    count = int.from_bytes(data, "little")
    return count if count <= RETAINED_MAX else None


def encode_retained(count: int) -> bytes:
    return f"{count:03d}".encode("ascii")


def decode_sensors(data: bytes) -> tuple[bool, ...] | None:
    """One '0'/'1' byte each, as many as the model has; None where it is anything else."""
    return tuple(byte == 0x31 for byte in data) if data and set(data) <= {0x30, 0x31} else None


REASON_OF_CODE = {
    "00": "COMMAND",
    "01": "COMMAND",
    "02": "SEQUENCE",
    "03": "UNSUPPORTED",
    "04": "COMMAND",
    "05": "CONTACT_ENGAGED",
    "10": "JAM",
    "12": "SENSOR",
    "13": "CARD_LENGTH",
    "14": "CARD_LENGTH",
    "16": "MOVED_BY_HAND",
    "40": "CAPTURE_FAILED",
    "41": "CONTACT_POSITION",
    "42": "CONTACT_POSITION",
    "43": "CONTACT_POSITION",
    "45": "MOVED_BY_HAND",
    "50": "COUNTER_OVERFLOW",
    "51": "MOTOR",
    "60": "CHIP_POWER",
    "61": "CHIP_POWER",
    "69": "CHIP_POWER",
    "A0": "HOPPER_EMPTY",
    "A1": "BIN_FULL",
    "B0": "NOT_INITIALISED",
}
"""facts/devices.md 3.4. Chip codes outside this table stand in `crt_station`."""

NOTHING_MOVED = frozenset({"00", "01", "02", "03", "04", "05", "A0", "A1", "B0"})
"""Refusals before the motor turns. Everything else may have moved the card."""
