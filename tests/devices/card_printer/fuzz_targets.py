"""For the coverage-guided fuzzer: both ends of the card printer's line, and what its answers mean."""
from __future__ import annotations

from devices.card_printer import extension
from devices.card_printer.codec import LONGEST_ANSWER, LONGEST_COMMAND, AnswerParser, Command, CommandParser
from devices.card_printer.reading import counters_of, status_of
from devices.card_printer.status import Capabilities

WHOLE = Capabilities("M", "1", "S", "YMCKO", True, True, True, True, True, True, True)
SEEDS = {
    "fuzz_commands": [
        b"\x05" + Command("Ss").encode() + Command("Rco", ("p",)).encode() + Command("Pem", ("4",)).encode(),
        b"\x40\x1bDb;y;64;" + bytes(40),
    ],
    "fuzz_answers": [
        b"\x09" + extension.seal("Xst", "7", {"hopper": "ok", "ribbon": 5, "path": "not present"}) + b"\0ACK\0NACK F\0",
    ],
}


def fuzz_commands(data: bytes) -> None:
    parser, size = CommandParser(), max(1, data[0] if data else 1)
    for at in range(1, len(data), size):
        for event in parser.feed(data[at : at + size]):
            if isinstance(event, Command) and not event.data:
                assert len(event.encode()) <= LONGEST_COMMAND + 2
                assert list(CommandParser().feed(event.encode())) == [event]


def fuzz_answers(data: bytes) -> None:
    parser, size = AnswerParser(), max(1, data[0] if data else 1)
    for at in range(1, len(data), size):
        for answer in parser.feed(data[at : at + size]):
            assert answer and len(answer) <= LONGEST_ANSWER + size
            extension.Acknowledgement.decode(answer)
            if opened := extension.unseal(answer):
                status_of(opened[2], WHOLE)
                counters_of(opened[2], volatile=True)
