"""The answer to reset (ISO 7816-3 8), as far as the terminal looks at it."""
from __future__ import annotations

DIRECT, INVERSE = 0x3B, 0x3F  # TS
ATR_MAX = 33  # bytes


def is_readable(atr: bytes) -> bool:
    """Whether a chip speaks: a right first character, and as many interface and historical bytes as announced."""
    if not 2 <= len(atr) <= ATR_MAX or atr[0] not in (DIRECT, INVERSE):
        return False
    historical, at, more, check = atr[1] & 0x0F, 2, atr[1] >> 4, False
    while more:
        at += more.bit_count()
        if not more & 0x08:
            break
        if at > len(atr):
            return False
        protocol_byte = atr[at - 1]  # TD
        check = check or protocol_byte & 0x0F != 0
        more = protocol_byte >> 4
    return len(atr) == at + historical + check
