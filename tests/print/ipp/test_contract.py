from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.contract.device_class import Way, rules_and_ways, run_rule
from tests.print.ipp.contract import Rig
from tests.print.ipp.device_class import CLASS


@pytest.mark.parametrize(("rule", "way"), rules_and_ways(CLASS))
def test_an_a4_printer_keeps_the_contract(rule: Callable[[Rig], Awaitable[None]], way: Way[Rig], tmp_path: Path) -> None:
    run_rule(rule, way, tmp_path)
