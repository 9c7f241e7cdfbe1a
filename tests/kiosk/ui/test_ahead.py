"""Pictures are drawn before somebody waits for them, and never under a finger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import trio

from kiosk import leaflet
from kiosk.front import Screen, reference_front
from kiosk.prompts import Look
from kiosk.ui.compose import rehearse
from kiosk.ui.pictured import Drawing
from kiosk.ui.window import KioskWindow
from tests.kiosk.ui.showroom import SAMPLES
from tests.virtual_time import run_in_virtual_time

USUAL = leaflet.usual_prompts(("senior_card", "certify_80_plus", "print_certificate", "my_matters"))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Drawing]:
    """What was drawn; nothing really is, and the loop's own time passes."""
    made: list[Drawing] = []

    async def at_once(work: Callable[[], object]) -> object:
        return work()

    monkeypatch.setattr(Drawing, "draw", lambda self: made.append(self) or ((1, 1), b"\0\0\0\0"))
    monkeypatch.setattr(trio.to_thread, "run_sync", at_once)
    return made


def fresh() -> KioskWindow:
    return KioskWindow(Screen(), reference_front(Screen()), settle_s=0.0)


def test_after_the_first_screen_the_pictures_of_a_usual_visit_are_there(drawn: list[Drawing]) -> None:
    window = fresh()

    async def main() -> None:
        window.present(1, SAMPLES["home"], Look())
        drawn.clear()
        await window.draw_ahead(USUAL)

    run_in_virtual_time(main)
    assert len(drawn) == len(set(drawn)), "a picture was drawn twice"
    for name in ("home", "privacy", "lay_id", "checking", "choose_service", "take_card", "registering", "refusal_too_young"):
        for look in (Look(), Look(elder=False)):
            assert set(rehearse(window._frame, SAMPLES[name], look)) <= set(drawn), name


def test_nothing_is_drawn_before_the_first_screen(drawn: list[Drawing]) -> None:
    async def main() -> None:
        with trio.move_on_after(60):
            await fresh().draw_ahead(USUAL)

    run_in_virtual_time(main)
    assert drawn == []


def test_nothing_is_drawn_while_a_finger_is_on_the_glass(drawn: list[Drawing]) -> None:
    window = fresh()

    async def main(beside: Callable[[], Awaitable[None]]) -> None:
        window.present(1, SAMPLES["home"], Look())
        window._finger = (object(), 1, window._target("senior_card"))
        drawn.clear()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(window.draw_ahead, USUAL)
            await beside()

    async def lifts_after_a_while() -> None:
        await trio.sleep(30)
        assert drawn == []
        window._finger = None

    run_in_virtual_time(main, lifts_after_a_while)
    assert drawn


@pytest.mark.parametrize("name", ["home", "choose_service", "progress", "take_card", "refusal_no_photo"])
def test_what_is_rehearsed_is_what_is_drawn(drawn: list[Drawing], name: str) -> None:
    window = fresh()
    window.present(1, SAMPLES[name], Look())
    assert set(rehearse(window._frame, SAMPLES[name], Look())) == set(drawn)
