"""Roles, what each may do, and where. Regions are administrative division codes (GB/T 2260): `341602` is Qiaocheng district,
`3416` the whole city of Bozhou, and the empty string everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    VIEWER = "viewer"
    TECHNICIAN = "technician"
    STOCK_KEEPER = "stock_keeper"
    RELEASE_MANAGER = "release_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"  # of people: no terminal, no stock, no release


class Right(StrEnum):
    SEE = "see"                          # fleet, terminals, alarms, reports
    COMMAND = "command"                  # commands that harm nobody
    COMMAND_DANGEROUS = "command_dangerous"  # asks for them, or is the second who approves
    ALARMS = "alarms"                    # acknowledge, assign, snooze, maintenance windows
    ENROL = "enrol"                      # pairing codes
    REVOKE = "revoke"                    # certificates, stolen terminals
    SETTLE = "settle"                    # obligations
    STOCK = "stock"                      # blanks, ribbon, paper, reconciliation
    RELEASE = "release"                  # versions, configuration bundles and their roll-out
    AUDIT = "audit"                      # who did what; security events
    PEOPLE = "people"                    # add, recover, disable, grant


_ALL_SEE = {Right.SEE}
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset(_ALL_SEE),
    Role.TECHNICIAN: frozenset(
        _ALL_SEE
        | {Right.COMMAND, Right.COMMAND_DANGEROUS, Right.ALARMS, Right.ENROL, Right.REVOKE, Right.SETTLE}
    ),
    Role.STOCK_KEEPER: frozenset(_ALL_SEE | {Right.STOCK}),
    Role.RELEASE_MANAGER: frozenset(_ALL_SEE | {Right.RELEASE}),
    Role.AUDITOR: frozenset(_ALL_SEE | {Right.AUDIT}),
    Role.ADMINISTRATOR: frozenset({Right.PEOPLE}),
}
EVERYWHERE = ""
ROLE_NAMES = {  # Chinese, English
    Role.VIEWER: ("查看员", "viewer"),
    Role.TECHNICIAN: ("技术员", "technician"),
    Role.STOCK_KEEPER: ("物料管理员", "stock keeper"),
    Role.RELEASE_MANAGER: ("版本管理员", "release manager"),
    Role.AUDITOR: ("审计员", "auditor"),
    Role.ADMINISTRATOR: ("人员管理员", "administrator of people"),
}


@dataclass(frozen=True, order=True)
class Grant:
    role: Role
    region: str = EVERYWHERE  # prefix of an administrative division code


@dataclass(frozen=True)
class Person:
    """Somebody signed in. `csrf` belongs to this very session and is wanted by every change."""

    name: str
    display: str
    grants: tuple[Grant, ...]
    csrf: str = ""
    must_change: bool = False  # the password first: nothing else is shown

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region any role reaches; `("",)` is everywhere. For rights use `reach`."""
        return _shortest(grant.region for grant in self.grants)

    def reach(self, right: Right) -> tuple[str, ...]:
        """Prefixes of the regions in which this person has the right: what a page's query is narrowed to; () nowhere."""
        return _shortest(grant.region for grant in self.grants if right in RIGHTS[grant.role])


def may(person: Person, right: Right, region: str | None = None) -> bool:
    """Has this person the right in that region? None: in any region at all (may the page be opened)."""
    reach = person.reach(right)
    return bool(reach) if region is None else any(region.startswith(prefix) for prefix in reach)


def _shortest(regions: object) -> tuple[str, ...]:
    """Without those that lie inside another."""
    kept: list[str] = []
    for region in sorted(set(regions)):  # type: ignore[call-overload]
        if not any(region.startswith(wider) for wider in kept):
            kept.append(region)
    return tuple(kept)
