"""NAMED EXTENSION of our machine. Nothing in this file is in the public guide (facts/devices.md 5.2); it stands for what
a self-service printer with a capturing bezel must be able to say, and the driver asks for it by name. A machine without
it answers `NACK 1` or nothing to an X command, and the driver then says UNKNOWN.

Queries carry a token of the caller and are answered at once, also while a card moves, as
`NAME;token;key=value;...;*CRC` (CRC-16/CCITT of everything before the asterisk, four hex digits):
    Xsy;token    nothing else: shows that the line is clean and that the machine has the extension
    Xid;token    capabilities: duplex, contact, contactless, readback, capture, volatile
    Xst;token    status: boot, moving, path, exit, hopper, ribbon, rejectfull, capturefull, cover, error
    Xct;token    counters: boot, fed, presented, taken, captured, rejected, panels
Settings and movements, acknowledged in ACK/NACK mode (Pem;4) like any other command:
    Xon          acknowledgements get detail from now on: `ACK;moved` and `NACK letter;moved;REASON`; moved is 0 or 1
    Xmv;c|l      bring the card inside back to the contact (c) or contactless (l) station
    Xca          draw the card at the bezel into the capture bin
"""
from __future__ import annotations

import binascii
from collections.abc import Mapping
from dataclasses import dataclass

SYNCHRONISE = "Xsy"
IDENTIFY = "Xid"
STATUS = "Xst"
COUNTERS = "Xct"
DETAIL_ON = "Xon"
BRING = "Xmv"
CAPTURE = "Xca"

QUERIES = frozenset({SYNCHRONISE, IDENTIFY, STATUS, COUNTERS})

REASONS = {
    "UNKNOWN_COMMAND": "the machine does not know this command",
    "BAD_PARAMETER": "the machine does not know this parameter",
    "BROKEN_DOWNLOAD": "a panel did not arrive whole",
    "HOPPER_EMPTY": "the hopper is empty",
    "FEED_JAM": "the feeder could not move a blank",
    "DOUBLE_FEED": "two blanks were fed at once",
    "PATH_JAM": "a card jammed inside",
    "JAMMED": "a jammed card must be removed first",
    "OCCUPIED": "a card is already inside",
    "NO_MEDIA": "there is no card to move",
    "EXIT_OCCUPIED": "a card lies at the exit",
    "EXIT_NOT_REACHED": "the card did not reach the exit sensor",
    "EXIT_JAM": "the card at the exit cannot be moved",
    "NOTHING_CAUGHT": "nothing came when the card at the exit was drawn in",
    "RIBBON_OUT": "the ribbon is used up",
    "RIBBON_TORN": "the ribbon tore",
    "COVER_OPEN": "the cover is open",
    "REJECT_BIN_FULL": "the reject bin is full",
    "CAPTURE_BIN_FULL": "the capture bin is full",
}
"""The machine's words for what stopped it -> plain words."""


@dataclass(frozen=True)
class Acknowledgement:
    """The answer to a setting or a movement. `moved` None = the machine does not say (no extension)."""

    done: bool
    letter: str = ""
    moved: bool | None = None
    reason: str = ""

    def encode(self, detail: bool) -> bytes:
        """Without `detail`: `ACK` or `NACK letter`, as in the public guide."""
        text = "ACK" if self.done else f"NACK {self.letter}"
        if detail:
            text += f";{int(bool(self.moved))}" + ("" if self.done else f";{self.reason}")
        return text.encode("ascii")

    @classmethod
    def decode(cls, answer: bytes) -> Acknowledgement | None:
        """None where `answer` is no acknowledgement."""
        text = answer.decode("ascii", "replace")
        word, *detail = text.split(";")
        if detail and detail[0] not in ("0", "1"):
            return None
        moved = detail[0] == "1" if detail else None
        if word == "ACK" and len(detail) <= 1:
            return cls(True, moved=moved)
        if len(word) == 6 and word.startswith("NACK ") and word[5] in NACK_LETTERS and len(detail) in (0, 2):
            return cls(False, word[5], moved, detail[1] if detail else "")
        return None


NACK_LETTERS = {
    "1": "command not understood",
    "2": "parameter not understood",
    "T": "timeout or mechanical fault",
    "C": "the cover is open",
    "F": "feeder fault",
    "R": "ribbon fault",
    "K": "magnetic checksum",
    "D": "magnetic data",
    "W": "magnetic write",
}
"""facts/devices.md 5.2, ACK/NACK mode."""


def seal(name: str, token: str, values: Mapping[str, object] | None = None) -> bytes:
    """The answer to an extension query."""
    text = ";".join((name.upper(), token, *(f"{key}={value}" for key, value in (values or {}).items()), "*"))
    body = text.encode("ascii")
    return body + b"%04X" % binascii.crc_hqx(body[:-1], 0xFFFF)


def unseal(answer: bytes) -> tuple[str, str, dict[str, str]] | None:
    """(name, token, values) of a sealed answer; None where it is none, or was hurt on the line."""
    body, star, check = answer.rpartition(b"*")
    if not star or check != b"%04X" % binascii.crc_hqx(body, 0xFFFF):
        return None
    parts = body.decode("ascii", "replace").rstrip(";").split(";")
    if len(parts) < 2:
        return None
    return parts[0].capitalize(), parts[1], dict(part.partition("=")[::2] for part in parts[2:])
