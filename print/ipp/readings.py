"""What a printer's answers say, as types. Nothing here raises: what is missing or odd is None or empty."""
from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from print.ipp.reasons import STOPPING, Reason, alerted, sorted_out
from print.ipp.terms import JobState, PrinterState
from print.ipp.values import Group, GroupTag, Message, Resolution, Tag

JOB_ATTRIBUTES = (
    "job-id", "job-name", "job-state", "job-state-reasons", "job-originating-user-name", "job-impressions-completed",
    "job-media-sheets-completed", "time-at-processing",
)
PRINTER_ATTRIBUTES = (
    "printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "printer-alert", "printer-up-time",
    "printer-impressions-completed", "printer-media-sheets-completed", "queued-job-count", "media-ready",
    "printer-input-tray", "marker-names", "marker-types", "marker-levels", "marker-low-levels", "printer-make-and-model",
    "cups-version",
)
"""Asked for by name: one of a thousand attributes is slow to come."""
CAPABILITY_ATTRIBUTES = (
    "document-format-supported", "media-supported", "sides-supported", "copies-supported", "print-color-mode-supported",
    "print-scaling-supported", "job-creation-attributes-supported", "pwg-raster-document-resolution-supported",
    "pwg-raster-document-type-supported", "pwg-raster-document-sheet-back", "cups-version",
)


@dataclass(frozen=True)
class Counters:
    """Sides and sheets the machine ever printed; None where it does not count them. They survive a power cut."""

    impressions: int | None = None
    sheets: int | None = None

    @property
    def known(self) -> bool:
        return self.impressions is not None or self.sheets is not None


@dataclass(frozen=True)
class JobReading:
    """`state` None: not said, or a number outside RFC 8011. `started` False: it never left the queue."""

    id: int | None
    name: str | None
    user: str | None
    state: JobState | None
    reasons: frozenset[str]
    impressions: int | None
    sheets: int | None
    started: bool | None

    @property
    def final(self) -> bool:
        return self.state is not None and self.state.final

    @property
    def with_errors(self) -> bool:
        return "job-completed-with-errors" in self.reasons


class Fill(StrEnum):
    """Of a tray."""

    OK = "ok"
    LOW = "low"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Tray:
    """`sheets` None: the tray does not count, or says only that something is in it."""

    name: str
    fill: Fill
    sheets: int | None
    capacity: int | None


@dataclass(frozen=True)
class Supply:
    """`percent` None: not measured. Of waste, `percent` says how full it is."""

    name: str
    kind: str
    percent: int | None
    low: bool


@dataclass(frozen=True)
class PrinterReading:
    """`up_time` in seconds since the printer's start: one that went back is a restart. `is_spooler`: this is a print
    service (CUPS), whose word about paper is worth nothing (facts/print.md 3.3)."""

    state: PrinterState | None
    reasons: frozenset[Reason]
    other_reasons: frozenset[str]
    accepting: bool | None
    up_time: int | None
    counters: Counters
    queued: int | None
    media_ready: tuple[str, ...]
    trays: tuple[Tray, ...]
    supplies: tuple[Supply, ...]
    model: str
    is_spooler: bool

    @property
    def hindering(self) -> frozenset[Reason]:
        """The reasons for which nothing comes out. An empty tray hinders only where no other has paper."""
        found = self.reasons & STOPPING
        another = any(tray.fill in (Fill.OK, Fill.LOW) for tray in self.trays) and self.state is not PrinterState.STOPPED
        return found - {Reason.MEDIA_EMPTY} if another else found


@dataclass(frozen=True)
class Capabilities:
    """Empty or None: the printer does not say."""

    formats: tuple[str, ...]
    media: tuple[str, ...]
    sides: tuple[str, ...]
    copies: int | None
    colour_modes: tuple[str, ...]
    scalings: tuple[str, ...]
    creation: tuple[str, ...]
    raster_resolutions: tuple[Resolution, ...]
    raster_types: tuple[str, ...]
    raster_back: str | None
    is_spooler: bool = False


def jobs(message: Message) -> tuple[JobReading, ...]:
    return tuple(job(group) for group in message.all_groups(GroupTag.JOB))


