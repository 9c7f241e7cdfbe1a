"""The slip of a bill that was paid. Anybody may pay anybody's bill: a name stands on it only where she said who she is."""
from __future__ import annotations

from dataclasses import dataclass

from print.layouts.formats import yuan
from print.layouts.slip_base import SlipHead, SlipLine, pair, text
from print.layouts.slip_texts import say


@dataclass(frozen=True)
class PaidLine:
    payee: str
    what: str
    fen: int


@dataclass(frozen=True)
class BillPaid:
    """The centre has said that it is paid (facts/journeys.md J16). `household`: masked."""

    head: SlipHead
    household: str
    lines: tuple[PaidLine, ...]
    order_no: str

    @property
    def fen(self) -> int:
        return sum(line.fen for line in self.lines)


def bill_paid(slip: BillPaid) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    unit = "元" if language == "zh_CN" else " yuan"
    body = [pair(head, "household", slip.household)]
    for line in slip.lines:
        what = SlipLine("text", line.what), SlipLine("text", say("paid_to", language, payee=line.payee))
        body += [*what, pair(head, "unknown_amount", yuan(line.fen) + unit)]
    if len(slip.lines) > 1:
        body.append(pair(head, "paid_in_all", yuan(slip.fen) + unit))
    body += [pair(head, "order_no", spaced(slip.order_no)), text(head, "bill_paid_how")]
    return say("bill_paid_title", language), body


def spaced(number: str) -> str:
    """P261122 D46E 74B5 F866: nothing wider than the paper, and it can be read out."""
    head, rest = number[:7], number[7:]
    return " ".join((head, *(rest[at : at + 4] for at in range(0, len(rest), 4))))
