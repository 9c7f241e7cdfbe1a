"""The whole life of a release as the release manager sees it: published, rolled out, paused, failed, gone on with, on all."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from remote.central.releases import rolling, store
from remote.central.releases.tables import release_terminals, releases, rollouts, signed_files, target_portions
from remote.central.store import schema
from remote.central.store.database import reading, writing
from remote.messages.releases import AskRelease, Progress, ReleaseOrders, Stage
from tests.console.browser import Person, complaints, wider_than_screen
from tests.console.serving import RELEASE_MANAGER, TECHNICIAN, City
from tests.updates.paper_centre import PaperCentre, key, program

People = Callable[..., Person]
NAME = "2027.3.1"


@pytest.fixture
def published(city: City) -> Iterator[City]:
    """One release at the centre; the city is as before afterwards."""
    before, paper = city.clock.now, PaperCentre(now=city.clock.now)
    paper.publish(NAME, 5, program(NAME, b"well"))
    with writing(city.centre.engine) as connection:
        roots = [paper.files["1.root.json"]]
        store.publish(connection, roots, paper.targets.to_bytes(), paper.stored, key("online"), "chen", city.clock())
    yield city
    city.clock.now = before
    with writing(city.centre.engine) as connection:
        for table in (release_terminals, rollouts, releases, target_portions, signed_files):
            connection.execute(sa.delete(table))


def names(city: City) -> list[str]:
    with reading(city.centre.engine) as connection:
        asked = sa.select(schema.terminals.c.terminal).where(schema.terminals.c.fenced_at.is_(None))
        return list(connection.execute(asked.order_by(schema.terminals.c.terminal)).scalars())


def tell(city: City, name: str, stage: Stage, why: str = "") -> bool:
    """This terminal asks, and where it is to run the release, tells how it ended. True: it was to."""
    answer = city.centre.handle(name, "ask_release", AskRelease())
    assert isinstance(answer, ReleaseOrders)
    if not answer.orders:
        return False
    told = Progress(release=NAME, stage=stage, why=why)
    city.centre.handle(name, "ask_release", AskRelease(progress=[told]))
    return True


def pass_time(city: City, hours: float) -> None:
    city.clock.now += timedelta(hours=hours)
    with writing(city.centre.engine) as connection:
        rolling.move_on(connection, city.clock())


def press(reader: Person, words: str) -> None:
    with reader.page.expect_navigation():
        reader.page.get_by_role("button", name=words, exact=True).click()


def test_life_of_a_release(published: City, person: People) -> None:
    city, everybody = published, names(published)
    first, second = everybody[0], everybody[1]
    reader = person(RELEASE_MANAGER, "en", "desk", "day")
    page = reader.open("/console/releases")
    shown = page.locator("main").inner_text
    assert NAME in shown() and "Number 5" in shown()

    page.get_by_label("Canary terminals").fill("nobody-has-this-name")
    press(reader, "Roll out")
    assert "terminals that are known" in page.locator("body").inner_text()
    page.get_by_label("Canary terminals").fill(f"{first}, {second}")
    press(reader, "Roll out")
    assert "rolling out" in shown()

    press(reader, "Pause")
    assert "paused" in shown() and not tell(city, first, Stage.RUNNING)
    press(reader, "Go on")
    assert tell(city, first, Stage.RUNNING) and tell(city, second, Stage.ROLLED_BACK, "died")
    pass_time(city, 0)
    reader.open("/console/releases")
    assert "stopped by failures" in shown() and "the release does not start" in shown() and second in shown()

    press(reader, "Go on")
    pass_time(city, 25)
    for name in everybody:
        tell(city, name, Stage.RUNNING)
    pass_time(city, 25)
    for name in everybody:
        tell(city, name, Stage.RUNNING)
    pass_time(city, 0.1)
    assert not reader.wrong
    reader = person(RELEASE_MANAGER, "en", "desk", "day")      # two days later, signed in anew
    page = reader.open("/console/releases")
    assert "on all terminals" in page.locator("main").inner_text()
    press(reader, "Abort")
    assert "aborted" in page.locator("main").inner_text()
    assert not reader.wrong


def test_page_with_a_roll_out_is_whole_in_both_languages_on_desk_and_phone(published: City, person: People) -> None:
    with writing(published.centre.engine) as connection:
        rolling.begin(connection, NAME, names(published)[:3], "chen", published.clock())
    for number, name in enumerate(names(published)[:3]):
        stage = (Stage.RUNNING, Stage.WAITING, Stage.ROLLED_BACK)[number]
        tell(published, name, stage, ("", "window", "not_proved_in_time")[number])
    for language, size in (("zh_CN", "desk"), ("en", "phone"), ("zh_CN", "phone")):
        reader = person(RELEASE_MANAGER, language, size, "day")
        page = reader.open("/console/releases")
        assert not wider_than_screen(page) and not complaints(page) and not reader.wrong


def test_technician_may_not_roll_out(published: City, person: People) -> None:
    reader = person(TECHNICIAN)
    assert reader.open("/console/releases").locator("form[action$='/releases/begin']").count() == 0
