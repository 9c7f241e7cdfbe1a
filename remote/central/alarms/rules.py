"""The rules file, read once and refused as a whole where one value is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

DEFAULT_FILE = Path(__file__).with_name("rules.toml")


class Severity(StrEnum):
    """Worst first."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


RANK = {severity: rank for rank, severity in enumerate(Severity)}


class RulesWrong(ValueError):
    """The text names the file, the kind and what is expected."""


@dataclass(frozen=True)
class Rule:
    severity: Severity
    after: timedelta
    clear_after: timedelta
    escalate: timedelta | None       # None: it does not go further up
    remind: timedelta | None
    under: tuple[str, ...]


Rules = Mapping[str, Rule]


def load_rules(file: Path = DEFAULT_FILE) -> Rules:
    """Raises RulesWrong, OSError."""
    try:
        given = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesWrong(f"{file}: {error}") from error
    rules = {kind: _rule(file, kind, values) for kind, values in given.items()}
    for kind, rule in rules.items():
        for parent in rule.under:
            if parent not in rules or parent == kind:
                raise RulesWrong(f"{file}: {kind}.under: expected other kinds of this file, not {parent!r}")
    return rules


def _rule(file: Path, kind: str, values: Any) -> Rule:
    known = {"severity", "after", "clear_after", "escalate", "remind", "under"}
    if not isinstance(values, dict) or set(values) - known:
        raise RulesWrong(f"{file}: {kind}: expected a table of {', '.join(sorted(known))}")
    if values.get("severity") not in list(Severity):
        raise RulesWrong(f"{file}: {kind}.severity: expected one of {', '.join(Severity)}")

    def seconds(key: str, least: int) -> timedelta | None:
        value = values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise RulesWrong(f"{file}: {kind}.{key}: expected {least} or more seconds")
        return timedelta(seconds=value)

    return Rule(
        Severity(values["severity"]), seconds("after", 0) or timedelta(), seconds("clear_after", 0) or timedelta(),
        seconds("escalate", 60), seconds("remind", 60), tuple(values.get("under", ())),
    )  # fmt: skip
