"""The dispensers in the table of drivers, and their options in kiosk.toml."""
from __future__ import annotations

import functools
from collections.abc import Callable

from devices.card_dispenser.crt import CrtDispenser, CrtOptions, CrtPatience
from devices.card_dispenser.crt_codec import TO_GATE, TO_HOLD
from devices.card_dispenser.errors import MachineIncomprehensible, MachineSilent
from devices.card_dispenser.framing import ClassicFraming, Framing, FramingOf591H
from devices.card_dispenser.k720 import K720, K720Options, K720Patience
from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import Station
from devices.drivers import DriverSpec, Options
from devices.wire import OpenWire

FRAMINGS: dict[str, Framing] = {"classic": ClassicFraming(), "591h": FramingOf591H()}
PRESENT_BY = {"eject": TO_GATE, "hold": TO_HOLD}
STATIONS = {"contact": Station.CONTACT, "contactless": Station.CONTACTLESS}
HIGHEST_ADDRESS, HIGHEST_ADDRESS_K720 = 15, 99
_PROBE_S = 0.5


def bind_crt(options: Options) -> Callable[[OpenWire], CardDispenser]:
    """Options: framing "classic" | "591h"; address 0..15; present_by "eject" | "hold"; stations, a list of "contact" and
    "contactless"; counter_survives_power true | false. Raises ValueError with the option's name."""
    left = dict(options)
    framing = _one_of(left, "framing", tuple(FRAMINGS), "classic")
    address = _number(left, "address", 0, HIGHEST_ADDRESS)
    present_by = _one_of(left, "present_by", tuple(PRESENT_BY), "eject")
    survives = left.pop("counter_survives_power", False)
    if not isinstance(survives, bool):
        raise ValueError(f"counter_survives_power: expected true or false, not {survives!r}")
    chosen = left.pop("stations", list(STATIONS))
    if not isinstance(chosen, list) or not set(map(str, chosen)) <= set(STATIONS):
        raise ValueError(f"stations: expected a list of {' and '.join(STATIONS)}, not {chosen!r}")
    _nothing_else(left)
    stations = frozenset(STATIONS[str(name)] for name in chosen)
    made = CrtOptions(stations=stations, present_by=PRESENT_BY[present_by], counter_survives_power=survives)
    return functools.partial(CrtDispenser, framing=FRAMINGS[framing], address=address, options=made)


def bind_k720(options: Options) -> Callable[[OpenWire], CardDispenser]:
    """Options: address 0..99 (15 as delivered); read_at, present_at, accept_at: digits of FC. Raises ValueError."""
    left = dict(options)
    usual = K720Options()
    address = _number(left, "address", 15, HIGHEST_ADDRESS_K720)
    made = K720Options(
        read_at=_number(left, "read_at", usual.read_at, 9),
        present_at=_number(left, "present_at", usual.present_at, 9),
        accept_at=_number(left, "accept_at", usual.accept_at, 9),
    )
    _nothing_else(left)
    return functools.partial(K720, address=address, options=made)


async def identify_crt(open_wire: OpenWire) -> str:
    """Asks for the firmware (A4 30) in either framing, at address 0: nothing moves, nothing is initialised."""
    patience = CrtPatience(answer=_PROBE_S, busy=_PROBE_S)
    last = next(reversed(FRAMINGS))
    for name, framing in FRAMINGS.items():
        machine = CrtDispenser(open_wire, framing, patience=patience)
        try:
            return f"card dispenser {await machine.firmware()} ({name} framing)"
        except (MachineSilent, MachineIncomprehensible):
            if name == last:
                raise
        finally:
            await machine.aclose()
    raise AssertionError("there is a last framing")


async def identify_k720(open_wire: OpenWire) -> str:
    """Asks for the version (GV) and the sensors (AP) at the address as delivered: nothing moves."""
    machine = K720(open_wire, patience=K720Patience(answer=_PROBE_S))
    try:
        return f"card dispenser {(await machine.capabilities()).firmware}"
    finally:
        await machine.aclose()


def _one_of(left: dict[str, object], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = left.pop(name, default)
    if value not in allowed:
        raise ValueError(f"{name}: expected {' | '.join(allowed)}, not {value!r}")
    return str(value)


def _number(left: dict[str, object], name: str, default: int, highest: int) -> int:
    value = left.pop(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
        raise ValueError(f"{name}: expected 0 to {highest}, not {value!r}")
    return value


def _nothing_else(left: dict[str, object]) -> None:
    for name in left:
        raise ValueError(f"{name}: no such option")


CRT: DriverSpec[CardDispenser] = DriverSpec(
    device_class="card_dispenser",
    summary="Creator CRT-571 / CRT-591 card dispenser and collector",
    bind=bind_crt,
    identify=identify_crt,
    bauds=(9_600, 38_400),
)
K720_DRIVER: DriverSpec[CardDispenser] = DriverSpec(
    device_class="card_dispenser",
    summary="TTCE K720 card dispenser and collector",
    bind=bind_k720,
    identify=identify_k720,
    bauds=(9_600,),
)
