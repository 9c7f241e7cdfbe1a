"""The telephone's electronic identity code: drawn by the city's app, signed, good for a few minutes and for one use.

A code is `identity:<26 Crockford characters>.<Unix seconds of its end>` (kiosk/scanned.py): ten characters of random, sixteen
of an HMAC over them and the end. The service behind the app is simulated: it is this file and a page for demonstrations.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.operations.people import fenced_refusal
from remote.central.sign_in.answers import needs_staff, signed_in
from remote.central.sign_in.refs import HERS
from remote.central.sign_in.tables import identity_codes
from remote.messages import Refusal, RefusalCode, SignedIn, SignInByCode, SignInWay

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NONCE, TAG = 10, 16
"""Characters: 50 bits of random, 80 bits of signature."""
LIFE = timedelta(seconds=120)  # [A] apps draw a new one every minute; kiosk/scanned.py takes none that lives longer than 300 s
_SECRET = secrets.token_bytes(32)  # of this run: a code does not outlive a restart, and the app draws a new one

CODE = sa.select(identity_codes).where(identity_codes.c.nonce == sa.bindparam("nonce"))


def draw(connection: sa.Connection, person_id: int, now: datetime, nonce: str | None = None) -> str:
    """A new code of hers, as the app shows it. In the transaction of `connection`."""
    nonce = nonce or "".join(secrets.choice(CROCKFORD) for _ in range(NONCE))
    ends = int((now + LIFE).timestamp())
    values = {"nonce": nonce, "person_id": person_id, "ends_at": datetime.fromtimestamp(ends, UTC)}
    connection.execute(sa.insert(identity_codes), values)
    return f"identity:{nonce}{_tag(nonce, ends)}.{ends}"


def sign_in_by_code(context: Context, ask: SignInByCode) -> SignedIn:
    """A code that is over is named; one that is forged, and one that was used, are the same to whoever shows it."""
    if context.fenced():
        return SignedIn(sign_in=None, refusal=fenced_refusal())
    nonce, tag = ask.token[:NONCE], ask.token[NONCE:]
    if not hmac.compare_digest(tag, _tag(nonce, ask.ends)):
        return _no(RefusalCode.CODE_NOT_GOOD, "身份码没有通过验证")
    row = context.connection.execute(CODE, {"nonce": nonce}).first()
    if row is None or row.used_at is not None:
        return _no(RefusalCode.CODE_NOT_GOOD, "身份码已经用过")
    if context.now > row.ends_at:
        return _no(RefusalCode.SIGN_IN_EXPIRED, "身份码已过期")
    context.connection.execute(sa.update(identity_codes).where(identity_codes.c.nonce == nonce).values(used_at=context.now))
    person = context.connection.execute(HERS, {"person_id": row.person_id}).one()
    why_not = needs_staff(person)
    if why_not is not None:
        return SignedIn(sign_in=None, refusal=why_not)
    return signed_in(context, person, SignInWay.IDENTITY_CODE, "")


def _tag(nonce: str, ends: int) -> str:
    number = int.from_bytes(hmac.new(_SECRET, f"{nonce}.{ends}".encode(), hashlib.sha256).digest()[:10], "big")
    return "".join(CROCKFORD[number >> (5 * at) & 31] for at in reversed(range(TAG)))


def _no(code: RefusalCode, reason: str) -> SignedIn:
    return SignedIn(sign_in=None, refusal=Refusal(code=code, reason=reason))
