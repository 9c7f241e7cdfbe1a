"""Creator CRT-571 and CRT-591 (facts/devices.md 3): one protocol, two framings.

Uncertain and therefore configuration: which move presents a card, whether the bin's counter survives a power cut, which sensor
stands where. A machine that was switched on answers only after an initialisation; the driver's own moves no card and
turns the bin's counter on.
"""
from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import trio

from devices.card_dispenser import crt_codec as codec
from devices.card_dispenser.crt_codec import Cm, Command, Reply
from devices.card_dispenser.crt_link import CrtLink, CrtPatience
from devices.card_dispenser.crt_station import ContactlessStation, ContactStation
from devices.card_dispenser.errors import words
from devices.card_dispenser.framing import ClassicFraming, Framing
from devices.card_dispenser.gate import AcceptLoop, watch_gate
from devices.card_dispenser.judging import Act, Evidence, Judgement, judge
from devices.card_dispenser.seam import DispenserStation
from devices.card_dispenser.words import (
    PLACE_OF_STATION,
    AcceptEnd,
    Capabilities,
    DeviceState,
    InitialiseWith,
    Media,
    PathMedia,
    RejectEnd,
    Replenishment,
    Station,
    Status,
    StorageUnit,
    TakenEnd,
    UnitKind,
)
from devices.errors import DeviceFailed, DeviceGone, DeviceRefused, OutcomeUnknown
from devices.wire import OpenWire

MOVE_TO = {Station.CONTACT: codec.TO_CONTACT, Station.CONTACTLESS: codec.TO_CONTACTLESS}
_INITIALISE = {
    InitialiseWith.LEAVE: codec.INIT_LEAVE,
    InitialiseWith.TO_GATE: codec.INIT_TO_GATE,
    InitialiseWith.TO_BIN: codec.INIT_TO_BIN,
}
_HOPPER = {
    codec.HOPPER_EMPTY: Replenishment.EMPTY,
    codec.HOPPER_LOW: Replenishment.LOW,
    codec.HOPPER_OK: Replenishment.OK,
}
_BIN = {codec.BIN_ROOM: Replenishment.OK, codec.BIN_FULL: Replenishment.FULL}


@dataclass(frozen=True)
class SensorMap:
    """Which of the raw sensors stands where: differs by model, so nothing is known without it."""

    contact: int | None = None
    contactless: int | None = None


@dataclass(frozen=True)
class CrtOptions:
    """`present_by`: 39 ejects; some installations use 30, which holds the card at the gate. `counter_survives_power`: tried on
    this model. `poll_s`: how often the gate is looked at."""

    stations: frozenset[Station] = frozenset(Station)
    present_by: int = codec.TO_GATE
    counter_survives_power: bool = False
    sensors: SensorMap = field(default_factory=SensorMap)
    poll_s: float = 0.3


