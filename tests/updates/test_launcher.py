"""The launcher as a process with tiny programs in its slots, on a real disk."""
from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import supervisor
from kiosk.transaction.migrations import STEPS
from remote.updates.launcher.__main__ import HOME, SWITCH
from remote.updates.launcher.books import IMAGE, Head, Journal, Way, way_back
from remote.updates.launcher.disk import RealDisk
from remote.updates.launcher.slots import BACK, HELD, KEPT, Home, Mark, begin_trial
from remote.updates.unpack import checked, unpack
from tests.hall.process import Child
from tests.updates.paper_centre import program

WITHIN_S = 20.0
STAYS = b"""
import json, os, pathlib, sys
home = pathlib.Path(os.environ["TERMINAL_HOME"])
(home / "ran").open("a").write(pathlib.Path.cwd().name)
if "TERMINAL_TRIAL" in os.environ:
    (home / "proved.json").write_text(json.dumps({"trial": os.environ["TERMINAL_TRIAL"]}))
    import time
    while json.loads((home / "trial.json").read_text())["phase"] == "trying":
        time.sleep(0.05)
sys.exit(0)
"""
DIES = b"""
import os, pathlib, sys
(pathlib.Path(os.environ["TERMINAL_HOME"]) / "ran").open("a").write(pathlib.Path.cwd().name)
sys.exit(1)
"""
HANGS = b"""
import os, pathlib, signal, time
(pathlib.Path(os.environ["TERMINAL_HOME"]) / "ran").open("a").write(pathlib.Path.cwd().name)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "TERMINAL_TRIAL" in os.environ:
    time.sleep(600)
"""


def install(home: Home, slot: str, release: str, number: int, main: bytes, journal: int = 1) -> None:
    manifest, files = checked(program(release, main, journal))
    unpack(home.disk, home.slot(slot), files)
    (home.slot(slot) / ".venv/bin").mkdir(parents=True)
    (home.slot(slot) / ".venv/bin/python").symlink_to(sys.executable)
    home.put_mark(slot, Mark(release, release, number, manifest.digest, journal))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(RealDisk(), tmp_path / "home")
    (made.path / "slots").mkdir(parents=True)
    (tmp_path / "state").mkdir()
    (tmp_path / "kiosk.toml").write_text('[journal]\nfolder = "state"\n', "utf-8")
    install(made, "a", "one", 1, STAYS)
    made.point("a")
    return made


def launched(home: Home, prove_within_s: float = 15.0) -> int:
    command = [
        sys.executable, "-m", "remote.updates.launcher", "--home", str(home.path), "--config",
        str(home.path.parent / "kiosk.toml"), "--prove-within-s", str(prove_within_s), "--rest-s", "0.01",
        "--stop-within-s", "0.2",
    ]  # fmt: skip
    child, ended = Child("launcher", command, home.path.parent / "log"), threading.Event()
    child.start()
    for _ in range(int(WITHIN_S / 0.02)):
        if not child.running:
            break
        ended.wait(0.02)
    code = child.exit_code
    child.kill()
    assert code is not None, "the launcher did not end"
    return code


def ran(home: Home) -> str:
    return (home.path / "ran").read_text("utf-8")


def test_release_that_proves_itself_is_kept(home: Home) -> None:
    install(home, "b", "two", 2, STAYS)
    begin_trial(home, "t1", "b", "a")
    assert launched(home) == 0
    trial = home.trial()
    assert trial is not None and trial.phase == KEPT and ran(home) == "b" and home.running() == "b"
    assert launched(home) == 0 and ran(home) == "bb"


def test_release_that_dies_three_times_is_rolled_back(home: Home) -> None:
    install(home, "b", "two", 2, DIES)
    begin_trial(home, "t1", "b", "a")
    assert launched(home) == 0
    trial = home.trial()
    assert trial is not None and (trial.phase, trial.why) == (BACK, "died") and ran(home) == "bbba"


def test_release_that_hangs_and_does_not_hear_is_killed_and_rolled_back(home: Home) -> None:
    install(home, "b", "two", 2, HANGS)
    begin_trial(home, "t1", "b", "a")
    assert launched(home, 0.2) == 0
    trial = home.trial()
    assert trial is not None and (trial.phase, trial.why) == (BACK, "not_proved_in_time") and ran(home) == "ba"


