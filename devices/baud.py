"""What a UART hears when the other end speaks at another speed: the line is sampled, bit by bit."""
from __future__ import annotations

from collections.abc import Iterator

_FRAME_BITS = 10  # 8N1: start 0, eight data bits (lowest first), stop 1


def heard_at(data: bytes, sent_baud: int, heard_baud: int) -> bytes:
    """`data` sent at one speed, as received at another (equal speeds: unchanged).

    A character without its stop bit arrives as 00, as a raw Linux tty hands over a framing error.
    """
    if sent_baud == heard_baud or not data:
        return data
    return bytes(_characters(_line(data), sent_baud / heard_baud))


def _line(data: bytes) -> list[int]:
    levels: list[int] = []
    for byte in data:
        levels += [0, *((byte >> bit) & 1 for bit in range(8)), 1]
    return levels


def _characters(levels: list[int], sent_bits_per_heard_bit: float) -> Iterator[int]:
    def level(position: float) -> int:
        index = int(position)
        return levels[index] if index < len(levels) else 1  # an idle line is high

    position = 0.0
    while True:
        start = next((at for at in range(int(position), len(levels)) if levels[at] == 0), None)
        if start is None:
            return
        begin = max(float(start), position)
        bits = [level(begin + (k + 0.5) * sent_bits_per_heard_bit) for k in range(_FRAME_BITS)]
        yield sum(bit << k for k, bit in enumerate(bits[1:9])) if bits[9] else 0
        position = begin + (_FRAME_BITS - 0.5) * sent_bits_per_heard_bit  # from mid stop bit on, listen for the next