class CrtDispenser:
    """One machine. Methods may be called from several tasks: they wait for each other."""

    def __init__(
        self,
        open_wire: OpenWire,
        framing: Framing | None = None,
        address: int = 0,
        *,
        patience: CrtPatience | None = None,
        options: CrtOptions | None = None,
    ) -> None:
        self._patience, self._options = patience or CrtPatience(), options or CrtOptions()
        self._link = CrtLink(open_wire, framing or ClassicFraming(), address, self._patience)
        self._one = trio.Lock()
        self._counts_bin: bool | None = None
        self._epoch = secrets.token_hex(8)
        self._presented = False
        self._error: str | None = None
        self._stations: dict[Station, DispenserStation] = {
            Station.CONTACT: ContactStation(self),
            Station.CONTACTLESS: ContactlessStation(self),
        }

    async def aclose(self) -> None:
        async with self._one:
            await self._link.aclose()

    # Questions: may be asked at any time, and again

    async def capabilities(self) -> Capabilities:
        """`model` is the first word of the firmware's name. Raises DeviceGone."""
        async with self._one:
            reply = await self._asked(codec.VERSION)
            firmware = reply.data.decode("ascii", "replace")
            await self._retained()
            return Capabilities(firmware.split("_")[0], firmware, self._options.stations, bool(self._counts_bin))

    async def firmware(self) -> str:
        """The one question that is answered by a machine nobody initialised; nothing moves. Raises DeviceGone."""
        async with self._one:
            return (await self._link.ask(codec.VERSION)).data.decode("ascii", "replace")

    async def status(self, *, sensors: bool = False) -> Status:
        async with self._one:
            return await self._status(sensors)

    async def evidence(self) -> Evidence:
        async with self._one:
            return await self._evidence()

    async def probe(self, act: Act, before: Evidence) -> Judgement:
        return judge(act, before, await self.evidence())

    async def wait_taken(self, patience_s: float) -> TakenEnd:
        end = await watch_gate(self.status, patience_s, self._options.poll_s, seen=self._presented)
        self._presented = self._presented and end is TakenEnd.STILL_THERE
        return end

    async def serial_number(self) -> str:
        """As the machine gives it; refused by models that have none. Raises DeviceRefused."""
        async with self._one:
            reply = await self._asked(Command(Cm.SERIAL_NUMBER, 0x30))
            if not reply.ok:
                raise refused(reply)
            return reply.data.decode("ascii", "replace")

    async def set_bin_count(self, count: int = 0) -> None:
        """The bin was emptied (0), or counted. Raises DeviceRefused where the machine does not count."""
        async with self._one:
            command = Command(Cm.BIN_COUNTER, codec.SET_BIN, codec.encode_retained(count))
            reply = await self._asked(command)
            if not reply.ok:
                raise refused(reply)

    # Movements: sent once

    async def initialise(self, card: InitialiseWith = InitialiseWith.LEAVE) -> None:
        async with self._one:
            await self._initialise(card)

    async def feed_to(self, station: Station) -> None:
        async with self._one:
            self._must_have(station)
            before = _known(await self._status())
            if before.path is not PathMedia.NOT_PRESENT or before.gate is not Media.NOT_PRESENT:
                raise _refuse("OCCUPIED")  # the same command would move that card instead of feeding one
            await self._move(MOVE_TO[station], inside=True)

    async def bring(self, station: Station) -> None:
        async with self._one:
            self._must_have(station)
            if not _known(await self._status()).path.inside:
                raise _refuse("NO_MEDIA")  # the same command would feed a card
            await self._move(MOVE_TO[station], inside=True)

    async def present(self) -> None:
        async with self._one:
            if not _known(await self._status()).path.inside:
                raise _refuse("NO_MEDIA")
            reply = await self._sent(Command(Cm.MOVE, self._options.present_by), self._patience.move)
            if reply.status[0] == codec.CARD_INSIDE:
                raise DeviceFailed(words("CONTRADICTION"), "CONTRADICTION")
            if reply.status[0] != codec.CARD_AT_GATE:
                raise OutcomeUnknown("the card left the inside and the gate sensor did not see it")
            self._presented = True

    async def capture(self) -> None:
        async with self._one:
            before = await self._evidence()
            if before.gate is not Media.PRESENT:
                raise _refuse("PLACE_UNKNOWN" if before.gate is Media.UNKNOWN else "NO_MEDIA")
            reply = await self._sent(Command(Cm.MOVE, codec.TO_BIN), self._patience.move)
            if reply.status[0] != codec.CARD_NONE:
                raise DeviceFailed(words("CONTRADICTION"), "CONTRADICTION")
            if (await self._counted(before)) == 0:
                raise DeviceFailed(words("CONTRADICTION"), "CONTRADICTION")

    async def reject(self) -> RejectEnd:
        """By the initialisation that captures: it works after a jam and with nothing inside."""
        async with self._one:
            before = await self._evidence()
            if before.gate is Media.PRESENT:
                raise _refuse("OCCUPIED")  # that card has an owner who may be reaching for it: `capture` is for it
            await self._initialise(InitialiseWith.TO_BIN)
            fallen = await self._counted(before)
            if fallen:
                return RejectEnd.CARD_REJECTED
            after = await self._status()
            if after.path.inside or (before.path.inside and fallen == 0):
                raise DeviceFailed(words("CONTRADICTION"), "CONTRADICTION")
            if fallen == 0:
                return RejectEnd.PATH_WAS_EMPTY
            gone = (after.path, after.gate) == (PathMedia.NOT_PRESENT, Media.NOT_PRESENT)
            return RejectEnd.CARD_REJECTED if before.path.inside and gone else RejectEnd.UNKNOWN

    async def accept(self, patience_s: float) -> AcceptEnd:
        before = _known(await self.status())
        if before.path is not PathMedia.NOT_PRESENT or before.gate is not Media.NOT_PRESENT:
            raise _refuse("OCCUPIED")
        return await AcceptLoop(self.status, self._open_entry, self._close_entry, self._options.poll_s).run(patience_s)

    def station(self, station: Station) -> DispenserStation:
        self._must_have(station)
        return self._stations[station]

    # For the stations

    async def chip(self, command: Command) -> Reply:
        """A chip command is a movement in this: it is sent once."""
        async with self._one:
            return await self._link.once(command, self._patience.chip)

    async def ready(self) -> None:
        """Initialised. Raises what the initialisation does."""
        async with self._one:
            await self._ready()

    async def card_is_inside(self) -> bool:
        return (await self.status()).path.inside

    # Inside

    async def _open_entry(self) -> None:
        await self._entry(codec.ENTRY_OPEN)

    async def _close_entry(self) -> None:
        await self._entry(codec.ENTRY_CLOSED)

    async def _entry(self, command: Command) -> None:
        async with self._one:
            await self._ready()
            reply = await self._link.ask(command)
            if not reply.ok:
                raise refused(reply)

    async def _ready(self) -> None:
        """In step and initialised; the machine may have been switched off at any time."""
        await self._asked(codec.STATUS_DEVICE)

    async def _asked(self, command: Command) -> Reply:
        """A question; where the machine was switched on since, it is initialised first, moving nothing."""
        reply = await self._link.ask(command)
        if codec.REASON_OF_CODE.get(reply.code) == "NOT_INITIALISED":
            self._epoch = secrets.token_hex(8)
            await self._initialise(InitialiseWith.LEAVE)
            reply = await self._link.ask(command)
        return reply

    async def _initialise(self, card: InitialiseWith) -> None:
        self._presented = False
        await self._link.synchronise()
        counting = Command(Cm.INITIALISE, _INITIALISE[card] + codec.INIT_COUNTING)
        reply = await self._link.once(counting, self._patience.initialise)
        if reply.code in ("01", "03"):  # a model without a counter knows only the plain form
            self._counts_bin = False
            reply = await self._link.once(Command(Cm.INITIALISE, _INITIALISE[card]), self._patience.initialise)
        self._heard(reply)

    async def _status(self, sensors: bool = False) -> Status:
        reply = await self._asked(codec.STATUS_DEVICE)
        if not reply.ok:
            return _unknown(reply)
        raw: tuple[bool, ...] = ()
        if sensors or self._options.sensors != SensorMap():
            told = await self._asked(codec.STATUS_SENSORS)
            raw = (codec.decode_sensors(told.data) if told.ok else None) or ()
        retained = await self._retained()
        return self._as_status(reply, raw, retained)

    def _as_status(self, reply: Reply, raw: tuple[bool, ...], retained: int | None) -> Status:
        card, hopper, bin_ = reply.status[:1], reply.status[1:2], reply.status[2:]
        if card != codec.CARD_INSIDE and self._error == "JAM":
            self._error = None  # somebody took it out
        path = self._path(raw) if card == codec.CARD_INSIDE else PathMedia.NOT_PRESENT
        gate = Media.PRESENT if card == codec.CARD_AT_GATE else Media.NOT_PRESENT
        if card not in (codec.CARD_NONE, codec.CARD_AT_GATE, codec.CARD_INSIDE):
            path, gate = PathMedia.UNKNOWN, Media.UNKNOWN
        return Status(
            DeviceState.HARDWARE_ERROR if self._error in ("JAM", "MOTOR", "SENSOR") else DeviceState.ONLINE,
            path,
            gate,
            StorageUnit("hopper", UnitKind.DISPENSE, _HOPPER.get(hopper, Replenishment.UNKNOWN)),
            StorageUnit("bin", UnitKind.RETAIN, _BIN.get(bin_, Replenishment.UNKNOWN), retained),
            raw,
            self._error,
        )

    def _path(self, raw: tuple[bool, ...]) -> PathMedia:
        if self._error == "JAM":
            return PathMedia.JAMMED
        places = self._options.sensors
        for index, place in ((places.contact, PathMedia.AT_CONTACT), (places.contactless, PathMedia.AT_CONTACTLESS)):
            if index is not None and index < len(raw) and raw[index]:
                return place
        return PathMedia.PRESENT

    async def _retained(self) -> int | None:
        if self._counts_bin is False:
            return None
        reply = await self._asked(codec.READ_BIN)
        self._counts_bin = reply.ok or reply.code not in ("00", "01", "03")
        return codec.decode_retained(reply.data) if reply.ok else None

    async def _evidence(self) -> Evidence:
        status = await self._status()
        return Evidence(
            status.path, status.gate, status.bin.count, self._epoch, self._options.counter_survives_power
        )

    async def _counted(self, before: Evidence) -> int | None:
        """Cards that fell into the bin. Asking a machine that fell silent after it did the work is not an unknown outcome
        of the work: it said it was done."""
        try:
            return (await self._evidence()).fallen_since(before)
        except DeviceGone:
            return None

    async def _move(self, pm: int, *, inside: bool) -> None:
        reply = await self._sent(Command(Cm.MOVE, pm), self._patience.move)
        if inside and reply.status[0] != codec.CARD_INSIDE:
            raise DeviceFailed(words("CONTRADICTION"), "CONTRADICTION")

    async def _sent(self, command: Command, patience_s: float) -> Reply:
        await self._ready()
        self._presented = False
        reply = await self._link.once(command, patience_s)
        self._heard(reply)
        return reply

    def _heard(self, reply: Reply) -> None:
        """Raises what a failure means; remembers what stopped the machine until it moves again."""
        if reply.ok:
            self._error = None
            return
        error = refused(reply)
        if isinstance(error, DeviceFailed):
            self._error = error.code
        raise error

    def _must_have(self, station: Station) -> None:
        if station not in self._options.stations:
            raise _refuse("UNSUPPORTED")


