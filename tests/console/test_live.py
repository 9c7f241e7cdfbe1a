"""An open page renews itself, keeps what its reader is doing, shows what changed, and says when it cannot be believed."""
from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from remote.central.access.sessions import end_session
from remote.central.store.database import writing
from remote.central.telemetry.tables import states
from tests.console.ask import rows
from tests.console.browser import Person
from tests.console.serving import TECHNICIAN, City

People = Callable[..., Person]
LOOKS_AGAIN_MS = 11_000


@pytest.fixture
def well(city: City) -> Iterator[str]:
    """A terminal that is well; whatever a test did to it is undone."""
    fine = "presence = 'alive' AND light = 'green' AND out_of_service = ''"
    name = rows(city, f"SELECT max(terminal) AS t FROM telemetry_terminals WHERE {fine}")[0]["t"]
    yield name
    _set(city, name, presence="alive")


def _set(city: City, terminal: str, **values: object) -> None:
    with writing(city.centre.engine) as connection:
        connection.execute(sa.update(states).where(states.c.terminal == terminal).values(**values))


def test_what_changes_is_shown_and_said_and_nothing_else_moves(person: People, city: City, well: str) -> None:
    page = person(TECHNICIAN, virtual_time=True).open("/console/fleet?sort=terminal")
    silent = page.locator("#standing-down b").inner_text()
    page.locator("#places summary").click()
    page.locator("[data-row] a.open").nth(30).focus()
    before = page.evaluate("[scrollY, document.activeElement.textContent]")
    assert before[0] > 0
    _set(city, well, presence="down", presence_since=city.clock())
    page.clock.run_for(LOOKS_AGAIN_MS)
    page.wait_for_function("was => document.querySelector('#standing-down b').textContent !== was", arg=silent)
    assert "处变化" in page.locator(".news").inner_text()
    assert page.locator("#standing-down.changed").count() == 1
    assert page.evaluate("[scrollY, document.activeElement.textContent]") == before
    assert page.locator("#places[open]").count() == 1
    assert page.locator("#map path.division").count() == 4


def test_a_centre_that_does_not_answer_makes_the_page_say_how_old_it_is(person: People) -> None:
    page = person(TECHNICIAN, virtual_time=True).open("/console/fleet")
    page.route("**/console/fleet*", lambda route: route.abort())
    page.clock.run_for(35_000)
    assert page.locator(".age.stale").count() == 1
    assert "没有新数据" in page.locator("#age").inner_text()
    assert page.locator("[data-row]").count() > 0


def test_an_error_is_never_shown_as_the_page(person: People) -> None:
    page = person(TECHNICIAN, virtual_time=True).open("/console/fleet")
    page.route("**/console/fleet*", lambda route: route.fulfill(status=503, body="<main id=live>正常</main>"))
    page.clock.run_for(35_000)
    assert page.locator("[data-row]").count() > 0
    assert page.locator(".age.stale").count() == 1


def test_whose_session_ended_is_told_and_sees_no_more_changes(person: People, city: City, well: str) -> None:
    reader = person(TECHNICIAN, virtual_time=True)
    page = reader.open("/console/fleet")
    cookie = next(one["value"] for one in reader.context.cookies() if one["name"] == "console")
    end_session(city.centre.engine, cookie, city.clock())
    with page.expect_response(lambda answer: answer.status == 401):
        page.clock.run_for(LOOKS_AGAIN_MS)
    page.locator(".age.stale").wait_for()
    assert "登录已结束" in page.locator("#age").inner_text()
    assert page.locator("[data-row]").count() > 0
