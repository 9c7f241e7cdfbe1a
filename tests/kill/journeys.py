"""The journeys that are killed: what the citizen does in each, and which instants of which behaviour are tried."""
from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from card.purse import INS_CREDIT_FOR_LOAD
from tests.demo.citizen import Action, Around, look_on, touch

CARD, PAPER, CITIZEN, TOP_UP = "senior_card_new", "print_certificate", "citizen_card_new", "top_up"
ONE_CARD = (CARD, CITIZEN)
"""Those in which a card comes out of the slot."""
TORN = "torn"                    # the behaviour after whose death the card is in her hand
SOMEBODY = "senior_card_new"     # of the demo's citizens: whose name is on the cards that are topped up


@dataclass(frozen=True)
class Journey:
    """`behaviours`: what she does that others do not; the first one is the plain visit. `only_from`: of another behaviour only
    the instants from the first that has one of these words in its name (until the row named last) are new."""

    name: str
    tile: str
    behaviours: Mapping[str, Mapping[str, Action]]
    only_from: Mapping[str, tuple[tuple[str, ...], str]]
    begins: str = "privacy"      # the first screen of a visit

    def of(self, behaviour: str) -> Mapping[str, Action]:
        return {"home": touch(self.tile), **self.behaviours[behaviour]}

    def new_instants(self, behaviour: str, instants: Sequence[str]) -> list[str]:
        """Those of `behaviour` that the plain visit has not."""
        words, until = self.only_from[behaviour]
        first = next((i for i, instant in enumerate(instants) if any(word in instant for word in words)), len(instants))
        last = [i for i, instant in enumerate(instants) if instant.startswith(until)]
        return list(instants[first : last[0] + 1 if last else None])


async def takes_pages(around: Around) -> None:
    await around.machine(machine="a4_printer", do="take_output")
    around.touch("have_pages")


async def the_printer_will_fail(around: Around) -> None:
    await around.machine(machine="a4_printer", do="fault", name="aborts", count=1)
    await touch("print_now")(around)


HER_CARD: Mapping[str, Action] = {
    "citizen_card_menu": touch("citizen_card_new"), "citizen_confirm": touch("yes_me"),
    "citizen_start": touch("make_citizen_card"), "citizen_done": touch("finish"), "citizen_done_registering": touch("finish"),
    "citizen_kept": touch("finish"), "citizen_in_doubt": touch("finish"), "citizen_cancelled": touch("finish"),
    "citizen_spoiled_choose": touch("later"), "citizen_not_made_choose": touch("later"),
}  # fmt: skip
"""A first citizen card, free of charge."""

HER_PAPER: Mapping[str, Action] = {
    "choose_document": touch("document_property"), "take_pages": takes_pages,
}  # fmt: skip
"""A document with a fee."""

def card_number(person_id: int) -> str:
    """Of the citizen card that this person tops up: a fresh one for every point."""
    return f"3416{person_id:012d}"


async def inserts(around: Around) -> None:
    if (await around.machine(do="state"))["citizen_card"]["citizen"]:
        return
    await around.machine(do="insert_card", citizen=SOMEBODY, number=card_number(int(os.environ["PERSON_ID"])))


async def pulls(around: Around) -> None:
    await around.machine(do="pull_card")


async def inserts_and_it_is_torn(around: Around) -> None:
    """The chip books it, and its answer never arrives."""
    await inserts(around)
    await around.machine(do="tear_card", moment="after commit", ins=INS_CREDIT_FOR_LOAD)


HER_PURSE: Mapping[str, Action] = {
    "citizen_card_menu": touch("top_up"), "insert_card": inserts, "card_out_early": inserts, "same_card_again": inserts,
    "choose_amount": touch("amount_50"), "topped_up": touch("finish"), "take_citizen_card": pulls,
    "load_pending": touch("finish"), "earlier_load_is_there": touch("understood"),
}  # fmt: skip

JOURNEYS = {
    journey.name: journey
    for journey in (
        Journey(
            CARD, "senior_card",
            {"taken": {}, "not_taken": {"take_card": look_on}},
            {"not_taken": (("CardPrinter.capture", "card_printer Xca"), "register done")},
        ),
        Journey(
            CITIZEN, "citizen_card",
            {"card_taken": HER_CARD, "card_not_taken": {**HER_CARD, "citizen_take_card": look_on}},
            {"card_not_taken": (("CardPrinter.capture", "card_printer Xca"), "register done")},
        ),
        Journey(
            PAPER, "print_certificate",
            {
                "paid": HER_PAPER,
                "stops": {**HER_PAPER, "pay_now": touch("stop_paying")},
                "not_made": {**HER_PAPER, "preview_document": the_printer_will_fail, "paid_not_made": touch("refund_now")},
            },
            {"stops": (("collect not_done",), "nothing"), "not_made": (("print not_done",), "nothing")},
        ),
        Journey(
            TOP_UP, "citizen_card",
            {
                "loaded": HER_PURSE,
                "stops_paying": {**HER_PURSE, "pay_now": touch("stop_paying")},
                TORN: {**HER_PURSE, "insert_card": inserts_and_it_is_torn},
            },
            {"stops_paying": (("collect not_done",), "nothing"), TORN: (("credit intent | APDU",), "nothing")},
            begins="insert_card",
        ),
    )
}  # fmt: skip
BEHAVIOURS = {name: journey for journey in JOURNEYS.values() for name in journey.behaviours}
"""Which journey a behaviour is of."""
