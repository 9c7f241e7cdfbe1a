"""The console's own catalogue (zh_CN first, en second), and how times, spans and counts are written in it."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from remote.central.times import BEIJING

FOLDER = Path(__file__).parent / "catalogue"
TERMINALS = Path(__file__).parents[2] / "kiosk" / "catalogue"
"""The texts that are released to the terminals, read as data: what a terminal calls wrong is called the same here."""
TERMINALS_WORDS = {"part": ("part",), "wrong": ("word", "troubles"), "todo": ("todo",), "reason": ("word", "reason")}
LANGUAGES = {"zh_CN": "中文", "en": "English"}
DEFAULT = "zh_CN"
HTML_LANGUAGE = {"zh_CN": "zh-CN", "en": "en"}


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every text under its dotted key. The first part is the file's name."""
    texts: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob("*.toml")):
        _flatten(tomllib.loads(file.read_text(encoding="utf-8")), file.stem, texts)
    for file in sorted((TERMINALS / language).glob("*.toml")):
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        for group, path in TERMINALS_WORDS.items():
            words: Any = told
            for key in path:
                words = words.get(key, {})
            _flatten(words, f"terminals.{group}", texts)
    return texts


def _flatten(table: dict[str, Any], prefix: str, into: dict[str, str]) -> None:
    for key, value in table.items():
        if isinstance(value, dict):
            _flatten(value, f"{prefix}.{key}", into)
        else:
            into[f"{prefix}.{key}"] = value


class Texts:
    """One language. Raises KeyError for a text that is not in the catalogue, except through `word`."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else DEFAULT
        self._texts = catalogue(self.language)

    def __call__(self, key: str, **fields: object) -> str:
        return self._texts[key].format(**fields)

    def word(self, group: str, code: str | None) -> str:
        """The word for a code that a terminal sent: as it came where this centre does not know it yet."""
        return self._texts.get(f"{group}.{code}", code or self("console.unknown"))

    def raw(self, key: str) -> str:
        """With its gaps, for the browser to fill."""
        return self._texts[key]

    def has(self, key: str) -> bool:
        return key in self._texts

    def moment(self, at: datetime | None) -> str:
        """Beijing time, without the year where it is this one."""
        if at is None:
            return self("console.never")
        local = at.astimezone(BEIJING)
        month_name = self(f"console.month.{local.month}")
        return self("console.moment", month=local.month, day=local.day, time=f"{local:%H:%M}", month_name=month_name)

    def day(self, day: date | None) -> str:
        if day is None:
            return self("console.unknown")
        fields = {"month": day.month, "day": day.day, "month_name": self(f"console.month.{day.month}")}
        return self("console.day", weekday=self(f"console.weekday.{day.isoweekday()}"), **fields)

    def span(self, since: datetime | None, now: datetime) -> str:
        """How long ago, in the two largest units."""
        if since is None:
            return self("console.unknown")
        return self.length(now.astimezone(UTC) - since.astimezone(UTC))

    def length(self, span: timedelta) -> str:
        seconds = max(0, int(span.total_seconds()))
        days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
        if days:
            return self("console.span.days", days=days, hours=hours)
        if hours:
            return self("console.span.hours", hours=hours, minutes=minutes)
        if minutes:
            return self("console.span.minutes", minutes=minutes)
        return self("console.span.seconds", seconds=seconds)
