"""X17 and O15: the mains go, at every moment of a visit, and come back; or the battery ends first."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trio

from kiosk.leaflet.power import TOLD_S
from kiosk.prompts import Claim, Prompt, Slot
from kiosk.terminal import Ending
from kiosk.texts import catalogue
from tests.kiosk.rig import PIN, Hall, Person, Post, Settings, in_hall

FITTED = Settings(cabinet=True, ups=True)
KNOWN_WITHIN_S = 7.0         # upsd's two seconds, ours, and three that a flicker may last


def reason(prompt: Prompt) -> str:
    return prompt.params["reason"]


def words(prompt: Prompt) -> str:
    rendered = catalogue().render(prompt, "zh_CN")
    return rendered.title + "".join(rendered.body)


def mains(post: Post, on: bool) -> None:
    post.upsd.model.mains = on


READS: dict[str, Any] = dict.fromkeys(("power_cut", "power_cut_card_out", "power_cut_card_kept"), "finish")


async def power_goes(person: Person) -> None:
    mains(person.post, False)


def test_nobody_begins_on_battery_and_with_the_mains_the_terminal_tests_itself_and_serves(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        mains(post, False)
        assert reason(await post.shows("out_of_service", within_s=KNOWN_WITHIN_S)) == "power"
        post.touch("senior_card")
        await trio.sleep(60)
        assert "privacy" not in post.screen.names
        await post.until(lambda: "ups_on_battery" in post.terminal.health.found.words)
        before = len(post.screen.names)
        mains(post, True)
        await post.shows("home", within_s=20)
        assert post.screen.names[before:] == ["recovering", "home"]
        await Person(post).goes("done")
        post.agree()

    in_hall(tmp_path, story, settings=FITTED)


def test_a_flicker_is_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        for _ in range(5):
            mains(post, False)
            await trio.sleep(2)
            mains(post, True)
            await trio.sleep(10)
        assert post.screen.names == ["recovering", "home"]

    in_hall(tmp_path, story, settings=FITTED)


@pytest.mark.parametrize("at", ["privacy", "lay_id", "confirm_person", "choose_delivery"])
def test_before_anything_was_done_she_takes_her_id_card_and_nothing_is_owed(tmp_path: Path, at: str) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        acts: dict[str, Any] = {at: power_goes}
        her = Person(post, **acts)
        told = await her.goes("power_cut")
        assert "停电了" in words(told) and "身份证" in words(told) and "纸条" not in words(told)
        assert told.lit is Slot.ID_READER
        assert reason(await post.shows("out_of_service", within_s=TOLD_S + 1)) == "power"
        assert post.terminal.heart.journal.open_plans() == [] and not hall.owed()
        assert post.machine.census().hopper == post.machine.loaded
        mains(post, True)
        await Person(post).goes("done")

    in_hall(tmp_path, story, settings=FITTED)


@pytest.mark.parametrize("takes", [True, False])
def test_in_the_middle_of_making_the_card_is_finished_and_the_sensor_says_where_it_is(tmp_path: Path, takes: bool) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post

        async def at_the_slot(person: Person) -> None:
            if takes:
                await trio.sleep(2)
                person.takes()

        gone: list[str] = []

        async def in_the_making(person: Person) -> None:
            if not gone:
                gone.append("now")
                mains(post, False)

        her = Person(post, progress=in_the_making, take_card=at_the_slot, **READS)
        told = await her.goes("power_cut_card_out", "power_cut_card_kept")
        assert told.name == ("power_cut_card_out" if takes else "power_cut_card_kept")
        assert "纸条" in words(told), "her slip is out"
        assert len(post.slips_out) == 1
        if not takes:
            assert any(isinstance(content, Claim) for content in told.contents)
            assert "没有丢" in words(told)
        assert her.card_taken is takes
        assert reason(await her.goes_on("out_of_service")) == "power"
        assert hall.numbers() == ["live" if takes else "kept"]
        await trio.sleep(60)
        assert {slot for slot, colour in post.board.model.lit().items() if colour} == set()
        post.agree()
        mains(post, True)
        await post.shows("home")

    in_hall(tmp_path, story, settings=FITTED)


def test_help_touched_while_the_machine_works_does_not_end_her_visit_early(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        covered: list[str] = []

        async def asks_for_help(person: Person) -> None:
            if not covered:
                covered.append("now")
                mains(post, False)
                post.touch("help")
                await post.shows("help_called")

        def waits(person: Person) -> None:
            """She leaves the notice where it is."""

        post.machine.times = replace(post.machine.times, speed=0.5)
        her = Person(post, progress=asks_for_help, help_called=waits)
        await her.goes("power_cut_card_out", "power_cut_card_kept", "power_cut")
        assert post.screen.names[-1] == "power_cut_card_out" and her.card_taken

    in_hall(tmp_path, story, settings=FITTED)


def test_what_the_machine_finishes_on_battery_says_so(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        noted: list[str] = []

        async def in_the_making(person: Person) -> None:
            mains(post, False)
            assert post.screen.prompt is not None
            noted.append(post.screen.prompt.note)

        await Person(post, progress=in_the_making).goes("power_cut_card_out")
        assert "on_battery" in noted
        mains(post, True)
        await post.shows("home")
        assert post.screen.prompt is not None and post.screen.prompt.note == ""
        noted.clear()

        async def looks(person: Person) -> None:
            assert post.screen.prompt is not None
            noted.append(post.screen.prompt.note)

        await Person(post, "senior_card_lost", choose_service="lost", progress=looks).goes("done")
        assert set(noted) == {""}

    in_hall(tmp_path, story, settings=FITTED)


def test_a_mailed_card_is_sent_and_its_slip_comes(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        her = Person(post, choose_address=first, confirm_address=sends, choose_delivery="mail")
        told = await her.goes("power_cut")
        assert len(post.slips_out) == 1
        assert "纸条" in words(told) and told.lit is Slot.SLIP_EXIT
        assert hall.case().delivery == "mail"

    def first(person: Person) -> None:
        assert person.post.screen.prompt is not None
        person.post.touch(person.post.screen.prompt.choices[0].name)

    async def sends(person: Person) -> None:
        person.post.network.fates["submit"] = "slow"        # the mains go while the centre thinks
        mains(person.post, False)
        person.post.touch("mail_there")

    in_hall(tmp_path, story, settings=FITTED)


def test_a_low_battery_ends_the_terminal_parked_with_lights_off_and_the_watchdog_stopped(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        await trio.sleep(5)
        assert post.board.model.watchdog_left() > 0
        mains(post, False)
        await post.shows("out_of_service")
        assert not post.over.is_set()
        post.upsd.model.charge = 10
        with trio.fail_after(10):
            await post.over.wait()
        assert post.ending is Ending.PARKED
        assert post.board.model.watchdog_left() == 0
        await trio.sleep(120)
        assert post.board.model.strikes == 0

    in_hall(tmp_path, story, settings=FITTED)


def test_a_terminal_started_on_a_low_battery_parks_again_and_with_the_mains_it_serves(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.upsd.model.charge = 10
        mains(post, False)
        await post.start()
        with trio.fail_after(30):
            await post.over.wait()
        assert post.ending is Ending.PARKED
        assert "home" not in post.screen.names[-1:]
        mains(post, True)
        await post.start()
        await Person(post).goes("done")

    in_hall(tmp_path, story, settings=FITTED, start=False)


def test_a_battery_that_ends_in_the_making_undoes_what_can_be_undone_and_the_next_start_owes_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        gone: list[str] = []

        async def in_the_making(person: Person) -> None:
            if not gone:
                gone.append("now")
                post.upsd.model.charge = 5
                mains(post, False)

        post.machine.times = replace(post.machine.times, speed=0.25)       # the battery is known to be low before the end
        her = Person(post, progress=in_the_making, **READS)
        await post.shows("home")
        post.touch("senior_card")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(her.goes_on, "never")
            with trio.fail_after(300):
                await post.over.wait()
            nursery.cancel_scope.cancel()
        assert post.ending is Ending.PARKED
        assert "cancelling" in post.screen.names and "take_card" not in post.screen.names
        mains(post, True)
        await post.start()
        await post.shows("home")
        await post.until(lambda: not post.terminal.heart.journal.open_plans())
        post.agree()
        assert "live" not in hall.numbers() and post.machine.census().taken == 0

    in_hall(tmp_path, story, settings=FITTED)


def test_a_card_at_the_exit_when_the_battery_ends_is_called_for_after_the_start(tmp_path: Path) -> None:
    def reads(person: Person) -> None:
        """She stands there and reads."""

    async def story(hall: Hall) -> None:
        post = hall.post

        async def too_slow(person: Person) -> None:
            post.upsd.model.charge = 5
            mains(post, False)

        stays: dict[str, Any] = dict.fromkeys(READS, reads)
        her = Person(post, take_card=too_slow, **stays)
        await post.shows("home")
        post.touch("senior_card")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(her.goes_on, "never")
            await post.shows("power_cut_card_out")
            assert post.screen.prompt is not None and post.screen.prompt.lit is Slot.CARD_EXIT
            with trio.fail_after(120):
                await post.over.wait()
            nursery.cancel_scope.cancel()
        assert post.machine.census().exit == 1
        mains(post, True)
        await post.start()
        await post.shows("power_back_card_at_exit")
        her.takes()
        await post.shows("home")
        assert her.card_taken and hall.numbers() == ["live"]
        post.agree()

    in_hall(tmp_path, story, settings=FITTED)


def test_a_ups_nobody_hears_of_is_an_incident_and_stops_nobody(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        post.plugged["upsd"] = False
        post.unplug("upsd")
        await post.until(lambda: "ups_away" in post.terminal.health.found.words, within_s=60)
        await Person(post).goes("done")
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        with hall.centre.engine.connect() as connection:
            assert "ups_away" in [row.kind for row in connection.exec_driver_sql("SELECT kind FROM incidents")]

    in_hall(tmp_path, story, settings=FITTED)


def test_a_battery_to_be_changed_is_told_once_and_stops_nobody(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.upsd.model.worn_out = True
        await Person(post).goes("done")
        await post.until(lambda: "ups_battery_worn_out" in post.terminal.health.found.words)
        await trio.sleep(120)
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        with hall.centre.engine.connect() as connection:
            kinds = [row.kind for row in connection.exec_driver_sql("SELECT kind FROM incidents")]
        assert kinds.count("ups_battery_worn_out") == 1

    in_hall(tmp_path, story, settings=FITTED)


def test_a_terminal_without_board_and_ups_lives_as_before(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await Person(post).goes("done")
        assert not {"cabinet", "ups"} & set(post.terminal.health.found.devices)
        post.touch("finish")
        await post.shows("home", "goodbye")
        await post.shows("home")
        post.touch("operator")
        await post.shows("operator_pin")
        post.touch("pin", PIN)
        await post.shows("operator_menu")
        post.touch("leave_fullscreen")
        with trio.fail_after(30):
            await post.over.wait()
        assert post.ending is Ending.LEFT

    in_hall(tmp_path, story)
