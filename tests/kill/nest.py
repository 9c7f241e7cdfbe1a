"""A process that has the terminal's modules loaded and forks one terminal after the other: the same as a fresh one, without
a second and a half of imports each time. Every child is a process of its own and dies of its own SIGKILL.

`python -m tests.kill.nest` reads one JSON line for each terminal, {"arguments", "environment", "log"}, and answers with its
exit code (negative: the signal).
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

import trio

from tests.hall.process import PARENT, ROOT, die_with_parent, python
from tests.kill import kiosk


class NestGone(Exception):
    """The nest itself ended."""


class Nest:
    """The harness's end. One terminal at a time.

    Started from the main thread, like every child of a hall: the kernel's "die with your parent" means the thread that
    forked, and trio would fork in one of its worker threads, which end when they are idle.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    async def run(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
        """Raises NestGone."""
        asked = {"arguments": list(arguments), "environment": dict(environment), "log": str(log)}
        process = self._started()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.flush()
        answer = b""
        while not answer.endswith(b"\n"):
            await trio.lowlevel.wait_readable(process.stdout)
            more = os.read(process.stdout.fileno(), 64)
            if not more:
                self.close()
                raise NestGone(log.read_text("utf-8", "replace") if log.exists() else "")
            answer += more
        return int(answer)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                python("-m", "tests.kill.nest"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
                env={**os.environ, PARENT: str(os.getpid())},
            )  # fmt: skip
        return self._process

    def close(self) -> None:
        """Ends with its terminal, if one lives."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()


def hatch(asked: dict[str, object]) -> int:
    """One terminal in a child of this process; its exit code."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    code = 1
    try:
        log = os.open(str(asked["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(log, stream)
        os.environ.update(asked["environment"])             # type: ignore[call-overload]
        os.environ[PARENT] = str(os.getppid())
        code = kiosk.main(list(map(str, asked["arguments"])))   # type: ignore[call-overload]
    except BaseException:       # noqa: BLE001 - the last frame of a process: said in its log, and in its exit code
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    die_with_parent()
    for line in sys.stdin:
        code = hatch(json.loads(line))
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
