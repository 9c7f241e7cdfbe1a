"""The journeys that are killed: what the citizen does in each, and which instants of which behaviour are tried."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.demo.citizen import Action, Around, look_on, touch

CARD, PAPER = "senior_card_new", "print_certificate"


@dataclass(frozen=True)
class Journey:
    """`behaviours`: what she does that others do not; the first one is the plain visit. `only_from`: of another behaviour only
    the instants from the first that has one of these words in its name (until the row named last) are new."""

    name: str
    tile: str
    behaviours: Mapping[str, Mapping[str, Action]]
    only_from: Mapping[str, tuple[tuple[str, ...], str]]

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


HER_PAPER: Mapping[str, Action] = {
    "choose_document": touch("document_property"), "take_pages": takes_pages,
}  # fmt: skip
"""A document with a fee."""

JOURNEYS = {
    journey.name: journey
    for journey in (
        Journey(
            CARD, "senior_card",
            {"taken": {}, "not_taken": {"take_card": look_on}},
            {"not_taken": (("CardPrinter.capture", "card_printer Xca"), "register done")},
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
    )
}  # fmt: skip
BEHAVIOURS = {name: journey for journey in JOURNEYS.values() for name in journey.behaviours}
"""Which journey a behaviour is of."""
