"""A Network UPS Tools of one's own for tests: upsd and dummy-ups in a folder in the temporary directory, unprivileged, on a
port of its own. The machine's own nut-server stays as it is."""
from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

NAME = "ups"
USERNAME, PASSWORD = "kiosk", "a pass word"  # what upsd.users must quote
STOP_TIMEOUT_S = 5.0
READY_WITHIN_S = 20.0
_FOLDERS = (Path("/lib/nut"), Path("/usr/lib/nut"))
"""Debian's /sbin/upsd is a script that looks into the machine's own /etc/nut/nut.conf and refuses; this is what it starts."""
_DIE_WITH_US = ("setpriv", "--pdeathsig", "KILL", "--")  # util-linux is essential on Debian


def why_not() -> str | None:
    """The reason why there can be no private nut-server on this machine, or None."""
    if _program("upsd") is None or _program("dummy-ups") is None:
        return "nut-server is not installed"
    return None


def _program(name: str) -> Path | None:
    return next((folder / name for folder in _FOLDERS if (folder / name).exists()), None)


@dataclass
class PrivateNut:
    folder: Path
    port: int
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def say(self, **variables: str) -> None:
        """What the UPS says from now on: say(ups_status="OB"), dots as underscores. dummy-ups reads it at its next poll."""
        said = {"battery_charge": "100", "battery_runtime": "600", "ups_status": "OL"} | variables
        lines = [f"{name.replace('_', '.')}: {value}" for name, value in said.items()]
        fresh = self.folder / "said.fresh"
        fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(self.folder / "said.dev")
        stamp = time.time()
        os.utime(self.folder / "said.dev", (stamp, stamp + 1))  # it looks at whole seconds

    def start_driver(self) -> None:
        self._start("driver", str(_program("dummy-ups")), "-a", NAME, "-D")

    def start_upsd(self) -> None:
        self._start("upsd", str(_program("upsd")), "-D")

    def stop(self, which: str) -> None:
        """SIGTERM to the one that was started here, and SIGKILL if it does not go."""
        process = self._running.pop(which, None)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def freeze(self, which: str) -> None:
        os.kill(self._running[which].pid, signal.SIGSTOP)

    def thaw(self, which: str) -> None:
        os.kill(self._running[which].pid, signal.SIGCONT)

    def log(self, which: str) -> str:
        return (self.folder / f"{which}.log").read_text("utf-8", "replace")

    def _start(self, which: str, *command: str) -> None:
        nobody = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        with (self.folder / f"{which}.log").open("ab") as log:
            self._running[which] = subprocess.Popen(
                [*_DIE_WITH_US, *command],
                stdout=log,
                stderr=log,
                cwd="/",
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "NUT_CONFPATH": str(self.folder),
                    "NUT_STATEPATH": str(self.folder),
                    "NUT_ALTPIDPATH": str(self.folder),
                },
                user=None if nobody is None else nobody.pw_uid,
                group=None if nobody is None else nobody.pw_gid,
                extra_groups=None if nobody is None else [],
            )


@contextlib.contextmanager
def private_nut() -> Iterator[PrivateNut]:
    """Configured and started; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="private-nut-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    nut = PrivateNut(folder, port)
    try:
        _configure(nut)
        nut.start_driver()
        _wait_for(lambda: (folder / f"dummy-ups-{NAME}").exists(), nut, "driver")
        nut.start_upsd()
        _wait_for(lambda: _listens(port), nut, "upsd")
        yield nut
    finally:
        for which in ("upsd", "driver"):
            nut.stop(which)
        shutil.rmtree(folder)


def _configure(nut: PrivateNut) -> None:
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    group = grp.getgrgid(user.pw_gid).gr_name
    files = {
        "nut.conf": "MODE=none\n",
        "ups.conf": (
            f"user = {user.pw_name}\ngroup = {group}\nmaxretry = 1\n[{NAME}]\n  driver = dummy-ups\n"
            f"  port = {nut.folder}/said.dev\n  pollinterval = 1\n  mode = dummy-loop\n"
        ),
        "upsd.conf": f"LISTEN 127.0.0.1 {nut.port}\nSTATEPATH {nut.folder}\nMAXAGE 2\n",
        "upsd.users": f'[{USERNAME}]\n  password = "{PASSWORD}"\n  upsmon secondary\n',
    }
    for name, text in files.items():
        (nut.folder / name).write_text(text, encoding="utf-8")
    nut.say()
    if os.getuid() == 0:
        for place in (nut.folder, *nut.folder.iterdir()):
            os.chown(place, user.pw_uid, user.pw_gid)
    (nut.folder / "upsd.users").chmod(0o600)
    (nut.folder / "upsd.conf").chmod(0o600)
    nut.folder.chmod(0o700)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _wait_for(there: object, nut: PrivateNut, which: str) -> None:
    assert callable(there)
    until = time.monotonic() + READY_WITHIN_S
    while not there():
        if time.monotonic() > until:
            raise RuntimeError(f"{which} did not come up:\n{nut.log(which)}")
        time.sleep(0.05)
