"""The dispensers in the table of drivers."""
from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from devices.card_dispenser.crt import CrtDispenser
from devices.card_dispenser.crt_link import CrtPatience
from devices.card_dispenser.framing import ClassicFraming, FramingOf591H
from devices.card_dispenser.k720 import K720
from devices.card_dispenser.k720_link import K720Patience
from devices.card_dispenser.seam import CardDispenser
from devices.drivers import DriverSpec, Options
from devices.wire import OpenWire

HIGHEST_ADDRESS = {"crt": 15, "k720": 99}  # one hex digit (facts/devices.md 3.1, uncertain); two decimal ones (4)

MakeAddressed = Callable[..., CardDispenser]


def _bind(make: MakeAddressed, highest: int, options: Options) -> Callable[[OpenWire], CardDispenser]:
    """Option: address. Raises ValueError with the option's name."""
    left = dict(options)
    address = left.pop("address", None)
    for name in left:
        raise ValueError(f"{name}: no such option (only address)")
    if address is None:
        return make
    if isinstance(address, bool) or not isinstance(address, int) or not 0 <= address <= highest:
        raise ValueError(f"address: expected 0 to {highest}, not {address!r}")
    return functools.partial(make, address=address)


def _identify(make: MakeAddressed) -> Callable[[OpenWire], Awaitable[str]]:
    """Asks for version, status and bin counter: nothing moves."""

    async def identify(open_wire: OpenWire) -> str:
        machine = make(open_wire)
        capabilities = await machine.capabilities()
        return f"card dispenser {capabilities.model} ({capabilities.firmware})"

    return identify


_classic = functools.partial(CrtDispenser, framing=ClassicFraming())
_591h = functools.partial(CrtDispenser, framing=FramingOf591H())
_SHORT = CrtPatience(open=1.0, acknowledge=0.3, answer=0.5)
_SHORT_K720 = K720Patience(open=1.0)

CRT571: DriverSpec[CardDispenser] = DriverSpec(
    device_class="card_dispenser",
    summary="Creator CRT-571 and CRT-591 card dispenser, classic framing",
    bind=functools.partial(_bind, _classic, HIGHEST_ADDRESS["crt"]),
    identify=_identify(functools.partial(_classic, patience=_SHORT)),
    bauds=(9_600, 38_400),
)
CRT591H: DriverSpec[CardDispenser] = DriverSpec(
    device_class="card_dispenser",
    summary="Creator CRT-591H card dispenser, CRC framing",
    bind=functools.partial(_bind, _591h, HIGHEST_ADDRESS["crt"]),
    identify=_identify(functools.partial(_591h, patience=_SHORT)),
    bauds=(9_600, 38_400),
)
K720_DRIVER: DriverSpec[CardDispenser] = DriverSpec(
    device_class="card_dispenser",
    summary="TTCE K720 card dispenser",
    bind=functools.partial(_bind, K720, HIGHEST_ADDRESS["k720"]),
    identify=_identify(functools.partial(K720, patience=_SHORT_K720)),
    bauds=(9_600,),
)
