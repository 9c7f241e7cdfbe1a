"""The terminal's own watchman: starts the terminal, and again when it ends in any other way than a technician's.

Recovery at the start settles whatever was cut off, so starting again is always right; how often is what needs a limit.
"""
from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

AGAIN_AFTER_S = 1.0
OFTEN, WITHIN_S = 5, 600.0       # [A] five ends in ten minutes: something is broken that starting again does not mend
THEN_AFTER_S = 60.0
MEANT = (0, 2, -signal.SIGTERM)  # left by a technician, a configuration that cannot be used, told to stop


def watch(command: Sequence[str]) -> int:
    """Returns how the terminal ended, once it ended in a way that was meant."""
    ends: list[float] = []
    while True:
        code = run_once(command)
        if code in MEANT:
            return max(code, 0)
        now = time.monotonic()
        ends = [*(end for end in ends if now - end < WITHIN_S), now]
        pause = pause_after(len(ends))
        sys.stderr.write(f"the terminal ended with {code}, end {len(ends)} in {WITHIN_S:.0f} s; again in {pause:.0f} s\n")
        time.sleep(pause)


def pause_after(ends: int) -> float:
    """Seconds before the next start, after so many ends within WITHIN_S."""
    return THEN_AFTER_S if ends >= OFTEN else AGAIN_AFTER_S


def run_once(command: Sequence[str]) -> int:
    """Run it to its end; a SIGTERM for the watchman is the terminal's too."""
    with subprocess.Popen(command) as terminal:

        def pass_on(number: int, frame: FrameType | None) -> None:
            terminal.terminate()

        before = signal.signal(signal.SIGTERM, pass_on)
        try:
            return terminal.wait()
        finally:
            signal.signal(signal.SIGTERM, before)


def command_for(config: Path) -> list[str]:
    """This very program, unwatched."""
    return [sys.executable, str(Path(__file__).resolve().parent.parent / "main.py"), "kiosk", "--config", str(config), "--alone"]
