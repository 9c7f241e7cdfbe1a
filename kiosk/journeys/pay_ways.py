"""How she may pay at this terminal now: what the centre takes, and what the machines here can do. Nothing else is offered."""
from __future__ import annotations

from dataclasses import dataclass

from devices.errors import DeviceGone
from kiosk.leaflet import paying
from kiosk.prompts import Answer, Choice, ToPay, Weight
from kiosk.scanned import Good, PaymentCode, classify, judge
from kiosk.visit import Visit
from remote.messages import PayMethod, Price

SHOWS_OF_A_PHONE = 5         # [A] codes that are none, before she is asked to pay in another way
CHOICES = {PayMethod.SHOW_QR: "pay_show_qr", PayMethod.SCAN_CODE: "pay_scan_code", PayMethod.PURSE: "pay_purse"}


@dataclass(frozen=True)
class Way:
    method: PayMethod
    channel: str = ""
    choice: Choice = Choice("pay_show_qr")


def ways(visit: Visit, price: Price) -> list[Way]:
    """The usual one first. Where several companies show a code of their own, each is a way."""
    found: list[Way] = []
    if PayMethod.SHOW_QR in price.methods:
        found += shown_codes(price)
    if PayMethod.SCAN_CODE in price.methods and visit.parts.codes is not None and visit.health.found.works("scanner"):
        found.append(Way(PayMethod.SCAN_CODE, choice=Choice(CHOICES[PayMethod.SCAN_CODE])))
    slot = visit.parts.citizen_card
    if PayMethod.PURSE in price.methods and slot is not None and slot.module is not None:
        found.append(Way(PayMethod.PURSE, choice=Choice(CHOICES[PayMethod.PURSE])))
    return [_first(found[0]), *found[1:]] if found else []


def _first(way: Way) -> Way:
    choice = way.choice
    return Way(way.method, way.channel, Choice(choice.name, Weight.PRIMARY, choice.label, choice.value))


def shown_codes(price: Price) -> list[Way]:
    name = CHOICES[PayMethod.SHOW_QR]
    if len(price.channels) < 2:
        return [Way(PayMethod.SHOW_QR, choice=Choice(name))]
    return [Way(PayMethod.SHOW_QR, one.name, Choice(f"{name}_{one.name}", label=one.label)) for one in price.channels]


async def phone_code(visit: Visit, to_pay: ToPay) -> str:
    """The payment code of her phone. "": she wants to pay in another way, or the scanner does not work. Raises Left,
    WalkedAway."""
    codes = visit.parts.codes
    assert codes is not None
    for number in range(SHOWS_OF_A_PHONE):
        try:
            found = await visit.until(paying.show_phone_code(to_pay, again=number > 0), codes.next_code)
        except DeviceGone:
            visit.health.look_again()
            await visit.health.look()
            await visit.ask(paying.scanner_away())
            return ""
        if isinstance(found, Answer):
            return ""
        scanned = classify(found)
        if isinstance(scanned, PaymentCode) and isinstance(judge(scanned, visit.now), Good):
            return scanned.digits
    return ""
