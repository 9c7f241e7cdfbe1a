"""The contract over a memory wire, a pty, TCP, and at pymodbus's whole serial server in a process of its own. At a real
board: ./run contract --hardware PORT --device cabinet."""
from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import trio

from devices.serving import control
from tests.contract.device_class import Way, rules_and_ways, run_rule
from tests.devices.cabinet.contract import CONTRACT, Rig
from tests.devices.cabinet.device_class import CLASS, over_pymodbus


@pytest.mark.parametrize(
    ("rule", "way"), [case for case in rules_and_ways(CLASS) if "pymodbus" not in case.id]  # one process for all, below
)
def test_a_simulated_board_keeps_the_contract(
    rule: Callable[[Rig], Coroutine[Any, Any, None]], way: Way[Rig], tmp_path: Path
) -> None:
    run_rule(rule, way, tmp_path)


LINE_FAULTS = (
    "silent", "wrong_crc", "cut_short", "garbage", "noise_before", "twice", "echo", "wrong_unit",
    "wrong_function",
)


def test_pymodbus_s_own_server_keeps_the_contract_through_every_fault_of_the_line(tmp_path: Path) -> None:
    """The same process all the time, as a board: what one rule left behind, the next one finds."""

    async def main() -> None:
        async with over_pymodbus(tmp_path) as rig:
            for rule in CONTRACT:
                with trio.fail_after(30):
                    await rule(rig)
                    await rig.cabinet.aclose()
            hand = tmp_path / "hand"
            for fault in LINE_FAULTS:
                await control(hand, do="fault", name=fault, count=1)
                with trio.fail_after(10):
                    assert (await rig.cabinet.look()).answering, fault
                    assert (await rig.cabinet.look()).answering, fault
                assert (await control(hand, do="state"))["faults"] == {}, fault
            await control(hand, do="unplug")
            with trio.fail_after(10):
                while (await rig.cabinet.look()).answering:
                    await trio.sleep(0.1)
                await control(hand, do="replug")
                assert (await rig.cabinet.look()).answering

    trio.run(main)
