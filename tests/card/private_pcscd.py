"""A pcscd of one's own for tests: unprivileged, its socket in the temporary directory, vpcd readers of two slots each.

It is handed its socket (LISTEN_FDS), so it writes no pid file and leaves the machine's own pcscd alone. libpcsclite reads
PCSCLITE_CSOCK_NAME once per process, so a process speaks to one of them; the daemon behind the path may be restarted.
Several run side by side.
"""
from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import trio

from card.virtual.vpcd import CHANGE_S

DRIVERS = Path("/usr/lib/pcsc/drivers/serial")
DRIVER = "libifdvpcd.so"
READER = "Kiosk Contact 00 00"
SECOND_READER = "Kiosk Contact 00 01"
ENTRIES = 8
"""Readers of two slots each: sixteen slots are all that pcscd has. READER and SECOND_READER are the first."""
RUNTIME_FOLDER = Path("/run/pcscd")
"""pcscd 1.9.9 stops where it is missing, even with a socket of its own; it puts nothing into it then."""
STOP_TIMEOUT_S = 5.0
CHOSEN_BY = "PCSCLITE_CSOCK_NAME"

_LAUNCH = """
import ctypes, os, sys
os.dup2(int(sys.argv[1]), 3)
os.set_inheritable(3, True)
if os.getuid() == 0:
    os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))
ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL: gone with whoever started it, even when that one is killed
if os.getppid() != int(sys.argv[4]): raise SystemExit("nobody wants it any more")
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[5], sys.argv[5:])
"""


def why_not() -> str | None:
    """The reason why there can be no private pcscd on this machine, or None."""
    if shutil.which("pcscd", path=_PATH) is None:
        return "pcscd is not installed"
    if not (DRIVERS / DRIVER).exists():
        return f"vsmartcard-vpcd is not installed ({DRIVERS / DRIVER} is missing)"
    if not RUNTIME_FOLDER.exists() and os.getuid() != 0:
        return f"pcscd wants {RUNTIME_FOLDER} to be there, and only root may make it"
    return None


_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


@dataclass(frozen=True)
class Pair:
    """Two slots of one reader: a citizen's at `port`, a purchase module's at the port after it. `rested_at`: when they may
    be used again, by time.monotonic."""

    reader: str
    sam_reader: str
    port: int
    rested_at: float = 0.0


@dataclass
class PrivatePcscd:
    """`slots`: every reader's name, and the port where vpcd waits for its card. `pairs`: those that nobody uses now."""

    folder: Path
    slots: Mapping[str, int]
    pairs: deque[Pair] = field(init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        names = list(self.slots)
        self.pairs = deque(Pair(*two, self.slots[two[0]]) for two in zip(names[::2], names[1::2], strict=True))

    @property
    def port(self) -> int:
        """Of READER; SECOND_READER has the one after it."""
        return self.slots[READER]

    @property
    def socket_path(self) -> Path:
        return self.folder / "comm"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @contextlib.asynccontextmanager
    async def a_pair(self) -> AsyncIterator[Pair]:
        """The pair that has rested longest: a card comes no sooner after another than at a machine (vpcd.CHANGE_S)."""
        pair = self.pairs.popleft()
        await trio.sleep(max(0.0, pair.rested_at - time.monotonic()))
        try:
            yield pair
        finally:
            self.pairs.append(replace(pair, rested_at=time.monotonic() + CHANGE_S))

    def start(self, *, plugged: bool = True) -> None:
        """Without its readers where they are not `plugged`: vpcd's cannot be unplugged while it runs (facts/card.md 3.6)."""
        pcscd = shutil.which("pcscd", path=_PATH)
        assert pcscd is not None and self._process is None
        self.socket_path.unlink(missing_ok=True)
        nobody = pwd.getpwnam("nobody")
        command = [pcscd, "-f", "-c", str(self.folder / ("readers" if plugged else "no readers"))]
        with socket.socket(socket.AF_UNIX) as listening, (self.folder / "log").open("ab") as log:
            listening.bind(str(self.socket_path))
            self.socket_path.chmod(0o666)
            listening.listen(16)
            listening.set_inheritable(True)
            told = (listening.fileno(), nobody.pw_uid, nobody.pw_gid, os.getpid())
            launch = [sys.executable, "-c", _LAUNCH, *map(str, told)]
            self._process = subprocess.Popen(
                launch + command, pass_fds=(listening.fileno(),), stdout=log, stderr=log, cwd="/"
            )

    def stop(self) -> None:
        """SIGTERM to the one that was started here, and SIGKILL if it does not go."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """The service dies in the middle of whatever it does."""
        process, self._process = self._process, None
        assert process is not None
        process.kill()
        process.wait()

    def freeze(self) -> None:
        """The service hangs."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@contextlib.contextmanager
def private_pcscd(*, entries: int = ENTRIES, ours: bool = True) -> Iterator[PrivatePcscd]:
    """Configured and started; stopped and removed at the end. `ours`: this process speaks to it; at most one in a process,
    and to the end of the process, whatever its environment says later."""
    folder = Path(tempfile.mkdtemp(prefix="private-pcscd-"))
    folder.chmod(0o755)
    RUNTIME_FOLDER.mkdir(mode=0o755, exist_ok=True)
    daemon = PrivatePcscd(folder, _configure(folder, entries))
    before = os.environ.get(CHOSEN_BY)
    try:
        if ours:
            os.environ[CHOSEN_BY] = str(daemon.socket_path)
        daemon.start()
        yield daemon
    finally:
        daemon.stop()
        shutil.rmtree(folder)
        if ours and before is None:
            del os.environ[CHOSEN_BY]
        elif ours and before is not None:
            os.environ[CHOSEN_BY] = before


def _configure(folder: Path, entries: int) -> dict[str, int]:
    """A copy of the driver for each entry: vpcd keeps one static table of slots for each driver file (facts/card.md 3.1).

    vpcd listens, the card connects. The other way round (DEVICENAME host:port) the whole pcscd aborts as soon as the
    card's connection is refused or closed: vpcd 3.3 then waits on a listening socket it does not have (seen).
    """
    for name in ("readers", "no readers"):
        (folder / name).mkdir(mode=0o755)
    slots: dict[str, int] = {}
    lines = []
    for number, port in enumerate(_free_ports(entries)):
        name = READER.removesuffix(" 00 00") + (f" {number + 1}" if number else "")
        driver = folder / f"{number}-{DRIVER}"
        shutil.copy(DRIVERS / DRIVER, driver)
        driver.chmod(0o755)
        lines.append(f'FRIENDLYNAME "{name}"\nDEVICENAME /dev/null:{port:#06x}\nLIBPATH {driver}\nCHANNELID {port:#06x}\n')
        slots |= {f"{name} 00 {slot:02X}": port + slot for slot in (0, 1)}
    (folder / "readers" / "vpcd").write_text("\n".join(lines), encoding="ascii")
    return slots


def _free_ports(entries: int) -> list[int]:
    """The first of two free TCP ports in a row for each entry: vpcd's second slot takes the next one."""
    found: list[int] = []
    with contextlib.ExitStack() as kept:
        for _ in range(50 * entries):
            first, second = (kept.enter_context(socket.socket()) for _ in range(2))
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                found.append(port)
            if len(found) == entries:
                return found
    raise RuntimeError("no two free ports in a row")
