"""ask_ways, and strengthen: the other operations stand with their way of signing in."""

from __future__ import annotations

from remote.central.context import Context, Refused
from remote.central.identity.proof import evidence_fails, use_evidence
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import by_ref
from remote.central.sign_in.answers import signed_in
from remote.central.sign_in.levels import rules_on
from remote.central.sign_in.refs import is_sign_in, person_of, sign_in_of
from remote.messages import (
    AskWays,
    IdentityEvidence,
    Refusal,
    RefusalCode,
    SignedIn,
    SignInWay,
    Strengthen,
    WaysOpen,
)


def ask_ways(context: Context, ask: AskWays) -> WaysOpen:
    """What the rules allow and this centre has: keys that judge a card, somebody who sends messages, a service of codes."""
    there = {
        SignInWay.CITIZEN_CARD: context.keys is not None,
        SignInWay.SMS_CODE: bool(context.settings.sms),
        SignInWay.IDENTITY_CODE: context.settings.mode == "demo",  # the service is simulated (identity_codes.py)
    }
    return WaysOpen(ways=[way for way in rules_on(context.today).leads_to(ask.item) if there.get(way)])


def strengthen(context: Context, ask: Strengthen) -> SignedIn:
    """The evidence is used up: it made this one sign-in."""
    if context.fenced():
        return SignedIn(sign_in=None, refusal=fenced_refusal())
    way, person = SignInWay.ID_CARD, None
    if is_sign_in(ask.person_ref):
        row = sign_in_of(context, ask.person_ref)
        if row is None:
            raise Refused("sign_in_over", "expected a sign-in of this terminal that is not over")
        way, person = SignInWay(row.way), person_of(context, row)
    else:
        person = by_ref(context, ask.person_ref).row
    if way is not SignInWay.ID_CARD and ask.identity is IdentityEvidence.CARD_ALONE:
        return SignedIn(sign_in=None, refusal=Refusal(code=RefusalCode.IDENTITY_CHECK_MISSING, reason="需要核对本人"))
    why_not = evidence_fails(context, person, ask)
    if why_not is not None:
        return SignedIn(sign_in=None, refusal=why_not)
    answer = signed_in(context, person, way, ask.identity.value)
    if answer.sign_in is not None:
        use_evidence(context, person, ask, answer.sign_in)
    return answer
