"""The one browser of the folder: Debian's chromium, driven by Playwright."""
from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.console.serving import City

CHROMIUM = "chromium"
SIZES = {"desk": (1280, 900), "phone": (390, 844)}
AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
SERIOUS = ("serious", "critical")
PATIENCE_MS = 15_000


def where() -> str | None:
    return shutil.which(CHROMIUM)


def on_debian() -> bool:
    return "ID=debian" in Path("/etc/os-release").read_text(encoding="utf-8").splitlines()


@contextmanager
def started() -> Iterator[Browser]:
    found = where()
    assert found is not None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Person:
    """Somebody at a screen of the given size. `wrong`: what the page complained of in the browser's console."""

    def __init__(
        self, browser: Browser, city: City, name: str, language: str = "zh_CN", size: str = "desk", night: str = "day",
        virtual_time: bool = False,
    ) -> None:  # fmt: skip
        width, height = SIZES[size]
        self.city = city
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=size == "phone", reduced_motion="reduce"
        )
        self.context.add_cookies(city.cookies(name, language, night))  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        if virtual_time:
            self.page.clock.install()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)

    def open(self, path: str) -> Page:
        self.page.goto(self.city.url + path)
        return self.page

    def leave(self) -> None:
        self.context.close()


def wider_than_screen(page: Page) -> list[str]:
    """What reaches beyond the right edge, apart from what scrolls in a frame of its own."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
          && !e.closest('.scroll, .chips, nav, #map, .hidden')).map(e => e.outerHTML.slice(0, 90))"""
    )
    return found


def complaints(page: Page) -> list[str]:
    """What axe-core finds serious or critical."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))         # evaluated beside the page: its policy forbids a script element
    found: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:160]}"
        for one in found["violations"] if one["impact"] in SERIOUS for node in one["nodes"][:3]
    ]  # fmt: skip
