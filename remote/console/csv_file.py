"""A table as a file that a spreadsheet opens: UTF-8 with its mark, and no cell that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

RISKY = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection


def as_csv(lines: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    for line in lines:
        writer.writerow([_cell(one) for one in line])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(RISKY):
        return f"'{value}"
    return "" if value is None else value
