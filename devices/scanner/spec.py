"""The serial scanner in the table of drivers, and its options in kiosk.toml."""
from __future__ import annotations

import functools
from collections.abc import Callable

from devices.drivers import DriverSpec, Options
from devices.scanner.codec import ENCODINGS, Enclosed, Framing, Suffix
from devices.scanner.commands import TRIGGER_OFF, TRIGGER_ON, Trigger
from devices.scanner.driver import Scanner
from devices.scanner.seam import Scanning
from devices.wire import OpenWire

FRAMINGS: dict[str, Framing] = {"cr": Suffix(), "stx_etx": Enclosed()}
LONGEST_COMMAND_BYTES = 64


async def identify(open_wire: OpenWire) -> str:
    """Ask for the revision: no light, nothing moves. Many scanners do not know the question."""
    scanner = Scanner(open_wire)
    try:
        return f"scanner {await scanner.identify()}"
    finally:
        await scanner.aclose()


def bind(options: Options) -> Callable[[OpenWire], Scanning]:
    """Options: framing "cr" | "stx_etx"; encoding "utf-8" | "gb18030"; mode "auto_sense" | "trigger", and for "trigger" the
    bytes trigger_on and trigger_off in hex. Raises ValueError with the option's name."""
    left = dict(options)
    framing = _one_of(left, "framing", tuple(FRAMINGS), "cr")
    encoding = _one_of(left, "encoding", ENCODINGS, "utf-8")
    triggered = _one_of(left, "mode", ("auto_sense", "trigger"), "auto_sense") == "trigger"
    trigger = Trigger(_bytes(left, "trigger_on", TRIGGER_ON), _bytes(left, "trigger_off", TRIGGER_OFF)) if triggered else None
    for name in left:
        raise ValueError(f"{name}: no such option (trigger_on and trigger_off only where mode is trigger)")
    return functools.partial(Scanner, framing=FRAMINGS[framing], trigger=trigger, encoding=encoding)


def _one_of(left: dict[str, object], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = left.pop(name, default)
    if value not in allowed:
        raise ValueError(f"{name}: expected {' | '.join(allowed)}, not {value!r}")
    return str(value)


def _bytes(left: dict[str, object], name: str, default: bytes) -> bytes:
    value = left.pop(name, default.hex())
    try:
        command = bytes.fromhex(str(value))
    except ValueError:
        command = b""
    if not 0 < len(command) <= LONGEST_COMMAND_BYTES:
        raise ValueError(f'{name}: expected 1 to {LONGEST_COMMAND_BYTES} bytes in hex, e.g. "16540d", not {value!r}')
    return command


DRIVER: DriverSpec[Scanning] = DriverSpec(
    device_class="scanner",
    summary="barcode and QR scanner on a serial or CDC line",
    bind=bind,
    identify=identify,
    bauds=(115_200, 9_600),
)