def refused(reply: Reply) -> DeviceRefused | DeviceFailed:
    """The typed error of a failure. A code nobody has published may have moved the card."""
    code = codec.REASON_OF_CODE.get(reply.code, reply.code)
    kind = DeviceRefused if reply.code in codec.NOTHING_MOVED else DeviceFailed
    return kind(words(code), code)


def _refuse(code: str) -> DeviceRefused:
    return DeviceRefused(words(code), code)


def _known(status: Status) -> Status:
    """Nothing is moved by a machine that does not tell where cards are."""
    if status.path is PathMedia.UNKNOWN or status.gate is Media.UNKNOWN:
        raise _refuse("PLACE_UNKNOWN")
    return status


def _unknown(reply: Reply) -> Status:
    code = codec.REASON_OF_CODE.get(reply.code, reply.code)
    return Status(
        DeviceState.HARDWARE_ERROR,
        PathMedia.UNKNOWN,
        Media.UNKNOWN,
        StorageUnit("hopper", UnitKind.DISPENSE, Replenishment.UNKNOWN),
        StorageUnit("bin", UnitKind.RETAIN, Replenishment.UNKNOWN),
        error=code,
    )


__all__ = ["PLACE_OF_STATION", "CrtDispenser", "CrtOptions", "CrtPatience", "SensorMap"]
