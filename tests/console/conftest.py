"""One city and one browser for the whole folder."""
from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.console import browser as browsers
from tests.console.browser import Person
from tests.console.serving import City, served
from tests.console.town import Watch, make_centre

TERMINALS = 240


@pytest.fixture(scope="package")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    clock = Watch()
    with served(make_centre(tmp_path_factory.mktemp("city"), TERMINALS, clock), clock) as made:
        yield made


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if browsers.where() is None:
        assert not browsers.on_debian(), "Debian has the package chromium: ./run set-up installs it"
        pytest.skip("no chromium on this system: the console is not looked at in a browser here")
    with browsers.started() as found:
        yield found


@pytest.fixture
def person(chromium: Browser, city: City) -> Iterator[Callable[..., Person]]:
    """`person(name, language, size, night)`: somebody signed in at a screen."""
    there: list[Person] = []

    def come(name: str, *args: str, **more: bool) -> Person:
        there.append(Person(chromium, city, name, *args, **more))
        return there[-1]

    yield come
    for one in there:
        one.leave()
