"""The pivot: what the probe says in every state in which a cut can leave the machine. It asks, and never guesses."""
from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
import trio

from devices.card_printer.status import Counters, Media, PathMedia, Status, Supply
from kiosk.plans.hand_over import as_facts, from_facts, what_the_counters_say
from kiosk.transaction.plan import Answer, Later, Mark, NotDone, Probed, Unknown
from remote.messages import CardEnd
from tests.kiosk.plans.machine import PIVOT, AtTheSlot, Story, at_the_slot


def state(exit_: str, path: str, power: bool, fed: bool, taken: int, captured: int) -> Callable[[AtTheSlot], None]:
    """Bring the machine there, by hand."""

    def bring(slot: AtTheSlot) -> None:
        machine = slot.machine
        machine.path, machine.exit = [], None
        machine.place = PathMedia.NOT_PRESENT
        if path != "empty":
            machine.path, machine.place = [slot.card], PathMedia(path)
        if exit_ == "card":
            machine.exit = slot.card
        if exit_ == "covered":
            machine.faults.set("exit_sensor_covered")
        if power:
            slot.power_cycle()
        machine.fed += int(fed)
        machine.counts["taken"] += taken
        machine.counts["captured"] += captured

    return bring


def expected(exit_: str, path: str, power: bool, fed: bool, taken: int, captured: int) -> str:
    """The table, in the order in which the evidence counts."""
    if fed:
        return "unknown"                        # another card has been through since
    if exit_ == "card":
        return "kept"                           # seen, called for, and drawn in: whatever was forgotten
    if exit_ == "covered":
        return "later"                          # a card that never goes and cannot be drawn in: nobody guesses
    if path != "empty":
        return "not_done"                       # it is still inside
    if power:
        return "unknown"                        # counters start from 0 at power-on
    return {(1, 0): "taken", (0, 1): "kept"}.get((taken, captured), "unknown")


Row = tuple[str, str, bool, bool, int, int]
INSIDE = ("empty", "printed_inside", "in_transport", "jammed")
WHERE = [("none", path) for path in INSIDE] + [("card", "empty"), ("covered", "empty")]
TABLE: list[Row] = [
    (exit_, path, power, fed, taken, captured)
    for (exit_, path), power, fed, taken, captured in product(WHERE, (False, True), (False, True), (0, 1), (0, 1))
    if not fed or (taken, captured) == (0, 1)
]
"""One card is in one place. Where another one was fed since, the rest counts no more."""


def test_every_combination_of_exit_path_power_and_counters(tmp_path: Path) -> None:
    def of(row: Row) -> Story:
        async def story(slot: AtTheSlot) -> None:
            state(*row)(slot)
            assert said(await slot.probe()) == expected(*row), row

        return story

    at_the_slot(tmp_path, *(of(row) for row in TABLE))


def said(found: Probed | Later) -> str:
    if isinstance(found, Later):
        return "later"
    if found.answer is Answer.DONE:
        return str(found.facts["end"])
    return found.answer.value


def test_a_card_at_the_exit_is_called_for_and_taken(tmp_path: Path) -> None:
    async def story(slot: AtTheSlot) -> None:
        slot.to_exit()
        slot.power_cycle()
        found = await slot.probe(takes_after_s=12)
        assert said(found) == "taken"
        assert slot.stages == ["still_at_exit", "settled"] and slot.card in slot.machine.taken

    at_the_slot(tmp_path, story)


def test_a_card_at_the_exit_is_called_for_and_kept_after_forty_seconds(tmp_path: Path) -> None:
    async def story(slot: AtTheSlot) -> None:
        slot.to_exit()
        slot.power_cycle()
        assert said(await slot.probe(takes_after_s=100)) == "kept"
        assert slot.machine.captured.cards == [slot.card]

    at_the_slot(tmp_path, story)


def test_taken_in_the_dark_nobody_knows(tmp_path: Path) -> None:
    async def story(slot: AtTheSlot) -> None:
        slot.to_exit()
        slot.machine.power_off()
        slot.machine.take_card()
        slot.machine.power_on()
        assert said(await slot.probe()) == "unknown"

    at_the_slot(tmp_path, story)


def test_a_machine_that_does_not_forget_knows_after_a_power_cut(tmp_path: Path) -> None:
    async def story(slot: AtTheSlot) -> None:
        slot.to_exit()
        slot.machine.take_card()
        slot.power_cycle()
        assert said(await slot.probe()) == "taken"

    at_the_slot(tmp_path, story, forgets=False)


def test_a_blind_path_sensor_does_not_make_a_card_taken(tmp_path: Path) -> None:
    async def story(slot: AtTheSlot) -> None:
        slot.machine.faults.set("path_sensor_blind")
        assert said(await slot.probe()) == "unknown"

    at_the_slot(tmp_path, story)


