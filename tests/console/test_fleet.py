"""The technician's list and map, as she uses them."""
from __future__ import annotations

from collections.abc import Callable

from remote.console.reads.standing import next_friday
from tests.console.ask import cannot_print, rows, some
from tests.console.browser import Person
from tests.console.serving import QIAOCHENG, TECHNICIAN, City

People = Callable[..., Person]


def _all_rows(page: object) -> set[str]:
    found: set[str] = set()
    while True:
        found |= set(page.locator("[data-row] a.open").all_inner_texts())  # type: ignore[attr-defined]
        after = page.locator("a[rel=next]")  # type: ignore[attr-defined]
        if not after.count():
            return found
        after.click()


def test_which_terminals_in_qiaocheng_cannot_print_cards_by_friday_in_two_clicks(person: People, city: City) -> None:
    page = person(TECHNICIAN).open("/console/fleet")
    page.locator("nav a", has_text="谯城区").first.click()
    page.locator("a.ask", has_text="周五前做不了卡").click()
    expected = cannot_print(city, "341602", next_friday(city.clock()))
    assert 10 < len(expected) < 60
    assert f"{len(expected)}台" in page.locator("#found").inner_text()
    assert _all_rows(page) == expected


def test_a_terminal_never_seen_is_neither_well_nor_able_to_print(person: People, city: City) -> None:
    never = some(city)["never"]
    page = person(TECHNICIAN).open(f"/console/fleet?search={never}")
    row = page.locator(f"#t-{never}")
    assert "从没连上" in row.inner_text()
    assert "正常" not in row.inner_text()
    page = person(TECHNICIAN).open(f"/console/fleet?search={never}&question=cards_unknown")
    assert page.locator(f"#t-{never}").count() == 1


def test_worst_first_and_of_those_the_longest(person: People, city: City) -> None:
    page = person(TECHNICIAN).open("/console/fleet")
    shown = page.locator("[data-row] a.open").all_inner_texts()
    down = rows(city, "SELECT terminal FROM telemetry_terminals WHERE presence = 'down' ORDER BY presence_since, terminal")
    assert shown[: len(down)] == [row["terminal"] for row in down]


def test_marks_of_the_map_lead_to_what_they_count(person: People) -> None:
    page = person(TECHNICIAN).open("/console/fleet")
    page.locator("#map .mark").first.wait_for()
    assert page.locator("#map path.division").count() == 4
    page.locator("#places summary").click()
    first = page.locator("#marks a").first
    words = first.inner_text()
    first.click()
    count = int(page.locator("#found").inner_text().removesuffix("台"))
    assert f"等{count}台" in words


def test_somebody_of_one_county_sees_no_other(person: People, city: City) -> None:
    page = person(QIAOCHENG).open("/console/fleet")
    theirs = rows(city, "SELECT count(*) AS n FROM telemetry_terminals WHERE region = '341602'")[0]["n"]
    assert page.locator("#found").inner_text() == f"{theirs}台"
    assert page.locator("nav a", has_text="涡阳县").count() == 0
    other = rows(city, "SELECT min(terminal) AS t FROM telemetry_terminals WHERE region = '341621'")[0]["t"]
    assert "没有这一页" in person(QIAOCHENG).open(f"/console/terminals/{other}").locator("h1").inner_text()


def test_the_keyboard_is_enough(person: People) -> None:
    page = person(TECHNICIAN).open("/console/fleet")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-row] a.open").nth(1).inner_text()
    assert page.evaluate("document.activeElement.textContent") == second
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/terminals/{second}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
