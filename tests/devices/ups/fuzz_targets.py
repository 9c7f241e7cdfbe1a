"""For the coverage-guided fuzzer: what comes from the port is an answer, or typed as none; nothing else may happen."""
from __future__ import annotations

from devices.errors import DeviceError
from devices.ups.codec import AnswerParser, GetVar, LineParser, ListVar, Malformed, Plain, Request, decode_line, encode_line
from devices.ups.status import status_of

REQUESTS: tuple[Request, ...] = (ListVar("ups"), GetVar("ups", "ups.status"), Plain(("LOGIN", "ups")))


def fuzz_one(data: bytes) -> None:
    """`data`: which request, how long the pieces are, and what comes. Raises AssertionError where a rule is broken."""
    if len(data) < 2:
        return
    lines, parser = LineParser(), AnswerParser(REQUESTS[data[0] % len(REQUESTS)])
    size = 1 + data[1]
    try:
        for at in range(2, len(data), size):
            for line in lines.feed(data[at : at + size]):
                _round_trip(line)
                answer = parser.feed(line)
                if answer is not None:
                    status = status_of(answer)
                    assert status.charge is None or 0 <= status.charge <= 100
                    return
    except DeviceError:
        return


def _round_trip(line: bytes) -> None:
    try:
        words = decode_line(line)
        again = encode_line(words)
    except Malformed:
        return
    except ValueError:
        return  # control characters are heard, and never said
    assert decode_line(again[:-1]) == words
