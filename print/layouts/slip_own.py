"""Slips of a citizen's own accounts, covered as they stood on the screen, and of a voucher that was used."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from print.layouts.formats import yuan
from print.layouts.slip_base import SlipHead, SlipLine, pair, text
from print.layouts.slip_texts import say

Topic = Literal["own_insurance", "own_settlements", "own_record"]


@dataclass(frozen=True)
class OwnShown:
    """What she looked at (facts/journeys.md J21). `rows`: kind (as the screen's catalogue names it) and value, already masked."""

    head: SlipHead
    topic: Topic
    rows: tuple[tuple[str, str], ...]
    balance: str = ""


@dataclass(frozen=True)
class VoucherUsed:
    """Redeemed once for ever: this paper is what she hands in."""

    head: SlipHead
    title: str
    redemption_no: str
    where: str
    worth_fen: int


def own_shown(slip: OwnShown) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    unit = "元" if language == "zh_CN" else " yuan"
    balance = [pair(head, "own_balance", slip.balance + unit)] if slip.balance else []
    rows = [pair(head, key, value) for key, value in slip.rows]
    return say(f"{slip.topic}_title", language), [*balance, *rows, text(head, "own_covered")]


def voucher_used(slip: VoucherUsed) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    unit = "元" if language == "zh_CN" else " yuan"
    worth = [pair(head, "voucher_worth", yuan(slip.worth_fen) + unit)] if slip.worth_fen else []
    return say("voucher_used_title", language), [
        SlipLine("big", slip.title), *worth, text(head, "redemption_no"), SlipLine("big", slip.redemption_no),
        SlipLine("text", say("voucher_used_how", language, where=slip.where)),
    ]  # fmt: skip
