"""The two sizes of print. Points; large print follows facts/inclusion.md: nothing below 15 pt that has to be read."""
from __future__ import annotations

from dataclasses import dataclass

from print.drawing import MM

A4 = (210 * MM, 297 * MM)
INK, SOFT, HAIR, RED, TINT = "#1A1A1A", "#5A5A5A", "#8C8C8C", "#B3161E", "#FAF3F1"
"""Text, lesser text, table lines, the red of official heads, the ground of labels."""


@dataclass(frozen=True)
class Sizes:
    issuer: float
    title: float
    body: float
    cell: float
    small: float
    lead: float
    """Line distance in ems."""
    pad: float
    """Between a cell's line and its text."""
    margin: float
    facts_across: int
    """Pairs of label and value beside each other."""
    label_share: float
    qr: float
    how_lines: int
    """Lines of the sentence on how to verify."""


STANDARD = Sizes(issuer=22, title=20, body=12, cell=10.5, small=9, lead=1.5, pad=5, margin=20 * MM, facts_across=2,
                 label_share=0.36, qr=36 * MM, how_lines=1)  # fmt: skip
LARGE = Sizes(issuer=24, title=26, body=17, cell=15, small=15, lead=1.45, pad=6, margin=15 * MM, facts_across=1,
              label_share=0.3, qr=40 * MM, how_lines=2)  # fmt: skip
