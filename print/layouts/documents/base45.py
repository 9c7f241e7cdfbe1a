"""Base45 (RFC 9285): bytes as the characters a QR code packs tightest besides digits."""
from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {char: value for value, char in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    out: list[str] = []
    for at in range(0, len(data) - 1, 2):
        number = data[at] << 8 | data[at + 1]
        out += [ALPHABET[number % 45], ALPHABET[number // 45 % 45], ALPHABET[number // 2025]]
    if len(data) % 2:
        out += [ALPHABET[data[-1] % 45], ALPHABET[data[-1] // 45]]
    return "".join(out)


def decode(text: str) -> bytes:
    """Raises ValueError for what no encoder writes."""
    try:
        values = [_VALUES[char] for char in text]
    except KeyError:
        raise ValueError("a character that is not in base45") from None
    if len(values) % 3 == 1:
        raise ValueError("base45 of a length that cannot be")
    out = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number = sum(value * 45**power for power, value in enumerate(group))
        if number > (0xFFFF if len(group) == 3 else 0xFF):
            raise ValueError("base45 with a group too large")
        out += number.to_bytes(len(group) - 1, "big")
    return bytes(out)
