"""How a command ended, in words of the console's catalogue (`commands.word.*`)."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ended:
    """`state` as in remote.messages.commands.CommandResult."""

    state: str
    word: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def done(word: str = "", **facts: str) -> Ended:
    return Ended("done", word, facts)


def failed(word: str, **facts: str) -> Ended:
    return Ended("failed", word, facts)


def unknown(word: str = "cut_off", **facts: str) -> Ended:
    return Ended("unknown", word, facts)
