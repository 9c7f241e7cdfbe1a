"""X2: her ID number on a large pad, and the digits that come to the phone on record. Nobody learns here whose number it is."""
from __future__ import annotations

from dataclasses import replace

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from kiosk import leaflet
from kiosk.journeys.asking import fresh_key, patiently
from kiosk.leaflet import sign_in as words
from kiosk.leaflet.choices import OK
from kiosk.visit import Refused, Visit
from remote.messages import AskSmsCode, RefusalCode, SignedIn, SignInBySms

TYPED_TRIES = 3              # [A] numbers whose check digit does not agree
CODES = 3                    # [A] of one visit; the centre limits them too


async def by_sms(visit: Visit, _item: str) -> SignedIn | None:
    """None: another way. Raises Left, Refused, WalkedAway."""
    number = await typed_number(visit)
    if number is None:
        return None
    for _ in range(CODES):
        key = fresh_key(visit, "ask_sms_code")
        ask = AskSmsCode(id_number=number)
        asked = await patiently(visit, lambda ask=ask, key=key: visit.parts.platform.ask_sms_code(ask, key=key))  # type: ignore[misc]
        if asked.refusal is not None and asked.refusal.code is not RefusalCode.TOO_MANY_CODES:
            raise Refused(asked.refusal)
        if asked.refusal is not None or asked.ask_id is None:
            await visit.ask(replace(leaflet.refusal(asked.refusal), choices=(OK,)) if asked.refusal else words.way_over())
            return None
        signed, again = await typed_code(visit, asked.ask_id)
        if signed is not None or not again:
            return signed
    await visit.ask(words.way_over())
    return None


async def typed_number(visit: Visit) -> str | None:
    """18 characters whose check digit agrees. None: another way."""
    name = "type_id_number"
    for _ in range(TYPED_TRIES):
        answer = await visit.ask(words.type_id_number(name))
        if not answer.value:
            return None
        try:
            return str(ric.validate(answer.value))
        except ValidationError:
            name = "id_number_wrong"
    await visit.ask(words.way_over())
    return None


async def typed_code(visit: Visit, ask_id: str) -> tuple[SignedIn | None, bool]:
    """(signed in, whether another code is wanted). Raises Refused, Left."""
    left, wrong = "", False
    while True:
        answer = await visit.ask(words.type_phone_code(left, wrong=wrong))
        if not answer.value:
            return None, await another(visit, "phone_code_missing")
        ask, key = SignInBySms(ask_id=ask_id, code=answer.value), fresh_key(visit, "sign_in_by_sms")
        signed = await patiently(visit, lambda ask=ask, key=key: visit.parts.platform.sign_in_by_sms(ask, key=key))  # type: ignore[misc]
        if signed.refusal is None:
            return signed, False
        match signed.refusal.code:
            case RefusalCode.CODE_WRONG:
                left, wrong = signed.refusal.params.get("tries_left", ""), True
            case RefusalCode.CODE_NOT_GOOD | RefusalCode.SIGN_IN_EXPIRED:
                return None, await another(visit, "phone_code_over")
            case _:
                raise Refused(signed.refusal)


async def another(visit: Visit, why: str) -> bool:
    return (await visit.ask(words.phone_code_over(why))).choice == "send_again"