def job(group: Group) -> JobReading:
    number = group.number("job-state")
    begun = group.values("time-at-processing")
    return JobReading(
        id=group.number("job-id"),
        name=group.word("job-name"),
        user=group.word("job-originating-user-name"),
        state=JobState(number) if number in set(JobState) else None,
        reasons=frozenset(group.words("job-state-reasons")) - {"none"},
        impressions=_natural(group.number("job-impressions-completed")),
        sheets=_natural(group.number("job-media-sheets-completed")),
        started=None if not begun else begun[0].tag != Tag.NO_VALUE,
    )


def printer(message: Message) -> PrinterReading:
    group = message.group(GroupTag.PRINTER)
    number = group.number("printer-state")
    reasons, other = sorted_out(group.words("printer-state-reasons"))
    return PrinterReading(
        state=PrinterState(number) if number in set(PrinterState) else None,
        reasons=reasons | alerted(group.octets("printer-alert")),
        other_reasons=other,
        accepting=group.flag("printer-is-accepting-jobs"),
        up_time=_natural(group.number("printer-up-time")),
        counters=Counters(
            _natural(group.number("printer-impressions-completed")), _natural(group.number("printer-media-sheets-completed"))
        ),
        queued=_natural(group.number("queued-job-count")),
        media_ready=group.words("media-ready"),
        trays=tuple(_tray(one) for one in group.octets("printer-input-tray")),
        supplies=_supplies(group),
        model=group.word("printer-make-and-model") or "",
        is_spooler=bool(group.values("cups-version")),
    )


def capabilities(message: Message) -> Capabilities:
    group = message.group(GroupTag.PRINTER)
    return Capabilities(
        formats=group.words("document-format-supported"),
        media=group.words("media-supported"),
        sides=group.words("sides-supported"),
        copies=group.upper("copies-supported"),
        colour_modes=group.words("print-color-mode-supported"),
        scalings=group.words("print-scaling-supported"),
        creation=group.words("job-creation-attributes-supported"),
        raster_resolutions=group.resolutions("pwg-raster-document-resolution-supported"),
        raster_types=group.words("pwg-raster-document-type-supported"),
        raster_back=group.word("pwg-raster-document-sheet-back"),
        is_spooler=bool(group.values("cups-version")),
    )


LOW_SHARE = 0.1
"""Of a tray's capacity; a tray that says less has been called low [assumed: 25 of 250 sheets]."""


def _tray(content: bytes) -> Tray:
    """printer-input-tray (PWG 5100.13): "type=...;maxcapacity=250;level=180;status=0;name=Tray 1;". Levels below zero are
    words: -1 no limit, -2 not known, -3 at least one sheet."""
    said = dict(part.split("=", 1) for part in content.decode("utf-8", "replace").split(";") if "=" in part)
    level, capacity = _whole(said.get("level")), _natural(_whole(said.get("maxcapacity")))
    if level is None or level in (-1, -2) or level < -3:
        fill = Fill.UNKNOWN
    elif level == 0:
        fill = Fill.EMPTY
    else:
        fill = Fill.LOW if level > 0 and capacity and level <= capacity * LOW_SHARE else Fill.OK
    return Tray(said.get("name", ""), fill, _natural(level), capacity)


def _supplies(group: Group) -> tuple[Supply, ...]:
    levels, lows = group.numbers("marker-levels"), group.numbers("marker-low-levels")
    kinds = group.words("marker-types")
    found = []
    for place, name in enumerate(group.words("marker-names")):
        level = levels[place] if place < len(levels) else -1
        low_at = lows[place] if place < len(lows) else 0
        kind = kinds[place] if place < len(kinds) else ""
        measured = level if 0 <= level <= 100 else None
        low = measured is not None and measured <= low_at and not kind.startswith("waste")
        found.append(Supply(name, kind, measured, low))
    return tuple(found)


def _natural(number: int | None) -> int | None:
    return number if number is not None and number >= 0 else None


def _whole(text: str | None) -> int | None:
    """A short run of digits; anything longer is no level of a tray."""
    sign, digits = ("-", text[1:]) if text is not None and text.startswith("-") else ("", text or "")
    return int(sign + digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
