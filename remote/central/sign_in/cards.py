"""J2 with the citizen card: a challenge of the centre's, the chip's cryptogram, and the key store that alone can judge it."""

from __future__ import annotations

import secrets
from datetime import timedelta

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.keys.keystore import CardKeys, KeyStore, NoSuchKey
from remote.central.operations.people import fenced_refusal
from remote.central.sign_in.answers import needs_staff, signed_in
from remote.central.sign_in.levels import rules_on
from remote.central.sign_in.register import holder_of
from remote.central.sign_in.tables import card_challenges
from remote.messages import AskChallenge, Challenge, Refusal, RefusalCode, SignedIn, SignInByCard, SignInWay

CHALLENGE = sa.select(card_challenges).where(card_challenges.c.challenge_id == sa.bindparam("challenge_id"))


def ask_challenge(context: Context, _ask: AskChallenge) -> Challenge:
    challenge_id, challenge = context.token("challenge"), secrets.token_hex(8).upper()
    context.connection.execute(
        sa.insert(card_challenges),
        {"challenge_id": challenge_id, "terminal": context.terminal, "challenge": challenge, "at": context.now},
    )
    return Challenge(challenge_id=challenge_id, challenge=challenge)


def sign_in_by_card(context: Context, ask: SignInByCard) -> SignedIn:
    """Raises KeysAway: nothing is decided then."""
    if context.fenced():
        return _no(fenced_refusal())
    if context.keys is None:
        return _no(_refused(RefusalCode.METHOD_AWAY, "这里没有配置市民卡密钥"))
    challenge = _taken(context, ask.challenge_id)
    if challenge is None:
        return _no(_refused(RefusalCode.SIGN_IN_EXPIRED, "验证已过时,请再来一次"))
    if not genuine(context, context.keys, ask, challenge):
        context.audit("card_not_genuine", ask.serial[-4:])
        return _no(_refused(RefusalCode.CARD_NOT_OURS, "这张卡没有通过验证"))
    person = holder_of(context, ask.serial, ask.id_number)
    if isinstance(person, Refusal):
        return _no(person)
    why_not = needs_staff(person)
    if why_not is not None:
        return _no(why_not)
    return signed_in(context, person, SignInWay.CITIZEN_CARD, "pin" if ask.pin else "")


def genuine(context: Context, keys: KeyStore, ask: SignInByCard, challenge: bytes) -> bool:
    """By the keys of any issue of this city's cards: a card does not say which it is from before money is moved."""
    for algorithm, version in rules_on(context.today).card_issues:
        card = CardKeys(bytes.fromhex(ask.issuer), bytes.fromhex(ask.serial)[-8:], algorithm, version)
        try:
            if keys.is_authentic(card, challenge, bytes.fromhex(ask.cryptogram)):
                return True
        except NoSuchKey:
            continue
    return False


def _taken(context: Context, challenge_id: str) -> bytes | None:
    """Used up, whatever comes of it."""
    row = context.connection.execute(CHALLENGE, {"challenge_id": challenge_id}).first()
    life = timedelta(seconds=rules_on(context.today).challenge_life_s)
    if row is None or row.terminal != context.terminal or row.used_at is not None or context.now - row.at > life:
        return None
    context.connection.execute(
        sa.update(card_challenges).where(card_challenges.c.challenge_id == challenge_id).values(used_at=context.now)
    )
    return bytes.fromhex(row.challenge)


def _refused(code: RefusalCode, reason: str) -> Refusal:
    return Refusal(code=code, reason=reason)


def _no(why: Refusal) -> SignedIn:
    return SignedIn(sign_in=None, refusal=why)
