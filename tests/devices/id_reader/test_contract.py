"""The contract over a memory wire, over a pty with pyserial, and over TCP. Over USB: tests/devices/usb. At a real reader:
./run contract --hardware PORT --device id_reader."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.contract.device_class import Way, rules_and_ways, run_rule
from tests.devices.id_reader.contract import Rig
from tests.devices.id_reader.device_class import CLASS


@pytest.mark.parametrize(("rule", "way"), rules_and_ways(CLASS))
def test_a_simulated_reader_keeps_the_contract(rule: Callable[[Rig], Awaitable[None]], way: Way[Rig], tmp_path: Path) -> None:
    run_rule(rule, way, tmp_path)
