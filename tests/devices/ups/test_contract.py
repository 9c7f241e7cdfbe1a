"""The contract over a memory wire and TCP. Against the real nut-server: test_real_nut.py. At a real UPS:
./run contract --hardware HOST:PORT:NAME --device ups."""
from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.contract.device_class import Way, rules_and_ways, run_rule
from tests.devices.ups.contract import Rig
from tests.devices.ups.device_class import CLASS


@pytest.mark.parametrize(("rule", "way"), rules_and_ways(CLASS))
def test_a_simulated_ups_keeps_the_contract(
    rule: Callable[[Rig], Coroutine[Any, Any, None]], way: Way[Rig], tmp_path: Path
) -> None:
    run_rule(rule, way, tmp_path)
