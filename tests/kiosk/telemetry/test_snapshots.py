"""What the centre is told of the machines themselves."""
from __future__ import annotations

from datetime import UTC, datetime

from kiosk.health.found import Found, Looked
from kiosk.telemetry.snapshots import device_tree

AT = datetime(2027, 3, 1, tzinfo=UTC)


def test_serial_and_firmware_are_told_where_the_machine_has_said_them_and_empty_elsewhere() -> None:
    found = Found({"card_printer": Looked("card_printer", True), "scanner": Looked("scanner", False, ("scanner_away",))})
    tree = device_tree(found, dict.fromkeys(found.devices, AT), {"scanner": "Scanner"}, {"card_printer": ("CP000001", "1.4.0")})
    told = {one.device: (one.serial, one.firmware, one.light) for one in tree.devices}
    assert told == {"card_printer": ("CP000001", "1.4.0", "green"), "scanner": ("", "", "red")}
