"""Each command on a real terminal: what it does, when it does it, and what it never does to somebody who is being served."""
from __future__ import annotations

import json
from pathlib import Path

import pytest
import trio

from kiosk.terminal import Ending
from tests.kiosk.commands.desk import UNTIL, Desk, at_the_desk
from tests.kiosk.rig import Person, Settings


def test_closed_and_opened_from_afar_and_a_restart_does_not_open_it(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        closed = desk.asks("out_of_service")
        await desk.post.shows("out_of_service")
        await desk.sees(closed, "done")
        await desk.restart()
        await desk.post.shows("out_of_service")
        assert desk.post.terminal.health.out_of_service() == "closed_by_staff"
        opened = desk.asks("back_in_service")
        await desk.post.shows("home")
        assert (await desk.sees(opened, "done")).result_signature
        await desk.restart()
        await desk.post.shows("home")

    at_the_desk(tmp_path, story)


def test_opened_at_the_machine_it_stays_open_after_a_restart(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.sees(desk.asks("out_of_service"), "done")
        desk.post.terminal.health.closed_by_staff = False           # the menu at the machine does no more than this
        await trio.sleep(30)
        await desk.restart()
        await desk.post.shows("home")

    at_the_desk(tmp_path, story)


def test_after_this_citizen_lets_her_finish_and_serves_nobody_after_her(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        person = Person(desk.post)
        await person.goes("choose_delivery")
        command = desk.asks("out_of_service", after=True)
        await desk.sees(command, "delivered")
        await trio.sleep(40)
        assert desk.post.screen.prompt is not None and desk.post.screen.prompt.name != "out_of_service"
        await person.goes_on("out_of_service")
        assert person.card_taken and "done" in desk.post.screen.names and desk.hall.numbers() == ["live"]
        await desk.sees(command, "done")

    at_the_desk(tmp_path, story)


def test_now_finishes_what_the_machine_has_begun_and_gives_her_the_card(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        person = Person(desk.post)
        await person.goes("making", "progress", "submitting")
        command = desk.asks("out_of_service", after=False)
        await person.goes_on("closing_card_out", "closing_now")
        assert desk.hall.numbers() == ["live"] and desk.post.terminal.heart.journal.open_plans() == []
        assert desk.row(command).state == "delivered"               # not begun while she stands there
        desk.post.touch("finish")
        await desk.post.shows("out_of_service")
        await desk.sees(command, "done")

    at_the_desk(tmp_path, story)


def test_now_ends_a_visit_in_which_nothing_was_begun(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await Person(desk.post).goes("choose_delivery")
        command = desk.asks("restart_app", after=False)
        await desk.post.shows("closing_now")
        await desk.post.over.wait()
        assert desk.post.ending is Ending.AGAIN and desk.hall.cases() == []
        await desk.start()
        await desk.post.shows("home")
        await desk.sees(command, "done")

    at_the_desk(tmp_path, story)


@pytest.mark.parametrize(("kind", "ending"), [("restart_app", Ending.AGAIN), ("restart_host", Ending.HOST_AGAIN)])
def test_restarted_once_and_known_by_the_next_start(tmp_path: Path, kind: str, ending: Ending) -> None:
    async def story(desk: Desk) -> None:
        command = desk.asks(kind)
        await desk.post.over.wait()
        assert desk.post.ending is ending and desk.row(command).state in ("delivered", "running")
        desk.host = "boot-2"
        await desk.start()
        await desk.sees(command, "done")
        await trio.sleep(600)
        assert not desk.post.over.is_set(), "restarted again"

    at_the_desk(tmp_path, story)


def test_a_host_that_was_not_started_again_is_not_called_so(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        command = desk.asks("restart_host")
        await desk.post.over.wait()
        await desk.start()
        await desk.sees(command, "failed", "only_program")

    at_the_desk(tmp_path, story)


def test_self_test_looks_at_every_machine(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.sees(desk.asks("self_test"), "done")
        assert row.word != "some_red"
        told = json.loads(row.result)["facts"]
        assert told["card_printer"] == "green" and {"id_reader", "receipt_printer", "centre", "clock", "disk"} <= set(told)
        desk.post.unplug("slips")
        await trio.sleep(60)
        row = await desk.sees(desk.asks("self_test"), "done", "some_red")
        assert json.loads(row.result)["facts"]["receipt_printer"].startswith("red ")

    at_the_desk(tmp_path, story)


def test_test_prints_say_what_the_machine_says(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.sees(desk.asks("test_slip"), "done")
        assert len(desk.post.slips_out) == 1 and "T1" in desk.post.slips_out[0]
        row = await desk.sees(desk.asks("test_page"), "done")
        assert json.loads(row.result)["facts"]["pages"] == "1"
        desk.post.unplug("slips")
        await desk.sees(desk.asks("test_slip"), "failed")

    at_the_desk(tmp_path, story, Settings(pages=True))


def test_a_slip_is_not_printed_while_somebody_is_served(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await Person(desk.post).goes("choose_delivery")
        command = desk.asks("test_slip")
        await trio.sleep(60)
        assert desk.row(command).state == "delivered" and desk.post.slips_out == []
        await desk.sees(command, "done")                            # she walked away at last
        assert "home" in desk.post.screen.names[-1:]

    at_the_desk(tmp_path, story)


def test_a_terminal_without_the_machine_says_so(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.sees(desk.asks("test_page"), "failed", "not_here")

    at_the_desk(tmp_path, story)


def test_logs_arrive_whole_also_in_portions_over_a_line_that_fails(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        desk.bundles[0] = bytes(range(256)) * 2500                  # 640 kB: three portions
        desk.post.network.fates["portion"] = "lost_back"
        command = desk.asks("fetch_logs")
        await trio.sleep(90)
        assert desk.row(command).state == "running"
        del desk.post.network.fates["portion"]
        row = await desk.sees(command, "done")
        assert desk.file(command) == desk.bundles[0] and json.loads(row.result)["facts"]["bytes"] == "640000"
        desk.bundles[0] = b"x" * 9_000_000
        await desk.sees(desk.asks("fetch_logs"), "failed", "too_large")

    at_the_desk(tmp_path, story)


def test_a_picture_of_the_screen_only_where_nobody_is_served(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        command = desk.asks("screenshot")
        await desk.sees(command, "done")
        assert desk.file(command) == b"PNG"
        await Person(desk.post).goes("choose_delivery")
        refused = desk.asks("screenshot")
        await desk.sees(refused, "failed", "in_visit")
        assert desk.pictures == 1 and desk.file(refused) is None

    at_the_desk(tmp_path, story)


def test_whoever_comes_while_the_picture_is_taken_is_not_on_it(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        async def she_comes() -> None:
            desk.post.touch("senior_card")
            await trio.sleep(2)

        desk.while_drawing = she_comes
        refused = desk.asks("screenshot")
        await desk.sees(refused, "failed", "in_visit")
        assert desk.pictures == 1 and desk.file(refused) is None

    at_the_desk(tmp_path, story)


def test_a_notice_stands_at_home_until_its_time_also_over_a_restart(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        until = desk.hall.now().replace(minute=2).isoformat()
        await desk.sees(desk.asks("notice", text="今天下午停水", text_en="No water", until=until), "done")
        await desk.post.until(lambda: desk.post.screen.prompt and desk.post.screen.prompt.params.get("notice") == "今天下午停水")
        await desk.restart()
        home = await desk.post.shows("home")
        assert home.params["notice_en"] == "No water"
        await trio.sleep(150)
        assert desk.post.screen.prompt is not None and "notice" not in desk.post.screen.prompt.params
        await desk.sees(desk.asks("notice", text="晚了", until=until), "failed", "notice_over")
        await desk.sees(desk.asks("notice", text="字\U0001f600", until=UNTIL), "failed", "no_glyph")

    at_the_desk(tmp_path, story)


def test_volume_between_visits_and_every_visit_begins_with_it(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await Person(desk.post).goes("choose_delivery")
        command = desk.asks("volume", level="4")
        await trio.sleep(30)
        assert desk.post.screen.look.volume == 2
        await desk.sees(command, "done")
        await desk.restart()
        await desk.post.shows("home")
        await Person(desk.post).goes("choose_delivery")
        assert desk.post.screen.look.volume == 4

    at_the_desk(tmp_path, story)


def test_the_clock_is_set_by_the_hosts_own_service(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.sees(desk.asks("sync_clock"), "done")
        desk.sync_says = "time_service_refused"
        await desk.sees(desk.asks("sync_clock"), "failed", "time_service_refused")
        assert desk.synced == 2

    at_the_desk(tmp_path, story)


def test_a_new_certificate_signs_what_the_old_one_was_asked(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        before = desk.folder.load().certificate.serial_number
        command = desk.asks("rotate_certificate")
        await desk.post.until(lambda: desk.folder.load().certificate.serial_number != before)
        desk.post.network.signer = desk.folder.load().signer(desk.hall.centre.true_clock)
        row = await desk.sees(command, "done")
        assert int.from_bytes(row.result_serial) == desk.folder.load().certificate.serial_number

    at_the_desk(tmp_path, story)


def test_what_is_owed_is_tried_again_now(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        desk.post.network.fates["register"] = "not_sent"
        await Person(desk.post).goes("done_registering", "done")
        [owed] = desk.post.terminal.heart.obligations() or desk.post.terminal.heart.journal.open_plans()
        plan = getattr(owed, "plan", owed)
        await Person(desk.post).goes_on("home")
        await desk.sees(desk.asks("settle_obligation", plan=plan), "failed", "still_owed")
        desk.post.network.fates.clear()
        row = await desk.sees(desk.asks("settle_obligation", plan=plan), "done")
        assert row.word in ("forward", "nothing_owed") and desk.hall.numbers() == ["live"]

    at_the_desk(tmp_path, story)
