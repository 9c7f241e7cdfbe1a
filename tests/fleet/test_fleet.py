"""Fifty terminals against a real centre, a heartbeat a second: the story of `./run fleet`, small."""
from __future__ import annotations

from pathlib import Path

import trio

from tests.fleet.story import Fleet, Plan


def test_fifty_terminals_in_storms_nobody_falsely_down_nothing_lost_nothing_twice(tmp_path: Path) -> None:
    plan = Plan(50, 12.0, killed=3, frozen=3, heartbeat_s=1.0, facts_every_s=1.0, away_s=0.5, pages=0)
    fleet = Fleet(plan, tmp_path)
    try:
        told = trio.run(fleet.run)
    finally:
        fleet.centre.child.kill()
    assert told.good, (told.line(), told.undetected, told.false_downs)
    assert len(told.killed_s) == 3 and max(told.killed_s) < 8 and len(told.frozen_s) == 3 and max(told.frozen_s) < 8
    assert told.facts > 300 and told.dropped > 10
