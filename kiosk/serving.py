"""A terminal from kiosk.toml on a display that is already there: wires, journal, heart; until a technician leaves it."""
from __future__ import annotations

import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import trio

from card.link import LinkStation
from card.pcsc import PcscStation
from card.transport import ChipStation
from devices.blackbox.recorder import Recorder
from devices.card_printer.driver import CardPrinter
from devices.card_printer.status import Station
from devices.id_reader.photo import NoDecoder, PhotoDecoder, SimulatedDecoder, VendorDecoder
from devices.receipt_printer.driver import ReceiptPrinter
from kiosk import leaflet
from kiosk.assemble import assemble
from kiosk.attendant.commission_wiring import OfConfig
from kiosk.attendant.people import Roster
from kiosk.audit.witness import Witnessing
from kiosk.blackbox.run import folder_of
from kiosk.blackbox.spool import Spool
from kiosk.cabinet.colours import lamp_colours
from kiosk.citizen_slot import CitizenSlot
from kiosk.code_reader import CodeReader
from kiosk.commands.wiring import commands_of
from kiosk.config import Config, Mode
from kiosk.conversation import Conversation, Patience, WalkedAway
from kiosk.dispensing import Dispensing
from kiosk.display import Display, Voice
from kiosk.ecredentials.reader import ReaderProcess
from kiosk.estimates import Durations
from kiosk.gate import Gate
from kiosk.parts import Limits, Parts
from kiosk.supervisor import AGAIN, HOST_AGAIN, PARKED
from kiosk.telemetry.beats import screen_beats
from kiosk.telemetry.metrics import serve_metrics
from kiosk.telemetry.telemetry import Telemetry
from kiosk.telemetry.versions import versions
from kiosk.terminal import Ending, House, Terminal
from kiosk.transaction.journal import Journal, JournalBroken, JournalCorrupt, JournalInUse
from kiosk.updates import updates_of
from kiosk.wiring import ChipPlace, LinkAt, PcscAt, RecordedAt, WirePlace
from remote.broker import BrokerTransport
from remote.enrolment.identity import IdentityFolder
from remote.enrolment.renew import keep_renewed
from remote.messages import IdentityEvidence
from remote.messages.audit import Contradiction
from remote.platform import Platform
from remote.transport import HttpTransport, Transport

T = TypeVar("T")
CODES = {Ending.PARKED: PARKED, Ending.AGAIN: AGAIN, Ending.HOST_AGAIN: HOST_AGAIN}
"""What the watchman hears (kiosk/supervisor.py)."""
Beside = Callable[[Terminal], Awaitable[None]]


async def in_worker(work: Callable[..., T], *args: Any) -> T:
    """Drawing takes tens of milliseconds: not on the loop that the screen lives on."""
    return await trio.to_thread.run_sync(work, *args)


def parts_of(config: Config, transport: Transport) -> Parts:
    """The drivers of this terminal; nothing is opened before it is used, so a missing machine stops nobody."""
    times = config.times
    platform = platform_of(config, transport)

    recorder = Recorder(trio.current_time)

    def now() -> datetime:
        return datetime.now(config.terminal.time_zone)

    def at(device: str, place: WirePlace) -> RecordedAt:
        return RecordedAt(place, device, recorder)

    reader = config.id_reader.driver.make(at("id_reader", config.id_reader.wire))
    card_printer = CardPrinter(at("card_printer", config.card_printer.wire).opener())
    slip_printer = ReceiptPrinter(at("receipt_printer", config.receipt_printer.wire).opener(), config.receipt_printer.dots)
    scanner = config.scanner.driver.make(at("scanner", config.scanner.wire)) if config.scanner else None
    return Parts(
        terminal=config.terminal.id,
        hall=config.terminal.hall,
        place=config.terminal.place,
        platform=platform,
        id_reader=recorder.driver("id_reader", reader),
        card_printer=recorder.driver("card_printer", card_printer),
        chip=station_at(config.chip),
        citizen_card=citizen_slot_of(config),
        dispensing=dispensing_of(config, at, recorder),
        codes=CodeReader(recorder.driver("scanner", scanner)) if scanner is not None else None,
        chip_at=config.card_printer.station or Station.PRINT,
        receipt_printer=recorder.driver("receipt_printer", slip_printer),
        now=now,
        offload=in_worker,
        limits=Limits(
            take_card_s=times.take_card, take_card_elder_s=times.take_card_elder, recovery_present_s=times.recovery_present,
            look_every_s=times.heartbeat, exit_poll_s=times.exit_poll, settle_moving_s=times.settle_moving,
            blanks_per_case=config.limits.blanks_per_case,
            slip_wait_s=times.slip_wait, last_look_s=times.last_look, min_free_mb=config.journal.min_free_mb,
            clock_skew_s=times.clock_skew,
        ),
        photo_decoder=decoder_of(config),
        photo_is_drawn=config.terminal.mode is Mode.DEMO,
        cabinet=config.cabinet.open() if config.cabinet else None,
        lamp_colours=lamp_colours(config.front),
        ups=config.ups.open() if config.ups else None,
        a4_printer=config.a4_printer.open() if config.a4_printer else None,
        ofd=ReaderProcess(config.ofd.trust) if config.ofd else None,
        eyes=config.camera.eyes(platform, in_worker, now) if config.camera else None,
        recorder=recorder,
    )  # fmt: skip


def platform_of(config: Config, transport: Transport | None = None) -> Platform:
    return Platform(transport or transport_of(config), config.terminal.id)


