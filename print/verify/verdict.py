"""What a verification comes to."""
from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from print.layouts.documents.claims import Claims


class Verdict(Enum):
    VALID = "valid"
    ALTERED = "altered"
    UNKNOWN_ISSUER = "unknown issuer"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNREADABLE = "not a document"
    """Neither a PDF nor a code of ours: there is nothing to judge."""


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    why: str
    """Which bytes, which certificate, when."""
    claims: Claims | None = None
    """What the code says; only where its signature holds."""
    notes: tuple[str, ...] = field(default=())
    """What was not asked, and so is not known."""
