"""The words and numbers of IPP that this terminal uses (RFC 8011, PWG 5100.x as registered with IANA)."""
from __future__ import annotations

from enum import IntEnum, StrEnum


class Operation(IntEnum):
    PRINT_JOB = 0x0002
    VALIDATE_JOB = 0x0004
    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Status(IntEnum):
    """Those that are told apart; below 0x0100 it was done."""

    OK = 0x0000
    OK_IGNORED_OR_SUBSTITUTED = 0x0001
    OK_CONFLICTING = 0x0002
    BAD_REQUEST = 0x0400
    NOT_POSSIBLE = 0x0404
    NOT_FOUND = 0x0406
    GONE = 0x0407
    FORMAT_NOT_SUPPORTED = 0x040A
    ATTRIBUTES_NOT_SUPPORTED = 0x040B
    INTERNAL_ERROR = 0x0500
    OPERATION_NOT_SUPPORTED = 0x0501
    SERVICE_UNAVAILABLE = 0x0502
    VERSION_NOT_SUPPORTED = 0x0503
    TEMPORARY_ERROR = 0x0505
    NOT_ACCEPTING = 0x0506
    BUSY = 0x0507
    TOO_MANY_JOBS = 0x050B


DONE_BELOW = 0x0100
WORTH_ANOTHER_TRY = frozenset({Status.SERVICE_UNAVAILABLE, Status.TEMPORARY_ERROR, Status.BUSY, Status.TOO_MANY_JOBS})
"""Refused for the moment, by the printer's own word."""


class JobState(IntEnum):
    """RFC 8011 5.3.7. What a printer says beyond these is kept as None: not known."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9

    @property
    def final(self) -> bool:
        return self >= JobState.CANCELED


class PrinterState(IntEnum):
    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class Sides(StrEnum):
    ONE = "one-sided"
    LONG_EDGE = "two-sided-long-edge"
    SHORT_EDGE = "two-sided-short-edge"


A4 = "iso_a4_210x297mm"
"""PWG 5101.1 self-describing name; CUPS takes it too (tried)."""
PDF = "application/pdf"
PWG_RASTER = "image/pwg-raster"

USER = "bozhou-terminal"
"""requesting-user-name of every job of a terminal: by it a terminal knows its own jobs in the queue."""
