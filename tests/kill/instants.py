"""The instants at which a terminal can die, by name: after every row of the journal, around every driver's act, every
command on a wire, every APDU and every call to the centre.

A name says after which row the terminal was, and what it was at: `hand_over intent | card_printer Se sent`. Names and not
counts: tasks that run side by side make a count differ from run to run, a name stays. Installed by tests/kill/kiosk.py
into its own process only.
"""
from __future__ import annotations

import contextlib
import functools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import trio

from card.link import LinkStation
from card.transport import CardTransport
from devices.card_printer.driver import CardPrinter
from devices.card_printer.mechanics import MachineTimes
from devices.id_reader.driver import IdReader
from devices.receipt_printer.driver import ReceiptPrinter
from devices.wire import SerialWire
from kiosk.transaction.journal import Event, Journal
from kiosk.transaction.plan import Mark
from print.ipp.http_post import HttpPost
from print.ipp.printer import A4Printer
from print.ipp.simulator.model import SIDE_S, WARM_UP_S
from print.ipp.terms import Operation
from remote.transport import HttpTransport

ACTS = {
    CardPrinter: ("feed", "bring", "print_card", "present", "capture", "reject", "reset"),
    IdReader: ("read", "wait_for_card"),
    ReceiptPrinter: ("print_items",),
    A4Printer: ("prepare", "print", "find", "follow", "cancel"),
}
"""Driver methods that move something, or read a person."""

QUESTIONS = {
    CardPrinter: ("status", "counters"), IdReader: ("sam_status",), ReceiptPrinter: ("status",), A4Printer: ("status",),
}  # fmt: skip

MOVES_S = {
    "Si": MachineTimes.feed + MachineTimes.move, "Sis": MachineTimes.feed + MachineTimes.move,
    "Sic": MachineTimes.feed + MachineTimes.move, "Sv": MachineTimes.turn, "Se": MachineTimes.eject,
    "Ser": MachineTimes.reject, "Xca": MachineTimes.capture, "Sp": MachineTimes.panel,
}  # fmt: skip
"""Commands of the card printer after which a card moves, with the machine's seconds at speed 1."""

PARTS_OF_A_MOVE = (0.15, 0.5, 0.85)    # before it moves, on the way, past the sensor (devices/card_printer/movements.py)
LARGE_BYTES = 4096                     # a download of this size can be cut in its middle


def put(owner: Any, name: str, method: Callable[..., Any]) -> None:
    """In the place of the product's own, in this process only."""
    setattr(owner, name, method)


