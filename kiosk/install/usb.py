"""Which USB machines this terminal has, from its own kiosk.toml: rules for who may open them, and the list of what may be
plugged in at all."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from devices.discovery import UsbId
from kiosk.config import Config
from kiosk.wiring import SerialOfUsb, UsbAt


@dataclass(frozen=True)
class Machine:
    what: str
    usb: UsbId


def machines(config: Config) -> Iterator[Machine]:
    """Every part of kiosk.toml that names a USB machine."""
    parts = {
        "ID reader": config.id_reader.wire,
        "scanner": config.scanner.wire if config.scanner else None,
        "card printer": config.card_printer.wire,
        "slip printer": config.receipt_printer.wire,
        "board of the cabinet": config.cabinet.wire if config.cabinet else None,
    }
    for what, wire in parts.items():
        if isinstance(wire, UsbAt | SerialOfUsb):
            yield Machine(what, wire.machine)


def udev_rules(found: Iterable[Machine]) -> str:
    """The terminal opens its own machines, nobody else does."""
    lines = [f"# {machine.what}\n{rule(machine.usb)}" for machine in found]
    return "\n".join(["# From kiosk.toml; a machine at a plain serial port belongs to the group dialout anyhow.", *lines, ""])


def rule(usb: UsbId) -> str:
    return (
        f'SUBSYSTEM=="usb", ATTR{{idVendor}}=="{usb.vid:04x}", ATTR{{idProduct}}=="{usb.pid:04x}", '
        'GROUP="plugdev", MODE="0660"'
    )


def usbguard_rules(found: Iterable[Machine], others: Iterable[UsbId]) -> str:
    """USBGuard's rules: hubs, the machines of kiosk.toml, and what the installer names (touch panel, PC/SC readers, camera).
    Everything else stays without a driver: a keyboard that somebody plugs in types nothing, a stick stores nothing."""
    lines = ["# hubs, and nothing that is a hub and something else besides"]
    lines += ["allow with-interface equals { 09:00:00 }", "allow with-interface equals { 09:00:01 09:00:02 }"]
    for machine in found:
        lines += [f"# {machine.what}", f"allow id {machine.usb.vid:04x}:{machine.usb.pid:04x}"]
    for usb in others:
        lines += ["# named at the installation", f"allow id {usb.vid:04x}:{usb.pid:04x}"]
    return "\n".join([*lines, "block", ""])
