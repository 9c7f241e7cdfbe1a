"""A real IPP printer (ippeveprinter, with a private dbus-daemon, which it insists on) and a private cupsd, in folders of
their own under the system's temporary directory. The machine's own cupsd and bus are not touched (facts/setup.md)."""
from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hall.process import Child, python

HOST = "127.0.0.1"
PRINTER_HOST = "localhost"
"""ippeveprinter wants a name with both kinds of addresses: with 127.0.0.1 it says "Unable to create IPv6 listener" (tried)."""
PROGRAMS = ("dbus-daemon", "ippeveprinter", "cupsd", "lpadmin")
PACKAGES = "cups cups-client cups-ipp-utils cups-filters dbus"
UP_WITHIN_S = 10.0
FILES = Path(__file__).parent / "private_cups"


def missing() -> str | None:
    """What is not installed, in words."""
    gone = [name for name in PROGRAMS if _program(name) is None]
    return f"not installed: {', '.join(gone)} ({PACKAGES})" if gone else None


def on_debian() -> bool:
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


class RealPrinter:
    """ippeveprinter with an engine whose behaviour a file decides: see private_cups/engine.sh."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.spool = folder / "device"
        self._bus = _child(
            "dbus", folder, "dbus-daemon", "--config-file=/usr/share/dbus-1/system.conf",
            f"--address=unix:path={folder}/dbus.sock", "--nofork", "--nopidfile",
        )  # fmt: skip
        self._printer = _child(
            "ippeveprinter", folder, "ippeveprinter", "-r", "off", "-n", PRINTER_HOST, "-p", str(self.port),
            "-d", str(self.spool), "-a", str(FILES / "a4.conf"), "-c", str(folder / "engine.sh"), "Test A4",
            DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={folder}/dbus.sock", ENGINE_FOLDER=str(folder),
        )  # fmt: skip

    @property
    def uri(self) -> str:
        return f"ipp://{PRINTER_HOST}:{self.port}/ipp/print"

    def start(self) -> None:
        self.spool.mkdir(exist_ok=True)
        shutil.copy(FILES / "engine.sh", self.folder / "engine.sh")
        (self.folder / "engine.sh").chmod(0o755)
        self.behave("ok")
        self._bus.start()
        _wait(lambda: (self.folder / "dbus.sock").exists(), self._bus)
        self.power_on()

    def behave(self, how: str) -> None:
        (self.folder / "how").write_text(how, "ascii")
        (self.folder / "paper").unlink(missing_ok=True)

    def load_paper(self) -> None:
        (self.folder / "paper").touch()

    def power_on(self) -> None:
        self._printer.start()
        _wait(lambda: _listens(self.port), self._printer)

    def power_off(self) -> None:
        self._printer.kill()

    def stop(self) -> None:
        self._printer.kill()
        self._bus.kill()


class PrivateCups:
    """A print service with one queue that has a driver, and one that has lost it."""

    def __init__(self, folder: Path, printer: RealPrinter) -> None:
        self.folder, self._printer = folder, printer
        self.port = free_port()
        self._daemon = _child(
            "cupsd", folder, "cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")
        )

    def uri(self, queue: str) -> str:
        return f"ipp://{HOST}:{self.port}/printers/{queue}"

    def start(self) -> None:
        for name in ("root", "root/ppd", "state", "cache", "spool", "tmp", "log"):
            (self.folder / name).mkdir(mode=0o755)
        (self.folder / "tmp").chmod(0o1777)  # filters run as another user (facts/print.md 3.1)
        for name in ("cupsd.conf", "cups-files.conf"):
            text = (FILES / name).read_text("ascii").replace("@FOLDER@", str(self.folder)).replace("@PORT@", str(self.port))
            (self.folder / name).write_text(text, "ascii")
        self._daemon.start()
        _wait(lambda: _listens(self.port), self._daemon)
        device = f"{self._printer.uri}?contimeout=3&waitjob=true&snmp=false"  # asking by SNMP costs 4 s a job (measured)
        self._admin("-p", "a4", "-v", device, "-P", str(FILES / "a4.ppd"), "-E", "-o", "printer-error-policy=abort-job")
        self._admin("-p", "raw", "-v", device, "-E")
        if not (self.folder / "root/ppd/a4.ppd").exists():
            raise RuntimeError("the queue has no driver; lpadmin says nothing about it (facts/print.md trap 4)")

    def stop(self) -> None:
        self._daemon.kill()

    def _admin(self, *arguments: str) -> None:
        program = _program("lpadmin") or "lpadmin"
        subprocess.run([program, "-h", f"{HOST}:{self.port}", *arguments], check=True, capture_output=True, timeout=UP_WITHIN_S)


@contextlib.contextmanager
def servers() -> Iterator[tuple[RealPrinter, PrivateCups]]:
    folder = Path(tempfile.mkdtemp(prefix="ipp-test-"))
    folder.chmod(0o755)  # filters run as another user
    (folder / "cups").mkdir(mode=0o755)
    printer = RealPrinter(folder)
    cups = PrivateCups(folder / "cups", printer)
    try:
        printer.start()
        cups.start()
        yield printer, cups
    finally:
        cups.stop()
        printer.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _child(name: str, folder: Path, program: str, *arguments: str, **more: str) -> Child:
    """One that ends with the tests, however they end."""
    command = python("-m", "tests.hall.child", _program(program) or program, *arguments)
    return Child(name, command, folder / f"{name}.log", more=more)


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex((HOST, port)) == 0


def _wait(ready: Callable[[], bool], child: Child) -> None:
    """Other processes have no event: look until it is so."""
    end = time.monotonic() + UP_WITHIN_S
    while not ready():
        if time.monotonic() > end or not child.running:
            raise RuntimeError(f"{child.name} did not come up:\n{child.last_words()}")
        time.sleep(0.02)
