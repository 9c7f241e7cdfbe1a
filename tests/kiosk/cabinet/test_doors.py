"""Doors and the housing: told at once, closed with words, and nobody is thrown out in the middle of her visit."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import trio

from kiosk.prompts import Prompt
from tests.kiosk.journeys.test_cuts import at_stage, cut_at
from tests.kiosk.rig import PIN, Hall, Person, Post, Settings, in_hall, takes_it

FITTED = Settings(cabinet=True)


def reason(prompt: Prompt) -> str:
    return prompt.params["reason"]


def doors_told(hall: Hall) -> list[tuple[str, str, bool]]:
    """(door, state, a technician's menu was open), as the centre stores it."""
    import json

    with hall.centre.engine.connect() as connection:
        rows: list[Any] = list(connection.exec_driver_sql("SELECT body FROM events WHERE kind = 'door' ORDER BY rowid"))
    bodies = [json.loads(row.body) if isinstance(row.body, str) else row.body for row in rows]
    return [(body["door"], body["state"], body["staff"]) for body in bodies]


async def all_told(post: Post) -> None:
    await post.until(lambda: not post.terminal.heart.journal.count_waiting())


async def menu(post: Post) -> None:
    post.touch("operator")
    await post.shows("operator_pin")
    post.touch("pin", PIN)
    await post.shows("operator_menu")


def test_an_open_door_closes_the_terminal_in_a_second_and_shut_opens_it_again(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        await trio.sleep(2)
        post.board.model.open_door("hopper")
        assert reason(await post.shows("out_of_service", within_s=2)) == "door_open"
        post.touch("senior_card")
        await trio.sleep(60)
        assert "privacy" not in post.screen.names
        post.board.model.close_door("hopper")
        await post.shows("home", within_s=3)
        await all_told(post)
        assert doors_told(hall) == [("hopper", "open", False), ("hopper", "closed", False)]
        with hall.centre.engine.connect() as connection:
            incidents = [row.kind for row in connection.exec_driver_sql("SELECT kind FROM incidents")]
        assert incidents.count("cabinet_door_open") == 1

    in_hall(tmp_path, story, settings=FITTED)


def test_a_door_opened_in_mid_visit_is_told_at_once_and_closes_the_terminal_after_it(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post

        async def somebody_opens(person: Person) -> None:
            post.board.model.open_door("rear")
            await trio.sleep(5)
            await takes_it(person)

        her = Person(post, take_card=somebody_opens)
        await her.goes("done")
        assert her.card_taken
        await all_told(post)
        assert doors_told(hall) == [("rear", "open", False)]
        assert reason(await her.goes_on("out_of_service")) == "door_open"
        post.agree()

    in_hall(tmp_path, story, settings=FITTED)


def test_a_technician_s_open_door_is_no_surprise_and_one_left_open_still_closes_it(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        await trio.sleep(2)
        await menu(post)
        post.board.model.open_door("front")
        await trio.sleep(2)
        post.touch("close_menu")
        assert reason(await post.shows("out_of_service")) == "door_open"
        post.board.model.close_door("front")
        await post.shows("home")
        await all_told(post)
        assert doors_told(hall) == [("front", "open", True), ("front", "closed", False)]

    in_hall(tmp_path, story, settings=FITTED)


def test_a_housing_tampered_with_stays_closed_over_a_restart_until_a_technician_has_looked(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        await trio.sleep(2)
        post.board.model.tampered = True
        assert reason(await post.shows("out_of_service", within_s=2)) == "tampered"
        await trio.sleep(5)
        post.board.model.tampered = False
        await trio.sleep(60)
        assert reason(await post.shows("out_of_service")) == "tampered"
        await post.restart()
        assert reason(await post.shows("out_of_service")) == "tampered"
        post.board.model.power_off()                        # a board that says nothing does not speak it free
        await trio.sleep(60)
        assert reason(await post.shows("out_of_service")) == "tampered"
        post.board.model.power_on()
        await trio.sleep(5)
        await menu(post)
        post.touch("close_menu")                            # being there is not having looked
        await trio.sleep(5)
        assert reason(await post.shows("out_of_service")) == "tampered"
        await menu(post)
        assert "cabinet_tampered" in post.terminal.health.found.words
        post.touch("look_again")
        await trio.sleep(5)
        post.touch("close_menu")
        await post.shows("home")
        await all_told(post)
        assert [state for door, state, _ in doors_told(hall) if door == "housing"] == ["tampered", "closed"]
        with hall.centre.engine.connect() as connection:
            assert "cabinet_tampered" in [row.kind for row in connection.exec_driver_sql("SELECT kind FROM incidents")]

    in_hall(tmp_path, story, settings=FITTED)


def test_looking_while_the_switch_is_still_released_opens_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        await trio.sleep(2)
        post.board.model.tampered = True
        await post.shows("out_of_service")
        await menu(post)
        post.touch("look_again")
        await trio.sleep(5)
        post.touch("close_menu")
        await trio.sleep(10)
        assert reason(await post.shows("out_of_service")) == "tampered"
        post.board.model.tampered = False
        await post.shows("home", within_s=5)

    in_hall(tmp_path, story, settings=FITTED)


def test_doors_nobody_can_see_close_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        post.board.model.power_off()
        await trio.sleep(30)
        assert post.terminal.health.out_of_service() is None
        await Person(post).goes("done")

    in_hall(tmp_path, story, settings=FITTED)


def test_a_doubt_is_asked_again_when_the_cabinet_was_opened_and_shut(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post

        def hide() -> None:
            post.machine.faults.set("path_sensor_blind")
            post.machine.faults.set("slipping")

        await post.shows("home")
        at_stage(post, "present", hide)
        await cut_at(hall, "present", power=False, after_s=0.2)
        await post.start()
        await post.shows("home")
        assert hall.numbers() == ["in_doubt"] and post.books.in_doubt == 1
        post.machine.faults.clear()
        await trio.sleep(300)
        assert post.books.in_doubt == 1                     # nobody was inside: nothing can have changed
        post.board.model.open_door("front")
        await post.shows("out_of_service")
        post.board.model.close_door("front")
        await post.shows("recovering")
        await post.shows("home")
        assert post.books.in_doubt == 0

    in_hall(tmp_path, story, settings=FITTED)
