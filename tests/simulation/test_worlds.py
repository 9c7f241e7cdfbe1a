"""A few worlds of each kind. `./run simulate --seeds N` runs as many as there is time for."""
from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.run import main
from tests.simulation.sabotage import CUTS
from tests.simulation.world import Result, Setting, run_world, setting_of

BROKE_ONCE = {
    6: "a slip for a claim without a code crashed the terminal",
    28: "a plan cut off right after its pivot's row never wrote its decision",
    209: "the exit sensor went blind over a card, and it was called taken",
}
"""Seeds that found something, and what it was."""


def words(result: Result) -> str:
    return "\n".join(f"{what} {details[-2000:]}" for what, details in result.violations)


@pytest.mark.parametrize("seed", [3, *BROKE_ONCE])
def test_the_invariants_hold(seed: int) -> None:
    result = run_world(setting_of(seed))
    assert not result.violations, words(result)
    assert result.visits >= 8


def test_the_invariants_hold_where_the_power_goes_all_the_time() -> None:
    hazard = replace(CUTS, hot_step=CUTS.hot_step * 3)
    result = run_world(Setting(4, visits=3, hazard=hazard, faults_every_s=60.0, power_goes=0.4, away_every_s=300.0))
    assert not result.violations, words(result)
    assert result.cuts > 10


def test_a_seed_replays_exactly() -> None:
    once, again, other = [run_world(replace(setting_of(seed), visits=3)) for seed in (14, 14, 15)]
    assert (once.trace, once.events) == (again.trace, again.events)
    assert once.trace != other.trace


def test_the_command_says_in_its_last_line_what_was_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "1", "--from", "3"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("1 worlds, ") and " cuts, " in last and " 0 violations, " in last and last.endswith(" visits/s")
