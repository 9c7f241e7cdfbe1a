"""Processes of the hall: started ready, watched, and gone with whoever started them, even when that one is killed."""
from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import trio

ROOT = Path(__file__).resolve().parent.parent.parent
PR_SET_PDEATHSIG = 1  # linux/prctl.h
READY_WITHIN_S = 60.0  # the first start of a centre lays a population
STOP_WITHIN_S = 5.0
PARENT = "HALL_PARENT"


class NotReady(Exception):
    """A process of the hall did not come up. The text ends with what it last said."""


def die_with_parent() -> None:
    """Called by a child of the hall: the kernel ends it when the hall's process ends, in whatever way."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = os.environ.get(PARENT)
    if parent is not None and os.getppid() != int(parent):
        raise SystemExit("the hall is gone")


def say_ready(descriptor: int | None, facts: Mapping[str, Any]) -> None:
    """Tell the parent, once, as one line of JSON."""
    if descriptor is not None:
        os.write(descriptor, json.dumps(dict(facts)).encode() + b"\n")
        os.close(descriptor)


class Child:
    """One process by name; may be killed and started again with the same command.

    Started by fork from the main thread: the kernel's "die with your parent" means the thread that forked, and trio's
    own worker threads come and go.
    """

    def __init__(self, name: str, command: Sequence[str], log: Path, *, more: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.command = tuple(command)
        self.log = log
        self._more = dict(more or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.running else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs or was never started; negative: the signal that ended it."""
        return None if self._process is None else self._process.poll()

    def start(self, extra: Sequence[str] = (), pass_fds: Sequence[int] = ()) -> None:
        """Start it; does nothing where it runs."""
        if self.running:
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.command, *extra],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=pass_fds,
                env={**os.environ, **self._more, PARENT: str(os.getpid())},
                start_new_session=True,  # Ctrl-C is the hall's to hear
            )

    async def start_ready(self) -> dict[str, Any]:
        """Start it with `--ready FD` and wait for its line. Raises NotReady."""
        reading, writing = os.pipe()
        try:
            self.start(("--ready", str(writing)), (writing,))
        finally:
            os.close(writing)
        line = b""
        async with trio.lowlevel.FdStream(reading) as stream:
            with trio.move_on_after(READY_WITHIN_S):
                while not line.endswith(b"\n") and (data := await stream.receive_some()):
                    line += data
        if not line.endswith(b"\n"):
            raise NotReady(f"{self.name} did not come up:\n{self.last_words()}")
        facts: dict[str, Any] = json.loads(line)
        return facts

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self._process is not None and self.running:
            self._process.kill()
            self._process.wait()

    async def stop(self) -> None:
        """Ask it to end, then kill it."""
        if self._process is None or not self.running:
            return
        self._process.terminate()
        with trio.move_on_after(STOP_WITHIN_S):
            await trio.to_thread.run_sync(self._process.wait, abandon_on_cancel=True)
        self.kill()

    def last_words(self, lines: int = 15) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)
