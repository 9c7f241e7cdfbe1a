"""X17, X18: the power or the program goes at each stage of the card, and what the next start makes of it."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import trio

from kiosk.prompts import Slot
from tests.kiosk.rig import PIN, Hall, Person, Post, in_hall

STAGES = ("reserve", "feed", "write", "print", "present", "at_exit", "capturing", "register")
BEFORE_THE_SLOT = STAGES[:4]


def at_stage(post: Post, wanted: str, then: Callable[[], None]) -> None:
    tell = post.terminal.parts.stage

    def told(plan: str, stage: str) -> None:
        tell(plan, stage)
        if stage == wanted:
            then()

    post.terminal.parts.stage = told


async def cut_at(hall: Hall, stage: str, *, power: bool, after_s: float = 0.0, takes: bool = True) -> Person:
    """She goes as far as `stage`; then it goes dark."""
    post = hall.post
    reached = trio.Event()
    at_stage(post, stage, reached.set)
    her = Person(post) if takes else Person(post, take_card=lambda person: None)
    async with trio.open_nursery() as nursery:

        async def goes() -> None:
            await her.goes("done", "kept")

        nursery.start_soon(goes)
        await reached.wait()
        await trio.sleep(after_s)
        if power:
            post.power(False)
        await post.kill()
        nursery.cancel_scope.cancel()
    post.reader.model.lift()
    return her


@pytest.mark.parametrize("power", [False, True], ids=["killed", "power cut"])
@pytest.mark.parametrize("stage", STAGES)
def test_recovery_settles_what_was_cut_off(tmp_path: Path, stage: str, power: bool) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        her = await cut_at(hall, stage, power=power, after_s=0.3, takes=stage != "capturing")
        await trio.sleep(20)
        slips = len(post.slips_out)                                      # a machine finishes what it was sent
        post.power(True)
        await post.start()
        await post.shows("recovering")
        await post.shows("home")
        await post.until(lambda: not post.terminal.heart.journal.open_plans() or post.terminal.heart.obligations())
        assert len(post.slips_out) == slips                              # never for whoever stands there now
        taken, kept = len(post.machine.taken), len(post.machine.captured.ever)
        state = hall.numbers()
        if stage in BEFORE_THE_SLOT:
            assert state in ([], ["void"]) and hall.case().state == "approved" and taken == kept == 0
            post.agree()
        elif taken and not (power and state == ["in_doubt"]):
            assert state == ["live"]
        elif kept and not (power and state == ["in_doubt"]):
            assert state == ["kept"]
        elif state != ["in_doubt"]:
            assert state == ["void"] and hall.case().state == "approved"
        assert state != ["in_doubt"] or power                            # a machine that was not cut always knows
        if state != ["in_doubt"]:
            post.agree()
        assert her.post is post

    in_hall(tmp_path, story)


@pytest.mark.parametrize("power", [False, True], ids=["killed", "power cut"])
@pytest.mark.parametrize("comes_back_s", [10.0, None])
def test_the_card_lies_at_the_exit_when_the_light_comes_back(tmp_path: Path, comes_back_s: float | None, power: bool) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await cut_at(hall, "at_exit", power=power, takes=False)
        await trio.sleep(60)
        assert post.machine.exit is not None
        post.power(True)
        await post.start()
        called = await post.shows("power_back_card_at_exit")
        assert called.lit is Slot.CARD_EXIT
        if comes_back_s is not None:
            await trio.sleep(comes_back_s)
            post.machine.take_card()
        await post.shows("home")
        assert hall.numbers() == (["kept"] if comes_back_s is None else ["live"])
        assert not post.slips_out
        post.agree()
        her = Person(post, choose_service="nothing", kept_elsewhere="understood")
        found = await her.goes("kept_elsewhere", "choose_service")
        assert found.name == ("kept_elsewhere" if comes_back_s is None else "choose_service")

    in_hall(tmp_path, story)


def test_the_machine_comes_back_later_than_the_terminal(tmp_path: Path) -> None:
    """What needs the printer waits for it; the rest is served; then the owner is called, and home is home again."""

    async def story(hall: Hall) -> None:
        post = hall.post
        await cut_at(hall, "at_exit", power=False, takes=False)
        post.unplug("printer")
        await post.start()
        await post.shows("home")
        assert [o.act for o in post.terminal.heart.obligations()] == ["hand_over"]
        assert not post.terminal.health.can_make_cards()
        her = Person(post, "senior_card_mail", mail_only="back")
        await her.goes("mail_only")
        await her.goes_on("home")
        post.plugged["printer"] = True
        await post.shows("power_back_card_at_exit")
        await trio.sleep(5)
        post.machine.take_card()
        await post.shows("home", within_s=4)           # not only at the next look at the machines
        await post.until(lambda: hall.numbers() == ["live"])
        await post.until(post.terminal.health.can_make_cards)
        await Person(post, "rare_name").goes("done")

    in_hall(tmp_path, story)


def test_killed_again_and_again_in_the_recovery(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        await cut_at(hall, "print", power=False, after_s=0.5)
        for after_s in (0.02, 0.1, 0.5, 1.0, 1.5):
            await post.start()
            await trio.sleep(after_s)
            await post.kill()
        await post.start()
        await post.shows("home")
        assert hall.numbers() == ["void"] and post.books.spoiled == 1
        post.agree()
        assert (await Person(post).goes("owed")).name == "owed"

    in_hall(tmp_path, story)


def test_the_application_was_cut_off_and_is_found_out_at_the_start(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.network.fates["submit"] = "lost_back"
        her = Person(post)
        await her.goes("submitting")
        await trio.sleep(0.5)
        await post.kill()
        post.network.fates.clear()
        her.lifts()
        await post.start()
        await post.shows("home")
        assert not post.terminal.heart.journal.open_plans() and hall.case().state == "approved"
        assert (await Person(post).goes("owed")).name == "owed"

    in_hall(tmp_path, story)


def test_door_opened_while_a_card_is_in_doubt(tmp_path: Path) -> None:
    """X17 in the dark: nobody knows, the number is frozen; when the door is opened the machine is asked again."""

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
        await trio.sleep(300)
        assert post.books.in_doubt == 1
        post.machine.faults.clear()
        post.touch("operator")
        await post.shows("operator_pin")
        post.touch("done", PIN)
        await post.shows("operator_menu")
        assert post.books.in_doubt == 0 and post.books.spoiled == 1
        post.touch("close_menu")
        await post.shows("home")
        assert hall.reserved() == ["in_doubt"]                          # the number is settled at the counter only

    in_hall(tmp_path, story)
