"""What a channel server knows: trades, money that moved, refunds; and how it misbehaves, call by call, as the test says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from remote.central.times import BEIJING


class Trouble(StrEnum):
    """What happens to one call. `lost_*`: the connection breaks without an answer, before or after the work is done."""

    LOST_BEFORE = "lost_before"
    LOST_AFTER = "lost_after"
    HANGS_AFTER = "hangs_after"            # works, and answers much later than anybody waits
    BUSY = "busy"                          # 5xx, nothing done
    BUSY_AFTER = "busy_after"              # 5xx, and it was done
    BAD_SIGNATURE = "bad_signature"
    GARBAGE = "garbage"


@dataclass
class Money:
    number: str
    fen: int
    at: datetime


@dataclass
class Returned:
    refund_no: str
    number: str
    fen: int
    at: datetime
    state: str = "done"                    # done processing failed


@dataclass
class Deal:
    order_no: str
    fen: int
    what: str
    expires_at: datetime | None
    notify_url: str
    scanned: bool = False
    token: str = ""
    closed: bool = False
    waits_for_password: bool = False
    money: Money | None = None
    returned: dict[str, Returned] = field(default_factory=dict)


class CannotPay(Exception):
    pass


class Till:
    """`now` is moved by hand. Money is made by `pay` and nowhere else."""

    def __init__(self) -> None:
        self.now = datetime(2027, 3, 9, 9, 0, tzinfo=BEIJING)
        self.deals: dict[str, Deal] = {}
        self.trouble: defaultdict[str, list[Trouble]] = defaultdict(list)
        self.refunds_become: list[str] = []                # states of the next refunds, "done" without one
        self.calls: list[tuple[str, dict[str, Any]]] = []   # everything that was asked and whose signature held
        self.away = False
        self._numbers = 0

    def trouble_for(self, operation: str) -> Trouble | None:
        if self.away:
            return Trouble.LOST_BEFORE
        waiting = self.trouble[operation]
        return waiting.pop(0) if waiting else None

    def open(self, deal: Deal) -> Deal:
        """The same order again is the same deal."""
        return self.deals.setdefault(deal.order_no, deal)

    def pay(self, order_no: str, fen: int | None = None, *, although_closed: bool = False) -> Money:
        """She confirms on her phone. Once for each order, as with the real ones."""
        deal = self.deals.get(order_no)
        if deal is None or deal.money is not None:
            raise CannotPay("unknown" if deal is None else "paid")
        late = deal.expires_at is not None and deal.expires_at <= self.now
        if not although_closed and (deal.closed or late):
            raise CannotPay("closed" if deal.closed else "expired")
        self._numbers += 1
        deal.money = Money(f"42000{self._numbers:023d}", deal.fen if fen is None else fen, self.now)
        deal.waits_for_password = False
        return deal.money

    def refund(self, number: str, refund_no: str, fen: int) -> Returned | None:
        """None where that money is not there, or has gone back under another number."""
        deal = next((one for one in self.deals.values() if one.money is not None and one.money.number == number), None)
        if deal is None or deal.money is None:
            return None
        if refund_no in deal.returned:
            return deal.returned[refund_no]
        if fen + sum(one.fen for one in deal.returned.values() if one.state != "failed") > deal.money.fen:
            return None
        state = self.refunds_become.pop(0) if self.refunds_become else "done"
        deal.returned[refund_no] = Returned(refund_no, number, fen, self.now, state)
        return deal.returned[refund_no]

    def refund_of(self, refund_no: str) -> Returned | None:
        return next((deal.returned[refund_no] for deal in self.deals.values() if refund_no in deal.returned), None)

    def settle_refunds(self, state: str = "done") -> None:
        """What was being worked on is finished."""
        for deal in self.deals.values():
            for one in deal.returned.values():
                if one.state == "processing":
                    one.state, one.at = state, self.now

    def moved_on(self, day: date) -> tuple[list[tuple[Deal, Money]], list[tuple[Deal, Returned]]]:
        came = [(deal, deal.money) for deal in self.deals.values() if deal.money is not None and deal.money.at.date() == day]
        went = [
            (deal, one) for deal in self.deals.values() for one in deal.returned.values()
            if one.state == "done" and one.at.date() == day
        ]  # fmt: skip
        return came, went

    def gone_back(self, deal: Deal) -> bool:
        return deal.money is not None and sum(one.fen for one in deal.returned.values() if one.state == "done") >= deal.money.fen

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)
