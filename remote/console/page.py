"""What a page of the console is: one file in `pages/`, one template of the same name and one line in `pages/__init__.py`.

`show` is a plain function from a View (who asks, where she may look, one consistent read of the database) to what the template
is given; it runs in a thread and must be quick with 10,000 terminals. `table` is the same data as CSV. An Act is a form's POST:
a plain function in the one write transaction, checked for its right, for the session's own token and for the region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from remote.central.access.rights import Person, Right
from remote.console.texts import Texts

if TYPE_CHECKING:
    from remote.central.centre import Centre

EVERY_S = 10  # how often an open page looks again


@dataclass(frozen=True)
class View:
    """One question. `regions`: prefixes of division codes this person may see here, never empty."""

    connection: sa.Connection
    centre: Centre
    now: datetime
    person: Person
    regions: tuple[str, ...]
    text: Texts
    asked: Mapping[str, str]        # of the query
    place: Mapping[str, str]        # of the path

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A number of the query within its bounds; what is no number is the default."""
        given = self.asked.get(name, "")
        return min(max(int(given), least), most) if given.isascii() and given.isdigit() and len(given) < 10 else default

    def one_of(self, name: str, known: object, default: str = "") -> str:
        """A word of the query if it is a known one."""
        given = self.asked.get(name, "")
        return given if given in known else default  # type: ignore[operator]


class NotFound(Exception):
    """There is no such thing, or not where this person may look: nobody is told which."""


class NotAllowed(Exception):
    """Not this person's to do, there."""


@dataclass(frozen=True)
class Said:
    """What an act answers: catalogue text under `key`, shown on the page `to`."""

    key: str
    to: str
    good: bool = True
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """What an act answers that must never be in an address or a history: a page of its own, `given` to the template `name`."""

    name: str
    given: Mapping[str, object]


@dataclass(frozen=True)
class Doing:
    """One change. `check(region)` must be called with the region of what is changed; it raises NotAllowed."""

    connection: sa.Connection
    centre: Centre
    now: datetime
    person: Person
    form: Mapping[str, str]
    place: Mapping[str, str]
    right: Right

    def check(self, region: str | None) -> None:
        """None: a terminal nobody gave a region; only who may everywhere may touch it."""
        if not any((region or "").startswith(prefix) for prefix in self.person.reach(self.right)):
            raise NotAllowed()


@dataclass(frozen=True)
class Act:
    """POST to `/console/<path>`."""

    path: str
    right: Right
    do: Callable[[Doing], Said | Shown]


Lines = Iterator[tuple[object, ...]]


@dataclass(frozen=True)
class Page:
    """GET of `/console/<path>`; `right` is wanted to see it. `nav`: it stands in the bar, under catalogue text `<name>.nav`."""

    name: str
    path: str
    right: Right
    show: Callable[[View], dict[str, Any]]
    nav: bool = True
    table: Callable[[View], Lines] | None = None   # CSV of `/console/<path>.csv`, its first line the heads
    acts: tuple[Act, ...] = ()
    every_s: int = EVERY_S
