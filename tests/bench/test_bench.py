"""Every figure comes out, on the screen and as JSON. What they say on a busy machine is nobody's business here."""
from __future__ import annotations

import json
from pathlib import Path

import pytest
import trio

from tests.bench.figures import Figure, table
from tests.bench.halls import in_one_hall
from tests.bench.run import NAMES, main, summary
from tests.bench.size import TINY

OF_A_HALL = ("software_over_machine", "rss_growth", "recovery_s")


def test_every_figure_is_measured_shown_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [name for name in NAMES if name not in OF_A_HALL]
    asked = [word for name in wanted for word in ("--only", name)]
    code = main(["--tiny", "--json", str(tmp_path / "figures.json"), *asked])
    shown = capsys.readouterr().out
    written = json.loads((tmp_path / "figures.json").read_text())["figures"]
    assert [figure["name"] for figure in written] == wanted
    assert all(figure["value"] > -100 and figure["how"] and isinstance(figure["ok"], bool) for figure in written)
    assert all(name in shown for name in wanted)
    assert code in (0, 1)


def test_the_figures_of_a_hall_are_measured_in_one() -> None:
    figures = trio.run(in_one_hall, TINY)
    assert tuple(figure.name for figure in figures) == OF_A_HALL and set(OF_A_HALL) < set(NAMES)
    assert all(figure.value > -100 and figure.how for figure in figures)


def test_a_target_that_does_not_hold_is_named() -> None:
    good, bad = Figure("quick", 1.0, "s", "counted", most=2.0), Figure("slow", 3.0, "s", "counted", most=2.0)
    told = Figure("told", 9.0, "1/s", "counted")
    assert summary([good, bad, told]) == "3 figures, 1 of 2 targets hold; not: slow"
    assert [line.split()[0] for line in table([good, bad, told]).splitlines()] == ["name", "quick", "slow", "told"]
    assert bad.as_json()["target"] == "<= 2 s" and bad.as_json()["ok"] is False
    assert told.as_json()["target"] is None and told.holds
