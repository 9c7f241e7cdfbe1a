"""The look of the demonstration's seal, as an OFD of its own, which is how many real seals carry theirs: red and round, with
演示 where a real one has its star, and the words that it has no legal force."""
from __future__ import annotations

import math
from functools import cache

from remote.central.ecredentials.package import pack
from remote.central.ecredentials.sheet import RED, OfdSheet, width

SIDE_MM = 40.0
ARC = math.radians(228)
"""How far the words go around."""


@cache
def demo_look(around: str = "安徽省电子证照演示用章", centre: str = "演示", below: str = "没有法律效力") -> bytes:
    """An OFD file, transparent but for the red. Raises FontsMissing."""
    sheet = OfdSheet(SIDE_MM, SIDE_MM)
    middle = SIDE_MM / 2
    for radius, line in ((middle - 0.8, 1.0), (middle - 2.1, 0.25)):
        sheet.path(f"M {middle - radius} {middle} A {radius} {radius} 0 1 1 {middle + radius} {middle} "
                   f"A {radius} {radius} 0 1 1 {middle - radius} {middle} C", stroke=RED, line=line)  # fmt: skip
    size, foot = 4.1, middle - 7.4
    for index, char in enumerate(around):
        turn = -ARC / 2 + index * ARC / (len(around) - 1)
        half = width(char, size, bold=True) / 2
        x, y = middle + foot * math.sin(turn), middle - foot * math.cos(turn)
        sheet.text(x - half * math.cos(turn), y - half * math.sin(turn), char, size, bold=True, colour=RED, turn=turn)
    sheet.centred(middle, middle + 3.0, centre, 8.6, bold=True, colour=RED)
    sheet.centred(middle, middle + 10.4, below, 3.0, bold=True, colour=RED)
    return pack(sheet.document("演示用章"))
