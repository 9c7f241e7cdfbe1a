"""Every device class there is. To add one: write its module with CLASS and name it here."""
from __future__ import annotations

import importlib
from typing import Any

from tests.contract.device_class import DeviceClass

MODULES = (
    "tests.devices.id_reader.device_class",
    "tests.devices.card_printer.device_class",
    "tests.devices.receipt_printer.device_class",
    "tests.devices.camera.device_class",
    "tests.devices.scanner.device_class",
    "tests.devices.cabinet.device_class",
    "tests.devices.ups.device_class",
    "tests.devices.card_dispenser.device_class",
    "tests.print.ipp.device_class",
)


def device_classes() -> list[DeviceClass[Any]]:
    """Imported now, in the order of MODULES."""
    found: list[DeviceClass[Any]] = [importlib.import_module(module).CLASS for module in MODULES]
    return found
