"""The claim code as the screen shows it: words to remember, characters to read, a QR to scan."""
from __future__ import annotations

from kiosk.prompts import Claim
from kiosk.transaction.claim import claim_code, claim_words, shown


def claim_of(plan: str) -> Claim:
    return claim_from(claim_code(plan))


def claim_from(code: str) -> Claim:
    return Claim(claim_words(code), shown(code), f"claim:{code}")
