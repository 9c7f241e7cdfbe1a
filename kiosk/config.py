"""kiosk.toml, read once at the start: typed, complete, and refused as a whole where one value is wrong.

kiosk.toml at the root is the sample; each setting's meaning, unit and source is written beside it there.
"""
from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from devices.card_printer.status import Station
from devices.drivers import BUILT_IN, DriverProblem
from kiosk.a4_wiring import A4PrinterSettings, a4_printer_from
from kiosk.attendant.people import Colleague, people_from
from kiosk.cabinet.settings import CabinetSettings, UpsSettings, cabinet_from, ups_from
from kiosk.camera_wiring import CameraSettings, camera_from
from kiosk.card_dispenser_wiring import CardDispenserSettings, card_dispenser_from
from kiosk.card_slot_wiring import CitizenCardSettings, MadeBy, citizen_card_from
from kiosk.city_theme import load_theme
from kiosk.config_table import ConfigError, Table
from kiosk.front import Front, FrontWrong, Screen, front_from, screen_from
from kiosk.pin import PinHash
from kiosk.texts import LANGUAGES
from kiosk.ui.theme import CALM, Palette
from kiosk.wiring import ChipPlace, DriverChoice, LinkAt, WirePlace, chip_place, wire_place
from remote.messages import IdentityEvidence
from remote.updates.window import NIGHT, Window, window_of

__all__ = ["Config", "ConfigError", "Mode", "load"]

SERVICES = (
    "senior_card", "certify_80_plus", "print_certificate", "pay_bills", "citizen_card", "top_up", "card_balance", "my_matters",
)
"""Journeys that a terminal can offer, in the usual order of home."""
IN_A_MENU = ("top_up", "card_balance")
"""Of them, what the menu of the citizen card offers anyhow; as tiles of their own only where kiosk.toml names them."""

STATIONS: Mapping[str, Station | None] = {"contact": Station.CONTACT, "contactless": Station.CONTACTLESS, "none": None}
WIRES = "serial:/dev/NAME | serial-usb:VID:PID[:SERIAL] | usb:VID:PID[:SERIAL] | tcp:HOST:PORT (VID, PID: 4 hex digits)"
BAUDS = (9_600, 19_200, 38_400, 57_600, 115_200)


