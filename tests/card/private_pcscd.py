"""A pcscd of one's own for tests: unprivileged, its socket in the temporary directory, one vpcd reader of two slots.

It is handed its socket (LISTEN_FDS), so it writes no pid file and leaves the machine's own pcscd alone. libpcsclite reads
PCSCLITE_CSOCK_NAME once per process, so there is one socket path per process; the daemon behind it may be restarted.
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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DRIVERS = Path("/usr/lib/pcsc/drivers/serial")
DRIVER = "libifdvpcd.so"
READER = "Kiosk Contact 00 00"
SECOND_READER = "Kiosk Contact 00 01"
RUNTIME_FOLDER = Path("/run/pcscd")
"""pcscd 1.9.9 stops where it is missing, even with a socket of its own; it puts nothing into it then."""
STOP_TIMEOUT_S = 5.0

_LAUNCH = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.set_inheritable(3, True)
if os.getuid() == 0:
    os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[4], sys.argv[4:])
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


@dataclass
class PrivatePcscd:
    """`port`: where vpcd waits for the card of READER; the card of SECOND_READER goes to the port after it."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @property
    def socket_path(self) -> Path:
        return self.folder / "comm"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        pcscd = shutil.which("pcscd", path=_PATH)
        assert pcscd is not None and self._process is None
        self.socket_path.unlink(missing_ok=True)
        nobody = pwd.getpwnam("nobody")
        command = [pcscd, "-f", "-c", str(self.folder / "readers")]
        with socket.socket(socket.AF_UNIX) as listening, (self.folder / "log").open("ab") as log:
            listening.bind(str(self.socket_path))
            self.socket_path.chmod(0o666)
            listening.listen(16)
            listening.set_inheritable(True)
            launch = [sys.executable, "-c", _LAUNCH, str(listening.fileno()), str(nobody.pw_uid), str(nobody.pw_gid)]
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
def private_pcscd() -> Iterator[PrivatePcscd]:
    """Configured and started; stopped and removed at the end. At most one at a time in a process."""
    folder = Path(tempfile.gettempdir()) / f"private-pcscd-{os.getpid()}"
    folder.mkdir(mode=0o755)
    RUNTIME_FOLDER.mkdir(mode=0o755, exist_ok=True)
    daemon = PrivatePcscd(folder, _two_free_ports())
    try:
        _configure(daemon)
        os.environ["PCSCLITE_CSOCK_NAME"] = str(daemon.socket_path)
        daemon.start()
        yield daemon
    finally:
        daemon.stop()
        shutil.rmtree(folder)


def _configure(daemon: PrivatePcscd) -> None:
    """A copy of the driver: vpcd keeps one static table of slots for each driver file (facts/card.md 3.1).

    vpcd listens, the card connects. The other way round (DEVICENAME host:port) the whole pcscd aborts as soon as the
    card's connection is refused or closed: vpcd 3.3 then waits on a listening socket it does not have (seen).
    """
    readers = daemon.folder / "readers"
    readers.mkdir(mode=0o755)
    driver = daemon.folder / DRIVER
    shutil.copy(DRIVERS / DRIVER, driver)
    driver.chmod(0o755)
    entry = (
        f'FRIENDLYNAME "{READER.removesuffix(" 00 00")}"\nDEVICENAME /dev/null:{daemon.port:#06x}\n'
        f"LIBPATH {driver}\nCHANNELID {daemon.port:#06x}\n"
    )
    (readers / "vpcd").write_text(entry, encoding="ascii")


def _two_free_ports() -> int:
    """The first of two free TCP ports in a row: vpcd's second slot takes the next one."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port
    raise RuntimeError("no two free ports in a row")
