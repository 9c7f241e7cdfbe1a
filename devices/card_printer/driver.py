"""The card printer as the terminal uses it: feed, print, present, capture, reject, and what the machine itself knows.

Movements are sent exactly once. Before each one the line is brought in step, nothing may move any more, and ACK/NACK mode is
on (Pem;4, facts/devices.md 5.2). After it the sensors are asked whether the card is where the machine says it is.
A movement raises
  DeviceRefused   nothing moved (code: a key of extension.REASONS, UNSUPPORTED, or the NACK letter)
  DeviceFailed    it stopped on the way, or the sensors contradict the acknowledgement: `status` tells where the card is
  OutcomeUnknown  it was sent and no answer came; never sent again by itself
  DeviceGone      the machine was silent before anything was sent
"""
from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import trio

from devices.card_printer import extension
from devices.card_printer.codec import Command
from devices.card_printer.extension import NACK_LETTERS, REASONS, Acknowledgement
from devices.card_printer.link import AnswerGarbled, Link, Patience
from devices.card_printer.panels import CardImage, Panel, separate
from devices.card_printer.reading import counters_of, status_of
from devices.card_printer.status import (
    PLACE_OF_STATION,
    Capabilities,
    Counters,
    Media,
    PathMedia,
    RejectEnd,
    Station,
    Status,
    Supply,
)
from devices.errors import DeviceFailed, DeviceGone, DeviceRefused, OutcomeUnknown
from devices.wire import OpenWire

RIBBON = "ymcko"


