"""The runner itself: what it counts, what it calls failed, and what a technician is asked."""
from __future__ import annotations

import builtins
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

import tests.contract.run as contract
from tests.contract.classes import device_classes
from tests.contract.device_class import DeviceClass, Driver, FaultTable, Hands, Situation, Way


class Lamp:
    """The smallest machine there is."""

    def __init__(self, works: bool, hands: Hands | None = None) -> None:
        self.lit = False
        self._works, self._hands = works, hands

    async def switch(self) -> None:
        if self._hands is not None:
            await self._hands.ask("Turn the switch")
        await trio.sleep(3600)
        self.lit = self._works


async def a_switched_lamp_is_lit(lamp: Lamp) -> None:
    await lamp.switch()
    assert lamp.lit


async def a_lamp_never_touched_is_dark(lamp: Lamp) -> None:
    await trio.lowlevel.checkpoint()
    assert not lamp.lit


def a_class(works: bool = True, shown: Situation | None = lambda: None) -> DeviceClass[Lamp]:
    @asynccontextmanager
    async def over_memory(_: Path) -> AsyncIterator[Lamp]:
        yield Lamp(works)

    @asynccontextmanager
    async def real(port: str, hands: Hands) -> AsyncIterator[Lamp]:
        assert port == "/dev/lamp"
        lamp = Lamp(works, hands)
        lamp.switch = lambda: hands.ask("Turn the switch")  # type: ignore[method-assign]
        lamp.lit = False
        yield lamp

    faults = FaultTable({"burnt_out": "no light"})
    if shown is not None:
        faults.add(("burnt_out",), "test_burnt_out", shown)
    driver = Driver("filament", (Way("memory", over_memory),), faults, real)
    return DeviceClass("lamp", (a_switched_lamp_is_lit, a_lamp_never_touched_is_dark), (driver,))


def run_with(monkeypatch: pytest.MonkeyPatch, device_class: DeviceClass[Lamp], *arguments: str) -> int:
    monkeypatch.setattr(contract, "device_classes", lambda: [device_class])
    return contract.main(list(arguments))


def test_all_kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_with(monkeypatch, a_class()) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 drivers, 1 faults, 0 failed"


def test_a_broken_rule_is_named_and_counted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_with(monkeypatch, a_class(works=False)) == 1
    out = capsys.readouterr().out
    assert "FAILED lamp:filament over memory: a_switched_lamp_is_lit" in out
    assert "assert lamp.lit" in out
    assert out.splitlines()[-1] == "1 drivers, 1 faults, 1 failed"


def test_a_fault_that_comes_out_otherwise_has_failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def shown() -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - it never comes
            pass

    assert run_with(monkeypatch, a_class(shown=shown)) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 drivers, 1 faults, 1 failed"


def test_a_rule_that_fails_in_a_nursery_has_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def in_a_nursery() -> None:
        async with trio.open_nursery():
            pytest.fail("it did not come about")

    assert run_with(monkeypatch, a_class(shown=lambda: trio.run(in_a_nursery))) == 1
    assert "it did not come about" in capsys.readouterr().out


def test_a_fault_nothing_shows_has_failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_with(monkeypatch, a_class(shown=None)) == 1
    assert "burnt_out: nothing shows its outcome" in capsys.readouterr().out


def test_a_fault_the_machine_does_not_know_cannot_be_shown() -> None:
    with pytest.raises(KeyError):
        FaultTable({"burnt_out": "no light"}).add(("burnt_uot",), "test", lambda: None)


def test_a_technician_is_asked_at_a_real_machine_and_its_failure_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(builtins, "input", asked.append)
    assert run_with(monkeypatch, a_class(), "--device", "lamp", "--hardware", "/dev/lamp") == 1
    assert "Turn the switch" in asked[0]
    assert capsys.readouterr().out.splitlines()[-1] == "1 drivers, 0 faults, 1 failed"


@pytest.mark.parametrize("arguments", [("--hardware", "/dev/lamp"), ("--device", "kettle"), ("--device", "lamp:led")])
def test_asked_wrongly(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_with(monkeypatch, a_class(), *arguments)
    assert ended.value.code == 2


def test_every_class_has_rules_drivers_ways_and_an_outcome_for_each_fault() -> None:
    classes = device_classes()
    assert len({one.name for one in classes}) == len(classes)
    for one in classes:
        assert one.rules and one.drivers
        assert len({driver.name for driver in one.drivers}) == len(one.drivers)
        for driver in one.drivers:
            assert driver.ways and driver.faults.known
            assert driver.faults.not_shown == set(), (one.name, driver.name)
