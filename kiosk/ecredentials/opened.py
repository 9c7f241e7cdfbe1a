"""What the terminal knows of an electronic credential once it was opened."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Verdict(StrEnum):
    """Of all seals of a file together, the gravest first. Only the last may be printed."""

    ALTERED = "altered"                # something was changed or added after it was sealed
    FORGED = "forged"                  # the seal is not what it says it is
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNKNOWN_ISSUER = "unknown_issuer"
    UNREADABLE = "unreadable"          # a kind of seal that this terminal cannot look at
    UNSIGNED = "unsigned"
    GENUINE = "genuine"


class Why(StrEnum):
    """Why a file could not be opened."""

    NOT_OFD = "not_ofd"
    DAMAGED = "damaged"
    TOO_BIG = "too_big"
    TOO_SLOW = "too_slow"
    TRUST = "trust"                    # this terminal's own folder of roots cannot be read: nothing is believed


class Unreadable(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Opened:
    """`missing` and `otherwise`: kinds of print.ofd.kinds. `asked`: a current list said that nothing was revoked. `pages`: as
    the screen shows them, PNG, with names and numbers hidden. `pdf`: whole, for the printer; empty where it is not genuine."""

    verdict: Verdict
    seal: str
    signer: str
    signed_at: datetime | None
    asked: bool
    missing: tuple[str, ...]
    otherwise: tuple[str, ...]
    pages: tuple[bytes, ...] = field(repr=False)
    pdf: bytes = field(repr=False)


class OfdReader(Protocol):
    async def open(self, file: bytes, names: Sequence[str], now: datetime) -> Opened:
        """`names`: what is hidden on the screen. `now`: aware. Raises Unreadable."""


def head_of(found: Opened) -> dict[str, Any]:
    return {
        "verdict": found.verdict.value, "seal": found.seal, "signer": found.signer, "asked": found.asked,
        "signed_at": found.signed_at.isoformat() if found.signed_at else None,
        "missing": list(found.missing), "otherwise": list(found.otherwise),
    }  # fmt: skip


def opened_from(head: dict[str, Any], files: Sequence[bytes]) -> Opened:
    """The other way. Raises KeyError, ValueError, IndexError."""
    signed_at = datetime.fromisoformat(head["signed_at"]) if head["signed_at"] else None
    return Opened(
        Verdict(head["verdict"]), str(head["seal"]), str(head["signer"]), signed_at, bool(head["asked"]),
        tuple(map(str, head["missing"])), tuple(map(str, head["otherwise"])), tuple(files[1:]), files[0],
    )  # fmt: skip