class Mode(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Terminal:
    id: str
    hall: str
    address: str
    nearest: str                       # the nearest other terminal in words, "" = none is named
    window: str                        # the staffed counter in words, "" = 服务台
    mode: Mode
    time_zone: ZoneInfo

    @property
    def place(self) -> str:
        return f"{self.hall}({self.address})"


@dataclass(frozen=True)
class Showing:
    """How the screen is used; which screen it is, `screen` and `front` of Config say."""

    fullscreen: bool
    language: str
    palette: Palette


@dataclass(frozen=True)
class IdReaderSettings:
    wire: WirePlace
    driver: DriverChoice
    photo_decoder: Path | Literal["none", "simulated"]   # a vendor's library; no open one exists (facts/devices.md 2.8)


@dataclass(frozen=True)
class ScannerSettings:
    wire: WirePlace
    driver: DriverChoice


@dataclass(frozen=True)
class CardPrinterSettings:
    wire: WirePlace
    station: Station | None            # where the printer holds a card for its chip; None = prints only


@dataclass(frozen=True)
class ReceiptPrinterSettings:
    wire: WirePlace
    dots: int                          # across the paper


@dataclass(frozen=True)
class OfdSettings:
    trust: Path                        # roots/, intermediates/, revocation/, signers/: whose seals are believed


@dataclass(frozen=True)
class CentreSettings:
    url: str
    connect_s: float
    answer_s: float
    ca: Path | None                    # who signed the centre's certificate, where not the CA of the enrolment
    identity: Path                     # folder of this terminal's key and certificate (remote/enrolment/identity.py)


@dataclass(frozen=True)
class TelemetrySettings:
    metrics_port: int = 0              # 0 = no page of figures on localhost
    broker: tuple[str, int] | None = None  # None = heartbeats and facts go over HTTP alone


@dataclass(frozen=True)
class JournalSettings:
    folder: Path
    min_free_mb: int
    erase_after_days: int


@dataclass(frozen=True)
class SpeechSettings:
    voices: Path                       # one folder of recordings per voice
    synthetic: bool


@dataclass(frozen=True)
class Times:
    """Seconds, unless the name says otherwise."""

    idle: float
    idle_elder: float
    warning: float
    take_card: float
    take_card_elder: float
    recovery_present: float
    exit_poll: float
    settle_moving: float
    slip_wait: float
    volume: float
    last_look: float
    clock_skew: float
    heartbeat: float


@dataclass(frozen=True)
class Limits:
    blanks_per_case: int


@dataclass(frozen=True)
class Config:
    file: Path
    terminal: Terminal
    showing: Showing
    screen: Screen
    front: Front
    id_reader: IdReaderSettings
    scanner: ScannerSettings | None    # None = this terminal has none
    card_printer: CardPrinterSettings
    chip: ChipPlace
    card_dispenser: CardDispenserSettings | None   # None = citizen cards are printed by the card printer
    citizen_card: CitizenCardSettings | None   # None = no slot for people's own cards
    receipt_printer: ReceiptPrinterSettings
    a4_printer: A4PrinterSettings | None   # None = this terminal has none
    ofd: OfdSettings | None                # None = electronic credentials are not shown here
    camera: CameraSettings | None          # None = this terminal has none
    cabinet: CabinetSettings | None        # None = no board: no lights, nobody sees doors
    ups: UpsSettings | None                # None = a power cut is a power cut
    centre: CentreSettings
    journal: JournalSettings
    speech: SpeechSettings
    services: tuple[str, ...]
    times: Times
    limits: Limits
    operator_pin: PinHash
    evidence: tuple[IdentityEvidence, ...]
    operators: tuple[Colleague, ...] = ()  # none = the one PIN, for commissioning
    telemetry: TelemetrySettings = TelemetrySettings()
    update_window: Window = NIGHT          # when a new release may take over
    sync_clock: tuple[str, ...] = ()       # the program that asks the host's time service; none: the command is refused


def load(file: Path) -> Config:
    """Raises ConfigError."""
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: expected a readable file ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: expected TOML in UTF-8: {error}") from error
    return config_from(file, values)


def config_from(file: Path, values: Mapping[str, Any]) -> Config:
    """The configuration that `values` describe; relative paths begin at the folder of `file`. Raises ConfigError."""
    root = Table(file, "", values)
    terminal = _terminal(root.table("terminal"))
    showing, screen, front = _front(file, root.table("screen"), values)
    root.table("front")
    card_printer = _card_printer(root.table("card_printer"))
    a4_printer = a4_printer_from(root.table("a4_printer")) if root.has("a4_printer") else None
    in_production = terminal.mode is Mode.PRODUCTION
    citizen_card = (
        citizen_card_from(root.table("citizen_card"), production=in_production) if root.has("citizen_card") else None
    )
    config = Config(
        file=file,
        terminal=terminal,
        showing=showing,
        screen=screen,
        front=front,
        id_reader=_id_reader(root.table("id_reader"), terminal.mode),
        scanner=_scanner(root.table("scanner")) if root.has("scanner") else None,
        card_printer=card_printer,
        chip=_chip(root.table("chip"), terminal.mode, card_printer.station),
        card_dispenser=_card_dispenser(root, citizen_card, terminal.mode),
        citizen_card=citizen_card,
        receipt_printer=_receipt_printer(root.table("receipt_printer")),
        a4_printer=a4_printer,
        ofd=_ofd(root.table("ofd"), terminal.mode) if root.has("ofd") else None,
        camera=_camera(root, terminal.mode),
        cabinet=_cabinet(root.table("cabinet")) if root.has("cabinet") else None,
        ups=ups_from(root.table("ups")) if root.has("ups") else None,
        centre=_centre(root.table("centre"), terminal.mode),
        journal=_journal(root.table("journal")),
        speech=_speech(root.table("speech")),
        services=_services(root.table("services"), a4_printer=a4_printer is not None, citizen_card=citizen_card is not None),
        times=_times(root.table("times")),
        limits=_limits(root.table("limits")),
        operator_pin=_operator(root.table("operator")),
        operators=people_from(root.table("operators")),
        evidence=_evidence(root.table("identity"), terminal.mode),
        telemetry=_telemetry(root.table("telemetry")),
        update_window=_updates(root.table("updates")),
        sync_clock=_commands(root.table("commands")),
    )
    root.done()
    return config


def _terminal(table: Table) -> Terminal:
    name = table.text("id")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", name):
        raise table.wrong("id", "1 to 32 letters, digits, dots, dashes and underscores", name)
    terminal = Terminal(
        id=name,
        hall=table.text("hall"),
        address=table.text("address"),
        nearest=table.text("nearest", ""),
        window=table.text("window", ""),
        mode=Mode(table.one_of("mode", list(Mode))),
        time_zone=table.made("time_zone", "a time zone such as Asia/Shanghai", ZoneInfo, "Asia/Shanghai"),
    )
    table.done()
    return terminal


def _front(file: Path, table: Table, values: Mapping[str, Any]) -> tuple[Showing, Screen, Front]:
    showing = Showing(
        fullscreen=table.flag("fullscreen", True),
        language=table.one_of("language", LANGUAGES, "zh_CN"),
        palette=load_theme(theme) if (theme := table.path_or_none("theme")) else CALM,
    )
    for key, least, most in (("width_px", 200, 16_384), ("height_px", 200, 16_384)):
        table.whole(key, 1_080, least=least, most=most)
    table.number("diagonal_in", 27.0, least=5, most=110, unit="inches")
    table.done()
    try:
        screen = screen_from(values.get("screen", {}))
        return showing, screen, front_from(values.get("front", {}), screen)
    except (FrontWrong, AttributeError, TypeError) as error:
        raise ConfigError(f"{file}: {error}") from error


def _wire(table: Table) -> WirePlace:
    baud = table.whole("baud", 115_200, least=BAUDS[0], most=BAUDS[-1])
    if baud not in BAUDS:
        raise table.wrong("baud", " | ".join(map(str, BAUDS)), baud)
    return table.made("wire", WIRES, lambda text: wire_place(text, baud))


def _driver(table: Table, device_class: str) -> DriverChoice:
    usual = next(iter(BUILT_IN[device_class]))
    choice = DriverChoice(device_class, table.text("driver", usual), table.free("options"))
    try:
        choice.check()
    except DriverProblem as problem:
        raise table.wrong("driver", f"an installed driver ({problem})") from problem
    except ValueError as error:
        raise table.wrong("options", f"what the driver understands ({error})") from error
    return choice


def _scanner(table: Table) -> ScannerSettings:
    settings = ScannerSettings(_wire(table), _driver(table, "scanner"))
    table.done()
    return settings


def _id_reader(table: Table, mode: Mode) -> IdReaderSettings:
    decoder: Path | Literal["none", "simulated"] = "none"
    named = table.text("photo_decoder", "none")
    if named == "simulated":
        if mode is Mode.PRODUCTION:
            raise table.wrong("photo_decoder", "none or a vendor's library in production", named)
        decoder = "simulated"
    elif named != "none":
        decoder = table.path("photo_decoder")
        if not decoder.is_file():
            raise table.wrong("photo_decoder", "none | simulated | the path of a vendor's library", named)
    settings = IdReaderSettings(_wire(table), _driver(table, "id_reader"), decoder)
    table.done()
    return settings


def _card_printer(table: Table) -> CardPrinterSettings:
    settings = CardPrinterSettings(_wire(table), STATIONS[table.one_of("station", STATIONS, "contact")])
    table.done()
    return settings


def _chip(table: Table, mode: Mode, station: Station | None) -> ChipPlace:
    place = table.made("station", "pcsc:READER | link:HOST:PORT | none", chip_place, "none")
    if mode is Mode.PRODUCTION and isinstance(place, LinkAt):
        raise table.wrong("station", "pcsc:READER or none in production: a link ends at a simulated card")
    if (place is None) != (station is None):
        raise table.wrong("station", 'none exactly where card_printer.station is "none": a chip is written in the printer')
    table.done()
    return place


def _card_dispenser(root: Table, citizen_card: CitizenCardSettings | None, mode: Mode) -> CardDispenserSettings | None:
    """There exactly where citizen cards are made by it: a machine that nothing uses is a mistake."""
    wanted = citizen_card is not None and citizen_card.made_by is MadeBy.DISPENSER
    if not root.has("card_dispenser"):
        if wanted:
            raise root.wrong("card_dispenser", 'a table of this name where citizen_card.made_by = "dispenser"')
        return None
    table = root.table("card_dispenser")
    if not wanted:
        raise root.wrong("card_dispenser", 'no table of this name unless citizen_card.made_by = "dispenser"')
    return card_dispenser_from(table, _wire(table), _driver(table, "card_dispenser"), production=mode is Mode.PRODUCTION)


def _receipt_printer(table: Table) -> ReceiptPrinterSettings:
    settings = ReceiptPrinterSettings(_wire(table), table.whole("dots", 576, least=384, most=832, unit="dots"))
    table.done()
    return settings


def _ofd(table: Table, mode: Mode) -> OfdSettings:
    """In a demonstration the centre writes the folder when it starts, which may be later."""
    trust = table.path("trust")
    if mode is Mode.PRODUCTION:
        from print.ofd.seals.trust import Trust, TrustUnreadable  # slow to load, and the first picture waits for this file

        try:
            if not Trust.load(trust).roots:
                raise table.wrong("trust", "a folder with a root certificate in its roots/", str(trust))
        except (TrustUnreadable, OSError) as error:
            raise table.wrong("trust", f"certificates and revocation lists in PEM or DER ({error})") from error
    table.done()
    return OfdSettings(trust)


def _centre(table: Table, mode: Mode) -> CentreSettings:
    url = table.text("url", expected="https://HOST[:PORT]")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise table.wrong("url", "https://HOST[:PORT]", url)
    if mode is Mode.PRODUCTION and parts.scheme != "https":
        raise table.wrong("url", "https in production: personal data crosses the network", url)
    settings = CentreSettings(
        url=url.rstrip("/"),
        connect_s=table.number("connect_s", 5.0, least=0.1, most=60, unit="s"),
        answer_s=table.number("answer_s", 8.0, least=0.1, most=120, unit="s"),
        ca=table.path_or_none("ca"),
        identity=table.path("identity"),
    )
    table.done()
    return settings


def _commands(table: Table) -> tuple[str, ...]:
    program = table.made("sync_clock", "a program and its arguments, as in a shell", shlex.split, "")
    table.done()
    return tuple(program)


def _journal(table: Table) -> JournalSettings:
    settings = JournalSettings(
        folder=table.path("folder"),
        min_free_mb=table.whole("min_free_mb", 64, least=16, most=1_000_000, unit="MB"),
        erase_after_days=table.whole("erase_after_days", 30, least=1, most=3_650, unit="days"),
    )
    table.done()
    return settings


def _telemetry(table: Table) -> TelemetrySettings:
    settings = TelemetrySettings(
        metrics_port=table.whole("metrics_port", 0, least=0, most=65_535),
        broker=table.made("broker", "HOST:PORT of an MQTT 5 broker", _host_and_port, ""),
    )
    table.done()
    return settings


def _host_and_port(text: str) -> tuple[str, int] | None:
    """"" is none. Raises ValueError."""
    if not text:
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ValueError(text)
    return host, int(port)


def _updates(table: Table) -> Window:
    window = table.made("window", "two times of day such as 21:00-06:00", window_of, "21:00-06:00")
    table.done()
    return window


def _speech(table: Table) -> SpeechSettings:
    settings = SpeechSettings(table.path("voices", "voices"), table.flag("synthetic", False))
    table.done()
    return settings


def _services(table: Table, *, a4_printer: bool, citizen_card: bool) -> tuple[str, ...]:
    lacking = (() if a4_printer else ("print_certificate",)) + (() if citizen_card else ("citizen_card", *IN_A_MENU))
    possible = tuple(name for name in SERVICES if name not in lacking)
    offered = table.some_of("offered", SERVICES, tuple(name for name in possible if name not in IN_A_MENU))
    if not set(offered) <= set(possible):
        raise table.wrong(
            "offered", "print_certificate only with an [a4_printer]; citizen_card, top_up and card_balance with a [citizen_card]"
        )
    table.done()
    return offered


def _times(table: Table) -> Times:
    def seconds(key: str, default: float, least: float, most: float) -> float:
        return table.number(f"{key}_s", default, least=least, most=most, unit="s")

    times = Times(
        idle=seconds("idle", 60, 15, 600),
        idle_elder=seconds("idle_elder", 120, 30, 1_200),
        warning=seconds("warning", 30, 20, 300),
        take_card=seconds("take_card", 40, 20, 600),
        take_card_elder=seconds("take_card_elder", 120, 40, 1_200),
        recovery_present=seconds("recovery_present", 40, 5, 600),
        exit_poll=seconds("exit_poll", 0.5, 0.05, 5),
        settle_moving=seconds("settle_moving", 45, 5, 300),
        slip_wait=seconds("slip_wait", 8, 0, 60),
        volume=seconds("volume", 15, 5, 60),
        last_look=seconds("last_look", 45, 10, 300),
        clock_skew=seconds("clock_skew", 120, 5, 3_600),
        heartbeat=seconds("heartbeat", 10, 2, 600),
    )
    table.done()
    return times


def _limits(table: Table) -> Limits:
    limits = Limits(blanks_per_case=table.whole("blanks_per_case", 2, least=1, most=5, unit="cards"))
    table.done()
    return limits


def _camera(root: Table, mode: Mode) -> CameraSettings | None:
    if not root.has("camera"):
        return None
    return camera_from(root.table("camera"), production=mode is Mode.PRODUCTION)


def _cabinet(table: Table) -> CabinetSettings:
    return cabinet_from(table, _wire(table))


def _operator(table: Table) -> PinHash:
    pin = table.made("pin_hash", "the output of ./run pin", PinHash)
    table.done()
    return pin


def _evidence(table: Table, mode: Mode) -> tuple[IdentityEvidence, ...]:
    evidence = tuple(map(IdentityEvidence, table.some_of("evidence", list(IdentityEvidence))))
    if mode is Mode.PRODUCTION and IdentityEvidence.CARD_ALONE in evidence:
        raise table.wrong("evidence", "face or staff in production: a card alone may be somebody else's")
    table.done()
    return evidence
