"""Drivers by name: those that come with the terminal and those an installed package brings, in one table per device class.

A package adds a driver with an entry point in its pyproject.toml (docs/driver.md):

    [project.entry-points."bozhou_terminal.id_readers"]
    acme = "acme_reader.driver:DRIVER"

and kiosk.toml names it: `[id_reader] driver = "acme"`. What it names is a DriverSpec; the machine behind it owes what the
contract suite of its device class asks (./run contract).
"""
from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

from devices.wire import OpenWire

D = TypeVar("D")

Options = Mapping[str, object]
"""The driver's own settings, the table `options` of its machine in kiosk.toml."""

GROUPS: Mapping[str, str] = {
    "id_reader": "bozhou_terminal.id_readers",
    "card_dispenser": "bozhou_terminal.card_dispensers",
    "scanner": "bozhou_terminal.scanners",
}
"""Device class -> group of entry points."""

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "id_reader": {"sam_v": "devices.id_reader.spec:DRIVER"},
    "card_dispenser": {
        "crt": "devices.card_dispenser.spec:CRT",
        "k720": "devices.card_dispenser.spec:K720_DRIVER",
    },
    "scanner": {"serial": "devices.scanner.spec:DRIVER"},
}
"""Device class -> driver -> where its DriverSpec stands. The first one is what kiosk.toml means when it names none."""


@dataclass(frozen=True)
class DriverSpec(Generic[D]):
    """What a package gives for one driver.

    `bind` takes the options and returns what makes the driver from a wire; it opens nothing, and raises ValueError with the
    option's name for one that is missing, unknown or wrong. `identify` asks the machine at a wire who it is, with questions
    that move nothing, and returns its name, or raises DeviceError where it does not answer as this machine would; None where
    such machines know no such question. `bauds`: the speeds to try, usual one first. `usb_ids`: (VID, PID) known to be these.
    """

    device_class: str
    summary: str
    bind: Callable[[Options], Callable[[OpenWire], D]]
    identify: Callable[[OpenWire], Awaitable[str]] | None = None
    bauds: tuple[int, ...] = (115_200,)
    usb_ids: frozenset[tuple[int, int]] = frozenset()


class DriverProblem(Exception):
    """A driver that cannot be used. The text names it and says why."""


class UnknownDriver(DriverProblem, ValueError):
    """No driver of that name."""


class DriverClash(DriverProblem):
    """Two packages bring a driver of the same name: which one is meant is not guessed."""


class DriverBroken(DriverProblem):
    """Its package is installed and its code cannot be loaded, or is no driver of this class."""


def names(device_class: str) -> tuple[str, ...]:
    """Every driver of this class there is; nothing is loaded. Raises DriverClash."""
    return tuple(_table(device_class))


def driver(device_class: str, name: str) -> DriverSpec[Any]:
    """Load one. Raises UnknownDriver, DriverClash, DriverBroken; another driver that cannot be loaded harms nobody."""
    table = _table(device_class)
    if name not in table:
        raise UnknownDriver(f"no {device_class} driver {name!r}; there are: {', '.join(table) or 'none'}")
    return _load(device_class, table[name])


def every_driver(device_class: str) -> tuple[dict[str, DriverSpec[Any]], tuple[DriverBroken, ...]]:
    """All that can be loaded, and what cannot. Raises DriverClash."""
    loaded: dict[str, DriverSpec[Any]] = {}
    broken: list[DriverBroken] = []
    for name, entry in _table(device_class).items():
        try:
            loaded[name] = _load(device_class, entry)
        except DriverBroken as error:
            broken.append(error)
    return loaded, tuple(broken)


def _table(device_class: str) -> dict[str, EntryPoint]:
    group = GROUPS[device_class]
    built_in = [EntryPoint(name, value, group) for name, value in BUILT_IN[device_class].items()]
    table: dict[str, EntryPoint] = {}
    for entry in (*built_in, *sorted(entry_points(group=group), key=lambda entry: (entry.name, _brought_by(entry)))):
        if entry.name in table:
            both = f"{_brought_by(table[entry.name])} and {_brought_by(entry)}"
            raise DriverClash(f"{device_class} driver {entry.name!r} is brought by both {both}: remove one")
        table[entry.name] = entry
    return table


def _load(device_class: str, entry: EntryPoint) -> DriverSpec[Any]:
    what = f"{device_class} driver {entry.name!r} of {_brought_by(entry)}"
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", entry.name):
        raise DriverBroken(f"{what}: a driver's name is small letters, digits and underscores")
    try:
        found = entry.load()
    except Exception as error:  # noqa: BLE001 - other people's code, run at import: whatever it raises is why it cannot be used
        raise DriverBroken(f"{what} cannot be loaded: {type(error).__name__}: {error}") from error
    if not isinstance(found, DriverSpec) or found.device_class != device_class:
        raise DriverBroken(f"{what}: {entry.value} is no DriverSpec of a {device_class}")
    return found


def _brought_by(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else "the terminal itself"


def no_options(make: Callable[[OpenWire], D]) -> Callable[[Options], Callable[[OpenWire], D]]:
    """The `bind` of a driver without options."""

    def bind(options: Options) -> Callable[[OpenWire], D]:
        for name in options:
            raise ValueError(f"{name}: this driver has no options")
        return make

    return bind
