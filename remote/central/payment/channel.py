"""The seam to whoever really takes the money: WeChat Pay, Alipay, or the embedded simulated channel.

A channel is asked outside every transaction of the centre. Whatever it says is written down by orders.py, once, by the
channel's own transaction number, however often and in whatever order it is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class ChannelAway(Exception):
    """Nobody answered, or the answer cannot be trusted. Nothing is known; ask again."""


class NotYet(ChannelAway):
    """It answers, and cannot know before something happens elsewhere (a card is read again). Ask again much later."""


class ChannelRefused(Exception):
    """The channel says no to the request itself. Asking again cannot help."""


@dataclass(frozen=True)
class Payable:
    order_no: str
    fen: int
    what: str                            # shown to the payer: "不动产查询结果"
    payee: str
    expires_at: datetime
    phone_code: str = ""                 # of the payer's phone, where we scan it; "" again once the channel has heard it
    scanned: bool = False                # whether we read the payer's code: both big channels end such an order differently


class TradeState(StrEnum):
    NOT_PAID = "not_paid"
    PAID = "paid"
    CLOSED = "closed"
    GONE_BACK = "gone_back"              # it was paid, and the channel says the money went back
    UNHEARD_OF = "unheard_of"            # the channel knows no such order


@dataclass(frozen=True)
class Transaction:
    """Money that moved, by the channel's own number. Never two with the same number."""

    number: str
    fen: int
    at: datetime


@dataclass(frozen=True)
class Trade:
    state: TradeState
    transactions: tuple[Transaction, ...] = ()


class RefundState(StrEnum):
    DONE = "done"
    PROCESSING = "processing"
    FAILED = "failed"                    # for good: a person has to look


@dataclass(frozen=True)
class Refund:
    refund_no: str                       # ours, the same at every repetition
    order_no: str
    transaction: str
    fen: int
    of_fen: int                          # the whole transaction, which both big channels want to hear
    reason: str


@dataclass(frozen=True)
class BillLine:
    """One line of the channel's bill of a day. `fen` below zero: a refund."""

    order_no: str
    transaction: str
    fen: int
    at: datetime
    refund_no: str = ""


class BillNotThere(ChannelAway):
    """There is no bill of that day: not yet, or because nothing moved. The channel does not say which."""


class Channel(Protocol):
    """Every method may raise ChannelAway; `open` and `refund` ChannelRefused too. All are safe to repeat, and all end within
    half a minute whatever the other end does."""

    @property
    def name(self) -> str: ...

    def open(self, order: Payable) -> str:
        """Make the order payable; the text of the QR code to show ("" where the payer's own code was used)."""

    def query(self, order_no: str) -> Trade: ...

    def close(self, order: Payable) -> bool:
        """True: the channel will take no more money for it. False: too late, it is paid."""

    def refund(self, refund: Refund) -> RefundState: ...

    def bill(self, day: date) -> list[BillLine]:
        """All that moved on that day, Beijing time. Raises BillNotThere."""
