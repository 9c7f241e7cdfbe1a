"""A message in plain words: how many, where, what, since when, and what to do first."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from remote.central.alarms.notices import Line
from remote.central.times import BEIJING

MOST_LINES = 20
WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def subject(lines: Sequence[Line], language: str) -> str:
    """One line, for a mail's head and a telephone."""
    words = WORDS[language]
    if all(line.what == "cleared" for line in lines):
        return words["all_clear"].format(count=len(lines))
    first = lines[0].alarm
    where = str(first["place"] or first["terminal"])
    return words["subject"].format(count=len(lines), what=f"{where} {words.get(str(first['kind']), str(first['kind']))}")


def text(lines: Sequence[Line], language: str) -> str:
    words = WORDS[language]
    told = [_line(line, words) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        told.append(words["more"].format(count=len(lines) - MOST_LINES))
    return "\n".join(told) + "\n"


def _line(line: Line, words: Mapping[str, str]) -> str:
    row = line.alarm
    since: datetime = row["since"]
    what = words.get(str(row["kind"]), str(row["kind"]))
    detail = " ".join(part for part in (row["subject"], row["words"]) if part)
    parts = [
        f"[{words[line.what]}·{words[row['severity']]}]", row["terminal"], row["place"], what, f"({detail})" if detail else "",
        words["since"].format(time=f"{since.astimezone(BEIJING):%m-%d %H:%M}"),
    ]  # fmt: skip
    return " ".join(part for part in parts if part)

