"""[citizen_card] of kiosk.toml: the slot for people's own citizen cards."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from card.pin import PinEncoding
from kiosk.config_table import Table
from kiosk.wiring import ChipPlace, LinkAt, chip_place


class MadeBy(StrEnum):
    """PRINTER: white cards with her name and photo. DISPENSER: printed beforehand, nothing of hers on them."""

    PRINTER = "printer"
    DISPENSER = "dispenser"


@dataclass(frozen=True)
class CitizenCardSettings:
    station: ChipPlace
    number: bytes                      # 6: what cards write into their log for this terminal
    pin: str = field(repr=False)       # "" = everybody is asked for hers
    pin_encoding: PinEncoding = PinEncoding.BCD
    made_by: MadeBy = MadeBy.PRINTER
    module: ChipPlace = None           # the purchase module (PSAM); None: nothing is paid from purses here


def citizen_card_from(table: Table, *, production: bool) -> CitizenCardSettings:
    """Raises ConfigError."""
    station = table.made("station", "pcsc:READER | link:HOST:PORT", chip_place)
    if station is None or production and isinstance(station, LinkAt):
        raise table.wrong("station", "pcsc:READER (in production), or leave [citizen_card] out")
    number = table.text("terminal_number", expected="12 hexadecimal digits")
    if not re.fullmatch(r"[0-9A-Fa-f]{12}", number):
        raise table.wrong("terminal_number", "12 hexadecimal digits", number)
    pin = table.text("pin", "")
    if pin and not re.fullmatch(r"[0-9]{4,12}", pin):
        raise table.wrong("pin", "4 to 12 digits, or none")
    encoding = PinEncoding(table.one_of("pin_encoding", [one.value for one in PinEncoding], PinEncoding.BCD.value))
    module = table.made("module", "pcsc:READER | link:HOST:PORT | none", chip_place, "none")
    if production and isinstance(module, LinkAt):
        raise table.wrong("module", "pcsc:READER or none in production: a link ends at a simulated module")
    made_by = MadeBy(table.one_of("made_by", [one.value for one in MadeBy], MadeBy.PRINTER.value))
    table.done()
    return CitizenCardSettings(station, bytes.fromhex(number), pin, encoding, made_by, module)
