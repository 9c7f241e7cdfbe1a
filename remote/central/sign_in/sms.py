"""ID number and a code sent to the telephone on record (facts/journeys.md X2).

Whoever asks learns nothing of anybody: a row is made and a code drawn for every number, also one that is nobody's, and a wrong
code is a wrong code. Asking is limited for each number and each terminal, trying for each code.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import BY_ID_NUMBER
from remote.central.sign_in.answers import needs_staff, signed_in
from remote.central.sign_in.levels import SmsRules, rules_on
from remote.central.sign_in.refs import HERS
from remote.central.sign_in.tables import sms_codes
from remote.messages import AskSmsCode, Refusal, RefusalCode, SignedIn, SignInBySms, SignInWay, SmsAsked

ASKED = sa.select(sms_codes).where(sms_codes.c.ask_id == sa.bindparam("ask_id"))


def ask_sms_code(context: Context, ask: AskSmsCode) -> SmsAsked:
    if context.fenced():
        return SmsAsked(ask_id=None, refusal=fenced_refusal())
    rules = rules_on(context.today).sms
    about = hashlib.sha256(ask.id_number.encode()).hexdigest()
    if too_many(context, about, rules):
        context.audit("too_many_codes", about[:8])
        return SmsAsked(ask_id=None, refusal=Refusal(code=RefusalCode.TOO_MANY_CODES, reason="验证码要得太多"))
    person = context.connection.execute(BY_ID_NUMBER, {"id_number": ask.id_number}).first()
    reached = person is not None and bool(person.phone)
    code = f"{secrets.randbelow(10**rules.length):0{rules.length}d}"
    ask_id = context.token("sms")
    context.connection.execute(
        sa.insert(sms_codes),
        {
            "ask_id": ask_id,
            "about": about,
            "person_id": person.person_id if person is not None and reached else None,
            "terminal": context.terminal,
            "code_hash": _hash(ask_id, code),
            "tries_left": rules.tries,
            "at": context.now,
            "expires_at": context.now + timedelta(seconds=rules.life_s),
            "phone": person.phone if person is not None and reached else "",
            "text": words(code, rules) if reached else "",
        },
    )
    context.audit("ask_sms_code", ask_id[:8])
    return SmsAsked(ask_id=ask_id, again_after_s=rules.again_after_s, lives_s=rules.life_s)


def words(code: str, rules: SmsRules) -> str:
    return f"【亳州政务服务】您正在政务服务机器上登录,验证码{code},{rules.life_s // 60}分钟内有效。不要告诉别人。"


def too_many(context: Context, about: str, rules: SmsRules) -> bool:
    def since(seconds: float, which: sa.ColumnElement[bool]) -> int:
        counted = sa.select(sa.func.count()).select_from(sms_codes)
        return int(context.connection.execute(counted.where(which, sms_codes.c.at > context.now - timedelta(seconds=seconds)))
                   .scalar_one())  # fmt: skip

    hers, here = sms_codes.c.about == about, sms_codes.c.terminal == context.terminal
    return (
        since(rules.again_after_s, hers) > 0
        or since(24 * 3600, hers) >= rules.a_day
        or since(600, here) >= rules.a_terminal_in_10_minutes
    )


def sign_in_by_sms(context: Context, ask: SignInBySms) -> SignedIn:
    if context.fenced():
        return SignedIn(sign_in=None, refusal=fenced_refusal())
    row = context.connection.execute(ASKED, {"ask_id": ask.ask_id}).first()
    if row is None or row.terminal != context.terminal or row.used_at is not None or row.tries_left <= 0:
        return _no(RefusalCode.CODE_NOT_GOOD, "验证码不能用了")
    if context.now > row.expires_at:
        return _no(RefusalCode.SIGN_IN_EXPIRED, "验证码已过期")
    right = hmac.compare_digest(row.code_hash, _hash(row.ask_id, ask.code))
    changed = {"used_at": context.now} if right and row.person_id is not None else {"tries_left": row.tries_left - 1}
    context.connection.execute(sa.update(sms_codes).where(sms_codes.c.ask_id == row.ask_id).values(**changed))
    if not right or row.person_id is None:
        left = row.tries_left - 1
        if not left:
            return _no(RefusalCode.CODE_NOT_GOOD, "验证码错了太多次")
        return _no(RefusalCode.CODE_WRONG, "验证码不对", tries_left=str(left))
    person = context.connection.execute(HERS, {"person_id": row.person_id}).one()
    why_not = needs_staff(person)
    if why_not is not None:
        return SignedIn(sign_in=None, refusal=why_not)
    return signed_in(context, person, SignInWay.SMS_CODE, "")


def _hash(ask_id: str, code: str) -> str:
    return hashlib.sha256(f"{ask_id}|{code}".encode()).hexdigest()


def _no(code: RefusalCode, reason: str, **params: str) -> SignedIn:
    return SignedIn(sign_in=None, refusal=Refusal(code=code, params=params, reason=reason))
