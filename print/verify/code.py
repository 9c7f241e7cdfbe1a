"""The text of a code on paper."""
from __future__ import annotations

from datetime import datetime

from print.layouts.documents import claims as codes
from print.layouts.documents import cose
from print.layouts.documents.claims import Claims, NotOurs
from print.layouts.documents.cose import WrongSignature
from print.verify.trust import Trust, name_of
from print.verify.verdict import Finding, Verdict

TO_COMPARE = "compare number, name and ID number with the paper; amounts on paper are not in the code"


def verify_code(text: str, trust: Trust, now: datetime) -> Finding:
    """Judge a code by itself. Never raises for any text."""
    read = authentic(text.strip(), trust, now)
    return read if isinstance(read, Finding) else in_force(read, trust, now, (TO_COMPARE,))


def authentic(text: str, trust: Trust, now: datetime) -> Claims | Finding:
    """The claims where the signature holds and the key is believed; else why not."""
    try:
        token = codes.from_text(text)
        kid = cose.kid_of(token)
    except NotOurs as error:
        return Finding(Verdict.UNREADABLE, f"not a code of a document: {error}")
    certificate = trust.by_kid(kid)
    if certificate is None:
        return Finding(Verdict.UNKNOWN_ISSUER, f"the key {kid.hex()} that signed the code is not known here")
    try:
        claims = codes.unpack(cose.verified(token, certificate))
    except WrongSignature:
        return Finding(Verdict.ALTERED, f"the code's bytes are not those that “{name_of(certificate)}” signed")
    except NotOurs as error:
        return Finding(Verdict.UNREADABLE, f"signed, but not a code of a document: {error}")
    objection = trust.objection(certificate, now)
    if objection is not None:
        return Finding(objection[0], f"the code is signed, but {objection[1]}", claims)
    return claims


def in_force(claims: Claims, trust: Trust, now: datetime, notes: tuple[str, ...] = ()) -> Finding:
    """Authentic claims: do they still hold?"""
    revoked, about_lists = trust.revoked_document(claims.document_id, now)
    if revoked is not None:
        why = f"the document {claims.number} was revoked on {revoked.at:%Y-%m-%d %H:%M}: {revoked.reason}"
        return Finding(Verdict.REVOKED, why, claims)
    if claims.valid_to is not None and now >= codes.end_of(claims.valid_to):
        return Finding(Verdict.EXPIRED, f"the document {claims.number} held until {claims.valid_to}", claims, about_lists)
    why = f"{claims.issuer} issued {claims.number} on {claims.issued_at:%Y-%m-%d}"
    return Finding(Verdict.VALID, why, claims, notes + about_lists)
