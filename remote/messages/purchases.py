"""Paid from the purse of a citizen card: begun, debited by the card, and proven by the card's TAC.

INITIALIZE FOR PURCHASE (card) and 80 70 (purchase module) -> `begin_purchase`: the centre knows what is about to happen, the
order cannot be closed any more -> DEBIT FOR PURCHASE -> `report_purchase` with the TAC: only that makes the order paid. Where it
was cut off, the same card is asked at whichever terminal reads it next (`find_purchases`).

That a card was not debited cannot be proven by the card and need not be: who says so gets nothing, and a TAC that comes later
still counts. Bytes are hexadecimal digits, amounts fen.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message
from remote.messages.words import Refusal


class PurchaseState(StrEnum):
    """BEGUN: the card may have been debited or not, only the card can tell. IN_DOUBT: it says what cannot be; two people settle
    it, or a TAC that comes after all."""

    BEGUN = "begun"
    DEBITED = "debited"
    NOT_DEBITED = "not_debited"
    IN_DOUBT = "in_doubt"


class CardPurchase(Message):
    """EF 0015, the answer of INITIALIZE FOR PURCHASE, and the purchase module's half."""

    issuer: str = Field(pattern="^[0-9A-F]{16}$")
    serial: str = Field(pattern="^[0-9]{20}$")
    kind: int                                              # transaction type on the card
    balance: int = Field(ge=0)                             # before it
    sequence: int = Field(ge=0, le=0xFFFF)                 # the card's offline number, before the increment
    algorithm: int = Field(ge=0, le=0xFF)
    key_version: int = Field(ge=0, le=0xFF)
    terminal_number: str = Field(pattern="^[0-9A-F]{12}$")     # the purchase module's
    terminal_seq: int = Field(ge=0, le=0xFFFFFFFF)
    moment: str = Field(pattern="^[0-9]{14}$")             # YYYYMMDDhhmmss


class BeginPurchase(Message):
    order_id: str
    fen: int = Field(gt=0)
    card: CardPurchase


class PurchaseView(Message):
    purchase_id: str
    order_id: str
    order_no: str
    fen: int
    card: CardPurchase
    state: PurchaseState
    since: datetime
    place: str


class PurchaseAnswer(Message):
    purchase: PurchaseView | None
    refusal: Refusal | None = None


class ReportPurchase(Message):
    """What the card says. DEBITED counts only with a TAC that the centre finds genuine; else it is IN_DOUBT."""

    purchase_id: str
    state: PurchaseState
    tac: str = Field(default="", pattern="^([0-9A-F]{8})?$", repr=False)


class FindPurchases(Message):
    """What is open on the card in the slot; or what became of an order's."""

    serial: str = ""
    order_id: str = ""


class CardCredit(Message):
    """Money that was paid with this card and goes back onto it: an ordinary load of this order."""

    order_id: str
    order_no: str
    fen: int


class FoundPurchases(Message):
    purchases: list[PurchaseView]
    credits: list[CardCredit]
