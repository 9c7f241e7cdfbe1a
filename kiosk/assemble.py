"""One terminal put together from its parts. The window, the offscreen demo, the kill tests and the simulation all start here,
so that what is proven is what runs."""
from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from random import Random

from kiosk.attendant.commission import Commissioning, Known, look_of
from kiosk.attendant.people import Colleague, Roster
from kiosk.cabinet.guide import Guide
from kiosk.conversation import Conversation, Patience
from kiosk.display import Display, Voice
from kiosk.estimates import Durations
from kiosk.health.health import Health
from kiosk.news_outbox import JournalOutbox
from kiosk.operator import Operator, Settle
from kiosk.parts import Parts
from kiosk.pin import PinHash
from kiosk.plans import card_pin, card_script, ecredential, one_call, purse_payment
from kiosk.plans import payment as paying
from kiosk.plans import printing as papers
from kiosk.plans import top_up as loading
from kiosk.plans.citizen_card import citizen_production
from kiosk.plans.citizen_number import KIND as CITIZEN
from kiosk.plans.dispensed_card import KIND as DISPENSED
from kiosk.plans.dispensed_card import citizen_dispensing
from kiosk.plans.news import news_of
from kiosk.plans.production import KIND, production
from kiosk.stock import Stock
from kiosk.terminal import House, Terminal
from kiosk.transaction.heart import Build, Heart
from kiosk.transaction.journal import Event, Journal, JournalBroken
from remote.messages import EventKind, HelpNews
from remote.outbox import Outbox


def assemble(
    parts: Parts,
    journal: Journal,
    display: Display,
    voice: Voice,
    *,
    house: House,
    pin: PinHash,
    people: Sequence[Colleague] = (),
    commissioning: Commissioning | None = None,
    patience: Patience | None = None,
    durations: Durations | None = None,
    new_id: Callable[[], str] | None = None,
    random: Random | None = None,
    language: str = "zh_CN",
) -> Terminal:
    """`new_id` gives plan ids of 32 hex digits; the default draws 128 random bits. `random` only shapes pauses; give it a
    seed in a simulation."""
    builders: dict[str, Build] = {
        **one_call.builders(parts),
        KIND: lambda log: production(parts, log),
        CITIZEN: lambda log: citizen_production(parts, log),
        DISPENSED: lambda log: citizen_dispensing(parts, log),
        paying.KIND: lambda log: paying.payment(parts, log),
        papers.KIND: lambda log: papers.printing(parts, log),
        loading.KIND: lambda log: loading.top_up(parts, log),
        purse_payment.KIND: lambda log: purse_payment.purse_payment(parts, log),
        card_pin.KIND: lambda log: card_pin.card_pin(parts, log),
        card_script.KIND: lambda log: card_script.card_script(parts, log),
        ecredential.KIND: lambda log: ecredential.printing(parts, log),
    }
    heart = Heart(journal, builders, news_of(parts.place), new_id)
    outbox = Outbox(JournalOutbox(journal, heart), parts.platform, random)

    def call_for_help(prompt: str) -> None:
        body = HelpNews(place=parts.place, words=prompt).model_dump(mode="json")
        with contextlib.suppress(JournalBroken):        # the screen still says where a person can be found
            journal.queue(Event(heart.new_plan_id(), EventKind.HELP_CALL.value, body))
            outbox.poke()

    def operator(talk: Conversation, health: Health, stock: Stock, settle: Settle) -> Operator:
        return Operator(talk, health, stock, Roster(pin, people), settle, commissioning or Known())

    guide = Guide(display, voice, parts.cabinet, parts.lamp_colours)
    talk = Conversation(guide, voice, patience or Patience(), call_for_help, language, house.window)
    talk.look = talk.first_look = look_of(journal, talk.first_look)
    return Terminal(parts, heart, talk, house, outbox, operator, guide, durations)
