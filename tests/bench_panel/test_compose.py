"""The panel as data, in every state a hall can be in: all of it readable, nothing over anything else."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import trio
from PIL import ImageFont

from kiosk.ui.boxes import Box
from print.font_files import BOLD_FILE, REGULAR_FILE, find
from remote.central.demo_citizens import demo_citizens
from tests.bench_panel.cabinet import LIT
from tests.bench_panel.compose import compose
from tests.bench_panel.hands import HALL, MACHINES, NETWORK, Act, Snapshot, act
from tests.bench_panel.sheet import Fill, Sheet, Text
from tests.bench_panel.words import HAPPENS
from tests.demo.windowed import Desk, share
from tests.hall.machines import Machines
from tests.hall.network import Network

TODAY = date(2026, 11, 21)
OPEN = dict.fromkeys(("front", "hopper", "rear"), "open")
SIZES = [(1160, 860), (860, 650), (700, 900), (1500, 1000)]


@cache
def face(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(find(BOLD_FILE if bold else REGULAR_FILE)), size)


@cache
def measure(text: str, size: int, bold: bool) -> float:
    return face(size, bold).getlength(text)


def machines_state(tmp_path: Path) -> dict[str, Any]:
    async def state() -> dict[str, Any]:
        machines = Machines(tmp_path, TODAY, blanks=50)
        async with trio.open_nursery() as nursery:
            await nursery.start(machines.serve)
            answer = await machines.handle({"do": "state"})
            nursery.cancel_scope.cancel()
        return answer

    return trio.run(state)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A hall where nothing happens: the states come from the real models."""
    running = {"running": True, "exit_code": None, "pid": 12345}
    hall = {
        "today": TODAY.isoformat(),
        "bent_minutes": 0,
        "centre_url": "http://127.0.0.1:1",
        "terminals": {"bz-01": "", "bz-02": ""},
        "children": {"centre": running, "kiosk-bz-01": running},
    }
    network = Network("127.0.0.1", 1).handle({"do": "state"})
    return Snapshot("bz-01", ("bz-01", "bz-02"), hall, machines_state(tmp_path_factory.mktemp("m")), network)


def printer(snapshot: Snapshot, **changes: Any) -> Snapshot:
    return replace(snapshot, machines={**snapshot.machines, "card_printer": {**snapshot.machines["card_printer"], **changes}})


def reader(snapshot: Snapshot, citizen: str) -> Snapshot:
    return replace(snapshot, machines={**snapshot.machines, "id_reader": {**snapshot.machines["id_reader"], "citizen": citizen}})


def board(snapshot: Snapshot, **changes: Any) -> Snapshot:
    return replace(snapshot, machines={**snapshot.machines, "cabinet": {**snapshot.machines["cabinet"], **changes}})


def dead(snapshot: Snapshot, name: str) -> Snapshot:
    gone = {"running": False, "exit_code": -9, "pid": None}
    return replace(snapshot, hall={**snapshot.hall, "children": {**snapshot.hall["children"], name: gone}})


STATES: dict[str, Callable[[Snapshot], Snapshot]] = {
    "quiet": lambda s: s,
    "nothing answers": lambda s: Snapshot(),
    "machines gone": lambda s: replace(s, machines={}),
    "card laid": lambda s: reader(s, "long_name"),
    "card at the exit": lambda s: printer(s, exit="B000001"),
    "card at the chip": lambda s: printer(s, path=["B000001"], place="at_contact", moving=True),
    "jammed": lambda s: printer(s, path=["B000001", "B000002"], place="jammed", error="FEED_JAM"),
    "place nobody knows": lambda s: printer(s, path=["B000001"], place="unknown"),
    "no power": lambda s: printer(s, powered=False),
    "a slot lit": lambda s: board(s, lit={**s.machines["cabinet"]["lit"], "card_exit": "yellow"}),
    "somebody there, doors open": lambda s: board(s, somebody=True, tampered=True, doors=OPEN),
    "on battery": lambda s: replace(s, machines={**s.machines, "ups": {**s.machines["ups"], "mains": False, "charge": 7.5}}),
    "kiosk killed": lambda s: dead(s, "kiosk-bz-01"),
    "centre killed": lambda s: dead(s, "centre"),
    "network cut": lambda s: replace(s, network={**s.network, "cut": True, "delay_s": 6.0}),
    "time bent": lambda s: replace(s, hall={**s.hall, "bent_minutes": 14_410}),
    "refused": lambda s: replace(s, said="take_card: nothing there", refused=True),
    "twenty kept": lambda s: printer(s, captured=[f"B{n:06d}" for n in range(20)], hopper=0),
}


