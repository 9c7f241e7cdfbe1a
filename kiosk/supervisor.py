"""The terminal's own watchman: starts the terminal, and again when it ends in any other way than a technician's, or hangs.

Recovery at the start settles whatever was cut off, so starting again is always right; how often is what needs a limit.
"""
from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from kiosk import notify
from kiosk.heartbeat import DESCRIPTOR
from remote.updates.launcher.disk import RealDisk
from remote.updates.launcher.slots import TRYING, Home

AGAIN_AFTER_S = 1.0
OFTEN, WITHIN_S = 5, 600.0       # [A] five ends in ten minutes: something is broken that starting again does not mend
THEN_AFTER_S = 60.0
FIRST_BEAT_S = 60.0              # [A] a long journal is walked before the loop runs
SILENT_S = 10.0                  # facts/journeys.md X18: watchdog <= 10 s
TELL_EVERY_S = 5.0               # the service manager hears from the watchman, whatever the terminal does
PARKED = 7                       # the mains are gone and the battery is nearly empty (kiosk/cabinet)
AGAIN = 8                        # asked for: start the program again
HOST_AGAIN = 9                   # asked for: start the whole machine again
SWITCH = 10                      # to the launcher: another slot is to run, or this one has yet to prove itself
HOME = "TERMINAL_HOME"           # set by the launcher (remote/updates/launcher)
MAY_REBOOT = "TERMINAL_MAY_REBOOT"
"""Set by the installed unit only: no demo on somebody's desk restarts the desk."""
MEANT = (0, 2, -signal.SIGTERM)  # left by a technician, a configuration that cannot be used, told to stop


def watch(command: Sequence[str]) -> int:
    """Returns how the terminal ended, once it ended in a way that was meant."""
    ends: list[float] = []
    while True:
        code = run_once(command)
        if code not in MEANT and another_slot_is_due():
            return SWITCH
        if code in MEANT:
            notify.tell("STOPPING=1", notify.saying(f"ended with {code}"))
            return max(code, 0)
        if code == PARKED:      # where the host is not shut down before, the mains came back in time
            say(f"the terminal has parked: no mains; again in {THEN_AFTER_S:.0f} s")
            rest(THEN_AFTER_S)
            continue
        if code in (AGAIN, HOST_AGAIN):
            if code == HOST_AGAIN:
                restart_host()
            rest(AGAIN_AFTER_S)
            continue
        now = time.monotonic()
        ends = [*(end for end in ends if now - end < WITHIN_S), now]
        pause = pause_after(len(ends))
        say(f"the terminal ended with {code}, end {len(ends)} in {WITHIN_S:.0f} s; again in {pause:.0f} s")
        rest(pause)


def another_slot_is_due() -> bool:
    """A switch is written down, or this is the trial of one: the launcher decides what starts next, and counts."""
    if (named := os.environ.get(HOME)) is None:
        return False
    trial = Home(RealDisk(), Path(named)).trial()
    return trial is not None and trial.phase == TRYING


def pause_after(ends: int) -> float:
    """Seconds before the next start, after so many ends within WITHIN_S."""
    return THEN_AFTER_S if ends >= OFTEN else AGAIN_AFTER_S


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    notify.tell(notify.ALIVE, notify.saying(words))


def rest(seconds: float) -> None:
    """Sleep, and be heard all the while."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        notify.tell(notify.ALIVE)
        time.sleep(min(left, TELL_EVERY_S))


def restart_host() -> None:
    """Where this is an installed terminal; the unit's rule lets its user ask for it."""
    if os.environ.get(MAY_REBOOT) != "1":
        say("the machine was to be started again, and this is no installed terminal: only the program is")
        return
    say("the machine is started again")
    asked = subprocess.run(["systemctl", "reboot"], capture_output=True, text=True, check=False)
    if asked.returncode != 0:
        say(f"the machine could not be started again: {asked.stderr.strip()}")


def run_once(command: Sequence[str]) -> int:
    """Run it to its end; a SIGTERM for the watchman is the terminal's too. A terminal that beats no more is killed."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    environment = {**os.environ, DESCRIPTOR: str(writing)}
    with subprocess.Popen(command, pass_fds=(writing,), env=environment) as terminal:
        os.close(writing)

        def pass_on(number: int, frame: FrameType | None) -> None:
            terminal.terminate()

        before = signal.signal(signal.SIGTERM, pass_on)
        try:
            listen(reading, terminal)
            return terminal.wait()
        finally:
            os.close(reading)
            signal.signal(signal.SIGTERM, before)


def listen(reading: int, terminal: subprocess.Popen[bytes]) -> None:
    """Returns when the terminal has closed its end; kills it when it is silent for too long."""
    patience, heard_at = FIRST_BEAT_S, time.monotonic()
    while True:
        left = heard_at + patience - time.monotonic()
        ready, _, _ = select.select([reading], [], [], max(0.0, min(left, TELL_EVERY_S)))
        notify.tell(notify.ALIVE)
        if not ready and left <= 0:
            say(f"the terminal has hung for {patience:.0f} s")
            terminal.kill()
            return
        if not ready:
            continue
        if not os.read(reading, 4096):
            return
        if patience == FIRST_BEAT_S:
            notify.tell(notify.READY, notify.saying("the terminal is up"))
        patience, heard_at = SILENT_S, time.monotonic()


def command_for(config: Path) -> list[str]:
    """This very program, unwatched."""
    return [sys.executable, str(Path(__file__).resolve().parent.parent / "main.py"), "kiosk", "--config", str(config), "--alone"]