@pytest.mark.parametrize("what", ["changed", "missing", "more"])
def test_slot_that_is_not_what_was_signed_is_never_run(home: Home, what: str) -> None:
    install(home, "b", "two", 2, STAYS)
    begin_trial(home, "t1", "b", "a")
    file = home.slot("b") / "kiosk/start.py"
    if what == "changed":
        file.write_bytes(b"import os")
    elif what == "missing":
        file.unlink()
    else:
        file.with_name("more.py").write_bytes(b"")
    assert launched(home) == 0
    trial = home.trial()
    assert ran(home) == "a" and trial is not None and (trial.phase, trial.why) == (BACK, "not_whole")


def test_nothing_whole_is_told(home: Home) -> None:
    (home.slot("a") / "main.py").write_bytes(b"")
    assert launched(home) == 3 and not (home.path / "ran").exists()


def journal_of(home: Home, steps: int) -> Path:
    file = home.path.parent / "state/journal.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        if db.execute("PRAGMA user_version").fetchone()[0] == 0:
            for number in range(steps):
                for statement in STEPS[number]:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {steps}")
    return file


MIGRATES = b"""
import os, pathlib, sqlite3, sys
home = pathlib.Path(os.environ["TERMINAL_HOME"])
if "TERMINAL_TRIAL" in os.environ:
    db = sqlite3.connect(home.parent / "state/journal.sqlite", isolation_level=None)
    db.execute("PRAGMA user_version = 2")
    WRITES
    sys.exit(1)
"""
ROW = b"db.execute(\"INSERT INTO rows (plan, act, attempt, mark, at, body, chain) VALUES ('p', 'a', 1, 'note', '', x'', x'')\")"


@pytest.mark.parametrize(("writes", "phase", "schema"), [(b"pass", BACK, 1), (ROW, HELD, 2)])
def test_journal_is_put_back_only_where_nothing_was_written(home: Home, writes: bytes, phase: str, schema: int) -> None:
    file = journal_of(home, 1)
    install(home, "b", "two", 2, MIGRATES.replace(b"WRITES", writes), journal=2)
    begin_trial(home, "t1", "b", "a")
    assert launched(home) == 0
    trial = home.trial()
    assert trial is not None and trial.phase == phase and (file.with_name(IMAGE)).exists()
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (schema,)
        assert db.execute("SELECT count(*) FROM rows").fetchone() == (0 if phase == BACK else 3,)


def test_image_holds_what_only_the_log_beside_it_held(home: Home) -> None:
    file = journal_of(home, 1)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("INSERT INTO outbox (event_id, kind, at, body) VALUES ('e', 'k', '', '')")
        books = Journal(RealDisk(), file.parent)
        head = books.head()
        books.copy()
    file.unlink()
    file.with_name(IMAGE).rename(file)
    assert Journal(RealDisk(), file.parent).head() == head


@pytest.mark.parametrize(
    ("now", "way"),
    [(Head(1, "x"), Way.AS_IT_IS), (Head(1, "y"), Way.AS_IT_IS), (Head(2, "x"), Way.PUT_BACK), (Head(2, "y"), Way.NONE)],
)
def test_way_back(now: Head, way: Way) -> None:
    assert way_back(Head(1, "x"), now, 1) is way


def test_watchman_hands_over_to_the_launcher_only_in_a_switch(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not supervisor.another_slot_is_due()
    monkeypatch.setenv(supervisor.HOME, str(home.path))
    assert not supervisor.another_slot_is_due()
    install(home, "b", "two", 2, STAYS)
    begin_trial(home, "t1", "b", "a")
    assert supervisor.another_slot_is_due()
    assert supervisor.SWITCH == SWITCH and supervisor.HOME == HOME and SWITCH not in (*supervisor.MEANT, supervisor.AGAIN)
    ends = [sys.executable, "-c", f"import sys; sys.exit({supervisor.AGAIN})"]
    assert supervisor.watch(ends) == supervisor.SWITCH


def test_manifest_names_every_file(home: Home) -> None:
    told = json.loads((home.slot("a") / "release.json").read_bytes())["files"]
    assert told["main.py"][0] == hashlib.sha256(STAYS).hexdigest()
