"""The life of a terminal: what closes it and what opens it again, the technician's menu, and that nothing of anybody stays."""
from __future__ import annotations

import gc
import logging
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trio

from kiosk.config import load
from kiosk.display import Silence
from kiosk.gate import PIN_TRIES, SHUT_S
from kiosk.parts import Limits
from kiosk.prompts import Facts, Look, Prompt
from kiosk.serving import house_of, parts_of, serve
from kiosk.terminal import HOME_RESETS_S, House
from kiosk.transaction.plan import Mark
from remote.messages import IdentityEvidence
from tests.kiosk.rig import PIN, Hall, Person, Post, Screen, Settings, in_hall
from tests.simulation.memory import objects_left, people_known, words_left
from tests.virtual_time import run_in_virtual_time

ROOT = Path(__file__).resolve().parents[2]


SELDOM = Limits(look_every_s=300.0)
"""For hours in which nobody comes."""


def reason(prompt: Prompt) -> str:
    return prompt.params["reason"]


def facts(prompt: Prompt) -> dict[str, str]:
    return dict(next(content for content in prompt.contents if isinstance(content, Facts)).rows)


# -- what closes it --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("off_s", [600.0, -600.0])
def test_x24_the_clock_is_ten_minutes_off_and_comes_right(tmp_path: Path, off_s: float) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.clock_off_s = off_s
        assert reason(await post.shows("out_of_service")) == "clock"
        post.touch("senior_card")                               # nobody begins a visit by touching through it
        await trio.sleep(30)
        assert "privacy" not in post.screen.names
        post.clock_off_s = 3.0
        await post.shows("home", within_s=2 * Limits().look_every_s)

    in_hall(tmp_path, story)


