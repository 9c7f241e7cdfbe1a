"""What hangs on a line: each driver's own harmless question is asked in turn, and nothing else.

Questions move nothing. The order matters: DLE EOT first, because a receipt printer that is asked anything else would print
the bytes of the question some day, and a machine that has answered is asked nothing more.
"""
from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import trio

from devices import drivers
from devices.cabinet import codec as modbus
from devices.card_printer.driver import CardPrinter
from devices.card_printer.link import Patience
from devices.errors import DeviceError, DeviceGone, DeviceRefused
from devices.receipt_printer.driver import Paper, PrinterPatience, ReceiptPrinter
from devices.ups.codec import LineParser, decode_line, encode_line
from devices.wire import OpenWire, Wire, WireGone

QUESTION_S = 5.0  # for one question at one speed: machines answer within 0.3 s, and a driver may try two framings
UNIT = 1  # the address Modbus boards come with from the factory [assumed]


@dataclass(frozen=True)
class Question:
    """One driver's way to ask who is there. `bauds`: speeds to ask at."""

    device_class: str
    driver: str
    bauds: tuple[int, ...]
    identify: Callable[[OpenWire], Awaitable[str]]


@dataclass(frozen=True)
class Identified:
    device_class: str
    driver: str
    who: str
    baud: int


async def receipt_printer(open_wire: OpenWire) -> str:
    """DLE EOT 1 to 4. Raises DeviceGone."""
    printer = ReceiptPrinter(open_wire, patience=PrinterPatience(open=1.0, status=0.3))
    try:
        status = await printer.status()
    finally:
        await printer.aclose()
    if status.paper is Paper.UNKNOWN:
        raise DeviceGone("no ESC/POS status")
    return f"receipt printer (ESC/POS), paper {status.paper.value}"


async def card_printer(open_wire: OpenWire) -> str:
    """Rtp, Rfv, Rsn, Rr. Raises DeviceGone."""
    printer = CardPrinter(open_wire, Patience(open=1.0, send=1.0, query=0.4))
    try:
        capabilities = await printer.capabilities()
    finally:
        await printer.aclose()
    return f"card printer {capabilities.model} {capabilities.firmware}, serial number {capabilities.serial}"


async def modbus_board(open_wire: OpenWire) -> str:
    """Reads one input (function 02) of unit 1. Raises DeviceGone."""
    request = modbus.ReadInputs(0, 1)
    parser, wire = modbus.AnswerParser(UNIT, request), await open_wire()
    try:
        await wire.send(modbus.encode(UNIT, request))
        while (answer := parser.feed(await wire.receive())) is None:
            continue
    finally:
        await wire.aclose()
    return f"Modbus RTU board at unit {UNIT} ({type(answer).__name__.lower()})"


async def upsd(open_wire: OpenWire) -> list[str]:
    """The names of the UPSes a Network UPS Tools server knows (LIST UPS). Raises DeviceError."""
    wire = await open_wire()
    lines, names = LineParser(), []
    try:
        await wire.send(encode_line(("LIST", "UPS")))
        while True:
            for line in lines.feed(await wire.receive()):
                words = decode_line(line)
                if words[:1] == ["UPS"] and len(words) >= 2:
                    names.append(words[1])
                if words[:2] == ["END", "LIST"]:
                    return names
                if words[:1] == ["ERR"]:
                    raise DeviceRefused("upsd does not list its UPSes", " ".join(words[1:]))
    finally:
        await wire.aclose()


def serial_questions() -> tuple[list[Question], list[str]]:
    """In the order they are asked, and what is wrong with drivers that cannot be asked. Drivers of packages come last."""
    questions = [Question("receipt_printer", "", (115_200, 9_600), receipt_printer)]
    problems: list[str] = []
    for device_class in drivers.GROUPS:
        try:
            specs, broken = drivers.every_driver(device_class)
        except drivers.DriverClash as clash:
            problems.append(str(clash))
            continue
        problems += map(str, broken)
        questions += [
            Question(device_class, name, spec.bauds, spec.identify) for name, spec in specs.items() if spec.identify is not None
        ]
    questions.insert(2, Question("card_printer", "", (115_200, 9_600), card_printer))
    questions.append(Question("cabinet", "", (9_600, 115_200), modbus_board))
    return questions, problems


async def ask(open_at: Callable[[int], Awaitable[Wire]], questions: list[Question]) -> Identified | None:
    """The first that answers as its driver expects; None = unknown. All are asked at their usual speed before any at another.

    Raises WireGone where the line cannot be opened, or goes."""
    longest = max((len(question.bauds) for question in questions), default=0)
    for attempt in range(longest):
        for question in questions:
            if attempt < len(question.bauds):
                baud = question.bauds[attempt]
                if who := await _ask_one(question, functools.partial(open_at, baud)):
                    return Identified(question.device_class, question.driver, who, baud)
    return None


async def _ask_one(question: Question, open_wire: OpenWire) -> str | None:
    opened: list[Wire] = []

    async def open_and_remember() -> Wire:
        opened.append(await open_wire())
        return opened[-1]

    try:
        with trio.move_on_after(QUESTION_S):
            return await question.identify(open_and_remember)
    except WireGone:
        raise
    except DeviceError:
        return None  # it is not this machine, or it does not say so
    finally:
        with trio.CancelScope(shield=True):  # a port still held would look like somebody else's to the next question
            for wire in opened:
                await wire.aclose()
    return None
