"""Files opened in a process each, killed when they take too long: nothing that a file does reaches the terminal."""
from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import trio

from kiosk.ecredentials.opened import Opened, Unreadable, Why, opened_from
from kiosk.face.pipe import Unpacker, packed

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 20.0
"""An ordinary file takes 1 s with the start of the process (measured); what takes longer than this is no citizen's matter."""
LARGEST_FILE = 20 << 20                # [A] bytes
COMMAND = (sys.executable, "-m", "kiosk.ecredentials.worker")


class ReaderProcess:
    """`trust`: folder of roots and lists (print/ofd/seals/trust.py), read for each file; None: no seal is believed."""

    def __init__(self, trust: Path | None, command: Sequence[str] = COMMAND, limit_s: float = LIMIT_S) -> None:
        self._trust, self._command, self._limit_s = trust, list(command), limit_s

    async def open(self, file: bytes, names: Sequence[str], now: datetime) -> Opened:
        if len(file) > LARGEST_FILE:
            raise Unreadable(Why.TOO_BIG)
        head = {"names": list(names), "trust": str(self._trust.resolve()) if self._trust else "", "now": now.isoformat()}
        try:
            with trio.fail_after(self._limit_s):
                done = await trio.run_process(
                    self._command, stdin=packed(head, [file]), capture_stdout=True, stderr=subprocess.DEVNULL, check=False,
                    cwd=ROOT, deliver_cancel=_kill,
                )  # fmt: skip
        except trio.TooSlowError as error:
            raise Unreadable(Why.TOO_SLOW) from error
        except OSError as error:
            raise Unreadable(Why.DAMAGED) from error
        return _answer(done.returncode, done.stdout)


async def _kill(process: trio.Process) -> None:
    process.kill()


def _answer(status: int, output: bytes) -> Opened:
    """A process that died or speaks otherwise was brought down by the file."""
    try:
        message = Unpacker().feed(output) if status == 0 else None
        if message is None:
            raise Unreadable(Why.DAMAGED)
        head, files = message
        if "why" in head:
            raise Unreadable(Why(head["why"]))
        return opened_from(head, files)
    except (KeyError, ValueError, IndexError) as error:
        raise Unreadable(Why.DAMAGED) from error