def overlap(one: Box, other: Box) -> bool:
    return one.x < other.right - 0.5 and other.x < one.right - 0.5 and one.y < other.top - 0.5 and other.y < one.top - 0.5


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_nothing_lies_over_anything_else(quiet: Snapshot, state: str, size: tuple[int, int]) -> None:
    sheet = compose(STATES[state](quiet), *size, measure)
    for number, tap in enumerate(sheet.taps):
        assert tap.box.inside(sheet.box), tap
        assert min(tap.box.width, tap.box.height) > 18, tap
        assert not [other for other in sheet.taps[:number] if overlap(tap.box, other.box)], tap
    words = [element for element in sheet.elements if isinstance(element, Text) and element.text]
    drawn = [used(text) for text in words]
    for number, text in enumerate(words):
        assert text.box.inside(sheet.box), text
        assert not [words[n] for n in range(number) if overlap(drawn[number], drawn[n])], text


def used(text: Text) -> Box:
    """The room the letters really take."""
    width = measure(text.text, text.size, text.bold)
    height = text.size * 0.9
    x = text.box.x + (text.box.width - width) * text.align
    return Box(x, text.box.centre[1] - height / 2, width, height)


@pytest.mark.parametrize("size", SIZES[:2])
def test_only_long_names_and_long_lists_are_cut_off(quiet: Snapshot, size: tuple[int, int]) -> None:
    for name, state in STATES.items():
        cut = [e.text for e in compose(state(quiet), *size, measure).elements if isinstance(e, Text) and e.text.endswith("…")]
        allowed = 1 + (name == "twenty kept")
        assert len(cut) <= allowed, (name, cut)


def test_every_citizen_is_explained() -> None:
    assert set(HAPPENS) == set(demo_citizens(TODAY))


def acts_of(sheet: Sheet) -> list[tuple[Act, ...]]:
    return [tap.acts for tap in sheet.taps]


def at(snapshot: Snapshot) -> list[tuple[Act, ...]]:
    return acts_of(compose(snapshot, 1160, 860, measure))


def test_a_citizen_is_laid_and_another_lifts_her_first(quiet: Snapshot) -> None:
    lay = act(MACHINES, "lay", citizen="feb29")
    assert (lay,) in at(quiet)
    assert (act(MACHINES, "lift"), lay) in at(reader(quiet, "no_photo"))
    assert (act(MACHINES, "lift"),) in at(reader(quiet, "feb29"))


def test_only_what_is_there_can_be_taken(quiet: Snapshot) -> None:
    take = (act(MACHINES, "take_card"),)
    assert take not in at(quiet)
    assert take in at(printer(quiet, exit="B000001"))


def test_the_lamp_of_a_lit_slot_burns_in_its_colour(quiet: Snapshot) -> None:
    def burning(snapshot: Snapshot) -> list[str]:
        drawn = compose(snapshot, 1160, 860, measure).elements
        return [element.colour for element in drawn if isinstance(element, Fill) and element.colour in LIT.values()]

    dark = burning(quiet)
    assert sorted([*dark, LIT["yellow"]]) == sorted(burning(STATES["a slot lit"](quiet)))


