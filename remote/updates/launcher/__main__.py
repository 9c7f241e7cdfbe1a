"""`python3 -m launcher --home FOLDER --config FILE`: the terminal from the slot that is to run.

The program in the slot ends with SWITCH when another slot is to run. In a trial any end and any silence is counted; the program
proves itself by `proved.json`. Ends with what the program ended with.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from types import FrameType

from .books import Journal
from .disk import RealDisk
from .slots import BACK, KEPT, PROVE_WITHIN_S, TRYING, Home, NothingToStart, Trial
from .start import Start, choose, end

SWITCH = 10                    # kiosk/supervisor.py: another slot is to run
TRIAL, HOME = "TERMINAL_TRIAL", "TERMINAL_HOME"
LOOK_EVERY_S = 0.2
REST_S = 1.0
STOP_WITHIN_S = 8.0            # under TimeoutStopSec of the unit


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="launcher")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--prove-within-s", type=float, default=PROVE_WITHIN_S)
    parser.add_argument("--rest-s", type=float, default=REST_S)
    parser.add_argument("--stop-within-s", type=float, default=STOP_WITHIN_S)
    given = parser.parse_args(arguments)
    home, books = Home(RealDisk(), given.home), Journal(RealDisk(), journal_folder(given.config))
    stop = Stop()
    while True:
        try:
            start = choose(home, books)
        except NothingToStart:
            say("no slot is whole: the terminal must be installed anew")
            return 3
        code = run(home, start, given.config, given.prove_within_s, given.stop_within_s, stop)
        if stop.asked:
            return max(code or 0, 0)
        trial = home.trial()
        if start.trial is not None and trial is not None and trial.phase == TRYING:
            if code is None:
                end(home, trial, BACK, "not_proved_in_time", books)
        elif code is not None and code != SWITCH:
            return code if code >= 0 else 1
        time.sleep(given.rest_s)


class Stop:
    """The service manager's word; passed on to the program."""

    def __init__(self) -> None:
        self.asked = False
        self.child: subprocess.Popen[bytes] | None = None
        signal.signal(signal.SIGTERM, self._heard)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        if self.child is not None:
            self.child.terminate()


def run(home: Home, start: Start, config: Path, prove_within_s: float, stop_within_s: float, stop: Stop) -> int | None:
    """The program to its end; None where it was ended because it did not prove itself in time."""
    slot = home.slot(start.slot)
    python = slot / ".venv/bin/python"
    environment = {**os.environ, HOME: str(home.path)}
    if start.trial is not None:
        environment[TRIAL] = start.trial.trial
    try:
        stop.child = subprocess.Popen(
            [str(python), "main.py", "kiosk", "--config", str(config)], cwd=slot, env=environment, start_new_session=True
        )
    except OSError as error:
        say(f"{python}: {error.strerror}")
        return 1
    until, trial = time.monotonic() + prove_within_s, start.trial
    while True:
        try:
            return stop.child.wait(LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            if trial is not None and not stop.asked:
                trial = _proved(home, trial)
                if trial is not None and time.monotonic() > until:
                    say("the new release did not prove itself in time")
                    _end(stop.child, stop_within_s)
                    return None


def _proved(home: Home, trial: Trial) -> Trial | None:
    if not home.proved(trial):
        return trial
    home.put_trial(replace(home.trial() or trial, phase=KEPT))
    say(f"release {trial.release} is kept")
    return None


def _end(child: subprocess.Popen[bytes], within_s: float) -> None:
    """With everything it started; each of them may hang."""
    try:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait(within_s)
    except subprocess.TimeoutExpired:
        pass
    except ProcessLookupError:
        return
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    child.wait()


def journal_folder(config: Path) -> Path:
    """Relative paths begin at the folder of the file, as in kiosk/config.py. Raises OSError, KeyError or ValueError."""
    return (config.parent / str(tomllib.loads(config.read_text("utf-8"))["journal"]["folder"])).absolute()


def say(words: str) -> None:
    sys.stderr.write(f"launcher: {words}\n")


if __name__ == "__main__":
    raise SystemExit(main())
