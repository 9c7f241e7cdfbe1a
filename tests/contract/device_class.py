"""What a device class registers here: its rules, its drivers, the ways to each driver's simulated machine, and its faults.

A room under tests/devices/ (or tests/print/) has a module with `CLASS = DeviceClass(...)`; classes.py names the module.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import trio
from trio.testing import MockClock

Rig = TypeVar("Rig")
"""A machine under test with the hands that touch it; each device class has a protocol of its own for it."""

Situation = Callable[[], None]
"""One test that needs no arguments and raises where the outcome is not the expected one."""


class Hands(Protocol):
    """The technician at the terminal, who does to a real machine what a rig does to a simulated one."""

    async def ask(self, what: str) -> None:
        """Say what to do ("Lay an ID card on the reader") and wait until it is done."""

    async def number(self, question: str) -> int:
        """Ask for a count only eyes can take ("How many slips came out?")."""


@dataclass(frozen=True)
class Way(Generic[Rig]):
    """One wire to the simulated machine. `rig` gets an empty folder (for ptys and sockets). Over memory the clock is virtual."""

    name: str
    rig: Callable[[Path], AbstractAsyncContextManager[Rig]]
    virtual: bool = True


class FaultTable:
    """Every fault a machine knows, and the situations that show its outcome."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """`known`: the simulator's own table, name to what it does in words."""
        self.known = dict(known)
        self.situations: dict[str, list[tuple[str, Situation]]] = {name: [] for name in known}

    def add(self, faults: tuple[str, ...], name: str, situation: Situation) -> None:
        """`situation` shows what comes of each of `faults`. Raises KeyError for a fault the machine does not know."""
        for fault in faults:
            self.situations[fault].append((name, situation))

    @property
    def not_shown(self) -> set[str]:
        return {fault for fault, situations in self.situations.items() if not situations}


@dataclass(frozen=True)
class Driver(Generic[Rig]):
    """`hardware` opens the real machine at a port: /dev/ttyUSB0, usb:0400:c35a, or whatever its class understands."""

    name: str
    ways: tuple[Way[Rig], ...]
    faults: FaultTable
    hardware: Callable[[str, Hands], AbstractAsyncContextManager[Rig]] | None = None


@dataclass(frozen=True)
class DeviceClass(Generic[Rig]):
    name: str
    rules: tuple[Callable[[Rig], Awaitable[None]], ...]
    drivers: tuple[Driver[Rig], ...]


def run_rule(rule: Callable[[Rig], Awaitable[None]], way: Way[Rig], folder: Path) -> None:
    """One rule over one wire, on a fresh machine. Raises what the rule raises."""

    async def main() -> None:
        async with way.rig(folder) as rig:
            await rule(rig)

    trio.run(main, clock=MockClock(autojump_threshold=0) if way.virtual else None)


def rules_and_ways(device_class: DeviceClass[Any]) -> list[Any]:
    """For `@pytest.mark.parametrize(("rule", "way"), rules_and_ways(CLASS))` over run_rule(rule, way, tmp_path)."""
    import pytest

    return [
        pytest.param(rule, way, id=f"{driver.name}-{way.name}-{rule.__name__}")
        for driver in device_class.drivers
        for way in driver.ways
        for rule in device_class.rules
    ]
