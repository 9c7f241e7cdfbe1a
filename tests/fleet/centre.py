"""The real centre as a process of its own, watched from outside: CPU, memory, its database, its pages."""
from __future__ import annotations

import os
import re
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests
import trio

from remote.central.access.demo import shown
from remote.central.times import beijing_now
from tests.fleet.enrolment import enrol_all
from tests.hall.process import Child, python

TICKS = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN_S = 120.0


@dataclass
class Used:
    """CPU seconds and the largest resident size over all lives of the process."""

    cpu_s: float = 0.0
    rss_mb: float = 0.0


class CentreProcess:
    def __init__(self, folder: Path, terminals: list[tuple[str, str]], thresholds: dict[str, float]) -> None:
        self.folder, self.port = folder, _free_port()
        self.database = folder / "centre.db"
        self.signers = enrol_all(self.database, terminals)
        telemetry = folder / "telemetry.toml"
        telemetry.write_text("".join(f"{name} = {value}\n" for name, value in thresholds.items()), "utf-8")
        command = python(
            "-m", "tests.hall.child", sys.executable, "main.py", "central", "--db", f"sqlite:///{self.database}",
            "--port", str(self.port), "--population", "0", "--telemetry", str(telemetry),
        )  # fmt: skip
        self.child = Child("central", command, folder / "central.log")
        self.used = Used()
        self._before_s = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Forked from this very thread: it ends with the process that runs the fleet. Raises RuntimeError."""
        self.child.start()
        with trio.move_on_after(STARTS_WITHIN_S):
            while self.child.running:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                        return
                await trio.sleep(0.1)
        raise RuntimeError(f"the centre did not come up:\n{self.child.last_words()}")

    def measure(self) -> Used:
        pid = self.child.pid
        if pid is not None:
            stat = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
            self.used.cpu_s = self._before_s + (int(stat[11]) + int(stat[12])) / TICKS
            peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
            self.used.rss_mb = max(self.used.rss_mb, int(peak[1]) / 1e3 if peak else 0.0)
        return self.used

    def kill(self) -> None:
        self._before_s = self.measure().cpu_s
        self.child.kill()

    def rows(self, asked: str) -> Iterator[tuple[object, ...]]:
        """Read beside the running centre."""
        database = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        try:
            yield from database.execute(asked).fetchall()
        finally:
            database.close()

    def fleet_page_ms(self, times: int) -> list[float]:
        """The console's fleet page as a technician gets it, signed in; empty where it cannot be had."""
        with requests.Session() as session:
            session.trust_env = False
            name, password, code = shown(beijing_now())[0]
            form = {"name": name, "password": password, "code": code}
            entered = session.post(f"{self.url}/console/login", data=form, timeout=30, allow_redirects=False)
            if entered.status_code not in (302, 303):
                return []
            taken = []
            for _ in range(times):
                began = time.perf_counter()
                page = session.get(f"{self.url}/console/fleet", timeout=60)
                if page.status_code != 200:
                    return []
                taken.append((time.perf_counter() - began) * 1000)
                time.sleep(0.2)
            return taken


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
