"""Run each device class's suite against every driver and its simulated machine, then every fault against its expected outcome.

With --hardware PORT --device CLASS[:DRIVER] the suite runs against the real machine at PORT, and a technician is asked for hands.
"""
from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trio

from tests.contract.classes import device_classes
from tests.contract.device_class import DeviceClass, Driver, Hands, run_rule

RULE_PATIENCE_S = 300.0  # for one rule with a technician's hands in it


@dataclass
class Tally:
    drivers: int = 0
    faults: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.drivers} drivers, {self.faults} faults, {self.failed} failed"


class Keyboard:
    """A technician who reads the screen and presses Enter."""

    async def ask(self, what: str) -> None:
        await trio.to_thread.run_sync(input, f"    -> {what}, then press Enter ")

    async def number(self, question: str) -> int:
        while True:
            said = await trio.to_thread.run_sync(input, f"    -> {question} ")
            if said.strip().isdecimal():
                return int(said)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def kept(what: str, act: Callable[[], object]) -> bool:
    """Do it; where it fails say what failed, where and how."""
    try:
        act()
    except (Exception, pytest.fail.Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - whatever a rule raises is its failure
        if isinstance(error, BaseExceptionGroup) and error.subgroup(KeyboardInterrupt):
            raise
        say(f"  FAILED {what}")
        for line in traceback.format_exception(error):
            say("    " + line.rstrip().replace("\n", "\n    "))
        return False
    return True


def run_simulated(classes: Iterable[DeviceClass[Any]], tally: Tally) -> None:
    for device_class in classes:
        for driver in device_class.drivers:
            began = time.monotonic()
            tally.drivers += 1
            rules = _rules(device_class, driver)
            faults = _faults(device_class, driver)
            tally.faults += len(driver.faults.known)
            tally.failed += rules + faults
            ways = ", ".join(way.name for way in driver.ways)
            counts = f"{len(device_class.rules)} rules over {ways}; {len(driver.faults.known)} faults; {rules + faults} failed"
            say(f"{device_class.name}:{driver.name}  {counts}  ({time.monotonic() - began:.1f} s)")


def _rules(device_class: DeviceClass[Any], driver: Driver[Any]) -> int:
    failed = 0
    for way in driver.ways:
        for rule in device_class.rules:
            with tempfile.TemporaryDirectory(prefix="contract") as folder:
                what = f"{device_class.name}:{driver.name} over {way.name}: {rule.__name__}"
                failed += not kept(what, lambda rule=rule, way=way, folder=folder: run_rule(rule, way, Path(folder)))  # type: ignore[misc]
    return failed


def _faults(device_class: DeviceClass[Any], driver: Driver[Any]) -> int:
    """How many faults did not come out as expected. A situation that shows several faults runs once."""
    results: dict[int, bool] = {}
    failed = 0
    for fault, situations in driver.faults.situations.items():
        what = f"{device_class.name}:{driver.name} fault {fault}"
        if not situations:
            say(f"  FAILED {what}: nothing shows its outcome")
        for name, situation in situations:
            if id(situation) not in results:
                results[id(situation)] = kept(f"{what}: {name}", situation)
        failed += not situations or not all(results[id(situation)] for _, situation in situations)
    return failed


def run_hardware(device_class: DeviceClass[Any], driver: Driver[Any], port: str, hands: Hands, tally: Tally) -> None:
    """The rules only: the faults of a real machine are not to be turned on."""
    assert driver.hardware is not None
    tally.drivers += 1
    for rule in device_class.rules:
        say(f"{device_class.name}:{driver.name} at {port}: {str(rule.__name__).replace('_', ' ')}")

        async def main(rule: Callable[[Any], Any] = rule) -> None:
            assert driver.hardware is not None
            with trio.fail_after(RULE_PATIENCE_S):
                async with driver.hardware(port, hands) as rig:
                    await rule(rig)

        tally.failed += not kept(rule.__name__, lambda main=main: trio.run(main))  # type: ignore[misc]


def chosen(classes: list[DeviceClass[Any]], asked: str) -> tuple[DeviceClass[Any], Driver[Any]]:
    """The class and driver of `CLASS[:DRIVER]` (the only or first driver without one). Raises ValueError."""
    name, _, driver_name = asked.partition(":")
    for device_class in classes:
        for driver in device_class.drivers:
            if device_class.name == name and driver_name in ("", driver.name):
                return device_class, driver
    known = ", ".join(f"{one.name}:{driver.name}" for one in classes for driver in one.drivers)
    raise ValueError(f"no device {asked!r}; there are: {known}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run contract", description=__doc__)
    parser.add_argument("--device", metavar="CLASS[:DRIVER]", help="only this one, e.g. id_reader or id_reader:sam_v")
    parser.add_argument("--hardware", metavar="PORT", help="the real machine at /dev/NAME or usb:VID:PID; needs --device")
    asked = parser.parse_args(arguments)
    classes, tally = device_classes(), Tally()
    try:
        one = chosen(classes, asked.device) if asked.device else None
    except ValueError as error:
        parser.error(str(error))
    if asked.hardware is not None:
        if one is None:
            parser.error("--hardware needs --device")
        if one[1].hardware is None:
            parser.error(f"{one[0].name}:{one[1].name} cannot be tried on a real machine")
        run_hardware(*one, asked.hardware, Keyboard(), tally)
    else:
        run_simulated([DeviceClass(one[0].name, one[0].rules, (one[1],))] if one else classes, tally)
    say(str(tally))
    return 1 if tally.failed else 0
