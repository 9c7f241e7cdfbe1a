"""One top-up, torn once, and resumed with the same card; then every fen is looked for."""
from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import trio

from card.virtual.card import VirtualCard
from tests.kiosk.journeys.top_up_world import (
    BEFORE,
    Holder_,
    a_card,
    load_states,
    money,
    on_card,
    settings,
    what_nobody_fetches_goes_back,
)
from tests.kiosk.rig import Hall, in_hall
from tests.tear.cuts import Cut
from tests.tear.station import Tearing, Torn

FEN = 5000
GOES_ELSEWHERE = {"same_card_again": "later", "card_out_early": "back"}


@dataclass(frozen=True)
class Found:
    """Fen. `open_plans`: what the terminals still had not settled; it must be nothing."""

    taken: int
    on_card: int
    back: int
    owed: int
    open_plans: int
    exchanges: tuple[int, ...]
    loads: tuple[str, ...]
    happened: bool

    @property
    def lost(self) -> int:
        """Taken, and neither on the card nor back (what is still owed after all this is lost as well)."""
        return max(0, self.taken - self.on_card - self.back)

    @property
    def made(self) -> int:
        return max(0, self.on_card + self.back - self.taken)

    @property
    def good(self) -> bool:
        return not (self.lost or self.made or self.owed or self.open_plans)


def run_cut(cut: Cut) -> Found:
    with tempfile.TemporaryDirectory(prefix="tear-") as folder:
        found: list[Found] = []

        async def story(hall: Hall) -> None:
            found.append(await _visits(hall, cut))

        in_hall(Path(folder), story, terminals=2, settings=settings(), start=False)
    return found[0]


async def _visits(hall: Hall, cut: Cut) -> Found:
    card, first = a_card(), hall.posts[0]
    torn = Tearing(cut.at, cut.how, first.cut_off)
    first.card_station = Torn(first.card_station, lambda: first.card_slot.card, torn, first.card_slot.remove)
    for post in hall.posts:
        await post.start()
    await _first_visit(hall, cut, card, torn)
    torn.counting = False
    await _second_visit(hall, cut, card)
    return await _counted(hall, card, torn)


async def _first_visit(hall: Hall, cut: Cut, card: VirtualCard, torn: Tearing) -> None:
    """Until she is home again, or the terminal is dead."""
    post = hall.posts[0]
    person = Holder_(post, card, **(GOES_ELSEWHERE if cut.elsewhere else {}))

    async def visit() -> None:
        await person.tops_up()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(_ends_with_the_process, hall, nursery.cancel_scope)
        await visit()
        nursery.cancel_scope.cancel()
    if post.over.is_set():
        if cut.elsewhere:
            person.pulls()
        await post.start()


async def _ends_with_the_process(hall: Hall, scope: trio.CancelScope) -> None:
    await hall.posts[0].over.wait()
    scope.cancel()


async def _second_visit(hall: Hall, cut: Cut, card: VirtualCard) -> None:
    """Looking at the balance is enough."""
    post = hall.posts[1 if cut.elsewhere else 0]
    await post.shows("home")
    hall.posts[0].card_slot.remove()
    await Holder_(post, card).begins("card_balance")


async def _counted(hall: Hall, card: VirtualCard, torn: Tearing) -> Found:
    await trio.sleep(60)                         # what waits for a card or the centre is tried every 20 s
    plans = sum(len(post.terminal.heart.journal.open_plans()) for post in hall.posts)
    await what_nobody_fetches_goes_back(hall)
    where = money(hall)
    return Found(
        taken=sum(where.values()), on_card=on_card(card) - BEFORE, back=where["back"], owed=where["owed"], open_plans=plans,
        exchanges=tuple(torn.exchanges), loads=tuple(load_states(hall)), happened=torn.happened,
    )  # fmt: skip

