"""[cabinet] and [ups] of kiosk.toml: which point of the board is wired to what, and whose upsd is asked."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.cabinet.board import BoardMap, Colour, Switch, Watchdog
from kiosk.config_table import ConfigError, Table
from kiosk.prompts import Slot
from kiosk.wiring import TcpAt, WirePlace

if TYPE_CHECKING:
    from devices.cabinet.cabinet import Cabinet
    from devices.ups.driver import Credentials
    from devices.ups.watch import UpsWatch

UPSD_PORT = 3493             # IANA, nut
MOST = 65_535                # Modbus addresses and registers


@dataclass(frozen=True)
class CabinetSettings:
    wire: WirePlace
    board: BoardMap

    def open(self) -> Cabinet:
        """Nothing is connected before it is used."""
        from devices.cabinet.cabinet import Cabinet  # its library takes time that the first picture should not wait for

        return Cabinet(self.wire.opener(), self.board)


@dataclass(frozen=True)
class UpsSettings:
    host: str
    port: int
    name: str
    username: str
    password: str = field(repr=False)

    def open(self) -> UpsWatch:
        """Nothing is connected before it is used."""
        from devices.ups.driver import Credentials, Ups
        from devices.ups.watch import UpsWatch

        who: Credentials | None = Credentials(self.username, self.password) if self.username else None
        return UpsWatch(Ups(TcpAt(self.host, self.port).opener(), self.name, who))


def cabinet_from(table: Table, wire: WirePlace) -> CabinetSettings:
    """`wire` was read from the table before. Raises ConfigError."""
    board = _board(table)
    table.done()
    return CabinetSettings(wire, board)


def _board(table: Table) -> BoardMap:
    lights, doors = table.table("lights"), table.table("doors")
    unit, loopback = table.whole("unit", 1, least=1, most=247), table.flag("loopback", True)
    beeper = table.whole("beeper", least=0, most=MOST, unit="coil") if table.has("beeper") else None
    try:
        board = BoardMap(
            unit=unit,
            lights={slot: _colours(lights.table(slot)) for slot in Slot if lights.has(slot)},
            doors={name: _switch(doors.table(name), active=0) for name in doors.names()},
            tamper=_switch(table.table("tamper"), active=0) if table.has("tamper") else None,
            proximity=_switch(table.table("proximity"), active=1) if table.has("proximity") else None,
            beeper=beeper,
            watchdog=_watchdog(table.table("watchdog")) if table.has("watchdog") else None,
            loopback=loopback,
        )
    except ValueError as error:
        raise ConfigError(f"{table.file}: {table.name}: {error}") from error
    lights.done()
    return board


def _colours(table: Table) -> dict[Colour, int]:
    coils = {colour: table.whole(colour, least=0, most=MOST, unit="coil") for colour in Colour if table.has(colour)}
    table.done()
    return coils


def _switch(table: Table, *, active: int) -> Switch:
    switch = Switch(
        table.whole("input", least=0, most=MOST), bool(table.whole("active", active, least=0, most=1))
    )
    table.done()
    return switch


def _watchdog(table: Table) -> Watchdog:
    watchdog = Watchdog(
        table.whole("register", least=0, most=MOST), table.whole("seconds", 30, least=5, most=600, unit="s")
    )
    table.done()
    return watchdog


def ups_from(table: Table) -> UpsSettings:
    """Raises ConfigError."""
    settings = UpsSettings(
        host=table.text("host", "127.0.0.1"),
        port=table.whole("port", UPSD_PORT, least=1, most=MOST),
        name=table.text("name", "ups"),
        username=table.text("username", ""),
        password=table.text("password", ""),
    )
    if bool(settings.username) != bool(settings.password):
        raise table.wrong("username", "both username and password, or neither")
    table.done()
    return settings
