"""What citizens see most, with nobody's data in it: so that a window can draw the pictures before somebody waits for them."""

from __future__ import annotations

from datetime import date

from kiosk.leaflet import making, matters, refusals, ways_in, wishes
from kiosk.prompts import Claim, Progress, Prompt, StageState
from remote.messages import Delivery, Offer, Refusal, RefusalCode, Service

STAGES = ("reserve", "feed", "write", "print", "present")
MORE = (RefusalCode.WRONG_HOUSEHOLD, RefusalCode.OPEN_CASE, RefusalCode.NO_PHOTO, RefusalCode.CARD_KEPT, RefusalCode.BEING_SERVED)


def usual_prompts(tiles: tuple[str, ...]) -> list[Prompt]:
    """In the order in which a visit comes to them."""
    offers = [Offer(service=service, refusal=None) for service in (Service.LOST, Service.DAMAGED, Service.RENEW)]
    day, both = date(2027, 3, 8), [Delivery.INSTANT, Delivery.MAIL]
    waiting = tuple((stage, StageState.WAITING) for stage in STAGES[1:])
    nobodys = Claim(("一", "二", "三", "四"), "0000-0000", "claim:00000000")
    works = [Progress(((stage, StageState.RUNNING), *waiting), 60.0, 0.5) for stage in STAGES]
    return [
        ways_in.home(tiles),
        ways_in.privacy(),
        ways_in.lay_id(),
        ways_in.take_id_back(),
        ways_in.checking(),
        wishes.choose_delivery(both, None, takes_s=60.0),
        making.submitting(),
        *(making.progress(work, nobodys, may_cancel=cancel) for work in works for cancel in (True, False)),
        making.take_card(),
        making.registering(),
        ways_in.goodbye(),
        wishes.choose_service(offers, "0000"),
        wishes.renew_offer(day, reason="expiry"),
        wishes.loss_statement("0000"),
        refusals.refusal(Refusal(code=RefusalCode.TOO_YOUNG, params={"date": "2027-03-08"}, reason="-")),
        wishes.choose_delivery([Delivery.MAIL], None, takes_s=60.0),
        *(refusals.refusal(Refusal(code=code, params={}, reason="-")) for code in MORE),
        making.mailed(24, "0", None),
        making.not_made_choose(again=True, spoiled=True),
        making.cancelling(),
        matters.my_matters_none("0000", may_report=True),
        matters.open_case(3, Delivery.MAIL, can_convert=True, can_withdraw=True),
        matters.owed(day, here=True, can_withdraw=True),
        ways_in.out_of_service("no_devices"),
    ]
