"""J21, from signing in to what she wants to see. Nothing opens to somebody who has not shown who she is."""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from kiosk import leaflet
from kiosk.journeys.identify import identify
from kiosk.journeys.own.pages import insurance, record, settlements
from kiosk.journeys.own.vouchers import vouchers
from kiosk.journeys.sign_in.strong import strong
from kiosk.leaflet import own as words
from kiosk.leaflet.choices import OK
from kiosk.prompts import OWN_STEPS
from kiosk.visit import Refused, Visit
from remote.messages import RefusalCode

ITEM = "my_services"
HEARD = frozenset({RefusalCode.NOT_MATCHED, RefusalCode.ID_EXPIRED, RefusalCode.FENCED, RefusalCode.NEEDS_STAFF})
"""Of what the centre says about the ID card. The senior card's own rules (60 years, household) are none of this journey's."""
TOPICS: Mapping[str, Callable[[Visit, str], Awaitable[None]]] = {
    "own_insurance": insurance, "own_settlements": settlements, "own_record": record, "own_vouchers": vouchers,
}  # fmt: skip
HERE = frozenset({
    RefusalCode.NOTHING_ON_RECORD, RefusalCode.NO_SUCH_VOUCHER, RefusalCode.VOUCHER_USED, RefusalCode.VOUCHER_NOT_NOW,
})  # fmt: skip
"""A no to one thing: the others go on."""


async def my_services(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    visit.talk.steps = OWN_STEPS
    person = await identify(visit, hears=HEARD, item=ITEM)
    sign_in = await strong(visit, person, ITEM)
    while True:
        answer = await visit.ask(words.own_menu())
        topic = TOPICS.get(answer.choice)
        if topic is None:
            return
        await one_thing(visit, partial(topic, visit, sign_in))


async def one_thing(visit: Visit, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except Refused as refused:
        if refused.refusal.code not in HERE:
            raise
        await visit.ask(replace(leaflet.refusal(refused.refusal), choices=(OK,)))
