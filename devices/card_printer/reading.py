"""The machine's key=value answers -> types, once, at the edge. A value that makes no sense is UNKNOWN, not a guess."""
from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from devices.card_printer.status import Capabilities, Counters, Media, PathMedia, Status, Supply

E = TypeVar("E", bound=Enum)


def status_of(values: Mapping[str, str], capabilities: Capabilities) -> Status:
    """From the answer to `Xst` (extension.py)."""
    return Status(
        hopper=_one_of(Supply, values.get("hopper")) or Supply.UNKNOWN,
        ribbon_left=_number(values.get("ribbon")),
        path=_one_of(PathMedia, values.get("path")) or PathMedia.UNKNOWN,
        exit=(_one_of(Media, values.get("exit")) if capabilities.exit_sensor else None) or Media.UNKNOWN,
        reject_bin_full=_flag(values.get("rejectfull")),
        capture_bin_full=_flag(values.get("capturefull")),
        cover_open=_flag(values.get("cover")),
        error=values.get("error") or None,
        boot=values.get("boot") or None,
        moving=_flag(values.get("moving")),
    )


def counters_of(values: Mapping[str, str], volatile: bool) -> Counters:
    """From the answer to `Xct`, or from the two public counters."""
    return Counters(
        boot=values.get("boot") or None,
        fed=_number(values.get("fed")),
        presented=_number(values.get("presented")),
        taken=_number(values.get("taken")),
        captured=_number(values.get("captured")),
        rejected=_number(values.get("rejected")),
        panels_printed=_number(values.get("panels")),
        volatile=volatile,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _flag(text: str | None) -> bool | None:
    return {"0": False, "1": True}.get(text or "")


def _one_of(kind: type[E], text: str | None) -> E | None:
    return next((member for member in kind if member.value == text), None)
