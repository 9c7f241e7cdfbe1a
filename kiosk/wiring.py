"""How machines are reached, as kiosk.toml names it: `serial:/dev/ttyS0`, `serial-usb:vid:pid`, `usb:vid:pid`, `tcp:host:port`,
`pcsc:reader`, `link:host:port`."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from devices import drivers
from devices.blackbox.recorder import Recorder
from devices.discovery import UsbId, open_serial_of
from devices.usb_wire import UsbWire
from devices.wire import OpenWire, SerialWire, StreamWire, Wire


@dataclass(frozen=True)
class SerialAt:
    path: str
    baud: int

    def opener(self) -> OpenWire:
        async def open_wire() -> Wire:
            return await SerialWire.open(self.path, self.baud)

        return open_wire


@dataclass(frozen=True)
class TcpAt:
    host: str
    port: int

    def opener(self) -> OpenWire:
        async def open_wire() -> Wire:
            return await StreamWire.connect(self.host, self.port)

        return open_wire


@dataclass(frozen=True)
class SerialOfUsb:
    """A serial port by the USB machine it belongs to, wherever it is plugged in."""

    machine: UsbId
    baud: int

    def opener(self) -> OpenWire:
        async def open_wire() -> Wire:
            return await open_serial_of(self.machine, self.baud)

        return open_wire


@dataclass(frozen=True)
class UsbAt:
    """A USB machine with bulk endpoints."""

    machine: UsbId

    def opener(self) -> OpenWire:
        async def open_wire() -> Wire:
            return await UsbWire.open(self.machine.vid, self.machine.pid, self.machine.serial)

        return open_wire


WirePlace = SerialAt | SerialOfUsb | UsbAt | TcpAt


@dataclass(frozen=True)
class RecordedAt:
    """A wire whose traffic goes, masked, into the black box."""

    place: WirePlace
    device: str
    recorder: Recorder

    def opener(self) -> OpenWire:
        return self.recorder.wire(self.device, self.place.opener())


@dataclass(frozen=True)
class DriverChoice:
    """A driver by its name in kiosk.toml, with its own options."""

    device_class: str
    name: str
    options: drivers.Options = field(default_factory=dict)

    def check(self) -> None:
        """Raises ValueError or DriverProblem. The usual driver as it comes cannot be wrong, and loading it takes time that
        the first picture should not wait for."""
        if self.name not in drivers.names(self.device_class):
            drivers.driver(self.device_class, self.name)
        if self.options or self.name not in drivers.BUILT_IN[self.device_class]:
            drivers.driver(self.device_class, self.name).bind(self.options)

    def make(self, place: WirePlace | RecordedAt) -> Any:
        """The driver at its wire; nothing is opened. Raises as `check`."""
        return drivers.driver(self.device_class, self.name).bind(self.options)(place.opener())


@dataclass(frozen=True)
class PcscAt:
    """A PC/SC reader by its name, or the beginning of it."""

    reader: str


@dataclass(frozen=True)
class LinkAt:
    """A chip station at a TCP port: the simulated one."""

    host: str
    port: int


ChipPlace = PcscAt | LinkAt | None


def wire_place(text: str, baud: int) -> WirePlace:
    """Raises ValueError."""
    kind, _, rest = text.partition(":")
    if kind == "serial" and rest.startswith("/"):
        return SerialAt(rest, baud)
    if kind == "serial-usb":
        return SerialOfUsb(UsbId.parse(rest), baud)
    if kind == "usb":
        return UsbAt(UsbId.parse(rest))
    if kind == "tcp":
        return TcpAt(*host_and_port(rest))
    raise ValueError(text)


def chip_place(text: str) -> ChipPlace:
    """Raises ValueError."""
    kind, _, rest = text.partition(":")
    if kind == "none" and not rest:
        return None
    if kind == "pcsc" and rest:
        return PcscAt(rest)
    if kind == "link":
        return LinkAt(*host_and_port(rest))
    raise ValueError(text)


def host_and_port(text: str) -> tuple[str, int]:
    """`host:port`, `[::1]:port`. Raises ValueError."""
    host, _, port = text.rpartition(":")
    number = int(port)
    if not host or not 0 < number < 65_536:
        raise ValueError(text)
    return host.strip("[]"), number
