"""Every page in both languages, on the desk by day and on a phone at night: nothing complains, nothing is cut off."""
from __future__ import annotations

from collections.abc import Callable

import pytest

from remote.console.pages import PAGES
from tests.console.ask import some
from tests.console.browser import Person, complaints, wider_than_screen
from tests.console.places import PLACES
from tests.console.serving import City

People = Callable[..., Person]
WAYS = {"desk_by_day": ("zh_CN", "desk", "day"), "phone_at_night": ("en", "phone", "night")}


def test_every_page_is_looked_at() -> None:
    assert {page for page, _, _ in PLACES.values()} == {page.name for page in PAGES}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", PLACES)
def test_page_is_whole_and_accessible(person: People, city: City, name: str, way: str) -> None:
    language, size, night = WAYS[way]
    _, who, path = PLACES[name]
    reader = person(who, language, size, night)
    page = reader.open(path.format(**some(city)))
    assert page.locator("h1").count() == 1
    assert page.locator("#age").inner_text().strip(), "how old the data is stands on every page"
    assert not wider_than_screen(page)
    assert not complaints(page)
    assert not reader.wrong
