"""What a printer can answer, or not answer, instead of doing what it was asked."""
from __future__ import annotations


class PrinterError(Exception):
    """Base of everything a call to a printer raises."""


class NotSent(PrinterError):
    """No connection came about: not one byte of the request arrived, nothing happened."""


class NoAnswer(PrinterError):
    """Sent, or begun to be sent, and no whole answer came: it may have been done."""


class HttpRefused(PrinterError):
    """HTTP said no. `certain`: the request was certainly not carried out (4xx, 503); after any other it may have been."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.certain = 400 <= status < 500 or status == 503
        self.busy = status in (429, 503)


class Unreadable(PrinterError):
    """An answer came that is no IPP answer to this request: what was asked for may have been done."""


class IppRefused(PrinterError):
    """The printer understood and refused; nothing was done. `status`: RFC 8011 B.1."""

    def __init__(self, status: int, said: str = "") -> None:
        super().__init__(f"status {status:#06x}" + (f": {said}" if said else ""))
        self.status = status
        self.said = said


class PrinterAway(PrinterError):
    """The printer, or the print service before it, cannot be asked now."""


class NotReady(PrinterError):
    """Nothing was sent: the printer cannot print this now. `hindrance` is a word of print.ipp.reasons.Hindrance."""

    def __init__(self, hindrance: str, detail: str = "") -> None:
        super().__init__(f"{hindrance}: {detail}" if detail else hindrance)
        self.hindrance = hindrance
        self.detail = detail
