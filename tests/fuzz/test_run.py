"""The fuzzer finds a planted bug and says how to see it again; a codec without one has no crash."""
from __future__ import annotations

from pathlib import Path

import pytest
import trio

from tests.fuzz.run import Result, _result, fuzz, summary
from tests.fuzz.targets import ROOT, Target, find

PLANTED = '''\
SEEDS = {"fuzz_length": [b"\\x05hello"]}


def fuzz_length(data: bytes) -> None:
    """Believes the length byte."""
    if len(data) > 2 and data[0] == 0x05 and data[1] == 0x68:
        assert data[data[2]] is not None


def fuzz_one(data: bytes) -> None:
    """Has no bug."""
    if data.startswith(b"\\x02"):
        data.partition(b"\\x03")


def helper() -> None:
    raise AssertionError("no target")
'''


def test_a_planted_bug_is_found_shown_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    room = tmp_path / "tests" / "planted"
    room.mkdir(parents=True)
    for folder in (tmp_path / "tests", room):
        (folder / "__init__.py").touch()
    (tmp_path / "tests" / "planted" / "fuzz_targets.py").write_text(PLANTED)
    # Its module must not be found in the real tests package.
    (tmp_path / "tests").rename(tmp_path / "others")
    targets = find(tmp_path / "others", tmp_path)
    assert [target.name for target in targets] == ["planted", "planted.length"]
    results = {result.target.name: result for result in trio.run(fuzz, targets, tmp_path / "corpus", 2, 2)}
    assert results["planted"].crash == "" and results["planted"].executions > 1_000
    crash = results["planted.length"].crash
    assert "IndexError" in crash and "fuzz_length" in crash and "input: 05 68" in crash
    (kept,) = (tmp_path / "corpus" / "planted.length.crashes").iterdir()
    assert f"--target planted.length --reproduce {kept}" in crash
    assert summary(list(results.values()), 1.0).endswith(", 1 crashes")
    assert "planted.length" in capsys.readouterr().out


TARGET = Target("tests.devices.cabinet.fuzz_targets", "fuzz_one", ROOT)


@pytest.mark.parametrize(
    ("said", "exit_code"),
    [
        ("", 0),                                                       # it did nothing and said nothing
        ("ModuleNotFoundError: no module named atheris", 1),
        ("stat::number_of_executed_units: 5000\n", -9),                # killed
        ("stat::number_of_executed_units: 5000\n", None),              # never ended
        ("stat::number_of_executed_units: 0\n", 0),
    ],
)
def test_what_did_not_run_to_its_end_is_a_crash(said: str, exit_code: int | None) -> None:
    assert _result(TARGET, said, exit_code, 1.0).crash


def test_the_last_line() -> None:
    results = [Result(TARGET, 600, 1.0), Result(TARGET, 400, 1.0)]
    assert summary(results, 2.0) == "2 targets, 1000 executions, 500/s, 0 crashes"


def test_every_room_with_a_codec_has_targets() -> None:
    rooms = {target.name.partition(".")[0] for target in find()}
    assert rooms >= {"id_reader", "card_printer", "receipt_printer", "scanner", "card", "kiosk"}
