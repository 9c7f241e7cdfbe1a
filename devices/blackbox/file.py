"""The one file of a black box: a gzip of JSON lines, a head first. Whoever has it needs nothing else of the terminal.

    {"blackbox": 1, "terminal": ..., "exported": ..., "software": ..., "machines": {"id_reader": "sam_v", ...}}
    {"kind": "traffic", "at": 12.3, "device": "id_reader", "happened": "sent", "data": "qqqqlmkAAxH_7Q==", "words": []}
    {"kind": "audit" | "journal", ...}        rows, without anything that names a person
"""
from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.blackbox.recorder import Entry, Happened

FORMAT = 1
LARGEST_LINE = 4_000_000


class NoBlackBox(ValueError):
    """The file is not one of ours, or is damaged; says where."""


@dataclass(frozen=True)
class Box:
    head: Mapping[str, Any]
    traffic: tuple[Entry, ...]
    rows: tuple[Mapping[str, Any], ...]


def traffic_line(entry: Entry) -> dict[str, Any]:
    return {
        "kind": "traffic", "at": round(entry.at, 4), "device": entry.device, "happened": entry.happened.value,
        "data": base64.urlsafe_b64encode(entry.data).decode(), "words": list(entry.words),
    }  # fmt: skip


def write(file: Path, head: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> int:
    """Returns how many lines follow the head. Equal contents give equal bytes. Raises OSError."""
    count = 0
    with file.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        for number, line in enumerate(({"blackbox": FORMAT, **head}, *lines)):
            packed.write(json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")
            count = number
    return count


def read(file: Path) -> Box:
    """Raises NoBlackBox, OSError."""
    lines = _lines(file)
    head = next(lines, None)
    if head is None or head.get("blackbox") != FORMAT:
        raise NoBlackBox(f"{file}: no black box of format {FORMAT}")
    traffic: list[Entry] = []
    rows: list[Mapping[str, Any]] = []
    for number, line in enumerate(lines, 2):
        if line.get("kind") != "traffic":
            rows.append(line)
            continue
        try:
            traffic.append(_entry(line))
        except (KeyError, TypeError, ValueError) as error:
            raise NoBlackBox(f"{file}: line {number} is no traffic: {error}") from error
    return Box(head, tuple(traffic), tuple(rows))


def _entry(line: Mapping[str, Any]) -> Entry:
    data = base64.urlsafe_b64decode(line["data"])
    return Entry(float(line["at"]), str(line["device"]), Happened(line["happened"]), data, tuple(map(str, line["words"])))


def _lines(file: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with gzip.open(file, "rb") as packed:
            while raw := packed.readline(LARGEST_LINE):
                line = json.loads(raw)
                if not isinstance(line, dict):
                    raise NoBlackBox(f"{file}: a line is no object")
                yield line
    except (EOFError, gzip.BadGzipFile, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise NoBlackBox(f"{file}: damaged: {error}") from error
