"""What the code on the paper says, for both ends: the centre that signs and whoever verifies.

    [LINK "#"] "BZ1:" + base45( zlib( COSE_Sign1( CWT claims ) ) )       RFC 9285, 1950, 9052, 8392; the layers of the EU's DCC

No more of the person than is needed to compare paper and code: her masked name and the last four characters of her ID
number. `digest` is SHA-256 of the embedded content (essential.py), so that a code copied onto another document shows.
"""
from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import cbor2

from print.layouts.documents import base45
from print.layouts.documents.content import TITLES, Content, kind_of
from print.layouts.documents.essential import digest, essential
from print.layouts.documents.masking import mask_name

PREFIX = "BZ1:"
LONGEST_TEXT = 4_000
"""Characters; a QR code holds at most 4,296 of this alphabet (ISO/IEC 18004)."""
LONGEST_TOKEN = 2_000
"""Bytes after inflating; ours have about 300."""
ISS, EXP, IAT, CTI = 1, 4, 6, 7
"""RFC 8392, section 4."""
DOCUMENT = -70_001
"""Private claim (RFC 8392, section 9.1: below -65536): [kind, number, masked name, tail of ID number, digest]."""
BEIJING = timezone(timedelta(hours=8))

NOT_OUR_CBOR = (cbor2.CBORDecodeError, LookupError, TypeError, ValueError, OverflowError, OSError, AttributeError, RecursionError)
"""What taking somebody else's CBOR apart may raise."""


class NotOurs(Exception):
    """Not a code of this kind, or broken before any signature could be looked at. The text says where."""


@dataclass(frozen=True)
class Claims:
    issuer: str
    document_id: bytes
    """16 random bytes."""
    kind: str
    number: str
    issued_at: datetime
    """Whole seconds."""
    valid_to: date | None
    name: str
    """Masked."""
    id_tail: str
    digest: bytes


def claims_for(content: Content, document_id: bytes) -> Claims:
    head = content.head
    return Claims(head.issuer, document_id, kind_of(content), head.number, head.issued_at.replace(microsecond=0), head.valid_to,
                  mask_name(head.name), head.id_number[-4:], digest(essential(content)))  # fmt: skip


def pack(claims: Claims) -> bytes:
    """The CWT payload, deterministic CBOR (RFC 8949, 4.2)."""
    body: dict[int, Any] = {
        ISS: claims.issuer,
        IAT: int(claims.issued_at.timestamp()),
        CTI: claims.document_id,
        DOCUMENT: [claims.kind, claims.number, claims.name, claims.id_tail, claims.digest],
    }
    if claims.valid_to is not None:
        body[EXP] = int(end_of(claims.valid_to).timestamp())
    return cbor2.dumps(body, canonical=True)


def unpack(payload: bytes) -> Claims:
    """Raises NotOurs."""
    try:
        body = cbor2.loads(payload)
        kind, number, name, tail, digested = body[DOCUMENT]
        issued = datetime.fromtimestamp(_whole(body[IAT]), UTC).astimezone(BEIJING)
        ends = body.get(EXP)
        last = None if ends is None else datetime.fromtimestamp(_whole(ends) - 1, UTC).astimezone(BEIJING)
        valid_to = last.date() if last else None
        claims = Claims(body[ISS], body[CTI], kind, number, issued, valid_to, name, tail, digested)
    except NOT_OUR_CBOR as error:
        raise NotOurs(f"claims not understood ({type(error).__name__})") from error
    texts = (claims.issuer, claims.kind, claims.number, claims.name, claims.id_tail)
    if not all(isinstance(text, str) and len(text) <= 100 for text in texts) or claims.kind not in TITLES:
        raise NotOurs("claims of another shape")
    if not isinstance(claims.document_id, bytes) or len(claims.document_id) != 16:
        raise NotOurs("no document id")
    if not isinstance(claims.digest, bytes) or len(claims.digest) != 32:
        raise NotOurs("no digest")
    return claims


def end_of(day: date) -> datetime:
    """The first moment after a day in Anhui."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)


def to_text(token: bytes) -> str:
    """A COSE_Sign1 message as the text of a QR code."""
    return PREFIX + base45.encode(zlib.compress(token, 9))


def on_paper(code: str, public_url: str, document_id: str) -> str:
    """What the QR code says: a link that any telephone opens, with the code itself behind it, which needs no network. Nothing
    behind the # is ever sent to anybody."""
    return f"{public_url}/verify/{document_id}#{code}"


def code_in(text: str) -> str:
    """The code of ours in what a scanner read: alone, or behind the link."""
    link, mark, code = text.strip().partition("#")
    return code if mark and link.startswith(("http://", "https://")) and code.startswith(PREFIX) else text.strip()


def from_text(text: str) -> bytes:
    """The COSE_Sign1 message of a code. Raises NotOurs; never inflates more than LONGEST_TOKEN."""
    text = code_in(text)
    if not text.startswith(PREFIX):
        raise NotOurs(f"it does not begin with {PREFIX}")
    if len(text) > LONGEST_TEXT:
        raise NotOurs("longer than any QR code")
    try:
        packed = base45.decode(text[len(PREFIX) :])
        inflater = zlib.decompressobj()
        token = inflater.decompress(packed, LONGEST_TOKEN)
    except (ValueError, zlib.error) as error:
        raise NotOurs(f"cannot be unpacked: {error}") from error
    if not inflater.eof or inflater.unused_data:
        raise NotOurs("cut off, or longer than a code of ours")
    return token


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("expected whole seconds")
    return value
