"""From a look at everything to what the centre is told of it. Pure."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kiosk.health.found import Found, Light, light_of
from kiosk.health.offers import NotNow, Verdict
from kiosk.parts import Parts
from remote.messages.telemetry import Device, DeviceTree, ServiceState, StorageUnits, Unit

PART_OF = {
    "id_reader": "id_reader", "card_printer": "card_printer", "receipt_printer": "receipt_printer", "chip_station": "chip",
    "a4_printer": "a4_printer", "citizen_card": "citizen_card", "cabinet": "cabinet", "ups": "ups", "camera": "eyes",
}  # fmt: skip


NOT_SAID = ("", "")


def device_tree(
    found: Found, since: Mapping[str, datetime], drivers: Mapping[str, str], made: Mapping[str, tuple[str, str]] | None = None
) -> DeviceTree:
    """`since`: when each device took the light it has. `made`: serial number and firmware, of those that say so."""
    return DeviceTree(
        devices=tuple(
            Device(
                device=name, light=looked.light.value, faults=looked.troubles, since=since[name], driver=drivers.get(name, ""),
                serial=(made or {}).get(name, NOT_SAID)[0], firmware=(made or {}).get(name, NOT_SAID)[1],
            )
            for name, looked in sorted(found.devices.items())
        )
    )  # fmt: skip


def storage_units(found: Found) -> StorageUnits:
    return StorageUnits(
        units=tuple(
            Unit(
                unit=name, kind=unit.kind.value, device=unit.device, state=unit.state.value, count=unit.count,
                initial=unit.initial, retained=unit.retained, threshold=unit.threshold, contradiction=unit.contradiction,
            )
            for name, unit in sorted(found.units.items())
        )
    )  # fmt: skip


def service_state(verdicts: Mapping[str, Verdict], out_of_service: str | None) -> ServiceState:
    not_now = {name: one.reason for name, one in sorted(verdicts.items()) if isinstance(one, NotNow)}
    return ServiceState(out_of_service=out_of_service or "", not_now=not_now)


def worst_light(found: Found) -> Light:
    lights = [looked.light for looked in found.devices.values()] + [light_of(unit) for unit in found.units.values()]
    return next((light for light in (Light.RED, Light.AMBER) if light in lights), Light.GREEN)


def drivers_of(parts: Parts) -> dict[str, str]:
    """device -> the class that drives it."""
    found = {name: getattr(parts, part, None) for name, part in PART_OF.items()}
    return {name: type(driver).__name__[:64] for name, driver in found.items() if driver is not None}


def made_of(parts: Parts) -> dict[str, tuple[str, str]]:
    """device -> (serial number, firmware), as the machine said when it was asked last; nothing is asked here."""
    said = parts.card_printer.identified
    return {"card_printer": (said.serial[:64], said.firmware[:64])} if said is not None else {}
