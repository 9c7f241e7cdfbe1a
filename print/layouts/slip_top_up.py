"""The slip of a top-up. Nobody had to say who she is: the card's tail stands where a name stands on other slips."""
from __future__ import annotations

from dataclasses import dataclass

from print.layouts.formats import yuan
from print.layouts.slip_base import SlipHead, SlipLine, pair, text
from print.layouts.slip_texts import say


@dataclass(frozen=True)
class ToppedUp:
    """The card has said that it was credited (facts/journeys.md J19). `balance_fen` None: it could not be read back."""

    head: SlipHead
    fen: int
    balance_fen: int | None
    order_no: str


def topped_up(slip: ToppedUp) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    unit = "元" if language == "zh_CN" else " yuan"
    body = [pair(head, "loaded", yuan(slip.fen) + unit)]
    if slip.balance_fen is not None:
        body.append(pair(head, "card_balance", yuan(slip.balance_fen) + unit))
    return say("topped_up_title", language), [*body, pair(head, "order_no", _spaced(slip.order_no)), text(head, "topped_up_how")]


def _spaced(number: str) -> str:
    """P261122 D46E 74B5 F866: nothing wider than the paper, and it can be read out."""
    head, rest = number[:7], number[7:]
    return " ".join((head, *(rest[at : at + 4] for at in range(0, len(rest), 4))))
