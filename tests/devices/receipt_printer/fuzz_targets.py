"""For the coverage-guided fuzzer: both ends of the receipt printer's line, and any text on a slip."""
from __future__ import annotations

from devices.receipt_printer import codec
from devices.receipt_printer.codec import AnswerParser, Block
from devices.receipt_printer.items import NotPrintable, Text
from devices.receipt_printer.paper import status_of
from devices.receipt_printer.stream import Asked, Clear, Fence, StreamParser, Typed
from tests.devices.receipt_printer.hall import SLIP

SEEDS = {
    "fuzz_stream": [b"\x20" + codec.encode(SLIP[:4], 576) + codec.process_id_request(b"0001") + codec.status_request(1)],
    "fuzz_answers": [b"\x03" + codec.process_id_answer(b"0001") + b"\x12\x12\x12\x12" + codec.CLEARED],
    "fuzz_text": ["亳州市政务服务，《老年人优待证》".encode(), b"claim\x1b@\x10\x04\x01"],
}


def fuzz_stream(data: bytes) -> None:
    parser, size = StreamParser(), max(1, data[0] if data else 1)
    for at in range(1, len(data), size):
        list(parser.feed(data[at : at + size]))


def fuzz_answers(data: bytes) -> None:
    parser, size, statuses = AnswerParser(), max(1, data[0] if data else 1), []
    for at in range(1, len(data), size):
        for answer in parser.feed(data[at : at + size]):
            if not isinstance(answer, Block) and codec.is_status(answer.value):
                statuses.append(answer.value)
    for at in range(len(statuses) - 3):
        status_of(*statuses[at : at + 4])


def fuzz_text(data: bytes) -> None:
    """Text is text to the machine, never a command: nothing in a name can clear a buffer, ask a status or answer for us."""
    text = data.decode("utf-8", "replace")
    try:
        sent = codec.encode([Text(text)], 576)
    except NotPrintable:
        return
    shown = [event for event in StreamParser().feed(sent) if isinstance(event, Typed | Asked | Clear | Fence)]
    assert all(isinstance(event, Typed) for event in shown), shown
