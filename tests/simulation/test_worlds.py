"""A few worlds of each kind. `./run simulate --seeds N` runs as many as there is time for."""
from __future__ import annotations

from dataclasses import replace

import pytest

from print.ipp.simulator.faults import FAULTS
from remote.messages import IdentityEvidence
from tests.simulation.hall import ALL, CARDS, PAPERS, TOP_UPS
from tests.simulation.run import main
from tests.simulation.sabotage import CUTS, bad_network, calm
from tests.simulation.world import Result, Setting, run_world, setting_of

SMALL = Setting(1, visits=2, keen=1.0)
PAPERS_WHERE_EVERYTHING_FAILS = replace(
    SMALL, wishes=PAPERS, visits=4, faults_every_s=20.0, only_faults=tuple(sorted(FAULTS)), hazard=CUTS, honest=0.0,
    bank_lost=0.2, bank_away_every_s=200.0,
)  # fmt: skip
PURCHASES_THAT_ARE_TORN = replace(SMALL, seed=9, wishes=PAPERS, visits=4, modules=True, tears=0.6, hazard=CUTS, honest=0.3)
FACE, STAFF = IdentityEvidence.FACE, IdentityEvidence.STAFF
LYING_SENSORS = ("exit_sensor_blind", "exit_sensor_covered", "path_sensor_blind", "slipping", "hopper_empty")
UNHEARD = ("answer_lost", "answer_late", "silent", "garbage_answer", "wrong_answer")
TOP_UPS_WHERE_EVERYTHING_FAILS = replace(
    SMALL, wishes=TOP_UPS, visits=4, tears=0.6, hazard=CUTS, honest=0.3, bank_lost=0.2, bank_away_every_s=200.0,
    away_every_s=300.0,
)  # fmt: skip
WORLDS = {
    "calm": replace(calm(SMALL), wishes=ALL),
    "of any kind": replace(setting_of(4), visits=2),
    "with a bad network": replace(bad_network(SMALL), visits=2, wishes=ALL),
    "of papers and strange payers": PAPERS_WHERE_EVERYTHING_FAILS,
    "of citizen cards that are pulled out": TOP_UPS_WHERE_EVERYTHING_FAILS,
    "where fees are paid from cards that are pulled out": PURCHASES_THAT_ARE_TORN,
    "where staff look and the mains go": replace(SMALL, card_alone=False, evidence=(FACE, STAFF), ups=True, wishes=ALL, seed=4),
    "where the power goes all the time": replace(SMALL, wishes=CARDS, hazard=CUTS, power_goes=0.4, away_every_s=300.0),
    "where sensors lie": replace(SMALL, wishes=CARDS, faults_every_s=20.0, only_faults=LYING_SENSORS, hazard=CUTS),
    "where machines are not heard": replace(SMALL, wishes=CARDS, faults_every_s=30.0, only_faults=UNHEARD, hazard=CUTS),
}


def words(result: Result) -> str:
    return "\n".join(f"{what} {details[-2000:]}" for what, details in result.violations)


@pytest.mark.parametrize("kind", WORLDS)
def test_the_invariants_hold_in_a_world(kind: str) -> None:
    result = run_world(WORLDS[kind])
    assert not result.violations, words(result)
    assert result.visits >= 3
    assert (result.cuts > 0) == (WORLDS[kind].hazard != Setting(0).hazard)


def test_a_seed_replays_exactly() -> None:
    once, again, other = [run_world(replace(setting_of(seed), visits=2)) for seed in (14, 14, 15)]
    assert (once.trace, once.events) == (again.trace, again.events)
    assert once.trace != other.trace


def test_the_command_says_in_its_last_line_what_was_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "1", "--from", "9"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("1 worlds, ") and " cuts, " in last and " 0 violations, " in last and last.endswith(" visits/s")
