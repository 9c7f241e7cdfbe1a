"""Find what is connected and say which driver fits. Nothing is moved: each machine is asked who it is, and nothing else.

Stop the terminal first: it holds its ports. What does not answer is called unknown.
"""
from __future__ import annotations

import argparse
import dataclasses
import functools
import json
import sys
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import trio

from card.pcsc import reader_names
from card.transport import ServiceDown
from devices import drivers, probing
from devices.errors import DeviceError
from devices.listing import NotListed, UsbMachine, serial_ports, usb_machines, video_devices
from devices.usb_wire import UsbWire
from devices.wire import SerialWire, StreamWire, WireGone
from print.ipp.client import IppClient
from print.ipp.errors import PrinterError
from print.ipp.http_post import HttpPost

NUT = "127.0.0.1:3493"  # where Network UPS Tools listens from the factory
LIST_S = 10.0  # for the kernel, PC/SC, NUT and each network printer
UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True)
class Found:
    """One thing that is connected. `settings`: its lines for kiosk.toml; empty where no driver fits or none is needed."""

    place: str
    fits: str
    said: str
    settings: tuple[str, ...] = ()


async def probe(ports: list[str], printers: list[str], nut: str) -> list[Found]:
    """`ports`: serial ports to ask besides those the kernel lists. All at once; each with its own time limit."""
    found: list[Found] = []
    questions, problems = probing.serial_questions()
    found += [Found("driver", UNKNOWN, problem) for problem in problems]

    async def gather(look: Callable[[], Awaitable[list[Found]]]) -> None:
        found.extend(await look())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(gather, functools.partial(_serial, ports, questions))
        nursery.start_soon(gather, _usb)
        nursery.start_soon(gather, _pcsc)
        nursery.start_soon(gather, _cameras)
        nursery.start_soon(gather, functools.partial(_upses, nut))
        for uri in printers:
            nursery.start_soon(gather, functools.partial(_printer, uri))
    return sorted(found, key=lambda one: one.place)


async def _serial(more: list[str], questions: list[probing.Question]) -> list[Found]:
    found: list[Found] = []
    named: dict[str, str] = dict.fromkeys(more, "")
    try:
        for port in await serial_ports():
            named.setdefault(port.path, port.what)
    except NotListed as problem:
        found.append(Found("serial", UNKNOWN, str(problem)))

    async def one(path: str, what: str) -> None:
        found.append(await _serial_port(path, what, questions))

    async with trio.open_nursery() as nursery:
        for path, what in named.items():
            nursery.start_soon(one, path, what)
    return found


async def _serial_port(path: str, what: str, questions: list[probing.Question]) -> Found:
    try:
        identified = await probing.ask(functools.partial(SerialWire.open, path), questions)
    except WireGone as gone:
        return Found(path, UNKNOWN, f"cannot be asked: {gone}")
    if identified is None:
        return Found(path, UNKNOWN, f"answers no question we know{f' ({what})' if what else ''}")
    name = f"{identified.device_class} {identified.driver}".strip()
    lines = [f"[{identified.device_class}]", f'wire = "serial:{path}"', f"baud = {identified.baud}"]
    if identified.driver:
        lines.insert(1, f'driver = "{identified.driver}"')
    return Found(path, name, identified.who, tuple(lines))


async def _usb() -> list[Found]:
    try:
        with trio.fail_after(LIST_S):
            machines = await usb_machines()
    except NotListed as problem:
        return [Found("usb", UNKNOWN, str(problem))]
    except trio.TooSlowError:
        return [Found("usb", UNKNOWN, f"not listed within {LIST_S:.0f} s")]
    return [await _usb_machine(machine) for machine in machines]


async def _usb_machine(machine: UsbMachine) -> Found:
    vid, pid = machine.usb_id
    place = f"usb:{vid:04x}:{pid:04x}"
    for device_class, name, spec in _by_usb_id(machine.usb_id):
        return Found(place, *await _usb_answer(device_class, name, spec, vid, pid))
    if machine.is_ipp_printer:
        return Found(place, "a4_printer ipp", f"{machine.what}: IPP over USB, reached through ipp-usb")
    return Found(place, UNKNOWN, machine.what)


def _by_usb_id(usb_id: tuple[int, int]) -> Iterator[tuple[str, str, drivers.DriverSpec[object]]]:
    for device_class in drivers.GROUPS:
        try:
            specs, _ = drivers.every_driver(device_class)
        except drivers.DriverClash:
            continue  # said with the other problems of drivers
        yield from ((device_class, name, spec) for name, spec in specs.items() if usb_id in spec.usb_ids)


