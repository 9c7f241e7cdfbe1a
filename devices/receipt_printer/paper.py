"""What the driver says about the paper and about a slip. Words follow XFS4IoT (facts/devices.md 12) and facts/print.md 2."""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from devices.receipt_printer import codec


class Paper(Enum):
    """XFS4IoT Printer.paper, facts/devices.md 12. JAMMED: the knife or the paper is stuck."""

    OK = "ok"
    LOW = "low"
    OUT = "out"
    JAMMED = "jammed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PaperStatus:
    """None and UNKNOWN: the machine answered, but not what a status looks like."""

    paper: Paper
    cover_open: bool | None
    online: bool | None
    error: bool | None = None

    @property
    def hindrance(self) -> str | None:
        """Why nothing can be printed now, in words; None where nothing is in the way."""
        if self.paper is Paper.UNKNOWN or self.cover_open is None:
            return "the status is not understood"
        if self.cover_open:
            return "the cover is open"
        if self.paper is Paper.OUT:
            return "paper out"
        if self.paper is Paper.JAMMED:
            return "paper or knife jammed"
        if self.error:
            return "machine error"
        return None if self.online else "offline"


class PrintEnd(Enum):
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PrintOutcome:
    """FAILED: the slip did not come out whole and the rest will not come later. UNKNOWN: nobody can say."""

    end: PrintEnd
    reason: str = ""


def status_of(printer: int, offline: int, error: int, roll: int) -> PaperStatus:
    """The four answers to DLE EOT -> one status."""
    if error & codec.CUTTER_ERROR:
        paper = Paper.JAMMED
    elif roll & codec.PAPER_OUT == codec.PAPER_OUT:
        paper = Paper.OUT
    else:
        paper = Paper.LOW if roll & codec.NEAR_END else Paper.OK
    return PaperStatus(
        paper=paper,
        cover_open=bool(offline & codec.COVER_OPEN),
        online=not printer & codec.OFFLINE,
        error=bool(error & (codec.UNRECOVERABLE | codec.AUTO_RECOVERABLE)),
    )
