"""Creator CRT-571 and CRT-591 (facts/devices.md 3): one protocol, two framings.

Uncertain and therefore configuration: which move presents a card, whether the bin's counter survives a power cut, which sensor
stands where. A machine that was switched on answers only after an initialisation; the driver's own moves no card and
turns the bin's counter on.
"""
from __future__ import annotations

import secrets

import trio

from devices.card_dispenser import crt_codec as codec
from devices.card_dispenser.crt_codec import Cm, Command, Reply
from devices.card_dispenser.crt_link import CrtLink, CrtPatience
from devices.card_dispenser.crt_reading import CrtOptions, SensorMap, known, refuse, refused, status_of, unknown
from devices.card_dispenser.crt_station import ContactlessStation, ContactStation
from devices.card_dispenser.errors import words
from devices.card_dispenser.framing import ClassicFraming, Framing
from devices.card_dispenser.gate import AcceptLoop, watch_gate
from devices.card_dispenser.judging import Act, Evidence, Judgement, judge
from devices.card_dispenser.seam import DispenserStation
from devices.card_dispenser.words import (
    AcceptEnd,
    Capabilities,
    InitialiseWith,
    Media,
    PathMedia,
    RejectEnd,
    Station,
    Status,
    TakenEnd,
)
from devices.errors import DeviceFailed, DeviceGone, OutcomeUnknown
from devices.wire import OpenWire

MOVE_TO = {Station.CONTACT: codec.TO_CONTACT, Station.CONTACTLESS: codec.TO_CONTACTLESS}
_INITIALISE = {
    InitialiseWith.LEAVE: codec.INIT_LEAVE,
    InitialiseWith.TO_GATE: codec.INIT_TO_GATE,
    InitialiseWith.TO_BIN: codec.INIT_TO_BIN,
}
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
            before = known(await self._status())
            if before.path is not PathMedia.NOT_PRESENT or before.gate is not Media.NOT_PRESENT:
                raise refuse("OCCUPIED")  # the same command would move that card instead of feeding one
            await self._move(MOVE_TO[station], inside=True)

    async def bring(self, station: Station) -> None:
        async with self._one:
            self._must_have(station)
            if not known(await self._status()).path.inside:
                raise refuse("NO_MEDIA")  # the same command would feed a card
            await self._move(MOVE_TO[station], inside=True)

    async def present(self) -> None:
        async with self._one:
            if not known(await self._status()).path.inside:
                raise refuse("NO_MEDIA")
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
                raise refuse("PLACE_UNKNOWN" if before.gate is Media.UNKNOWN else "NO_MEDIA")
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
                raise refuse("OCCUPIED")  # that card has an owner who may be reaching for it: `capture` is for it
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
        before = known(await self.status())
        if before.path is not PathMedia.NOT_PRESENT or before.gate is not Media.NOT_PRESENT:
            raise refuse("OCCUPIED")
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
            return unknown(reply)
        raw: tuple[bool, ...] = ()
        if sensors or self._options.sensors != SensorMap():
            told = await self._asked(codec.STATUS_SENSORS)
            raw = (codec.decode_sensors(told.data) if told.ok else None) or ()
        retained = await self._retained()
        if reply.status[:1] != codec.CARD_INSIDE and self._error == "JAM":
            self._error = None  # somebody took it out
        return status_of(reply, raw, retained, self._error, self._options.sensors)

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
            raise refuse("UNSUPPORTED")


__all__ = ["CrtDispenser", "CrtOptions", "CrtPatience", "SensorMap"]
