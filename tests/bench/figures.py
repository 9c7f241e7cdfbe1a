"""A measured figure, and a table of them."""
from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`most` None: informative, no target. `how`: one line."""

    name: str
    value: float
    unit: str
    how: str
    most: float | None = None

    @property
    def holds(self) -> bool:
        return self.most is None or self.value <= self.most

    def as_json(self) -> dict[str, Any]:
        target = None if self.most is None else f"<= {self.most:g} {self.unit}".strip()
        return {**asdict(self), "target": target, "ok": self.holds}


def table(figures: Sequence[Figure]) -> str:
    """One line a figure: name, value, unit, target, whether it holds, how."""
    rows = [("name", "value", "unit", "target", "ok", "how")]
    for figure in figures:
        target = "-" if figure.most is None else f"<= {figure.most:g}"
        ok = "" if figure.most is None else "yes" if figure.holds else "NO"
        rows.append((figure.name, f"{figure.value:.4g}", figure.unit, target, ok, figure.how))
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
