"""Which deaths are tried: every instant of a visit, killed and with the power cut, and who stands there meanwhile; and, where
it is asked for, a second death at every instant of the recovery."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tests.kill.evidence import Point
from tests.kill.journeys import CARD, CITIZEN, PAPER, TOP_UP, Journey

AT_THE_EXIT = "hand_over intent |"
PAYING = "collect intent |"
WHILE_LOADING = ("permit ", "credit ", "confirm_load ")


def deaths(journey: Journey, visits: Mapping[str, Sequence[str]], *, kill: bool, power: bool) -> list[Point]:
    """`visits`: behaviour -> instants passed by somebody who behaves so; all of `journey`."""
    wanted = ([False] if kill else []) + ([True] if power else [])
    points = [point for cut in wanted for point in of_one_kind(journey, visits, power=cut)]
    return [replace(point, number=number) for number, point in enumerate(points, start=1)]


FIRST_DEATHS = {
    CARD: (
        "call intent | centre /v1/cases/submit has answered",      # sent, done, and nobody has written it down
        "write_chip intent | chip powered",                        # a blank half made
        "hand_over intent | card_printer Se, 15% of the way",      # on its way to the exit, which it does not reach in the dark
        "hand_over intent | CardPrinter.present ended",            # at the exit
        "register intent | centre /v1/reservations/register about to be called",
    ),
    CITIZEN: (
        "call intent | centre /v1/citizen-cards/apply has answered",
        "write_chip intent | centre /v1/citizen-cards/personalise has answered",   # half of its keys are on the chip
        "hand_over intent | card_printer Se, 15% of the way",
        "hand_over intent | CardPrinter.present ended",
        "register intent | centre /v1/citizen-cards/register about to be called",
    ),
    PAPER: (
        "order intent | centre /v1/orders/create has answered",    # nobody knows that there is an order
        "collect intent | row on the disk",                        # the code is on her phone
        "issue intent | centre /v1/documents/issue has answered",  # a copy is counted and its money bound
        "print intent | a4_printer print_job answered",            # the pages are in the printer
        "confirm intent | centre /v1/documents/printed about to be called",
    ),
    TOP_UP: (
        "collect intent | row on the disk",
        "permit intent | centre /v1/loads/begin has answered",     # a permission that nobody here has written down
        "credit intent | row on the disk",                         # the chip is powered and may be credited
        "credit done | row on the disk",                           # on the card, and the centre does not know
    ),
}
"""Where a recovery begins that has something to do: one of each kind."""


def second_deaths(recoveries: Mapping[tuple[str, bool], Sequence[str]], behaviour: str) -> list[Point]:
    """`recoveries`: (first death, power cut as well) -> instants of the recovery after it."""
    points = [(first, cut, again) for (first, cut), instants in recoveries.items() for again in instants]
    return [Point(number, first, cut, behaviour, again=again) for number, (first, cut, again) in enumerate(points, start=1)]


def of_one_kind(journey: Journey, visits: Mapping[str, Sequence[str]], *, power: bool) -> Iterator[Point]:
    plain, *others = journey.behaviours
    for instant in visits[plain]:
        point = Point(0, instant, power, plain)
        yield point
        if instant.startswith(AT_THE_EXIT):
            yield replace(point, takes_when_called=True)
            if power:
                yield replace(point, in_the_dark=True)
        if instant.startswith(PAYING) or (journey.name == TOP_UP and instant.startswith(WHILE_LOADING)):
            yield replace(point, in_the_dark=True)
    for behaviour in others:
        for instant in journey.new_instants(behaviour, visits[behaviour]):
            yield Point(0, instant, power, behaviour)
