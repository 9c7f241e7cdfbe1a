"""The simulation's own parts: a cut process has no effect, the network does what it says, the walk through memory finds names."""
from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
import trio

from devices.wire import MemoryWire
from kiosk.prompts import Look, Prompt
from kiosk.transaction.plan import Mark
from remote.central.centre import Centre
from remote.messages import Bar
from remote.platform import Platform, PlatformAway
from tests.remote.identities import enrolled
from tests.simulation.life import SAFE, Cut, Hazard, Life, MortalJournal, MortalWire
from tests.simulation.memory import words_left
from tests.simulation.network import CentreWatch, LossyTransport, Weather
from tests.simulation.screen import Screen
from tests.simulation.trace import Trace
from tests.simulation.world import MORNING, POPULATION, POPULATION_SEED
from tests.virtual_time import run_in_virtual_time


def now() -> datetime:
    return MORNING


def a_life(hazard: Hazard = SAFE) -> Life:
    return Life("T1", Random(1), lambda: hazard, lambda: True, lambda where: None)


def test_whatever_a_dead_process_does_has_no_effect(tmp_path: Path) -> None:
    async def main() -> None:
        life = a_life()
        journal = MortalJournal(tmp_path, now, life, lambda *row: None)
        journal.write("p", "plan", 0, Mark.OPENED)
        near, far = MemoryWire.pair()
        life.wires.append(near)
        shown: list[Prompt | None] = []
        life.die("here")
        with pytest.raises(Cut):
            journal.write("p", "plan", 0, Mark.CLOSED)
        with pytest.raises(Cut):
            await MortalWire(life, near).send(b"feed")
        with pytest.raises(Cut):
            Screen(life, shown.append).present(1, Prompt("home"), Look())
        assert life.scope.cancel_called and not shown and not bytes(far._inbox)
        assert [row.mark for row in journal.rows()] == [Mark.OPENED]

    run_in_virtual_time(main)


def test_the_power_goes_just_before_a_commit_and_just_after_it(tmp_path: Path) -> None:
    ends = set()
    for seed in range(12):
        life = Life("T1", Random(seed), lambda: Hazard(row=0.5), lambda: True, lambda where: None)
        journal = MortalJournal(tmp_path / str(seed), now, life, lambda *row: None)
        try:
            journal.write("p", "plan", 0, Mark.OPENED)
            ends.add("lives")
        except Cut:
            ends.add("after" if list(journal.rows()) else "before")
    assert ends == {"lives", "before", "after"}


def test_a_cut_may_leave_half_a_command_on_the_line() -> None:
    async def main() -> set[int]:
        lengths = set()
        for seed in range(40):
            life = Life("T1", Random(seed), lambda: Hazard(send=0.5), lambda: True, lambda where: None)
            near, far = MemoryWire.pair()
            try:
                await MortalWire(life, near).send(b"0123456789")
            except Cut:
                lengths.add(len(far._inbox))
        return lengths

    lengths = run_in_virtual_time(main)
    assert 0 in lengths and len(lengths) > 3 and 10 not in lengths


def bar_once(weather: Weather) -> tuple[bool, dict[str, bytes], int]:
    """(did the caller get an answer, what the centre answered by key, requests that reached it)"""

    async def main() -> tuple[bool, dict[str, bytes], int]:
        centre = Centre.in_memory(POPULATION_SEED, POPULATION, now)
        signer = enrolled(centre, "T1", "hall")
        watch = CentreWatch(centre, Trace(), lambda what: None)
        async with trio.open_nursery() as nursery:
            transport = LossyTransport(a_life(), watch, weather, nursery, Random(3), signer)
            answered = True
            try:
                await Platform(transport, "T1", random=Random(4)).bar(Bar(key="a:b:1"), key="a:b:1:bar")
            except PlatformAway as away:
                answered = False
                assert away.may_have_happened
        return answered, watch.answers, watch.requests

    result: Any = run_in_virtual_time(main)
    return result  # type: ignore[no-any-return]


def test_requests_are_lost_answered_in_vain_doubled_and_late() -> None:
    assert bar_once(Weather())[0] and bar_once(Weather())[2] == 1
    assert bar_once(Weather(lost_there=1.0)) == (False, {}, 0)
    answered, answers, _ = bar_once(Weather(lost_back=1.0))
    assert not answered and list(answers) == ["a:b:1:bar"]
    answered, answers, _ = bar_once(Weather(late=1.0))
    assert not answered and list(answers) == ["a:b:1:bar"]
    assert bar_once(Weather(doubled=1.0))[2] == 2


def test_the_walk_through_memory_finds_a_name_in_a_closure_and_in_bytes() -> None:
    name, number = "李秀英", "341602195403020023"

    def remembers() -> str:
        return kept

    kept = f"证主{name}"
    for hidden in (remembers, {"x": [number.encode()]}, bytearray(name.encode("utf-16-le")), SimpleNamespace(a=(name,))):
        cabinet: Any = SimpleNamespace(terminal=SimpleNamespace(hidden=hidden))
        assert words_left(cabinet, [(name, number)]), hidden
        assert not words_left(cabinet, [("王德福", "341602195103020011")])
