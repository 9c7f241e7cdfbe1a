"""A small fleet against a real centre, a heartbeat a second: the story of `./run fleet` without the centre's own death."""
from __future__ import annotations

from pathlib import Path

import trio

from tests.fleet.story import Fleet, Plan


def test_a_small_fleet_in_storms_nobody_falsely_down_nothing_lost_nothing_twice(tmp_path: Path) -> None:
    plan = Plan(24, 3.0, killed=3, frozen=3, heartbeat_s=1.0, facts_every_s=0.5, away_s=0.4, pages=1, restarts=False)
    told = trio.run(Fleet(plan, tmp_path).run)
    assert told.good, (told.line(), told.undetected, told.false_downs)
    assert len(told.killed_s) == 3 and len(told.frozen_s) == 3 and len(told.page_ms) == 1
    assert told.facts > 50 and told.dropped > 0
