"""What can be said of a signature. A wrong seal, an altered page and an expired certificate are told apart."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Revocation = Literal["asked", "no list", "list out of date"]


@dataclass(frozen=True)
class Valid:
    """Whole, signed by who it says, under a configured root, in time. `revocation` says whether a revocation list of
    every issuer in the chain was there to ask."""

    revocation: Revocation


@dataclass(frozen=True)
class Altered:
    """These entries of the package are not what was signed (or are gone)."""

    entries: tuple[str, ...]


@dataclass(frozen=True)
class PartlyCovered:
    """The signature is good, but these entries that can be seen are not under it: anybody could have added them."""

    entries: tuple[str, ...]


@dataclass(frozen=True)
class WrongSeal:
    """The seal or the signature is not what it says it is."""

    why: str


@dataclass(frozen=True)
class UnknownIssuer:
    """Right in itself, but nobody whom this terminal trusts stands behind `whose` certificate."""

    whose: str
    issuer: str


@dataclass(frozen=True)
class Expired:
    """`what` ended at `ended`. `when_signed`: it had already ended when the signature was made; otherwise the signature
    was made in time by its own clock, which no trusted time stamp confirms, and has ended since."""

    what: str
    ended: datetime
    when_signed: bool


@dataclass(frozen=True)
class Revoked:
    whose: str
    since: datetime


@dataclass(frozen=True)
class CannotVerify:
    """A structure or algorithm that this reader does not verify, by its name. Not a word on whether it is good."""

    what: str


@dataclass(frozen=True)
class Unsigned:
    """The document has no signature at all."""


Outcome = Valid | Altered | PartlyCovered | WrongSeal | UnknownIssuer | Expired | Revoked | CannotVerify | Unsigned


@dataclass(frozen=True)
class SealVerdict:
    """The outcome for one signature and what it says of itself (to be believed only where the outcome is Valid)."""

    outcome: Outcome
    identity: str = ""
    kind: Literal["Seal", "Sign"] = "Seal"
    seal_name: str = ""
    signer: str = ""
    signed_at: datetime | None = None
    pages: tuple[int, ...] = ()
    """Pages that show it, counted from 1."""
    notes: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        return isinstance(self.outcome, Valid)
