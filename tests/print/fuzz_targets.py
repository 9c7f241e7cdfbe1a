"""For the coverage-guided fuzzer: any name on a slip is cut into rows that fit the paper, and nothing of it is lost."""
from __future__ import annotations

from print.fitting import atoms
from print.layouts.slip import SlipLine
from print.layouts.slip_device import cells, device_rows, device_scale, needs_picture

SEEDS = {"fuzz_slip_text": ["\x00王秀英".encode(), "\x01欧阳·买买提，2036年11月20日".encode(), b"\x02https://example.invalid/K7Q4-M2XD"]}
KINDS = ("title", "text", "big", "small")
ACROSS = 48  # half-width characters across 80 mm at size 1


def fuzz_slip_text(data: bytes) -> None:
    """The first byte says what kind of line it is."""
    if not data:
        return
    line = SlipLine(KINDS[data[0] % len(KINDS)], data[1:].decode("utf-8", "replace"))  # type: ignore[arg-type]
    needs_picture(line)
    rows = device_rows(line)
    for row in rows:  # a single word wider than the paper is left to the machine, which wraps it
        assert cells(row) * device_scale(line) <= ACROSS or len(atoms(row)) == 1, row
    assert "".join("".join(rows).split()) == "".join(line.text.split())
