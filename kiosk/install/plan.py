"""What makes a Debian machine into a terminal, in the order in which it is done."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from devices.discovery import UsbId
from kiosk.config import Config
from kiosk.install.steps import Folder, Link, Run, Step, Write
from kiosk.install.usb import machines, udev_rules, usbguard_rules
from kiosk.transaction.migrations import STEPS

FILES = Path(__file__).with_name("files")
LAUNCHER_FILES = Path(__file__).parents[2] / "remote/updates/launcher"
HOME = Path("/opt/bozhou-terminal")
LAUNCHER = Path("/usr/local/lib/bozhou-terminal")
STATE = Path("/var/lib/bozhou-terminal")
ETC = Path("/etc/bozhou-terminal")
UNITS = Path("/etc/systemd/system")
USER = "terminal"
PYTHON_OF_A = str(HOME / "slots/a/.venv/bin/python")
PLACES: Mapping[str, str] = {
    "program": str(HOME / "current"),
    "python": str(HOME / "current/.venv/bin/python"),
    "slots": str(HOME),
    "launcher": str(LAUNCHER),
    "state": str(STATE),
    "etc": str(ETC),
    "run": "/run/bozhou-display",
    "display": ":0",
    "user": USER,
}
PACKAGES = ("xserver-xorg-core", "xserver-xorg-input-libinput", "x11-xserver-utils", "xauth", "hsetroot", "polkitd", "usbguard")
"""Beside packages.txt. The server draws through the kernel's own graphics driver (modesetting)."""
WRITTEN = (
    ("bozhou-terminal.service", UNITS / "bozhou-terminal.service"),
    ("bozhou-display.service", UNITS / "bozhou-display.service"),
    ("bozhou-splash.service", UNITS / "bozhou-splash.service"),
    ("xorg.conf", ETC / "xorg.conf"),
    ("logind.conf", Path("/etc/systemd/logind.conf.d/90-bozhou-terminal.conf")),
    ("journald.conf", Path("/etc/systemd/journald.conf.d/90-bozhou-terminal.conf")),
    ("sysctl.conf", Path("/etc/sysctl.d/90-bozhou-terminal.conf")),
    ("polkit.rules", Path("/etc/polkit-1/rules.d/90-bozhou-terminal.rules")),
    ("grub.cfg", Path("/etc/default/grub.d/90-bozhou-terminal.cfg")),
)
MASKED = ("ctrl-alt-del.target", *(f"getty@tty{number}.service" for number in range(1, 7)), "autovt@.service")


@dataclass(frozen=True)
class Asked:
    config: Config
    source: Path                      # the folder of the program that is installed
    usb: tuple[UsbId, ...] = ()       # touch panel, PC/SC readers, camera: what kiosk.toml does not name by its USB number


def plan(asked: Asked) -> Iterator[Step]:
    yield from _user_and_folders()
    yield from _program(asked.source)
    yield Write(ETC / "kiosk.toml", asked.config.file.read_text("utf-8"), 0o640, USER, keep=True, shown=False)
    for name, path in WRITTEN:
        yield Write(path, filled(name))
    found = tuple(machines(asked.config))
    yield Write(Path("/etc/udev/rules.d/90-bozhou-terminal.rules"), udev_rules(found))
    yield Write(Path("/etc/usbguard/rules.conf"), usbguard_rules(found, asked.usb), 0o600)
    yield from _switched()


def filled(name: str) -> str:
    """A file of `files/` with this machine's places. Raises KeyError where it names one that does not exist."""
    return Template((FILES / name).read_text("utf-8")).substitute(PLACES)


def _user_and_folders() -> Iterator[Step]:
    yield Run(
        ("adduser", "--system", "--group", "--home", str(STATE), "--no-create-home", "--shell", "/usr/sbin/nologin", USER),
        "the terminal runs as somebody who can do nothing else", unless=("id", USER),
    )  # fmt: skip
    yield Folder(HOME, 0o755, USER)
    yield Folder(HOME / "slots", 0o755, USER)
    yield Folder(HOME / "trust", 0o755, USER)
    yield Folder(LAUNCHER / "launcher", 0o755, "root")
    yield Folder(STATE, 0o700, USER)
    yield Folder(ETC, 0o750, USER)


def _program(source: Path) -> Iterator[Step]:
    first = HOME / "slots/a"
    yield Run(("apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES), "screen, rights, USB allow-list")
    there = ("test", "-e", str(first))
    yield Run(("cp", "-a", f"{source}/.", str(first)), "the program into the first of two slots", unless=there)
    yield Run((str(first / "run"), "set-up"), "its libraries and fonts, from the lock files")
    yield Run(("chown", "--recursive", f"{USER}:", str(HOME)), "updates are the terminal's own business, inside this folder")
    for file in sorted(LAUNCHER_FILES.glob("*.py")):
        yield Write(LAUNCHER / "launcher" / file.name, file.read_text("utf-8"), shown=False)
    yield Run(
        ("env", "-C", str(first), PYTHON_OF_A, "-m", "remote.updates.mark", "--home", str(HOME), "--journal", str(len(STEPS))),
        "what the first slot holds, file by file", unless=("test", "-e", str(HOME / "slots/a.whole")),
    )  # fmt: skip
    yield Link(HOME / "current", Path("slots/a"))
    yield Run(
        (PLACES["python"], "-m", "kiosk.install.splash", "draw", str(STATE / "splash.png"), "--config", str(ETC / "kiosk.toml")),
        "the picture for when no screen is alive",
    )  # fmt: skip


def _switched() -> Iterator[Step]:
    yield Run(("systemctl", "mask", *MASKED), "no text console and no key combination leads out of the terminal")
    yield Run(("sysctl", "--system"), "magic keys and core files off, now")
    yield Run(("udevadm", "control", "--reload"), "rights on the machines")
    yield Run(("update-grub",), "a quiet start")
    yield Run(("systemctl", "daemon-reload"), "the units that were written")
    yield Run(("systemctl", "enable", "bozhou-splash.service", "bozhou-terminal.service"), "at every start of the machine")
    yield Run(("systemctl", "enable", "--now", "usbguard.service"), "from now on only what is listed gets a driver")
    yield Run(("systemctl", "restart", "bozhou-terminal.service"), "the terminal")


def by_hand() -> Sequence[str]:
    """What no program should do by itself; printed at the end."""
    return (
        "Firmware: start from the inner disk only, a password on its menu and on the boot menu.",
        "Disk: encrypted, its key sealed in the TPM (systemd-cryptenroll --tpm2-device=auto).",
        "Time: a server of the government network in /etc/systemd/timesyncd.conf or chrony.",
        "Remote log-in of people: off, or by key from the maintenance network alone.",
        f"Updates: the release manager's first root (./run release init) as {HOME}/trust/root.json; without it none is taken.",
        "PIN of the technicians and the terminal's certificate: the commissioning screen, or ./run pin and ./run enrol.",
    )