class Instants:
    """Tells `reached` each instant's name, as it is passed. `after` is the row that was written last."""

    def __init__(self, reached: Callable[[str], None], target: str = "", speed: float = 1.0) -> None:
        self._reached = reached
        self._target = target
        self._speed = speed
        self._passed: Counter[str] = Counter()
        self.after = "start"
        self.listening = False

    def at(self, what: str, *, once: bool = False) -> None:
        """`once`: a question that is asked again and again is one instant until the next row."""
        name = self._name(what, once=once)
        if name is not None:
            self._reached(name)

    def _name(self, what: str, *, once: bool = False) -> str | None:
        if not self.listening:
            return None
        name = f"{self.after} | {what}"
        self._passed[name] += 1
        if self._passed[name] == 1:
            return name
        return None if once else f"{name} ({self._passed[name]})"

    async def in_the_middle(self, what: str, seconds: float) -> None:
        """While a card moves: the parts of a movement that takes `seconds` at speed 1."""
        for part in PARTS_OF_A_MOVE:
            name = self._name(f"{what}, {part:.0%} of the way")
            if name is None:
                continue
            if name == self._target:
                await trio.sleep(part * seconds / self._speed)
            self._reached(name)

    # -- where it is installed ---------------------------------------------------------------------------------------

    def install(self) -> None:
        self._journal()
        for driver, names in ACTS.items():
            for name in names:
                self._around(driver, name)
        for driver, names in QUESTIONS.items():
            for name in names:
                self._around(driver, name, once=True)
        self._wires()
        self._chip()
        self._network()
        self._pages()

    def _journal(self) -> None:
        write, queue = Journal.write, Journal.queue

        def written(journal: Journal, plan: str, act: str, attempt: int, mark: Mark, *rest: Any, **more: Any) -> None:
            write(journal, plan, act, attempt, mark, *rest, **more)
            self.after = f"{act} {mark}" if attempt < 2 else f"{act}#{attempt} {mark}"
            self.at("row on the disk")

        def queued(journal: Journal, event: Event) -> None:
            queue(journal, event)
            self.at(f"news queued: {event.kind}")

        put(Journal, "write", written)
        put(Journal, "queue", queued)

    def _around(self, owner: Any, name: str, *, once: bool = False) -> None:
        plain: Callable[..., Awaitable[Any]] = getattr(owner, name)
        words = f"{owner.__name__}.{name}"

        @functools.wraps(plain)
        async def wrapped(*args: Any, **more: Any) -> Any:
            self.at(f"{words} begins", once=once)
            answer = await plain(*args, **more)
            self.at(f"{words} ended", once=once)
            return answer

        setattr(owner, name, wrapped)

    def _wires(self) -> None:
        plain = SerialWire.send

        async def send(wire: SerialWire, data: bytes) -> None:
            machine = str(wire._port.port).rpartition("/")[2]
            command, moves_s, asks = meaning(machine, data)
            words = f"{machine} {command}"
            if not asks:
                self.at(f"{words} about to be sent")
            if len(data) > LARGE_BYTES:
                half = len(data) // 2
                await plain(wire, data[:half])
                self.at(f"{words} half sent")
                data = data[half:]
            await plain(wire, data)
            self.at(f"{words} sent", once=asks)
            if moves_s:
                await self.in_the_middle(words, moves_s)

        put(SerialWire, "send", send)

    def _chip(self) -> None:
        plain = LinkStation.power_up

        def power_up(station: LinkStation) -> contextlib.AbstractAsyncContextManager[CardTransport]:
            @contextlib.asynccontextmanager
            async def powered() -> AsyncIterator[CardTransport]:
                async with plain(station) as transport:
                    self.at("chip powered")
                    yield _WatchedChip(transport, self)
                self.at("chip off")

            return powered()

        put(LinkStation, "power_up", power_up)

    def _network(self) -> None:
        plain = HttpTransport.call

        async def call(transport: HttpTransport, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
            if path.startswith("/v1/telemetry/"):        # whenever it likes; nothing of hers hangs on it
                return await plain(transport, path, body, headers)
            asks = "Idempotency-Key" not in headers
            self.at(f"centre {path} about to be called", once=asks)
            answer = await plain(transport, path, body, headers)
            self.at(f"centre {path} has answered", once=asks)
            return answer

        put(HttpTransport, "call", call)

    def _pages(self) -> None:
        plain = HttpPost.__call__

        async def post(line: HttpPost, body: bytes) -> bytes:
            operation = Operation(int.from_bytes(body[2:4], "big"))
            asks = operation not in (Operation.PRINT_JOB, Operation.CANCEL_JOB)
            words = f"a4_printer {operation.name.lower()}"
            self.at(f"{words} about to be sent", once=asks)
            answer = await plain(line, body)
            self.at(f"{words} answered", once=asks)
            if operation is Operation.PRINT_JOB:
                await self.in_the_middle(words, WARM_UP_S + SIDE_S)
            return answer

        put(HttpPost, "__call__", post)


class _WatchedChip:
    def __init__(self, chip: CardTransport, instants: Instants) -> None:
        self._chip, self._instants = chip, instants

    async def transmit(self, apdu: bytes) -> bytes:
        """As `card.transport.CardTransport`."""
        words = f"APDU {apdu[:4].hex()}"
        self._instants.at(f"{words} about to be sent")
        answer = await self._chip.transmit(apdu)
        self._instants.at(f"{words} answered")
        return answer


def meaning(machine: str, data: bytes) -> tuple[str, float, bool]:
    """(name of the command, seconds a card moves after it, whether it only asks) of bytes on a wire."""
    if machine == "card_printer":
        if b"\x1b" not in data:
            return "NUL", 0.0, True
        head = data[data.index(b"\x1b") + 1 :][:24].split(b"\r")[0].decode("ascii", "replace")
        name, *parameters = head.split(";")
        moves = name in MOVES_S or name in ("Sr", "Db")
        words = f"{name};{parameters[0]}" if name in ("Db", "Sp") and parameters else name
        return words, MOVES_S.get(name, 0.0), not moves
    if machine == "receipt_printer":
        asks = len(data) < 16
        return ("question" if asks else "slip"), 0.0, asks
    return f"command {data[7:9].hex()}", 0.0, True
