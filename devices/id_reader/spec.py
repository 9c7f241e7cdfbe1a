"""The SAM_V reader in the table of drivers."""
from __future__ import annotations

from devices.drivers import DriverSpec, no_options
from devices.id_reader.driver import IdReader
from devices.id_reader.seam import IdReading
from devices.id_reader.speed import SPEEDS
from devices.wire import OpenWire

PROBE_TIMEOUT_S = 0.5  # the module's number is 27 bytes: 28 ms at 9600


async def identify(open_wire: OpenWire) -> str:
    """Ask for the security module's number (12 FF): no card, no antenna, nothing moves."""
    reader = IdReader(open_wire, find_timeout_s=PROBE_TIMEOUT_S, read_timeout_s=PROBE_TIMEOUT_S)
    try:
        return f"ID card reader, security module {await reader.sam_number()}"
    finally:
        await reader.aclose()


DRIVER: DriverSpec[IdReading] = DriverSpec(
    device_class="id_reader",
    summary="resident ID card reader with a SAM_V module (GA 450)",
    bind=no_options(IdReader),
    identify=identify,
    bauds=SPEEDS,
    usb_ids=frozenset({(0x0400, 0xC35A), (0x0316, 0x5020)}),  # the second in one source only (facts/devices.md 2.1)
)
