"""Which deaths are tried: every instant of a visit, killed and with the power cut, and who stands there meanwhile; and, where
it is asked for, a second death at every instant of the recovery."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.kill.evidence import Point

AT_THE_EXIT = "hand_over intent |"
CAPTURING = ("CardPrinter.capture", "card_printer Xca")


def deaths(taken: Sequence[str], not_taken: Sequence[str], *, kill: bool, power: bool) -> list[Point]:
    """`taken`, `not_taken`: instants passed by somebody who takes her card, and by somebody who leaves it there."""
    wanted = ([False] if kill else []) + ([True] if power else [])
    points = [point for cut in wanted for point in of_one_kind(taken, not_taken, power=cut)]
    return [Point(number, *described) for number, described in enumerate(points, start=1)]


FIRST_DEATHS = (
    "call intent | centre /v1/cases/submit has answered",      # sent, done, and nobody has written it down
    "write_chip intent | chip powered",                        # a blank half made
    "hand_over intent | card_printer Se, 15% of the way",      # on its way to the exit, which it does not reach in the dark
    "hand_over intent | CardPrinter.present ended",            # at the exit
    "register intent | centre /v1/reservations/register about to be called",
)
"""Where a recovery begins that has something to do: one of each kind."""


def second_deaths(recoveries: Mapping[tuple[str, bool], Sequence[str]]) -> list[Point]:
    """`recoveries`: (first death, power cut as well) -> instants of the recovery after it."""
    points = [(first, cut, again) for (first, cut), instants in recoveries.items() for again in instants]
    return [Point(number, first, power=cut, again=again) for number, (first, cut, again) in enumerate(points, start=1)]


Described = tuple[str, bool, str, bool, bool]


def of_one_kind(taken: Sequence[str], not_taken: Sequence[str], *, power: bool) -> Iterator[Described]:
    """(instant, power, behaviour, takes when called, takes in the dark)"""
    for instant in taken:
        yield instant, power, "taken", False, False
        if instant.startswith(AT_THE_EXIT):
            yield instant, power, "taken", True, False
            if power:
                yield instant, power, "taken", False, True
    for instant in of_a_capture(not_taken):
        yield instant, power, "not_taken", False, False


def of_a_capture(instants: Sequence[str]) -> list[str]:
    """From the moment the machine draws the card in."""
    first = next((i for i, instant in enumerate(instants) if any(word in instant for word in CAPTURING)), len(instants))
    registered = [i for i, instant in enumerate(instants) if instant.startswith("register done")]
    return list(instants[first : registered[0] + 1 if registered else None])
