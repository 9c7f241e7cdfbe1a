"""PINs that somebody who finds the card would try first."""
from __future__ import annotations

LONGEST_PATTERN = 3          # digits that repeat: 111111, 121212, 123123


def why_simple(pin: str, id_number: str = "", old: str = "") -> str | None:
    """Why it is refused: same, repeated, row, birth, id_number (`word.pin_why.*`). None: it is good. `id_number`: the holder's,
    18 characters, as her card says it; "" where it does not."""
    if pin == old:
        return "same"
    if any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, LONGEST_PATTERN + 1)) or _pairs(pin):
        return "repeated"
    if _row(pin):
        return "row"
    if len(id_number) == 18 and pin in _dates(id_number[6:14]):
        return "birth"
    if len(id_number) == 18 and pin in id_number[-len(pin) - 1 :]:
        return "id_number"
    return None


def _row(pin: str) -> bool:
    """123456, 654321, 890123."""
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    return steps in ({1}, {9})


def _pairs(pin: str) -> bool:
    """112233, 332211: a row or a repetition of doubled digits."""
    return len(pin) % 2 == 0 and pin[::2] == pin[1::2] and (_row(pin[::2]) or len(set(pin)) == 1)


def _dates(born: str) -> frozenset[str]:
    """Of YYYYMMDD, as people write a birthday with six digits."""
    year, month, day = born[:4], born[4:6], born[6:]
    short = year[2:]
    return frozenset({short + month + day, month + day + short, day + month + short, year + month, month + year, year + day})
