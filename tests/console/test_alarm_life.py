"""The whole life of an alarm as a technician sees it: it appears, she takes it, gives it on, silences it, and it is over."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from remote.central.access.sessions import COOKIE
from remote.central.alarms.routes import Routes
from remote.central.alarms.rules import load_rules
from remote.central.alarms.worker import look_and_tell
from remote.central.store.database import writing
from remote.central.telemetry.tables import states
from tests.console.ask import rows
from tests.console.browser import Person
from tests.console.serving import QIAOCHENG, TECHNICIAN, VIEWER, City

People = Callable[..., Person]
RULES = load_rules()


@pytest.fixture
def terminal(city: City) -> Iterator[str]:
    """One that is well, of Woyang; afterwards it is well again, and the clock as it was."""
    began = city.clock.now
    asked = (
        "SELECT terminal FROM telemetry_terminals t WHERE region = '341621' AND presence = 'alive' AND light = 'green' AND "
        "NOT EXISTS (SELECT 1 FROM alarms a WHERE a.terminal = t.terminal AND cleared_at IS NULL) LIMIT 1"
    )
    found = rows(city, asked)[0]["terminal"]
    yield str(found)
    stands(city, found, "alive")
    city.clock.now = began


def stands(city: City, terminal: str, presence: str) -> None:
    with writing(city.centre.engine) as connection:
        connection.execute(
            sa.update(states).where(states.c.terminal == terminal).values(presence=presence, presence_since=city.clock.now)
        )


def passes(city: City, seconds: float) -> None:
    """Time passes, and the centre looks."""
    for _ in range(2):
        city.clock.now += timedelta(seconds=seconds / 2)
        with writing(city.centre.engine) as connection:
            look_and_tell(connection, city.clock.now, RULES, Routes())


def test_an_alarm_from_its_beginning_to_its_end(person: People, city: City, terminal: str) -> None:
    stands(city, terminal, "down")
    passes(city, 150)
    reader = person(TECHNICIAN)
    page = reader.open(f"/console/alarms?search={terminal}")
    row = page.locator("tr[data-row]")
    assert row.count() == 1
    assert all(word in row.inner_text() for word in ("终端没有心跳", "紧急", "没人确认", "打电话问大厅"))
    row.locator("a.open").click()
    page.get_by_role("button", name="我来管").click()
    assert "记下了" in page.locator(".said").inner_text() and "有人管" in page.locator("#state").inner_text()
    page.locator("#to").fill("zhao")
    page.get_by_role("button", name="指派").click()
    assert "已指派" in page.locator(".said").inner_text()
    page.locator("#for").select_option("8h")
    page.get_by_role("button", name="静音").click()
    assert "静音" in page.locator("#state").inner_text()
    stands(city, terminal, "alive")
    passes(city, 120)
    page.reload()
    assert "已恢复" in page.locator("#state").inner_text() and page.get_by_role("button", name="指派").count() == 0
    life = page.locator(".timeline").inner_text()
    assert [word in life for word in ("产生", "有人管了", "zhao", "静音", "恢复")] == [True] * 5
    assert terminal in reader.open(f"/console/alarms?part=over&search={terminal}").locator("tr[data-row]").inner_text()
    assert not reader.wrong


def test_a_maintenance_window_is_begun_and_ended(person: People, city: City, terminal: str) -> None:
    reader = person(TECHNICIAN, "en")
    page = reader.open("/console/alarms?part=windows")
    page.locator("#w-terminal").fill(terminal)
    page.locator("#w-why").fill("new printer")
    page.get_by_role("button", name="Begin").click()
    assert "Maintenance has begun" in page.locator(".said").inner_text() and terminal in page.locator(".tree").inner_text()
    stands(city, terminal, "down")
    passes(city, 600)
    assert not rows(city, "SELECT 1 FROM alarms WHERE terminal = :t AND cleared_at IS NULL", t=terminal)
    page.get_by_role("button", name="End now").click()
    assert "Maintenance has ended" in page.locator(".said").inner_text()
    passes(city, 150)
    assert rows(city, "SELECT 1 FROM alarms WHERE terminal = :t AND cleared_at IS NULL", t=terminal)


def post(city: City, name: str, path: str, **form: str) -> httpx.Response:
    cookie = {COOKIE: city.cookie(name)}
    with httpx.Client(base_url=city.url, cookies=cookie) as http:
        page = http.get("/console/alarms?part=windows").text
        token = page.partition('name="csrf" value="')[2].partition('"')[0]
        return http.post(path, data={"csrf": token, **form})


def test_who_may_only_look_and_who_looks_after_another_county_changes_nothing(city: City, terminal: str) -> None:
    stands(city, terminal, "down")
    passes(city, 150)
    number = rows(city, "SELECT alarm FROM alarms WHERE terminal = :t AND cleared_at IS NULL", t=terminal)[0]["alarm"]
    for name in (VIEWER, QIAOCHENG):
        assert post(city, name, f"/console/alarms/{number}/acknowledge").status_code == 403
        form = {"terminal": terminal, "ends": "2026-11-26T10:00", "why": "x"}
        assert post(city, name, "/console/alarms/windows/open", **form).status_code == 403
    assert not rows(city, "SELECT 1 FROM alarms WHERE alarm = :n AND acknowledged_by IS NOT NULL", n=number)
    with httpx.Client(base_url=city.url, cookies={COOKIE: city.cookie(QIAOCHENG)}) as http:
        assert http.get(f"/console/alarms/{number}").status_code == 404
        assert terminal not in http.get("/console/alarms").text
