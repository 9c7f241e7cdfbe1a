"""What the machine's processor does with each command: settings in volatile memory, movements on the model, answers.

Answers come without their closing NUL; None = the machine says nothing.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import trio

from devices.card_printer import extension, movements
from devices.card_printer.codec import Command, Malformed
from devices.card_printer.extension import Acknowledgement
from devices.card_printer.model import CardPrinterModel, Stopped
from devices.card_printer.panels import Panel
from devices.card_printer.plastic import BACK, FRONT
from devices.card_printer.status import PathMedia, Station

ACK_BIT = 4  # the one value of Pem that keeps ACK/NACK on, facts/devices.md 5.2
CLEANING_INTERVAL = 1000  # cards [assumed]
LOW_HOPPER = 10  # cards [assumed]
SLIP_S = 1.0  # how long rollers turn for nothing [assumed]


@dataclass(frozen=True)
class Identity:
    model: str = "CR80-K1"
    firmware: str = "1.4.0"
    serial: str = "CP000001"
    ribbon: str = "ymcko"
    duplex: bool = True


class Firmware:
    """One processor. Movements exclude each other; queries do not wait for them."""

    def __init__(self, model: CardPrinterModel, has_extension: bool = True, identity: Identity | None = None) -> None:
        self.model, self.has_extension, self.identity = model, has_extension, identity or Identity()
        self.waiting = 0  # commands received and not yet answered, on all lines
        self._one_movement = trio.Lock()
        self._boot = ""
        self._forget()

    def _forget(self) -> None:
        self._boot = self.model.boot
        self.acknowledges = self._detail = False
        self._side, self._pending, self._new_set = FRONT, list[Panel](), True

    def query(self, command: Command) -> bytes | None:
        """The answer to an extension query; None where it is none."""
        if not self.has_extension or command.name not in extension.QUERIES or len(command.parameters) != 1:
            return None
        values: dict[str, object] = {}
        if command.name == extension.STATUS:
            values = self._status()
        elif command.name == extension.COUNTERS:
            machine = self.model
            values = {"boot": machine.boot, "fed": machine.fed, "panels": machine.panels_printed, **machine.counts}
        elif command.name == extension.IDENTIFY:
            flags = {"contact": 1, "contactless": 1, "readback": 1, "capture": 1, "volatile": int(self.model.forgets)}
            values = {"duplex": int(self.identity.duplex), "exitsensor": int(self.model.exit_sensor), **flags}
        return extension.seal(command.name, command.parameters[0], values)

    def _status(self) -> dict[str, object]:
        machine = self.model
        return {
            "boot": machine.boot,
            "moving": int(machine.moving or self.waiting > 0),
            "path": machine.path_sensed.value,
            "exit": "present" if machine.exit_sensed else "not_present",
            "hopper": self._supply(),
            "ribbon": machine.ribbon_sensed,
            "rejectfull": int(machine.reject_full),
            "capturefull": int(machine.capture_full),
            "cover": int(machine.cover_open),
            "error": machine.error,
        }

    def _supply(self) -> str:
        left = self.model.hopper_sensed
        return "empty" if not left else "low" if left <= LOW_HOPPER else "ok"

    async def execute(self, event: Command | Malformed) -> bytes | None:
        """Carry out one command of the stream. Movements take their time; a power cut (model.motion) cuts them off."""
        if self._boot != self.model.boot:
            self._forget()
        if isinstance(event, Malformed):
            return self._acknowledge(Acknowledgement(False, "1", False, "UNKNOWN_COMMAND"))
        if (answer := self._public_query(event)) is not None:
            return answer
        if (setting := self._setting(event)) is not None:
            return self._acknowledge(setting)
        movement = self._movement(event)
        if movement is None:
            return self._acknowledge(Acknowledgement(False, "1", False, "UNKNOWN_COMMAND"))
        async with self._one_movement:
            return self._acknowledge(await self._move(movement))

    def broken_download(self) -> bytes | None:
        """A panel stopped arriving (NACK T = timeout)."""
        return self._acknowledge(Acknowledgement(False, "T", False, "BROKEN_DOWNLOAD"))

    def _acknowledge(self, acknowledgement: Acknowledgement) -> bytes | None:
        return acknowledgement.encode(self._detail) if self.acknowledges else None

    async def _move(self, movement: Callable[[], Awaitable[bool]]) -> Acknowledgement:
        try:
            if self.model.faults.take("slipping"):
                await self.model.spend(SLIP_S)
                return Acknowledgement(True, moved=True)
            return Acknowledgement(True, moved=await movement())
        except Stopped as stopped:
            self.model.error = stopped.reason
            return Acknowledgement(False, stopped.letter, stopped.moved, stopped.reason)

    def _public_query(self, command: Command) -> bytes | None:
        machine, identity = self.model, self.identity
        need_cleaning = machine.since_cleaning >= CLEANING_INTERVAL
        answers: dict[tuple[str, ...], str] = {
            ("Rfv",): identity.firmware,
            ("Rsn",): identity.serial,
            ("Rtp",): identity.model,
            ("Rr",): identity.ribbon,
            ("Rco", "p"): str(machine.panels_printed),
            ("Rco", "c"): str(machine.fed),
            ("Rcr",): "OK" if machine.ribbon_sensed else "ERR RIBBON",
            ("Rlr",): "OK" if not machine.error else "ERR " + machine.error.replace("_", " "),
            ("Rlr", "r"): "ERR NEED CLEANING" if need_cleaning else "OK",
            ("Sk", "f"): "0" if machine.hopper_sensed else "1",
            ("Sk", "w"): "1" if machine.hopper_sensed <= LOW_HOPPER else "0",
        }
        answer = answers.get((command.name, *command.parameters))
        return None if answer is None else answer.encode("ascii")

    def _setting(self, command: Command) -> Acknowledgement | None:
        done = Acknowledgement(True, moved=False)
        match command.name, command.parameters:
            case "Pem", (value, *_):
                self.acknowledges = value == str(ACK_BIT)
                self._detail = self._detail and self.acknowledges
            case "Pr", (ribbon,):
                if ribbon != self.identity.ribbon:
                    return Acknowledgement(False, "2", False, "BAD_PARAMETER")
            case "Pmi", ("F", *_):
                pass
            case "Xon", () if self.has_extension:
                self._detail = True
            case "Ss", ():
                self._pending, self._side, self._new_set = [], FRONT, True
            case "Scs", ():
                self.model.error = ""
            case ("Pmi" | "Pr" | "Pem"), _:
                return Acknowledgement(False, "2", False, "BAD_PARAMETER")
            case _:
                return None
        return done

    def _movement(self, command: Command) -> Callable[[], Awaitable[bool]] | None:
        machine = self.model
        match command.name, command.parameters:
            case ("Si" | "Sis" | "Sic"), ():
                return _moved(lambda: movements.feed(machine, Station(command.name)))
            case ("Sr" | "Sv"), ():
                return lambda: self._select_side(movements.SIDE_OF_COMMAND[command.name])
            case "Db", (panel, levels):
                return lambda: self._download(Panel(panel, int(levels), command.data))
            case "Sp", (panel,):
                return lambda: self._print_last(panel)
            case "Se", ():
                return self._end
            case "Ser", ():
                return lambda: movements.reject(machine)
            case "Srs", ():
                return _moved(lambda: movements.reset(machine))
            case "Xca", () if self.has_extension:
                return _moved(lambda: movements.capture(machine))
            case "Xmv", (("c" | "l") as where,) if self.has_extension:
                station = Station.CONTACT if where == "c" else Station.CONTACTLESS
                return _moved(lambda: movements.bring(machine, station))
            case _:
                return None

    async def _select_side(self, side: str) -> bool:
        if side == BACK and not self.identity.duplex:
            raise Stopped("2", "BAD_PARAMETER", moved=False)
        printed = await self._print_pending()
        self._side, self._new_set = side, True
        if self.model.path and self.model.side_up != side:
            await movements.turn(self.model, side)
            return True
        return printed

    async def _download(self, panel: Panel) -> bool:
        """Downloading panel n starts printing panel n-1 (facts/devices.md 5.2)."""
        printed = await self._print_pending()
        self._pending = [panel]
        return printed

    async def _print_last(self, name: str) -> bool:
        if [panel.name for panel in self._pending] != [name]:
            raise Stopped("2", "BAD_PARAMETER", moved=False)
        await self._print_pending()
        self.model.place = PathMedia.PRINTED_INSIDE
        return True

    async def _end(self) -> bool:
        """Print what is left, then eject."""
        await self._print_pending()
        await movements.eject(self.model)
        return True

    async def _print_pending(self) -> bool:
        if not self._pending:
            return False
        panels, self._pending = self._pending, []
        new_set, self._new_set = self._new_set, False
        await movements.print_panel(self.model, panels[0], new_set)
        return True


def _moved(movement: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[bool]]:
    async def run() -> bool:
        await movement()
        return True

    return run