async def _usb_answer(
    device_class: str, name: str, spec: drivers.DriverSpec[object], vid: int, pid: int
) -> tuple[str, str, tuple[str, ...]]:
    lines = (f"[{device_class}]", f'driver = "{name}"', f'wire = "usb:{vid:04x}:{pid:04x}"')
    fits = f"{device_class} {name}"
    if spec.identify is None:
        return fits, "by its USB id; it knows no question", lines
    try:
        with trio.fail_after(LIST_S):
            return fits, await spec.identify(lambda: UsbWire.open(vid, pid)), lines
    except (DeviceError, trio.TooSlowError) as error:
        return f"{fits}?", f"by its USB id; it does not answer: {error}", lines


async def _pcsc() -> list[Found]:
    try:
        with trio.fail_after(LIST_S):
            names = await trio.to_thread.run_sync(reader_names, abandon_on_cancel=True)
    except ServiceDown as problem:
        return [Found("pcsc", UNKNOWN, str(problem))]
    except trio.TooSlowError:
        return [Found("pcsc", UNKNOWN, "the PC/SC service does not answer")]
    lines = {name: ("[chip]", f"station = {json.dumps('pcsc:' + name)}") for name in names}
    return [Found(f"pcsc:{name}", "chip", "PC/SC reader", lines[name]) for name in names]


async def _cameras() -> list[Found]:
    await trio.lowlevel.checkpoint()
    return [Found(video.path, "camera", video.what or "V4L2 camera") for video in video_devices()]


async def _upses(nut: str) -> list[Found]:
    host, _, port = nut.rpartition(":")
    try:
        with trio.fail_after(LIST_S):
            names = await probing.upsd(functools.partial(StreamWire.connect, host, int(port)))
    except (DeviceError, ValueError, trio.TooSlowError) as error:
        return [Found(f"nut:{nut}", UNKNOWN, f"no Network UPS Tools: {error}")]
    return [Found(f"nut:{name}@{nut}", "ups", "a UPS that upsd knows") for name in names]


async def _printer(uri: str) -> list[Found]:
    try:
        with trio.fail_after(LIST_S):
            reading = await IppClient(HttpPost(uri), uri).printer()
    except (PrinterError, ValueError, trio.TooSlowError) as error:
        return [Found(uri, UNKNOWN, f"no IPP printer answers: {error}")]
    return [Found(uri, "a4_printer ipp", reading.model or "IPP printer that does not say its model")]


def printers_in(config: object) -> Iterator[str]:
    """Every ipp: or ipps: address anywhere in a configuration."""
    if isinstance(config, str) and config.startswith(("ipp://", "ipps://")):
        yield config
    elif isinstance(config, dict):
        for value in config.values():
            yield from printers_in(value)
    elif isinstance(config, list):
        for value in config:
            yield from printers_in(value)


def table(found: list[Found]) -> str:
    rows = [("WHERE", "DRIVER", "WHAT IT SAYS"), *((one.place, one.fits, one.said) for one in found)]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "".join(f"{place:<{wide[0]}}  {fits:<{wide[1]}}  {said}\n" for place, fits, said in rows)


def settings(found: list[Found]) -> str:
    """The lines for kiosk.toml. A table that was given already is commented out: which of two is meant is not guessed."""
    blocks, given = [], set()
    for one in found:
        if one.settings:
            again = "# " if one.settings[0] in given else ""
            given.add(one.settings[0])
            blocks.append("".join(f"{again}{line}\n" for line in one.settings))
    return "\n".join(blocks)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run probe", description=__doc__)
    parser.add_argument("--port", action="append", default=[], metavar="PATH", help="ask this serial port too; may be repeated")
    parser.add_argument("--printer", action="append", default=[], metavar="URI", help="ask this IPP printer; may be repeated")
    parser.add_argument("--config", type=Path, help="ask the IPP printers this kiosk.toml names")
    parser.add_argument("--nut", default=NUT, metavar="HOST:PORT", help="Network UPS Tools; default %(default)s")
    parser.add_argument("--json", action="store_true", help="for programs")
    asked = parser.parse_args(arguments)
    printers = list(asked.printer)
    if asked.config is not None:
        try:
            printers += printers_in(tomllib.loads(asked.config.read_text("utf-8")))
        except (OSError, ValueError) as error:
            parser.error(f"{asked.config}: {error}")
    found = trio.run(probe, asked.port, sorted(set(printers)), asked.nut)
    if asked.json:
        sys.stdout.write(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(table(found) + "\n# for kiosk.toml:\n" + settings(found))
    return 0