def transport_of(config: Config) -> HttpTransport:
    centre = config.centre
    authority = str(centre.ca) if centre.ca else None
    return HttpTransport(centre.url, IdentityFolder(centre.identity), centre.connect_s, centre.answer_s, authority)


def broker_of(config: Config, boot_id: str) -> BrokerTransport | None:
    """Where it is away, its asks go over a line of their own to the centre."""
    if config.telemetry.broker is None:
        return None
    return BrokerTransport(*config.telemetry.broker, IdentityFolder(config.centre.identity), boot_id, transport_of(config))


def decoder_of(config: Config) -> PhotoDecoder:
    match config.id_reader.photo_decoder:
        case "none":
            return NoDecoder()
        case "simulated":
            return SimulatedDecoder()
        case library:
            return VendorDecoder(library)


def citizen_slot_of(config: Config) -> CitizenSlot | None:
    settings = config.citizen_card
    station = station_at(settings.station) if settings is not None else None
    if settings is None or station is None:
        return None
    return CitizenSlot(station, settings.number, settings.pin, settings.pin_encoding, module=station_at(settings.module))


def dispensing_of(
    config: Config, at: Callable[[str, WirePlace], RecordedAt], recorder: Recorder
) -> Dispensing | None:
    settings = config.card_dispenser
    if settings is None:
        return None
    machine = recorder.driver("card_dispenser", settings.driver.make(at("card_dispenser", settings.wire)))
    return settings.dispensing(machine, station_at(settings.reader))


def station_at(place: ChipPlace) -> ChipStation | None:
    match place:
        case PcscAt(reader):
            return PcscStation(reader)
        case LinkAt(host, port):
            return LinkStation(host, port)
    return None


def house_of(config: Config) -> House:
    trusts_card = config.terminal.mode is Mode.DEMO and IdentityEvidence.CARD_ALONE in config.evidence
    return House(
        offered=config.services,
        identity=IdentityEvidence.CARD_ALONE if trusts_card else None,
        evidence=tuple(way for way in config.evidence if way is not IdentityEvidence.CARD_ALONE),
        trust_note="trust_card_alone" if trusts_card else "",
        nearest=config.terminal.nearest,
        window=config.terminal.window,
        erase_after=timedelta(days=config.journal.erase_after_days),
    )


async def serve(config: Config, parts: Parts, display: Display, voice: Voice, beside: Beside | None = None) -> Ending:
    """Run the terminal on this display until a technician leaves it, or the battery is nearly empty. `beside` runs next to it
    (a scripted citizen)."""
    try:
        journal = Journal(config.journal.folder, parts.now)
    except (JournalCorrupt, JournalInUse) as error:
        await refuse_business(config, display, voice, "journal", f"the journal cannot be used: {error}")
        return Ending.LEFT
    except JournalBroken as error:
        await refuse_business(config, display, voice, "disk", f"the journal's disk fails: {error}")
        return Ending.LEFT
    times = config.times
    terminal = assemble(
        parts, journal, display, voice,
        house=house_of(config), pin=config.operator_pin, people=config.operators, commissioning=OfConfig(config),
        patience=Patience(times.idle, times.idle_elder, times.warning, times.volume),
        durations=Durations(config.journal.folder / "durations.json"), language=config.showing.language,
    )  # fmt: skip
    boot_id = secrets.token_hex(8)
    broker = broker_of(config, boot_id)
    terminal.telemetry = Telemetry(
        terminal.health, lambda: terminal.visit, versions(config), screen_beats(display), journal.count_waiting,
        platform=platform_of(config, broker) if broker is not None else None, boot_id=boot_id,
    )  # fmt: skip
    commands = commands_of(config, terminal, display)
    terminal.telemetry.agent.listeners.append(commands.hear)
    terminal.commands = commands.run

    def contradicted(contradiction: Contradiction) -> None:
        sys.stderr.write(f"the centre remembers another journal: {contradiction}\n")

    updates = updates_of(terminal, config.update_window)
    async with trio.open_nursery() as nursery:
        if updates is not None:
            nursery.start_soon(updates)
        if parts.recorder is not None:
            nursery.start_soon(Spool(folder_of(config), parts.recorder, trio.current_time).run)
        nursery.start_soon(Witnessing(journal, parts.platform, contradicted).run)
        if beside is not None:
            nursery.start_soon(beside, terminal)
        if config.telemetry.metrics_port:
            nursery.start_soon(serve_metrics, terminal.telemetry, config.telemetry.metrics_port)
        if broker is not None:
            nursery.start_soon(broker.run)
        nursery.start_soon(keep_renewed, IdentityFolder(config.centre.identity), parts.platform, parts.now, _log)
        ending = await terminal.run()
        nursery.cancel_scope.cancel()
    return ending


def _log(words: str) -> None:
    sys.stderr.write(f"{words}\n")


async def refuse_business(config: Config, display: Display, voice: Voice, reason: str, words: str) -> None:
    """A damaged journal or disk: the file is kept as it is, the screen says so, and only a technician gets past it."""
    sys.stderr.write(f"no business is done: {words}\n")
    talk = Conversation(display, voice, Patience(), on_help=lambda prompt: None)
    roster = Roster(config.operator_pin, config.operators)
    gate = Gate(talk, roster, None, None, lambda: datetime.now(config.terminal.time_zone))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(talk.listen)
        while True:
            answer = await talk.ask(leaflet.out_of_service(reason, config.terminal.nearest))
            if answer.choice == "operator" and await technician(gate):
                break
        nursery.cancel_scope.cancel()


async def technician(gate: Gate) -> bool:
    try:
        return await gate.let_in() is not None
    except WalkedAway:
        return False
