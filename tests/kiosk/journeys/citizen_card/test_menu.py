"""The menu behind 市民卡: what is in it here, what cannot be done now and why, and the way back."""
from __future__ import annotations

from pathlib import Path

from kiosk.health.offers import NotNow
from kiosk.journeys.citizen_card.entries import ENTRIES, Group
from kiosk.terminal import House
from remote.messages import IdentityEvidence
from tests.kiosk.journeys.citizen_card.world import settings, story
from tests.kiosk.rig import Hall, Settings, in_hall

MOST_A_PAGE = 6              # of the largest letters on the smallest screen


async def opened(hall: Hall, *tiles: str) -> list[str]:
    for tile in ("citizen_card", *tiles):
        await hall.post.until(lambda tile=tile: hall.post.screen.prompt and tile in names(hall))
        hall.post.touch(tile)
        await hall.post.shows(f"{tile}_menu")
    return names(hall)


def names(hall: Hall) -> list[str]:
    assert hall.post.screen.prompt is not None
    return [choice.name for choice in hall.post.screen.prompt.choices]


@story
async def test_back_leads_to_the_first_page_and_then_home(hall: Hall) -> None:
    await opened(hall, "card_pins")
    hall.post.touch("back")
    await hall.post.shows("citizen_card_menu")
    hall.post.touch("back")
    await hall.post.shows("home")


@story
async def test_what_is_not_possible_now_is_greyed_and_says_why(hall: Hall) -> None:
    await hall.post.shows("home")
    offer = hall.post.terminal.health.offer
    hall.post.terminal.health.offer = lambda name: NotNow("network") if name == "top_up" else offer(name)  # type: ignore[method-assign]
    await opened(hall)
    assert hall.post.screen.prompt is not None
    grey = [choice.name for choice in hall.post.screen.prompt.choices if not choice.able]
    assert grey == ["top_up"]
    hall.post.touch("top_up")
    told = await hall.post.shows("not_now")
    assert told.params["reason"] == "network"
    hall.post.touch("understood")
    await hall.post.shows("citizen_card_menu")


def test_what_has_a_tile_of_its_own_is_not_in_the_menu(tmp_path: Path) -> None:
    async def tell(hall: Hall) -> None:
        assert "top_up" not in await opened(hall)

    house = House(offered=("citizen_card", "top_up"), identity=IdentityEvidence.CARD_ALONE)
    in_hall(tmp_path, tell, settings=Settings(citizen_card=True, house=house))


def test_where_nobody_can_say_who_stands_there_only_the_card_s_own_things_are_offered(tmp_path: Path) -> None:
    async def tell(hall: Hall) -> None:
        assert "report_card_loss" not in await opened(hall)
        hall.post.touch("card_pins")
        await hall.post.shows("card_pins_menu")
        assert names(hall) == ["change_pin"]

    in_hall(tmp_path, tell, settings=Settings(citizen_card=True, house=House(offered=("citizen_card",), identity=None)))


def test_a_page_holds_no_more_than_can_be_read() -> None:
    for group in Group:
        others = len(Group) - 1 if group is Group.FIRST else 0
        assert len([entry for entry in ENTRIES if entry.group is group]) + others <= MOST_A_PAGE
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES) and settings().citizen_card
