"""[card_dispenser] of kiosk.toml: citizen cards that were printed beforehand, out of a stacker."""
from __future__ import annotations

from dataclasses import dataclass

from card.transport import ChipStation
from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import Station
from kiosk.config_table import Table
from kiosk.dispenser_station import DispenserChipStation
from kiosk.dispensing import Dispensing
from kiosk.wiring import ChipPlace, DriverChoice, LinkAt, WirePlace, chip_place

NO_STATION_OF_ITS_OWN = frozenset({"k720"})


@dataclass(frozen=True)
class CardDispenserSettings:
    wire: WirePlace
    driver: DriverChoice
    station: Station
    reader: ChipPlace                  # a reader of its own at that place; None: the machine's own station

    def dispensing(self, machine: CardDispenser, reader: ChipStation | None) -> Dispensing:
        """Opens nothing. `reader`: what stands at `self.reader`."""
        chip = reader if reader is not None else DispenserChipStation(machine.station(self.station))
        return Dispensing(machine, chip, self.station)


def card_dispenser_from(table: Table, wire: WirePlace, driver: DriverChoice, *, production: bool) -> CardDispenserSettings:
    """Raises ConfigError."""
    station = Station(table.one_of("station", [one.value for one in Station], Station.CONTACT.value))
    reader = table.made("reader", "pcsc:READER | link:HOST:PORT | none", chip_place, "none")
    if production and isinstance(reader, LinkAt):
        raise table.wrong("reader", "pcsc:READER or none in production: a link ends at a simulated card")
    if reader is None and driver.name in NO_STATION_OF_ITS_OWN:
        raise table.wrong("reader", "pcsc:READER: this machine has no chip station of its own")
    offered = driver.options.get("stations")
    if reader is None and isinstance(offered, list) and station.value not in offered:
        raise table.wrong("station", f"one of this machine's stations, {offered}", station.value)
    table.done()
    return CardDispenserSettings(wire, driver, station, reader)
