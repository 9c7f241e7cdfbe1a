"""At which speed does the reader on this port speak? Software before ours may have changed it (commands 60 00 to 60 04)."""
from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from devices.errors import DeviceGone
from devices.id_reader.driver import IdReader
from devices.wire import Wire, WireGone

SPEEDS = (115_200, 57_600, 38_400, 19_200, 9_600)  # factory setting first, facts/devices.md 2.1
_PROBE_TIMEOUT_S = 0.5  # the module's number is 27 bytes: 28 ms at 9600


async def find_speed(open_at: Callable[[int], Awaitable[Wire]]) -> int:
    """The first speed at which the reader tells its number. Raises WireGone where there is no port, DeviceGone where
    no speed is answered."""
    for speed in SPEEDS:
        reader = IdReader(functools.partial(open_at, speed), read_timeout_s=_PROBE_TIMEOUT_S, find_timeout_s=_PROBE_TIMEOUT_S)
        try:
            await reader.sam_number()
        except WireGone:
            raise
        except DeviceGone:
            continue
        else:
            return speed
        finally:
            await reader.aclose()
    raise DeviceGone(f"no ID card reader answers at any of {SPEEDS}")
