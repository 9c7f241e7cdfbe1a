"""Who may open the menu: a card on the reader says who it is, a PIN proves it. Listed in kiosk.toml, [operators]."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.config_table import Table
from kiosk.pin import PinHash


class Right(StrEnum):
    ATTEND = "attend"          # open and close the day, paper, ribbon, jams
    STOCK = "stock"            # count cards, hand back what was kept: always two people
    SERVICE = "service"        # change modules, put a terminal into use, leave the full screen


@dataclass(frozen=True)
class Colleague:
    """`name`: as it stands in the audit and on slips. `card` None: the one PIN of a terminal that lists nobody yet."""

    name: str
    card: PinHash | None = field(repr=False)
    pin: PinHash = field(repr=False)
    rights: frozenset[Right] = frozenset(Right)

    def may(self, right: Right) -> bool:
        return right in self.rights


ONE_PIN = "PIN"
"""Who it was, where nobody is listed."""


class Roster:
    def __init__(self, pin: PinHash, people: Iterable[Colleague] = ()) -> None:
        self.people = tuple(people)
        self.with_pin_alone = None if self.people else Colleague(ONE_PIN, None, pin)

    def of_card(self, number: str) -> Colleague | None:
        """Whose card this is. Takes about 0.1 s for each who is listed."""
        return next((one for one in self.people if one.card is not None and one.card.matches(number)), None)


def people_from(table: Table) -> tuple[Colleague, ...]:
    """[operators.ANY] of kiosk.toml, in the order of the file. Raises ConfigError."""
    found = tuple(_one(table, name) for name in table.names())
    for at, one in enumerate(found):
        if any(one.name == other.name for other in found[:at]):
            raise table.wrong("name", "a name of its own for each: the audit tells them apart by it", one.name)
    return found


def _one(operators: Table, name: str) -> Colleague:
    table = operators.table(name)
    one = Colleague(
        name=table.text("name"),
        card=table.made("card_hash", "the output of ./run pin --card", PinHash),
        pin=table.made("pin_hash", "the output of ./run pin", PinHash),
        rights=frozenset(map(Right, table.some_of("rights", list(Right), tuple(Right)))),
    )
    table.done()
    return one