def test_a_machine_that_is_away_is_asked_later(tmp_path: Path) -> None:
    async def story(slot: AtTheSlot) -> None:
        slot.to_exit()
        slot.post.unplug("printer")
        assert said(await slot.probe()) == "later"
        slot.post.plugged["printer"] = True
        assert said(await slot.probe(takes_after_s=5)) == "taken"

    at_the_slot(tmp_path, story)


def test_a_full_capture_bin_leaves_the_card_where_everybody_knows_it_is(tmp_path: Path) -> None:
    async def story(slot: AtTheSlot) -> None:
        slot.to_exit()
        slot.machine.faults.set("capture_bin_full")
        found = await slot.probe()
        assert isinstance(found, Later) and found.waits_for == "card_at_exit"
        slot.log.write("hand_over", 1, Mark.OWED, {"waits_for": found.waits_for})
        slot.stages.clear()
        assert said(await slot.probe()) == "later" and "still_at_exit" not in slot.stages     # called once, not for ever
        slot.machine.faults.clear()
        assert said(await slot.probe()) == "kept"

    at_the_slot(tmp_path, story)


# -- the hand-over itself ----------------------------------------------------------------------------------------------

async def over(slot: AtTheSlot) -> str:
    try:
        return str((await slot.hand_over.over(PIVOT))["end"])
    except NotDone as error:
        return f"not done: {error.facts['code']}"
    except Unknown:
        return "unknown"


@pytest.mark.parametrize(
    ("fault", "after", "then"),
    [
        ("path_jam", "unknown", "not_done"), ("slipping", "unknown", "not_done"), ("answer_lost", "unknown", "kept"),
        ("exit_sensor_blind", "unknown", "unknown"), ("exit_sensor_covered", "not done: EXIT_OCCUPIED", None),
        ("card_stuck_at_exit", "unknown", "later"), ("capture_bin_full", "unknown", "later"), (None, "kept", None),
    ],
)  # fmt: skip
def test_each_trouble_at_the_exit(tmp_path: Path, fault: str | None, after: str, then: str | None) -> None:
    async def story(slot: AtTheSlot) -> None:
        if fault:
            slot.machine.faults.set(fault, 1 if fault in ("path_jam", "slipping", "answer_lost") else None)
        assert await over(slot) == after
        if then is not None:
            assert said(await slot.probe()) == then

    at_the_slot(tmp_path, story)


def test_an_exit_sensor_that_goes_blind_while_the_card_waits_is_no_hand(tmp_path: Path) -> None:
    """The sensor says that nothing is there; its counter has seen nobody take anything."""

    async def story(slot: AtTheSlot) -> None:
        async def goes_blind() -> None:
            await trio.sleep(5)
            slot.machine.faults.set("exit_sensor_blind")

        async with trio.open_nursery() as nursery:
            nursery.start_soon(goes_blind)
            assert await over(slot) == "unknown"
        assert said(await slot.probe()) == "unknown" and slot.machine.exit is slot.card

    at_the_slot(tmp_path, story)


@pytest.mark.parametrize("takes_after_s", [1.0, 30.0, 118.0, 125.0])
def test_a_hundred_and_twenty_seconds_at_the_slot(tmp_path: Path, takes_after_s: float) -> None:
    async def story(slot: AtTheSlot) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(slot._take, takes_after_s)
            assert await over(slot) == ("taken" if takes_after_s < 120 else "kept")

    at_the_slot(tmp_path, story)


# -- counters ----------------------------------------------------------------------------------------------------------

def counters(**changed: object) -> Counters:
    return from_facts({"boot": "b", "fed": 1, "presented": 0, "taken": 0, "captured": 0, "rejected": 0, "panels_printed": 0,
                       "volatile": True} | changed)  # fmt: skip


def status(exit_: Media) -> Status:
    return Status(Supply.OK, 5, PathMedia.NOT_PRESENT, exit_, False, False, False, None, "b", False)


@pytest.mark.parametrize(("taken", "captured"), list(product((0, 1, 2, None), (0, 1, 2, None))))
def test_one_card_went_one_way_or_nobody_knows(taken: int | None, captured: int | None) -> None:
    end = {(1, 0): CardEnd.TAKEN, (0, 1): CardEnd.KEPT}.get((taken, captured))
    after = counters(taken=taken, captured=captured)
    assert what_the_counters_say(counters(), after, status(Media.NOT_PRESENT)) is end
    for other in (Media.PRESENT, Media.UNKNOWN):
        assert what_the_counters_say(counters(), after, status(other)) is None
    assert what_the_counters_say(counters(boot="earlier"), after, status(Media.NOT_PRESENT)) is None
    assert what_the_counters_say(counters(taken=None), after, status(Media.NOT_PRESENT)) is None


def test_counters_survive_the_journal() -> None:
    assert from_facts(as_facts(counters(boot=None, volatile=False))) == counters(boot=None, volatile=False)
    assert not counters().comparable(from_facts({}))
