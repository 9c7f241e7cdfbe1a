"""AbbreviatedData: the letters of an OFD path (GB/T 33190 table of graphic operators) as line and curve segments.

S and M begin a subpath, L line, Q and B quadratic and cubic curves, A an elliptical arc as in SVG, C closes the
subpath (it is not a curve).
"""
from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from print.ofd.errors import Damaged, TooBig
from print.ofd.xml import LARGEST_NUMBER

MOST_SEGMENTS = 200_000
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_OPERATOR = re.compile("([SMLQBAC])")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """`op`: M, L, B (cubic, three points) or C (close)."""

    op: str
    points: tuple[Point, ...] = ()


def parse_path(data: str, where: str) -> tuple[Segment, ...]:
    """Raises Damaged, TooBig."""
    segments: list[Segment] = []
    here: Point = (0.0, 0.0)
    start: Point = here
    for operator, numbers in _steps(data, where):
        segments += _segments(operator, here, numbers)
        here = start if operator == "C" else (numbers[-2], numbers[-1])
        if operator in "SM":
            start = here
        if len(segments) > MOST_SEGMENTS:
            raise TooBig(f"{where}: path segments")
    return tuple(segments)


def _steps(data: str, where: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each operator with its numbers; an operator may be left out where it repeats."""
    before, *parts = _OPERATOR.split(data)
    if before.strip():
        raise Damaged(where, f"a path that begins with {before.strip()[:20]!r}")
    for operator, text in zip(parts[::2], parts[1::2], strict=True):
        numbers = _numbers(text, where)
        count = _ARGUMENTS[operator]
        if count == 0 and not numbers:
            yield operator, ()
        elif count == 0 or not numbers or len(numbers) % count:
            raise Damaged(where, f"{len(numbers)} numbers after {operator} in a path")
        else:
            for at in range(0, len(numbers), count):
                yield operator, numbers[at : at + count]


def _numbers(text: str, where: str) -> tuple[float, ...]:
    try:
        numbers = tuple(map(float, text.replace(",", " ").split()))
    except ValueError as error:
        raise Damaged(where, f"no number in a path: {error}"[:120]) from error
    # "not all within" and not "any beyond": not-a-number is neither.
    if "_" in text or not all(-LARGEST_NUMBER <= number <= LARGEST_NUMBER for number in numbers):
        raise Damaged(where, "a path leaves every sheet")
    return numbers


def _segments(operator: str, here: Point, n: tuple[float, ...]) -> list[Segment]:
    if operator in "SM":
        return [Segment("M", ((n[0], n[1]),))]
    if operator == "L":
        return [Segment("L", ((n[0], n[1]),))]
    if operator == "B":
        return [Segment("B", ((n[0], n[1]), (n[2], n[3]), (n[4], n[5])))]
    if operator == "Q":
        control, end = (n[0], n[1]), (n[2], n[3])
        return [Segment("B", (_towards(here, control), _towards(end, control), end))]
    if operator == "A":
        return _arc(here, n[0], n[1], n[2], n[3] != 0, n[4] != 0, (n[5], n[6]))
    return [Segment("C")]


def _towards(point: Point, control: Point) -> Point:
    return point[0] + (control[0] - point[0]) * 2 / 3, point[1] + (control[1] - point[1]) * 2 / 3


def _arc(start: Point, rx: float, ry: float, turn: float, large: bool, sweep: bool, end: Point) -> list[Segment]:
    """An arc given by its end points as cubics of at most a quarter each (SVG 1.1 appendix F.6)."""
    rx, ry = abs(rx), abs(ry)
    if start == end:
        return []
    if rx < 1e-9 or ry < 1e-9:
        return [Segment("L", (end,))]
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * half_x + sin * half_y, -sin * half_x + cos * half_y
    stretch = math.hypot(x / rx, y / ry)
    if stretch > 1:
        rx, ry = rx * stretch, ry * stretch
    beside = (rx * y) ** 2 + (ry * x) ** 2
    factor = math.sqrt(max(0.0, (rx * ry) ** 2 - beside) / beside) if beside else 0.0
    factor = -factor if large == sweep else factor
    cx, cy = factor * rx * y / ry, -factor * ry * x / rx
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    span = math.atan2((-y - cy) / ry, (-x - cx) / rx) - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    middle = (cos * cx - sin * cy + (start[0] + end[0]) / 2, sin * cx + cos * cy + (start[1] + end[1]) / 2)

    def place(px: float, py: float) -> Point:
        return middle[0] + cos * rx * px - sin * ry * py, middle[1] + sin * rx * px + cos * ry * py

    pieces = max(1, math.ceil(abs(span) / (math.pi / 2) - 1e-9))
    step = span / pieces
    handle = 4 / 3 * math.tan(step / 4)
    out = []
    for index in range(pieces):
        one, two = first + index * step, first + (index + 1) * step
        out.append(Segment("B", (
            place(math.cos(one) - handle * math.sin(one), math.sin(one) + handle * math.cos(one)),
            place(math.cos(two) + handle * math.sin(two), math.sin(two) - handle * math.cos(two)),
            end if index == pieces - 1 else place(math.cos(two), math.sin(two)),
        )))  # fmt: skip
    return out
