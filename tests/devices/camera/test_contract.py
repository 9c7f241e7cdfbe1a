"""The contract over a memory wire, over TCP, and with image and video files through OpenCV in a process of its own."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.contract.device_class import Way, rules_and_ways, run_rule
from tests.devices.camera.contract import Rig
from tests.devices.camera.device_class import CLASS


@pytest.mark.parametrize(("rule", "way"), rules_and_ways(CLASS))
def test_a_camera_keeps_the_contract(rule: Callable[[Rig], Awaitable[None]], way: Way[Rig], tmp_path: Path) -> None:
    run_rule(rule, way, tmp_path)
