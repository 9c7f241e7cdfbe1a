"""What every slip is made from: lines, and who it is for."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from print.layouts.slip_texts import Language, say

Kind = Literal["title", "text", "big", "pair", "qr", "rule", "small"]


@dataclass(frozen=True)
class SlipLine:
    """One thing on the paper. `label` is set for pairs only; `text` of a qr is what the code says."""

    kind: Kind
    text: str = ""
    label: str = ""


RULE = SlipLine("rule")


@dataclass(frozen=True)
class SlipHead:
    """What stands on every slip. `id_number` may be whole: it is printed masked."""

    hall: str
    terminal: str
    at: datetime
    name: str
    id_number: str
    language: Language = "zh_CN"
    hotline: str = "12345"
    companion: str = ""
    """Who helped, named on the slip too (facts/journeys.md J29)."""
    copy: bool = False
    card_tail: str = ""
    """Of a citizen card, where that is all that is known: then nobody is named."""


def pair(head: SlipHead, key: str, value: str) -> SlipLine:
    return SlipLine("pair", value, say(key, head.language))


def text(head: SlipHead, key: str, *, power_cut: bool = False) -> SlipLine:
    before = say("power_cut", head.language) + ("" if head.language == "zh_CN" else " ") if power_cut else ""
    return SlipLine("text", before + say(key, head.language))