def test_doors_housing_and_mains_are_put_back_by_the_same_button(quiet: Snapshot) -> None:
    assert (act(MACHINES, "open_door", machine="cabinet", door="hopper"),) in at(quiet)
    opened = at(STATES["somebody there, doors open"](quiet))
    for wish in (act(MACHINES, "close_door", machine="cabinet", door="hopper"), act(MACHINES, "untamper", machine="cabinet"),
                 act(MACHINES, "leave", machine="cabinet")):  # fmt: skip
        assert (wish,) in opened
    assert (act(MACHINES, "mains", machine="ups", on=False),) in at(quiet)
    assert (act(MACHINES, "mains", machine="ups", on=True),) in at(STATES["on battery"](quiet))


def test_power_comes_back_only_after_it_went(quiet: Snapshot) -> None:
    cut, back = (act(HALL, "power_cut", terminal="bz-01"),), (act(HALL, "power_back", terminal="bz-01"),)
    assert cut in at(quiet)
    assert back not in at(quiet)
    assert back in at(printer(quiet, powered=False))


def test_a_killed_kiosk_can_be_started_and_a_running_one_killed(quiet: Snapshot) -> None:
    kill, start = (act(HALL, "kill", name="kiosk-bz-01"),), (act(HALL, "start", name="kiosk-bz-01"),)
    assert kill in at(quiet)
    assert start not in at(quiet)
    assert start in at(dead(quiet, "kiosk-bz-01"))
    assert kill not in at(dead(quiet, "kiosk-bz-01"))


def test_a_fault_that_is_on_is_turned_off_by_the_same_button(quiet: Snapshot) -> None:
    faulty = printer(quiet, faults={"hopper_empty": None})
    assert (act(MACHINES, "clear_fault", machine="card_printer", name="hopper_empty"),) in at(faulty)
    assert (act(NETWORK, "restore"),) in at(replace(quiet, network={**quiet.network, "cut": True}))


def test_every_request_of_the_panel_is_understood(quiet: Snapshot, tmp_path: Path) -> None:
    """What a button sends is tried on the real models; a machine may refuse, but never for not knowing the word."""
    wishes = {str(wish): wish for state in STATES.values() for acts in at(state(quiet)) for wish in acts}

    async def ask() -> None:
        network = Network("127.0.0.1", 1)
        machines = Machines(tmp_path, TODAY, blanks=3)
        async with trio.open_nursery() as nursery:
            await nursery.start(machines.serve)
            for wish in wishes.values():
                if wish.to == NETWORK:
                    network.handle(dict(wish.request))
                elif wish.to == MACHINES:
                    try:
                        await machines.handle(dict(wish.request))
                    except ValueError as refused:
                        assert "knows" not in str(refused), wish
                        assert "no request" not in str(refused), wish
            nursery.cancel_scope.cancel()

    trio.run(ask)
    assert {wish.to for wish in wishes.values()} == {HALL, MACHINES, NETWORK}


@pytest.mark.parametrize("desktop", [(1920, 1080), (1366, 768), (1280, 720), (2560, 1440), (1024, 768)])
@pytest.mark.parametrize("terminals", [1, 2])
def test_terminals_and_panel_fit_the_desktop_beside_each_other(desktop: tuple[int, int], terminals: int) -> None:
    from kiosk.front import Screen

    desk = share(*desktop, Screen(), terminals)
    windows = windows_of(desk)
    for number, window in enumerate(windows):
        assert window.inside(Box(0, 0, *desktop)), window
        assert not [other for other in windows[:number] if overlap(window, other)], window
    assert desk.panel_size[0] >= 500
    assert abs(desk.screen.width_px / desk.screen.height_px - 1080 / 1920) < 0.01


def windows_of(desk: Desk) -> list[Box]:
    kiosks = [Box(x, y, desk.screen.width_px, desk.screen.height_px) for x, y in desk.kiosks]
    return [*kiosks, Box(*desk.panel_at, *desk.panel_size)]
