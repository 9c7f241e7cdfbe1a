"""Boxes and matrices in millimetres, y downwards, as OFD has them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Matrix(NamedTuple):
    """x' = a x + c y + e, y' = b x + d y + f (GB/T 33190 CTM: a b c d e f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, outer: Matrix) -> Matrix:
        """First self, then outer."""
        return Matrix(
            self.a * outer.a + self.b * outer.c, self.a * outer.b + self.b * outer.d,
            self.c * outer.a + self.d * outer.c, self.c * outer.b + self.d * outer.d,
            self.e * outer.a + self.f * outer.c + outer.e, self.e * outer.b + self.f * outer.d + outer.f,
        )  # fmt: skip

    @property
    def flat(self) -> bool:
        """Nothing drawn through it can be seen."""
        return abs(self.a * self.d - self.b * self.c) < 1e-12


IDENTITY = Matrix()


@dataclass(frozen=True)
class Box:
    """Left upper corner and size, millimetres."""

    x: float
    y: float
    width: float
    height: float
