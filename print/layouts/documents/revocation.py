"""The list of documents that hold no longer: signed like a code, dated, for whoever verifies without the network.

COSE_Sign1 over CBOR {1: issuer, 6: made at, 4: next one due, -70002: [[document id, revoked at, reason], ...]}.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cbor2

from print.layouts.documents.claims import BEIJING, EXP, IAT, ISS, NOT_OUR_CBOR, NotOurs

REVOKED = -70_002
LARGEST_LIST = 50_000_000
"""Bytes: a million documents of 44 bytes each."""


@dataclass(frozen=True)
class Revoked:
    at: datetime
    reason: str


@dataclass(frozen=True)
class RevokedDocuments:
    issuer: str
    made_at: datetime
    next_due: datetime
    documents: dict[bytes, Revoked]


def pack(listed: RevokedDocuments) -> bytes:
    rows = [[which, int(one.at.timestamp()), one.reason] for which, one in sorted(listed.documents.items())]
    return cbor2.dumps({ISS: listed.issuer, IAT: int(listed.made_at.timestamp()), EXP: int(listed.next_due.timestamp()),
                        REVOKED: rows}, canonical=True)  # fmt: skip


def unpack(payload: bytes) -> RevokedDocuments:
    """Raises NotOurs."""
    try:
        body: Any = cbor2.loads(payload)
        documents = {bytes(which): Revoked(_time(at), str(reason)) for which, at, reason in body[REVOKED]}
        return RevokedDocuments(str(body[ISS]), _time(body[IAT]), _time(body[EXP]), documents)
    except NOT_OUR_CBOR as error:
        raise NotOurs(f"list not understood ({type(error).__name__})") from error


def _time(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("expected whole seconds")
    return datetime.fromtimestamp(value, UTC).astimezone(BEIJING)
