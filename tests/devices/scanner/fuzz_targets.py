"""For the coverage-guided fuzzer: whatever a scanner sends is a code, a damaged code, or no code yet."""
from __future__ import annotations

from devices.scanner.codec import ENCODINGS, LONGEST_CODE_BYTES, Code, CodeParser, Enclosed, Suffix
from devices.scanner.commands import identity_of

FRAMINGS = (Suffix(), Enclosed())
SEEDS = {
    "fuzz_codes": [b"\x00\x07134567890123456789\rclaim:K7QF2M9X\r\n", b"\x01\x03\x02half\x02whole\x03"],
    "fuzz_identity": [b"REVINF: SCN-1 rev 2\r\n\x06."],
}


def fuzz_codes(data: bytes) -> None:
    """First byte: framing and encoding; second: the size of the pieces."""
    if len(data) < 2:
        return
    framing, encoding = FRAMINGS[data[0] & 1], ENCODINGS[data[0] >> 1 & 1]
    parser, size = CodeParser(framing, encoding), max(1, data[1])
    for at in range(2, len(data), size):
        for event in parser.feed(data[at : at + size]):
            if isinstance(event, Code):
                raw = event.text.encode(encoding)
                assert 0 < len(raw) <= LONGEST_CODE_BYTES
                assert list(CodeParser(framing, encoding).feed(framing.encode(raw))) == [event]


def fuzz_identity(data: bytes) -> None:
    identity = identity_of(data)
    assert identity is None or (identity.isprintable() and identity)
