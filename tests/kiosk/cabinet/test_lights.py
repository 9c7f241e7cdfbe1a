"""Lights, beeps and who stands there: the real slot is lit as on the screen, and a board that is away stops nobody."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio

from devices.cabinet.board import Colour, Lamp, Rate
from kiosk import leaflet
from kiosk.cabinet.colours import lamp_colour, lamp_colours
from kiosk.cabinet.guide import BEEPS, GREET_AGAIN_AFTER_S, REMIND_EVERY_S, Guide, lights_for
from kiosk.display import NoDisplay
from kiosk.front import Screen, reference_front
from kiosk.parts import Limits
from kiosk.prompts import Look, Prompt, Slot
from tests.devices.cabinet.rig import memory_rig
from tests.kiosk.rig import Hall, Person, Post, Settings, in_hall, takes_it
from tests.virtual_time import run_in_virtual_time

FITTED = Settings(cabinet=True)


def lit(post: Post) -> set[str]:
    return {slot for slot, colour in post.board.model.lit().items() if colour is not None}


async def seen_lit(post: Post, seconds: float) -> list[set[str]]:
    """What a person sees who looks ten times a second."""
    seen = []
    for _ in range(round(seconds * 10)):
        seen.append(lit(post))
        await trio.sleep(0.1)
    return seen


def test_the_slot_on_the_screen_is_the_slot_that_blinks_and_after_the_visit_all_is_dark(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        await trio.sleep(1)
        assert lit(post) == set()
        at_the_slot: list[set[str]] = []

        async def looks_first(person: Person) -> None:
            if not at_the_slot:
                await trio.sleep(0.5)
                at_the_slot.extend(await seen_lit(post, 4))
                person.takes()

        async def lays_late(person: Person) -> None:
            await trio.sleep(0.5)
            seen = await seen_lit(post, 4)
            assert {"id_reader"} in seen and set() in seen and {*map(frozenset, seen)} == {frozenset(), frozenset({"id_reader"})}
            person.lays()

        her = Person(post, take_card=looks_first, lay_id=lays_late)
        await her.goes("done")
        await trio.sleep(0.5)
        assert {frozenset(one) for one in at_the_slot} == {frozenset(), frozenset({"card_exit"})}
        assert {"slip_exit"} in await seen_lit(post, 1.0)          # DONE: the slip's light burns
        await her.goes_on("home")
        await trio.sleep(1)
        assert {frozenset(one) for one in await seen_lit(post, 3)} == {frozenset()}

    in_hall(tmp_path, story, settings=FITTED)


def test_a_board_that_is_away_or_dies_in_mid_visit_stops_nobody_and_is_told(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.plugged["board"] = False
        await post.start()
        await post.shows("home")
        await Person(post).goes("done")
        await post.until(lambda: "cabinet_away" in post.terminal.health.found.words)
        post.plugged["board"] = True
        await post.until(lambda: "cabinet_away" not in post.terminal.health.found.words)

        async def board_dies(person: Person) -> None:
            post.board.model.power_off()
            await takes_it(person)

        her = Person(post, "senior_card_lost", choose_service="lost", take_card=board_dies)
        await her.goes("done")
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        with hall.centre.engine.connect() as connection:
            words = [row.words for row in connection.exec_driver_sql("SELECT words FROM incidents")]
        assert any("控制板" in word for word in words)

    in_hall(tmp_path, story, settings=FITTED, start=False)


def test_a_card_left_in_the_slot_is_called_again_with_three_beeps(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post

        async def dreams(person: Person) -> None:
            await trio.sleep(2.5 * REMIND_EVERY_S)
            assert post.board.model.beeps == 2 * BEEPS
            person.takes()

        her = Person(post, take_card=dreams)
        await her.goes("done")
        await trio.sleep(3 * REMIND_EVERY_S)
        assert post.board.model.beeps == 2 * BEEPS          # nothing waits in a slot: the slip hangs, and needs no call

    in_hall(tmp_path, story, settings=FITTED)


def stood_for(tmp_path: Path, stands: Callable[[Post], Awaitable[None]], *, cabinet: bool = True) -> float:
    """How long her card lay at the exit before it was drawn in, while `stands` happened."""
    lay: list[float] = []

    async def story(hall: Hall) -> None:
        post = hall.post

        async def leaves_it(person: Person) -> None:
            began = trio.current_time()
            async with trio.open_nursery() as nursery:
                nursery.start_soon(stands, post)
                await post.shows("keeping")
                lay.append(trio.current_time() - began)
                nursery.cancel_scope.cancel()

        await Person(post, take_card=leaves_it).goes("kept")

    in_hall(tmp_path, story, settings=Settings(cabinet=cabinet, limits=Limits(take_card_elder_s=30.0)))
    return lay[0]


async def nobody(post: Post) -> None:
    await trio.sleep_forever()


async def for_a_while(post: Post) -> None:
    post.board.model.somebody = True
    await trio.sleep(60)
    post.board.model.somebody = False
    await trio.sleep_forever()


async def for_ever(post: Post) -> None:
    post.board.model.somebody = True
    await trio.sleep_forever()


async def with_a_dead_board(post: Post) -> None:
    post.board.model.somebody = True
    await trio.sleep(5)
    post.board.model.power_off()
    await trio.sleep_forever()


def test_x16_a_card_waits_longer_while_somebody_stands_there_and_not_for_ever(tmp_path: Path) -> None:
    assert 28 <= stood_for(tmp_path / "a", nobody) <= 34
    assert 60 <= stood_for(tmp_path / "b", for_a_while) <= 76
    assert 145 <= stood_for(tmp_path / "c", for_ever) <= 155
    assert 28 <= stood_for(tmp_path / "d", with_a_dead_board) <= 34
    assert 28 <= stood_for(tmp_path / "e", for_ever, cabinet=False) <= 34


class Heard:
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, prompt: Prompt, look: Look) -> None:
        self.said.append(prompt.name)

    def silence(self) -> None:
        """Nothing goes on after it was said."""


def test_home_greets_who_steps_in_front_and_nobody_twice_for_swaying() -> None:
    async def main() -> None:
        voice = Heard()
        guide = Guide(NoDisplay(), voice, None, {})
        guide.greet()
        guide.present(1, leaflet.privacy(), Look())
        guide.greet()
        assert voice.said == []
        guide.present(2, leaflet.home(("senior_card",)), Look())
        for _ in range(3):
            guide.greet()
            await trio.sleep(GREET_AGAIN_AFTER_S / 4)
        assert voice.said == ["home"]
        await trio.sleep(GREET_AGAIN_AFTER_S)
        guide.greet()
        assert voice.said == ["home", "home"]

    run_in_virtual_time(main)


def test_a_prompt_told_again_every_second_is_called_again_all_the_same() -> None:
    async def main() -> None:
        voice = Heard()
        async with memory_rig() as rig, trio.open_nursery() as nursery:
            rig.start()
            guide = Guide(NoDisplay(), voice, rig.cabinet, {})
            nursery.start_soon(guide.call_again)
            for showing in range(25):
                guide.present(showing, leaflet.take_card(), Look())
                await trio.sleep(1)
            assert voice.said == ["take_card"] * 2
            guide.wipe()
            await trio.sleep(0.5)
            for _ in range(20):
                await trio.sleep(0.1)
                assert set(rig.model.lit().values()) == {None}
            await trio.sleep(60)
            assert voice.said == ["take_card"] * 2
            assert rig.model.beeps == 2 * BEEPS
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main)


def test_the_lamp_has_the_colour_of_the_slot_on_the_screen() -> None:
    colours = {"card_exit": Colour.GREEN}
    assert lights_for(leaflet.take_card(), colours) == {"card_exit": Lamp(Rate.BLINKING, Colour.GREEN)}
    assert lights_for(leaflet.goodbye(), colours) == {"id_reader": Lamp(Rate.CONTINUOUS, None)}
    assert lights_for(leaflet.checking(), colours) == {}
    front = reference_front(Screen())
    assert lamp_colours(front) == {slot.value: Colour.YELLOW for slot in Slot}


@pytest.mark.parametrize(("rgb", "colour"), [
    ("#FFC93C", Colour.YELLOW), ("#ff0000", Colour.RED), ("#7A1320", Colour.RED), ("#0A5A3A", Colour.GREEN),
    ("#00C853", Colour.GREEN), ("#0B3D6B", Colour.BLUE), ("#2962FF", Colour.BLUE), ("#00E5FF", Colour.CYAN),
    ("#D500F9", Colour.MAGENTA), ("#FFFFFF", Colour.WHITE), ("#F0EDE6", Colour.WHITE), ("#FF1744", Colour.RED),
])
def test_colours_by_name(rgb: str, colour: Colour) -> None:
    assert lamp_colour(rgb) is colour
