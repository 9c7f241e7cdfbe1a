"""The electronic identity code on her phone, held before the scanner. It is read, sent to the centre, and forgotten."""
from __future__ import annotations

from devices.errors import DeviceGone
from kiosk.journeys.asking import fresh_key, patiently
from kiosk.leaflet import sign_in as words
from kiosk.prompts import Answer
from kiosk.scanned import Expired, Good, IdentityCode, classify, judge
from kiosk.visit import Refused, Visit
from remote.messages import RefusalCode, SignedIn, SignInByCode

TRIES = 5                    # [A] codes held there, then another way
SAID = {RefusalCode.SIGN_IN_EXPIRED: "identity_code_over", RefusalCode.CODE_NOT_GOOD: "identity_code_used"}


async def by_code(visit: Visit, _item: str) -> SignedIn | None:
    """None: another way. Raises Left, Refused, WalkedAway."""
    codes = visit.parts.codes
    assert codes is not None            # offered only where there is a scanner
    name = "show_identity_code"
    for _ in range(TRIES):
        try:
            found = await visit.until(words.show_identity_code(name), codes.next_code)
        except DeviceGone:
            visit.health.look_again()
            await visit.ask(words.scanner_broken())
            return None
        if isinstance(found, Answer):
            return None
        signed, name = await what_the_centre_says(visit, found)
        if signed is not None:
            return signed
    await visit.ask(words.way_over())
    return None


async def what_the_centre_says(visit: Visit, text: str) -> tuple[SignedIn | None, str]:
    """Signed in, or what to say of the code. Raises Refused, Left."""
    scanned = classify(text)
    if not isinstance(scanned, IdentityCode):
        return None, "not_an_identity_code"
    match judge(scanned, visit.now):
        case Expired():
            return None, "identity_code_over"
        case Good():
            pass
        case _:
            return None, "not_an_identity_code"
    ask, key = SignInByCode(token=scanned.token, ends=int(scanned.ends.timestamp())), fresh_key(visit, "sign_in_by_code")
    signed = await patiently(visit, lambda: visit.parts.platform.sign_in_by_code(ask, key=key))
    if signed.refusal is None:
        return signed, ""
    if signed.refusal.code not in SAID:
        raise Refused(signed.refusal)
    return None, SAID[signed.refusal.code]
