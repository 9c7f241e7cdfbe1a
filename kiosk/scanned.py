"""What a scanned code means. Pure: text in, a typed value out, and whether it is still good at this time.

Payment codes belong to the payment companies; the other forms are ours, so that no two kinds can be taken for each other:

    claim:K7QF2M9X                     our claim code, as slips and screens carry it (kiosk/journeys/claims.py)
    pick-up:Q4ZK-81WM-3M               our pick-up code: nine Crockford characters and a check symbol
    identity:TOKEN.1795305600          the app's identity code: 26 Crockford characters, and when it ends (Unix seconds)
    [LINK#]BZ1:...                     a document's verification code: base45 of a signed token (RFC 9285)
"""
from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kiosk.transaction.claim import CROCKFORD
from print.layouts.documents.claims import PREFIX, code_in

PAYMENT_CODE_LIFE_S = 60.0  # phones draw a new one every minute [A]
CLOCK_SKEW_S = 120.0  # design.md, X24: a terminal further off than this serves nobody
IDENTITY_CODE_LIFE_S = 300.0  # [A] a code said to live longer was not made by the app
DOCUMENT_PREFIX = PREFIX
LONGEST_DOCUMENT = 4_296  # characters of the largest alphanumeric QR code (ISO/IEC 18004)
_PICK_UP_CHARACTERS = 10


class Wallet(StrEnum):
    """Whose payment code it is. First two digits and length as the companies publish them for merchants."""

    WECHAT = "wechat"  # 18 digits, 10 to 15
    ALIPAY = "alipay"  # 16 to 24 digits, 25 to 30


@dataclass(frozen=True)
class PaymentCode:
    """Money: whoever has it can take some. Never stored, never logged."""

    wallet: Wallet
    digits: str = field(repr=False)


@dataclass(frozen=True)
class PickUpCode:
    """Something made for somebody waits; the centre knows what, for whom, and until when."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class ClaimCode:
    """Which of her matters a citizen means; settles nothing without her ID card."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class IdentityCode:
    """Who holds the phone, as the centre's app says; the centre resolves the token."""

    token: str = field(repr=False)
    ends: datetime


@dataclass(frozen=True)
class DocumentCode:
    """The verification code on one of our documents, with its prefix. Whether it is genuine, its signature says."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Unknown:
    """None of the above. `hint` is what it resembles, for the sentence the citizen hears; "" = nothing."""

    hint: str = ""


Scanned = PaymentCode | PickUpCode | ClaimCode | IdentityCode | DocumentCode | Unknown


def classify(text: str) -> Scanned:
    """What this code is. Spaces around it, hyphens and small letters in our own codes do not matter."""
    text = code_in(text) if f"#{DOCUMENT_PREFIX}" in text else text     # the paper's code is a link for telephones too
    if text.startswith(DOCUMENT_PREFIX):
        spoilt = len(text) > LONGEST_DOCUMENT or not _BASE45.fullmatch(text, len(DOCUMENT_PREFIX))
        return Unknown("document") if spoilt else DocumentCode(text)
    text = text.strip()
    kind, colon, rest = text.partition(":")
    match kind.casefold() if colon else "":
        case "claim":
            code = _crockford(rest)
            return ClaimCode(code) if code is not None and len(code) == 8 else Unknown("claim")
        case "pick-up":
            return _pick_up(rest)
        case "identity":
            return _identity(rest)
    return _payment(text) or Unknown()


_BASE45 = re.compile(r"[0-9A-Z $%*+\-./:]+")  # RFC 9285: a space may stand at the end


def _payment(text: str) -> PaymentCode | None:
    if not re.fullmatch(r"[0-9]{16,24}", text):
        return None
    first = int(text[:2])
    if 10 <= first <= 15 and len(text) == 18:
        return PaymentCode(Wallet.WECHAT, text)
    if 25 <= first <= 30:
        return PaymentCode(Wallet.ALIPAY, text)
    return None


def _pick_up(rest: str) -> PickUpCode | Unknown:
    text = rest.replace("-", "").replace(" ", "").upper()
    nine = _crockford(text[:-1])
    if nine is None or len(nine) != _PICK_UP_CHARACTERS - 1:
        return Unknown("pick-up")
    code = pick_up_code(nine)
    return PickUpCode(code) if (_crockford(text[-1]) or text[-1]) == code[-1] else Unknown("pick-up")


def pick_up_code(nine: str) -> str:
    """Nine Crockford characters and Crockford's own check symbol (the number modulo 37): any one wrong, and any two
    neighbours swapped, is noticed."""
    number = functools.reduce(lambda before, character: before * 32 + CROCKFORD.index(character), nine, 0)
    return nine + (CROCKFORD + "*~$=U")[number % 37]


def _identity(rest: str) -> IdentityCode | Unknown:
    found = re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{26})\.([0-9]{1,11})", rest)
    if found is None:
        return Unknown("identity")
    return IdentityCode(found[1], datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(found[2])))


def _crockford(text: str) -> str | None:
    """Typed or spoken forms as one: hyphens dropped, small letters raised, O as 0, I and L as 1. None where it is none."""
    code = text.replace("-", "").replace(" ", "").upper().translate(str.maketrans("OIL", "011"))
    return code if code and all(character in CROCKFORD for character in code) else None


@dataclass(frozen=True)
class Good:
    """Nothing the terminal can see speaks against it. Whether it is, the centre says."""


@dataclass(frozen=True)
class Expired:
    """Over since so many seconds: the phone shows a new one, or the app must be opened again."""

    since_s: float


@dataclass(frozen=True)
class Implausible:
    """Its time is further ahead than the app ever gives: a clock is wrong, or it is forged."""


def judge(scanned: Scanned, now: datetime, age_s: float = 0.0) -> Good | Expired | Implausible:
    """`now` is the centre's time (aware), `age_s` how long ago it was scanned.

    Payment codes age from the scan on, identity codes carry their end. Pick-up and claim codes and documents are judged by
    the centre or by their signature, and are good here."""
    if isinstance(scanned, PaymentCode):
        over = age_s - PAYMENT_CODE_LIFE_S
        return Expired(over) if over > 0 else Good()
    if isinstance(scanned, IdentityCode):
        left = (scanned.ends - now).total_seconds()
        if left + age_s > IDENTITY_CODE_LIFE_S + CLOCK_SKEW_S:
            return Implausible()
        return Expired(-left) if left <= 0 else Good()
    return Good()
