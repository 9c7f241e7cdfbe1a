"""Why a printer does not print, as typed words.

Only the stem counts: the severity suffix is not faithful (a device that sent media-empty-error shows -warning while it
works and -report when idle, facts/print.md 3.2).
"""
from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

SUFFIXES = ("-error", "-warning", "-report")


class Reason(StrEnum):
    """printer-state-reasons that a terminal acts on or shows (RFC 8011 5.4.12, PWG 5100.9)."""

    MEDIA_EMPTY = "media-empty"
    MEDIA_LOW = "media-low"
    MEDIA_NEEDED = "media-needed"
    MEDIA_JAM = "media-jam"
    COVER_OPEN = "cover-open"
    DOOR_OPEN = "door-open"
    INTERLOCK_OPEN = "interlock-open"
    INPUT_TRAY_MISSING = "input-tray-missing"
    OUTPUT_TRAY_MISSING = "output-tray-missing"
    OUTPUT_AREA_FULL = "output-area-full"
    OUTPUT_AREA_ALMOST_FULL = "output-area-almost-full"
    TONER_LOW = "toner-low"
    TONER_EMPTY = "toner-empty"
    MARKER_SUPPLY_LOW = "marker-supply-low"
    MARKER_SUPPLY_EMPTY = "marker-supply-empty"
    MARKER_WASTE_ALMOST_FULL = "marker-waste-almost-full"
    MARKER_WASTE_FULL = "marker-waste-full"
    FUSER_OVER_TEMP = "fuser-over-temp"
    FUSER_UNDER_TEMP = "fuser-under-temp"
    OPC_LIFE_OVER = "opc-life-over"
    SPOOL_AREA_FULL = "spool-area-full"
    PAUSED = "paused"
    MOVING_TO_PAUSED = "moving-to-paused"
    STOPPED_PARTLY = "stopped-partly"
    SHUTDOWN = "shutdown"
    STOPPING = "stopping"
    TIMED_OUT = "timed-out"
    CONNECTING = "connecting-to-device"
    OFFLINE = "offline"
    OTHER = "other"


STOPPING = frozenset({
    Reason.MEDIA_EMPTY, Reason.MEDIA_NEEDED, Reason.MEDIA_JAM, Reason.COVER_OPEN, Reason.DOOR_OPEN, Reason.INTERLOCK_OPEN,
    Reason.INPUT_TRAY_MISSING, Reason.OUTPUT_TRAY_MISSING, Reason.OUTPUT_AREA_FULL, Reason.TONER_EMPTY,
    Reason.MARKER_SUPPLY_EMPTY, Reason.MARKER_WASTE_FULL, Reason.FUSER_OVER_TEMP, Reason.FUSER_UNDER_TEMP,
    Reason.OPC_LIFE_OVER, Reason.SPOOL_AREA_FULL, Reason.PAUSED, Reason.MOVING_TO_PAUSED, Reason.SHUTDOWN,
    Reason.TIMED_OUT, Reason.CONNECTING, Reason.OFFLINE,
})
"""With one of these no page comes out until it is gone. The others are news for the technician."""


class Hindrance(StrEnum):
    """Why nothing was sent, beside the reasons of STOPPING."""

    AWAY = "away"
    STOPPED = "stopped"
    NOT_ACCEPTING = "not-accepting-jobs"
    HELD = "held-after-doubt"
    STRANGE_JOB = "strange-job"
    LEFTOVER = "leftover-job"
    UNSUITABLE = "unsuitable"
    USED_KEY = "used-key"
    COUNTER_MOVED = "counter-moved"
    BUSY = "busy"
    REFUSED = "refused"


ALERTS: dict[str, Reason] = {
    "coveropen": Reason.COVER_OPEN,
    "interlockopen": Reason.INTERLOCK_OPEN,
    "jam": Reason.MEDIA_JAM,
    "inputmediasupplyempty": Reason.MEDIA_EMPTY,
    "inputmediasupplylow": Reason.MEDIA_LOW,
    "inputmediatraymissing": Reason.INPUT_TRAY_MISSING,
    "markertonerempty": Reason.TONER_EMPTY,
    "markertoneralmostempty": Reason.TONER_LOW,
    "markerwastetonerreceptaclefull": Reason.MARKER_WASTE_FULL,
    "outputmediatrayfull": Reason.OUTPUT_AREA_FULL,
    "outputmediatraymissing": Reason.OUTPUT_TRAY_MISSING,
    "fuserovertemperature": Reason.FUSER_OVER_TEMP,
    "fuserundertemperature": Reason.FUSER_UNDER_TEMP,
    "opclifeover": Reason.OPC_LIFE_OVER,
}
"""printer-alert codes (PWG 5100.9, prtAlertCode of RFC 3805) in lower case. A sleeping printer may keep cover-open out of
its reasons and still alert it (facts/print.md 7)."""


def stem(keyword: str) -> str:
    for suffix in SUFFIXES:
        if keyword.endswith(suffix):
            return keyword.removesuffix(suffix)
    return keyword


def sorted_out(keywords: Iterable[str]) -> tuple[frozenset[Reason], frozenset[str]]:
    """The known reasons, and the stems of the others as they came. "none" is neither."""
    known: set[Reason] = set()
    other: set[str] = set()
    for one in map(stem, keywords):
        try:
            known.add(Reason(one))
        except ValueError:
            other.add(one)
    return frozenset(known), frozenset(other - {"none"})


def alerted(alerts: Iterable[bytes]) -> frozenset[Reason]:
    """printer-alert: "code=coverOpen;severity=critical;..."."""
    codes = (part.removeprefix("code=").lower() for one in alerts for part in one.decode("ascii", "replace").split(";")[:1])
    return frozenset(ALERTS[code] for code in codes if code in ALERTS)