def test_a_clock_within_two_minutes_is_right_enough(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.clock_off_s = 110.0
        await hall.post.shows("home")

    in_hall(tmp_path, story)


def test_less_room_than_the_journal_needs(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        assert reason(await hall.post.shows("out_of_service")) == "disk"

    in_hall(tmp_path, story, settings=Settings(limits=Limits(min_free_mb=1e9)))


@pytest.mark.parametrize(("machine", "shown"), [("reader", "out_of_service"), ("printer", "home"), ("slips", "home")])
def test_a_machine_is_missing_at_the_start_and_comes_later(tmp_path: Path, machine: str, shown: str) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.unplug(machine)
        await post.start()
        first = await post.shows("home", "out_of_service")
        assert first.name == shown
        if shown == "out_of_service":
            assert reason(first) == "no_devices"
        assert post.terminal.health.can_make_cards() == (machine != "printer")
        post.plugged[machine] = True
        await post.shows("home", within_s=30)
        await post.until(post.terminal.health.can_make_cards, within_s=30)
        await Person(post).goes("done")

    in_hall(tmp_path, story, start=False)


def test_the_centre_is_away_for_long_and_nothing_is_dropped(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.network.fates["register"] = "lost_there"
        her = Person(post)
        await her.goes("done_registering")
        post.network.away = True
        await her.goes_on("out_of_service")
        assert reason(await post.shows("out_of_service")) == "network"
        await trio.sleep(1_200)
        journal = post.terminal.heart.journal
        assert [o.act for o in post.terminal.heart.obligations()] == ["register"] and journal.count_waiting() > 0
        waiting = {row.event_id for row in journal.waiting(100)}
        await post.restart()
        await post.shows("out_of_service")
        assert waiting <= {row.event_id for row in post.terminal.heart.journal.waiting(100)}
        post.network.away, post.network.fates = False, {}
        await post.shows("home")
        await post.until(lambda: not post.terminal.heart.journal.open_plans() and not post.terminal.heart.journal.count_waiting())
        assert hall.numbers() == ["live"] and not hall.owed()
        post.agree()

    in_hall(tmp_path, story)


def test_three_refusals_of_a_kind_close_the_card_until_a_technician_has_looked(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        journal, health = post.terminal.heart.journal, post.terminal.health
        for number in range(3):
            assert health.can_make_cards()
            plan = f"{number:032x}"
            journal.write(plan, "plan", 0, Mark.OPENED, {"kind": "production"})
            journal.write(plan, "register", 1, Mark.INCIDENT, {"reason": "fenced"})
            journal.write(plan, "plan", 0, Mark.CLOSED)
        assert not health.can_make_cards()
        await post.restart()
        await post.shows("home")
        assert not post.terminal.health.can_make_cards() and "refused_too_often" in post.terminal.health.found.words
        await menu(post)
        post.touch("look_again")
        await post.until(lambda: not post.terminal.heart.refusals())
        post.touch("close_menu")
        await post.shows("home")
        await Person(post).goes("done")

    in_hall(tmp_path, story)


def test_refusals_of_different_kinds_are_not_three_of_a_kind(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        for number, act in enumerate(("register", "register", "freeze")):
            post.terminal.heart.journal.write("terminal", act, number, Mark.INCIDENT, {})
        assert post.terminal.health.can_make_cards()

    in_hall(tmp_path, story)


# -- home ------------------------------------------------------------------------------------------------------------------

def test_a_touch_in_the_instant_in_which_home_is_drawn_anew_is_heard(tmp_path: Path) -> None:
    """One step of the loop after the other, from the look that changes what is offered."""
    async def story(hall: Hall) -> None:
        post = hall.post
        for steps in range(8):
            await post.shows("home")
            await trio.sleep(5)
            terminal = post.terminal
            terminal.house = replace(terminal.house, offered=("senior_card", "my_matters")[: 1 + steps % 2])
            terminal.health.look_again()
            await terminal.health.looked()
            for _ in range(steps):
                await trio.lowlevel.checkpoint()
            post.touch("senior_card")
            await post.shows("privacy", within_s=10)
            post.touch("back")

    in_hall(tmp_path, story)


def test_who_calls_for_help_at_home_and_goes_away_ends_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        post.touch("help")
        await post.shows("help_called")
        await post.shows("still_there")
        await post.shows("home")
        assert post.ending is None and not post.over.is_set()
        await Person(post).goes("privacy")

    in_hall(tmp_path, story)


def test_a_language_chosen_at_home_and_not_used_goes_back(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        post.touch("language")
        await post.until(lambda: post.screen.look.language == "en")
        await trio.sleep(Limits().look_every_s + HOME_RESETS_S + 5)
        assert post.screen.look == Look()

    in_hall(tmp_path, story)


def test_the_house_language_is_what_everybody_starts_with(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        await hall.post.shows("home")
        assert hall.post.screen.look == Look(language="en")
        her = Person(hall.post, "too_young", refusal_too_young="understood")
        await her.goes("refusal_too_young")
        await her.goes_on("home")
        assert hall.post.screen.look == Look(language="en")

    in_hall(tmp_path, story, settings=Settings(more={"language": "en"}))


def test_help_reaches_the_counter(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        her = Person(post, privacy=lambda person: person.post.touch("help"), help_called="go_on")
        await post.shows("home")
        post.touch("senior_card")
        await her.goes_on("help_called")
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        with hall.centre.engine.connect() as connection:
            calls = list(connection.exec_driver_sql("SELECT place, words FROM help_calls"))
        assert calls == [("T1号大厅", "privacy")]

    in_hall(tmp_path, story)


# -- the technician ----------------------------------------------------------------------------------------------------------

async def menu(post: Post) -> Prompt:
    await post.shows("home", "out_of_service")
    post.touch("operator")
    await post.shows("operator_pin")
    post.touch("done", PIN)
    return await post.shows("operator_menu")


def test_five_wrong_pins_shut_the_menu_for_a_while(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await post.shows("home")
        post.touch("operator")
        for _ in range(PIN_TRIES):
            before = (await post.shows("operator_pin"), post.screen.showing)[1]
            post.touch("done", "000000")
            await post.until(lambda before=before: post.screen.showing != before)
        await post.shows("home")
        post.touch("operator")
        await trio.sleep(5)
        assert post.screen.prompt is not None and post.screen.prompt.name == "home"
        await trio.sleep(SHUT_S)
        await menu(post)

    in_hall(tmp_path, story, settings=Settings(limits=SELDOM))


def test_wrong_pins_are_counted_over_several_visits_to_the_menu(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        for _ in range(PIN_TRIES):
            await post.shows("home")
            post.touch("operator")
            await post.shows("operator_pin")
            post.touch("done", "111111")
            await trio.sleep(1)
            post.touch("back")
        await post.shows("home")
        post.touch("operator")
        await trio.sleep(5)
        assert post.screen.prompt is not None and post.screen.prompt.name == "home"

    in_hall(tmp_path, story)


@pytest.mark.parametrize(("first", "second", "booked"), [("20", "20", 20), ("20", "21", 0), ("0", "0", 0)])
def test_two_counts_that_agree_or_nothing_in_the_books(tmp_path: Path, first: str, second: str, booked: int) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await menu(post)
        post.touch("refill")
        await post.shows("operator_supplies")
        post.touch("unit_card_hopper")
        await post.shows("operator_do_card_hopper")
        post.touch("it_is_done")
        await post.shows("operator_refill_count")
        post.touch("done", first)
        await post.shows("operator_refill_again")
        post.touch("done", second)
        await post.shows("operator_refill_done" if booked else "operator_refill_differs")
        post.touch("understood")
        if not booked:                                      # they count again, once
            await post.shows("operator_refill_count")
            post.touch("done", first)
            await post.shows("operator_refill_again")
            post.touch("done", second)
            if first != second:
                await post.shows("operator_count_given_up")
                post.touch("understood")
        shown = facts(await post.shows("operator_menu"))
        assert shown["blanks_loaded"] == str(5 + booked) and post.books.loaded == 5 + booked

    in_hall(tmp_path, story)


def test_taken_out_of_service_and_back_and_out_of_the_full_screen(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await menu(post)
        post.touch("service_off")
        await trio.sleep(5)
        post.touch("close_menu")
        assert reason(await post.shows("out_of_service")) == "closed_by_staff"
        await menu(post)
        post.touch("service_on")
        await trio.sleep(5)
        post.touch("close_menu")
        await post.shows("home")
        await menu(post)
        post.touch("leave_fullscreen")
        with trio.fail_after(60):
            await post.over.wait()

    in_hall(tmp_path, story)


def test_a_technician_who_walks_away_leaves_no_open_menu(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        await menu(hall.post)
        await hall.post.shows("home", within_s=200)
        assert not hall.post.terminal.health.door_open

    in_hall(tmp_path, story)


def test_what_is_owed_is_in_the_menu_with_its_age(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.network.fates["register"] = "not_sent"
        await Person(post).goes("done_registering")
        await trio.sleep(1_080)
        shown = facts(await menu(post))
        assert shown["owed"].startswith("1; production.register 0.3 h") and "centre" in shown["owed"]

    in_hall(tmp_path, story, settings=Settings(limits=SELDOM))


# -- journal and disk ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> None:
    with (place / "filler").open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 512, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


@pytest.mark.parametrize("stage", ["submitting", "progress"])
def test_the_disk_is_full_in_the_middle_of_a_visit(tiny_disk: Path, stage: str) -> None:
    """Every further act stops, she hears how it stands, the terminal closes, the technician still gets in."""

    async def story(hall: Hall) -> None:
        post = hall.post

        def fills(person: Person) -> None:
            fill(tiny_disk)
            if stage == "submitting":
                post.touch("now")

        answers = {"choose_delivery": fills} if stage == "submitting" else {"progress": fills}
        her = Person(post, **answers)
        told = await her.goes("submit_failed", "submit_unknown", "failed_claim", "in_doubt", "out_of_service")
        assert post.terminal.heart.journal.broken
        early, late = ("submit_failed", "submit_unknown", "out_of_service"), ("failed_claim", "in_doubt")
        assert told.name in (early if stage == "submitting" else late)
        assert reason(await her.goes_on("out_of_service")) == "disk"
        fed = post.machine.fed
        shown = facts(await menu(post))
        assert "journal_broken" in shown["troubles"]
        post.touch("look_again")
        await trio.sleep(5)
        post.touch("refill")
        await post.shows("operator_supplies")
        post.touch("unit_slip_paper")
        await post.shows("operator_do_slip_paper")
        post.touch("it_is_done")                                # nothing can be booked, and it does not fall over
        await post.shows("operator_menu")
        (tiny_disk / "filler").unlink()
        await post.restart()
        await post.shows("home")
        await post.until(lambda: not post.terminal.heart.journal.open_plans())
        assert post.machine.fed == fed
        post.agree()

    in_hall(tiny_disk, story, settings=Settings(limits=Limits(min_free_mb=0.0)))


def config_for(folder: Path) -> Any:
    """kiosk.toml of this project with a journal folder of its own."""
    config = load(ROOT / "kiosk.toml")
    return replace(config, journal=replace(config.journal, folder=folder))


def refused(folder: Path) -> Screen:
    """What is shown by a terminal that does no business."""
    screen = Screen()

    async def main() -> None:
        with trio.move_on_after(60):
            await serve(config_for(folder), SimpleNamespace(now=None), screen, Silence())  # type: ignore[arg-type]

    run_in_virtual_time(main)
    return screen


def test_a_damaged_journal_does_no_business_and_is_kept_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def story(hall: Hall) -> None:
        await Person(hall.post).goes("done")

    in_hall(tmp_path, story)
    path = tmp_path / "T1" / "journal.sqlite"
    data = bytearray(path.read_bytes())
    data[4096:4200] = os.urandom(104)
    path.write_bytes(data)
    keys = sorted(p.name for p in (tmp_path / "T1" / "keys").iterdir())
    screen = refused(tmp_path / "T1")
    assert screen.names == ["out_of_service"] and screen.prompt is not None and reason(screen.prompt) == "journal"
    assert path.read_bytes() == bytes(data) and sorted(p.name for p in (tmp_path / "T1" / "keys").iterdir()) == keys
    assert "journal" in capsys.readouterr().err


def test_a_disk_that_fails_at_the_start_is_called_a_disk(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    screen = refused(tmp_path / "file" / "journal")
    assert screen.prompt is not None and reason(screen.prompt) == "disk"


def test_what_kiosk_toml_says_reaches_the_terminal(tmp_path: Path) -> None:
    config = config_for(tmp_path)
    times = replace(config.times, clock_skew=77, slip_wait=5, last_look=33, take_card_elder=99, recovery_present=11)
    config = replace(config, times=times, journal=replace(config.journal, min_free_mb=123, erase_after_days=4))

    class Nobody:
        async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
            raise AssertionError("nothing is sent")

    limits = parts_of(config, Nobody()).limits
    assert (limits.clock_skew_s, limits.slip_wait_s, limits.last_look_s, limits.min_free_mb) == (77, 5, 33, 123)
    assert (limits.take_card_elder_s, limits.recovery_present_s) == (99, 11)
    assert house_of(config).erase_after == timedelta(days=4)


def test_the_last_screen_stays_as_long_as_kiosk_toml_says(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, done=lambda person: None)
        last = await her.goes("done")
        assert last.seconds == 20
        await hall.post.shows("home", within_s=22)

    in_hall(tmp_path, story, settings=Settings(limits=Limits(last_look_s=20)))


# -- nothing of anybody stays ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("how", ["taken", "refused", "walks away", "spoiled"])
def test_after_a_visit_nothing_names_her(
    tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    before = people_known()

    async def story(hall: Hall) -> None:
        post = hall.post
        key = "too_young" if how == "refused" else "senior_card_new"
        if how == "spoiled":
            post.machine.faults.set("print_jam", 1)
        nothing = {"confirm_person": lambda person: None, "still_there": lambda person: None}
        stays = nothing if how == "walks away" else {}
        her = Person(post, key, refusal_too_young="print_slip", **stays)
        far = {"taken": "done", "refused": "refusal_too_young", "walks away": "confirm_person", "spoiled": "failed_claim"}
        await her.goes(far[how])
        await her.goes_on("home")
        await post.until(lambda: not post.terminal.heart.busy)
        await trio.sleep(Limits().look_every_s)
        who = her.citizen
        her.lifts()
        if how == "spoiled":
            post.machine.clear_jam()
            await post.until(lambda: not post.terminal.heart.journal.open_plans())
            post.terminal.heart.journal.forget_keys()
        gc.collect()
        assert not words_left(SimpleNamespace(terminal=post.terminal), [(who.name, who.id_number)])  # type: ignore[arg-type]
        assert not objects_left(before)
        needles = [who.name.encode(), who.id_number.encode()]
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert not [path for path in files if any(needle in path.read_bytes() for needle in needles)]
        assert not list(temporary.iterdir())
        assert who.name not in caplog.text and who.id_number not in caplog.text

    in_hall(tmp_path, story)


def test_personal_data_is_erased_after_its_time_and_the_books_go_on(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        her = Person(post)
        await her.goes("done")
        await her.goes_on("home")
        await post.until(lambda: not post.terminal.heart.journal.open_plans())
        journal, before = post.terminal.heart.journal, post.books
        plans = {row.plan for row in journal.rows() if row.plan != "terminal"}
        assert not any(journal.erased(plan) for plan in plans)
        await trio.sleep(3_700)
        assert all(journal.erased(plan) for plan in plans) and post.books == before
        assert all(not row.facts for row in journal.rows() if row.plan in plans)
        await post.restart()
        await post.shows("home")
        assert post.books == before
        post.agree()

    house = House(identity=IdentityEvidence.CARD_ALONE, erase_after=timedelta(minutes=30))
    in_hall(tmp_path, story, settings=Settings(house=house, limits=SELDOM))


def test_nothing_is_erased_while_it_is_owed(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.network.fates["register"] = "not_sent"
        await Person(post).goes("done_registering")
        await trio.sleep(3_700)
        plan = post.terminal.heart.obligations()[0].plan
        assert not post.terminal.heart.journal.erased(plan)
        post.network.fates.clear()
        await post.until(lambda: hall.numbers() == ["live"])

    house = House(identity=IdentityEvidence.CARD_ALONE, erase_after=timedelta(minutes=30))
    in_hall(tmp_path, story, settings=Settings(house=house, limits=SELDOM))
