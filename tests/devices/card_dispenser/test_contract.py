"""The contract over memory wires for every driver, machine and framing, and once over a pty with pyserial. At a real machine:
./run contract --hardware PORT --device card_dispenser:crt."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio

from tests.contract.device_class import Way, rules_and_ways, run_rule
from tests.devices.card_dispenser.contract import CONTRACT, Rig, a_card_is_fed_presented_and_taken
from tests.devices.card_dispenser.device_class import CLASS, over_a_pty, over_memory
from tests.devices.card_dispenser.rig import CRT, CRT_ADDRESSED, K720_MAKE, Make

Rule = Callable[[Rig], Awaitable[None]]


@pytest.mark.parametrize(("rule", "way"), rules_and_ways(CLASS))
def test_a_simulated_dispenser_keeps_the_contract(rule: Rule, way: Way[Rig], tmp_path: Path) -> None:
    run_rule(rule, way, tmp_path)


@pytest.mark.parametrize("rule", CONTRACT[1:4], ids=lambda rule: str(rule.__name__))
def test_one_of_several_on_a_line_keeps_the_contract(rule: Rule, tmp_path: Path) -> None:
    run_rule(rule, Way("memory", over_memory(CRT_ADDRESSED)), tmp_path)


@pytest.mark.parametrize("make", (CRT, K720_MAKE), ids=str)
def test_a_card_comes_out_over_a_pty(make: Make, tmp_path: Path) -> None:
    async def main() -> None:
        with trio.fail_after(60):
            async with over_a_pty(make)(tmp_path) as rig:
                await a_card_is_fed_presented_and_taken(rig)

    trio.run(main)
