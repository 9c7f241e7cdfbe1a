"""Which journeys are offered before anybody starts one, and why not: a pure function of what was found."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.health.found import Found
from kiosk.health.needs import AT_LEAST, REASONS, UNNAMED, Need, Needs


@dataclass(frozen=True)
class Offered:
    """It can be begun. `without`: ways to its end that are closed now, each with the reason (`word.reason.*`)."""

    without: Mapping[str, str]

    @property
    def whole(self) -> bool:
        return not self.without


@dataclass(frozen=True)
class NotNow:
    """It cannot be begun: greyed, with the reason in words (`word.reason.*`)."""

    reason: str


Verdict = Offered | NotNow


def offers(found: Found, needs: Needs, closed: Mapping[str, str]) -> dict[str, Verdict]:
    """A verdict for every need. `closed`: what is shut for a reason of its own (an open plan holds the machine, too many
    refusals, not configured here), with that reason."""
    return {name: verdict(name, found, needs, closed) for name in needs}


def verdict(name: str, found: Found, needs: Needs, closed: Mapping[str, str]) -> Verdict:
    need = needs.get(name, AT_LEAST)
    reason = closed.get(name) or next(missing(need, found), None)
    if reason is not None:
        return NotNow(reason)
    shut = {way: one.reason for way in need.one_of if isinstance(one := verdict(way, found, needs, closed), NotNow)}
    if need.one_of and len(shut) == len(need.one_of):
        return NotNow(shut[need.one_of[0]])
    return Offered(shut)


def missing(need: Need, found: Found) -> Iterator[str]:
    """Reasons, the nearest to the citizen first: no cards is plainer than a machine that is being seen to."""
    if need.centre and not found.centre:
        yield REASONS["centre"]
    for unit in need.counted:
        there = found.units.get(unit)
        if there is not None and not found.usable(unit, counted=True) and all(found.works(device) for device in need.devices):
            yield REASONS.get(unit, UNNAMED)
    for device in need.devices:
        if not found.works(device):
            yield REASONS.get(device, UNNAMED)
    for unit in (*need.units, *need.counted):
        if not found.usable(unit, counted=unit in need.counted):
            yield REASONS.get(unit, UNNAMED)
