"""What a scanner is told. Vendor-specific (facts/devices.md 7): the bytes are settings, and these are only the usual ones."""
from __future__ import annotations

from dataclasses import dataclass

TRIGGER_ON = bytes.fromhex("16540D")  # SYN T CR: Honeywell's serial trigger, understood by many others [uncertain]
TRIGGER_OFF = bytes.fromhex("16550D")  # SYN U CR [uncertain]
IDENTIFY = bytes.fromhex("164D0D") + b"REVINF."  # SYN M CR and a menu command: asks for the revision, moves nothing [uncertain]
ACK, NAK, ENQ = 0x06, 0x15, 0x05
"""End of the answer to a menu command: done, value not allowed, command not known [uncertain]."""
LONGEST_IDENTITY_BYTES = 1_024


@dataclass(frozen=True)
class Trigger:
    """Light on and off. A scanner left to itself (auto-sense) is told nothing."""

    on: bytes = TRIGGER_ON
    off: bytes = TRIGGER_OFF


def identity_of(answer: bytes) -> str | None:
    """What the machine says of itself in its answer to IDENTIFY, e.g. "SCN-1 rev 2"; None where it is no such answer (yet).

    What stands before the repeated command is a code somebody showed at that moment, and none of our business."""
    body = answer.rstrip(b".\r\n")
    _, command, said = body[:-1].rpartition(b"REVINF")
    if not command or body[-1] != ACK:
        return None
    text = " ".join(said.strip(b": ").decode("ascii", "replace").split())
    return text if text and text.isprintable() else None
