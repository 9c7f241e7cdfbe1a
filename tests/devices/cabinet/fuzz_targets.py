"""For the coverage-guided fuzzer: what the line brings is an answer, or it is not; nothing else may happen."""
from __future__ import annotations

from devices.cabinet import codec
from devices.cabinet.codec import AnswerParser, Levels, Word

REQUESTS: tuple[codec.Request, ...] = (
    codec.ReadInputs(0, 5),
    codec.ReadInputs(3, 17),
    codec.ReadCoils(0, 8),
    codec.ReadRegister(7),
    codec.WriteCoils(2, (True, False, True)),
    codec.WriteRegister(0, 30),
    codec.Loopback(0xBEEF),
)


def fuzz_one(data: bytes) -> None:
    """`data`: which request, how long the pieces are, and what comes. Raises AssertionError where a rule is broken."""
    if len(data) < 3:
        return
    request = REQUESTS[data[0] % len(REQUESTS)]
    unit = 1 + data[1] % 247
    size = 1 + data[2] % 32
    parser = AnswerParser(unit, request)
    for at in range(3, len(data), size):
        answer = parser.feed(data[at : at + size])
        if isinstance(answer, Levels):
            assert isinstance(request, (codec.ReadInputs, codec.ReadCoils))
            assert len(answer.levels) == request.count
        if isinstance(answer, Word):
            assert 0 <= answer.value <= 0xFFFF
        if answer is not None:
            assert not parser.heard