class CardPrinter:
    """One printer. Methods may be called from several tasks: they wait for each other, `status` for a print too."""

    def __init__(self, open_wire: OpenWire, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._link = Link(open_wire, self._patience)
        self._one = trio.Lock()
        self._capabilities: Capabilities | None = None
        self._identified_on = 0
        self._volatile_counters = True
        self._configured_at_boot: str | None = None
        self._sent = False

    async def aclose(self) -> None:
        await self._link.aclose()

    # Questions: may be asked at any time, and again

    async def capabilities(self) -> Capabilities:
        """What this machine is. Raises DeviceGone."""
        async with self._one:
            return await self._identify()

    @property
    def identified(self) -> Capabilities | None:
        """What it said when it was asked last. None: never yet."""
        return self._capabilities

    async def status(self) -> Status:
        """Sensors and supplies now. Raises DeviceGone; what the machine cannot tell is None or UNKNOWN."""
        async with self._one:
            capabilities = await self._identify()
            if capabilities.extension:
                return status_of(await self._link.question(extension.STATUS), capabilities)
            return await self._public_status()

    async def counters(self) -> Counters:
        """What the machine counted. Raises DeviceGone."""
        async with self._one:
            return await self._counters(await self._identify())

    # Movements: sent once

    async def feed(self, station: Station) -> None:
        """A blank from the hopper to `station`. Refused with OCCUPIED while a card is inside."""
        async with self._movements() as (capabilities, _):
            if not {Station.CONTACT: capabilities.contact, Station.CONTACTLESS: capabilities.contactless}.get(station, True):
                raise DeviceRefused(f"this machine has no {station.name.lower()} station", "UNSUPPORTED")
            await self._move(Command(station.value), self._patience.feed)
            await self._must_be_at(capabilities, PLACE_OF_STATION[station])

    async def bring(self, station: Station) -> None:
        """The card inside back to a chip station, to read it after printing (`Capabilities.read_back_after_print`)."""
        async with self._movements() as (capabilities, _):
            if not capabilities.read_back_after_print or station is Station.PRINT:
                raise DeviceRefused("this machine cannot bring a card back to a chip station", "UNSUPPORTED")
            where = "c" if station is Station.CONTACT else "l"
            await self._move(Command(extension.BRING, (where,)), self._patience.feed)
            await self._must_be_at(capabilities, PLACE_OF_STATION[station])

    async def print_card(self, front: CardImage, back: CardImage | None = None) -> None:
        """Print the card inside; it stays inside. Refused only while not one panel has been printed.

        Fails where the machine's own count of panels does not agree with what it acknowledged."""
        async with self._movements() as (capabilities, before):
            if back is not None and not capabilities.duplex:
                raise DeviceRefused("this machine prints one side only", "UNSUPPORTED")
            plates = [separate(face) for face in (front, back) if face is not None]  # 12 ms each
            await self._set(Command("Ss"))
            touched = False
            for side, panels in zip(("Sr", "Sv"), plates, strict=False):
                touched = await self._print_side(side, panels, touched, capabilities)
            await self._must_be_at(capabilities, PathMedia.PRINTED_INSIDE)
            await self._must_have_printed(sum(map(len, plates)), before, capabilities)

    async def present(self) -> None:
        """Eject to the bezel; returns when the exit sensor has seen the card (which may be gone again by then).

        Raises OutcomeUnknown on a machine without exit sensor: nothing there can say that a card came out.
        """
        async with self._movements() as (capabilities, before):
            await self._move(Command("Se"), self._patience.eject)
            if not capabilities.exit_sensor or before is None:
                raise OutcomeUnknown("ejected, and this machine has no sensor at the exit")
            after = await self._counters(capabilities)
            if not after.comparable(before) or after.presented != (before.presented or 0) + 1:
                raise OutcomeUnknown("ejected, and the exit sensor saw no card come")

    async def capture(self) -> None:
        """Draw the card at the bezel into the capture bin, where it is kept for its owner.

        Refused with NO_MEDIA where the sensor sees none; fails with NOTHING_CAUGHT where it was taken that moment.
        """
        async with self._movements() as (capabilities, before):
            if not capabilities.capture_at_bezel:
                raise DeviceRefused("this machine cannot draw a card back in", "UNSUPPORTED")
            await self._move(Command(extension.CAPTURE), self._patience.eject)
            await self._must_have_counted(capabilities, before, "captured")

    async def reject(self) -> RejectEnd:
        """Whatever is inside goes to the reject bin. Safe to repeat and safe when the path is empty: says which it was."""
        async with self._movements() as (capabilities, before):
            moved = (await self._move(Command("Ser"), self._patience.eject)).moved
            if moved:
                await self._must_have_counted(capabilities, before, "rejected")
            return {True: RejectEnd.CARD_REJECTED, False: RejectEnd.PATH_WAS_EMPTY, None: RejectEnd.UNKNOWN}[moved]

    async def reset(self) -> None:
        """Motors home, errors forgotten; cards stay where they are."""
        async with self._movements():
            await self._move(Command("Srs"), self._patience.reset)

    # Inside

    @contextlib.asynccontextmanager
    async def _movements(self) -> AsyncIterator[tuple[Capabilities, Counters | None]]:
        """The machine to ourselves, at rest, in ACK/NACK mode; with the counters of that moment where it has them."""
        async with self._one:
            capabilities = await self._identify()
            boot = None
            if capabilities.extension:
                boot = (await self._link.wait_until_still()).get("boot")
            if boot is None or boot != self._configured_at_boot:
                await self._configure(capabilities)
                self._configured_at_boot = boot
            before = await self._counters(capabilities) if capabilities.extension else None
            self._sent = False
            try:
                yield capabilities, before
            except DeviceGone as gone:
                if self._sent:
                    raise OutcomeUnknown(f"the machine fell silent after a movement: {gone}") from gone
                raise

    async def _configure(self, capabilities: Capabilities) -> None:
        """Volatile settings: lost at every power-on."""
        await self._set(Command("Pem", ("4",)))
        if capabilities.extension:
            await self._set(Command(extension.DETAIL_ON))
        await self._set(Command("Pmi", ("F",)))
        await self._set(Command("Pr", (RIBBON,)))

    async def _set(self, command: Command) -> None:
        answer = await self._link.setting(command)
        if not answer.done:
            raise _refused(answer)

    async def _move(self, command: Command, patience: float, touched: bool = False) -> Acknowledgement:
        self._sent = True
        answer = await self._link.movement(command, patience)
        if answer.done:
            return answer
        if not touched and (answer.moved is False or answer.letter in ("1", "2")):
            raise _refused(answer)
        raise DeviceFailed(*_words(answer))

    async def _print_side(self, side: str, panels: list[Panel], touched: bool, capabilities: Capabilities) -> bool:
        commands = [Command(side), *(Command("Db", (panel.name, str(panel.levels)), panel.data) for panel in panels)]
        for command in [*commands, Command("Sp", (panels[-1].name,))]:
            patience = self._patience.turn if command.name == side else self._patience.panel
            answer = await self._move(command, patience, touched)
            touched |= answer.moved is not False
        return touched

    async def _must_be_at(self, capabilities: Capabilities, place: PathMedia) -> None:
        """The machine acknowledged; do its sensors agree?"""
        if not capabilities.extension:
            return
        seen = status_of(await self._link.question(extension.STATUS), capabilities).path
        if seen is not place:
            raise DeviceFailed(f"acknowledged, but the card is {seen.value} and not {place.value}", "CONTRADICTION")

    async def _must_have_counted(self, capabilities: Capabilities, before: Counters | None, what: str) -> None:
        """The machine acknowledged; did a card pass the sensor of that bin?"""
        if before is None:
            return
        after = await self._counters(capabilities)
        if not after.comparable(before):
            raise OutcomeUnknown("acknowledged, and the counters were lost at that moment")
        if (getattr(after, what) or 0) <= (getattr(before, what) or 0):
            raise DeviceFailed(f"acknowledged, but no card was {what}", "CONTRADICTION")

    async def _must_have_printed(self, panels: int, before: Counters | None, capabilities: Capabilities) -> None:
        """Rollers may slip under an acknowledged panel. The count lives in the EEPROM; a machine without it is believed."""
        after = await self._counters(capabilities) if before is not None else None
        if before is None or after is None or before.panels_printed is None or after.panels_printed is None:
            return
        printed = after.panels_printed - before.panels_printed
        if printed != panels:
            raise DeviceFailed(f"acknowledged, but {printed} of {panels} panels were printed", "CONTRADICTION")

    async def _identify(self) -> Capabilities:
        await self._link.synchronise()
        if self._capabilities is None or self._identified_on != self._link.connections:
            self._identified_on = self._link.connections  # a new line may lead to another machine
            model, firmware, serial, ribbon = [await self._link.public(name) for name in ("Rtp", "Rfv", "Rsn", "Rr")]
            flags = await self._link.question(extension.IDENTIFY) if self._link.has_extension else {}
            self._capabilities = Capabilities(
                model=model,
                firmware=firmware,
                serial=serial,
                ribbon=ribbon,
                extension=self._link.has_extension,
                duplex=flags.get("duplex", "1") == "1",
                contact=flags.get("contact", "1") == "1",
                contactless=flags.get("contactless", "1") == "1",
                read_back_after_print=flags.get("readback") == "1",
                exit_sensor=flags.get("exitsensor") == "1",
                capture_at_bezel=flags.get("capture") == "1",
            )
            self._volatile_counters = flags.get("volatile") != "0"
        return self._capabilities

    async def _counters(self, capabilities: Capabilities) -> Counters:
        if capabilities.extension:
            return counters_of(await self._link.question(extension.COUNTERS), self._volatile_counters)
        fed, panels = [await self._link.public("Rco", which) for which in ("c", "p")]
        return counters_of({"fed": fed, "panels": panels}, volatile=True)

    async def _public_status(self) -> Status:
        empty, low = [await self._link.public("Sk", which) for which in ("f", "w")]
        if {empty, low} - {"0", "1", "2", "3"}:
            raise AnswerGarbled(f"Sk: {empty!r}, {low!r}")
        ribbon, last = await self._link.public("Rcr"), await self._link.public("Rlr")
        hopper = Supply.EMPTY if empty != "0" else Supply.LOW if low != "0" else Supply.OK
        return Status(
            hopper=hopper,
            ribbon_left=None if ribbon == "OK" else 0,
            path=PathMedia.UNKNOWN,
            exit=Media.UNKNOWN,
            reject_bin_full=None,
            capture_bin_full=None,
            cover_open=None,
            error=None if last == "OK" else last,
            boot=None,
            moving=None,
        )


def _words(answer: Acknowledgement) -> tuple[str, str]:
    """(plain words, code) of a NACK."""
    code = answer.reason or answer.letter
    return REASONS.get(code) or NACK_LETTERS[answer.letter], code


def _refused(answer: Acknowledgement) -> DeviceRefused:
    return DeviceRefused(*_words(answer))
