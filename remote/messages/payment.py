"""Paying for what is asked for: an order at the centre, and the one question that counts: has it been paid?

The terminal never holds a merchant key and never hears from a channel itself. It makes an order, shows its code, asks, and
closes the order when she does not pay. What an order costs is the centre's word alone.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message
from remote.messages.words import Refusal


class PayMethod(StrEnum):
    """How she pays. facts/journeys.md J16."""

    SHOW_QR = "show_qr"                # her phone reads a code on our screen
    SCAN_CODE = "scan_code"            # our scanner reads the code on her phone
    PURSE = "purse"                    # the purse of her citizen card
    WAIVED = "waived"                  # nothing to pay: the order is paid when it is made


class Purpose(StrEnum):
    """What the money is for; `purpose_ref` of the order says which one."""

    DOCUMENT = "document"              # kind of the document
    CARD = "card"                      # case id of a senior card or citizen card
    BILL = "bill"                      # household for the price ("W3416020001"), household and month for the order
    TOP_UP = "top_up"                  # serial number of the card and fen: "<serial>/<fen>"


class OrderState(StrEnum):
    """NEW: the channel has not been asked yet. OPEN: can be paid. CLOSING: told to close, not yet certain. CLOSED: can
    never become paid; money that comes all the same goes back. PAID: the channel says so. REFUNDING: the money is on its way
    back. REFUNDED: it is there."""

    NEW = "new"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    PAID = "paid"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class OrderLine(Message):
    payee: str                                             # who gets it: "亳州市不动产登记中心"
    what: str                                              # "不动产查询结果(1份)"
    fen: int


class PayChannel(Message):
    """Who takes the money. The name goes into CreateOrder, the label onto the screen."""

    name: str                                              # "wechat"
    label: str                                             # "微信支付"


class CreateOrder(Message):
    """`shown_fen` is what she saw; where it has changed meanwhile nothing is made and the new amount comes back. `channel`:
    one of Price.channels; "" takes the first one, or for SCAN_CODE the one whose code it is."""

    purpose: Purpose
    purpose_ref: str
    person_ref: str = ""                                   # "" where nobody identified herself (a bill, a top-up)
    method: PayMethod
    shown_fen: int
    claim_code: str
    phone_code: str = ""                                   # SCAN_CODE: what the scanner read
    channel: str = ""


class OrderView(Message):
    order_id: str
    order_no: str                                          # for people: printed on slips
    purpose: Purpose
    purpose_ref: str
    lines: list[OrderLine]
    fen: int
    method: PayMethod
    channel: str = ""                                      # "" where nothing was to be paid
    state: OrderState
    qr: str | None = None                                  # what the screen shows, once the channel has opened the order
    expires_at: datetime
    paid_at: datetime | None = None
    fulfilled: bool = False                                # what was paid for has been delivered
    going_back_fen: int = 0                                # of find_orders: money that came too late or twice, on its way back
    gone_back_fen: int = 0                                 # and back already
    refund_words: str = ""                                 # "1至3个工作日退回付款账户", as configured for the channel


class OrderAnswer(Message):
    order: OrderView | None
    refusal: Refusal | None = None


class AskPrice(Message):
    purpose: Purpose
    purpose_ref: str
    person_ref: str = ""


class Price(Message):
    """`lines` with `fen` zero: the centre waives the fee; an order by WAIVED is paid when it is made."""

    lines: list[OrderLine]
    fen: int
    methods: list[PayMethod]                               # those this centre can take for it; empty = nothing to pay
    channels: list[PayChannel] = Field(default_factory=list)
    purpose_ref: str = ""                                  # what CreateOrder must name: of a household, its oldest open bill
    refusal: Refusal | None = None


class QueryOrder(Message):
    """By the key it was made with, so that it can be asked for even if the answer was lost; `order` None: never arrived."""

    order_key: str


class CloseOrder(Message):
    """Undo of CreateOrder. Safe to repeat, safe when the order never arrived: then it bars the key for ever. The answer may
    say PAID: then it was too late to close, and the money is hers to use or to get back."""

    order_key: str


class RefundOrder(Message):
    """Money back for an order that is paid and not fulfilled. Safe to repeat: one order, one refund."""

    order_key: str
    reason: str = Field(max_length=64)


class FindOrders(Message):
    """What became of the money: by the ID card, or by the claim code of a slip (J17)."""

    person_ref: str = ""
    claim_code: str = ""


class FoundOrders(Message):
    orders: list[OrderView]
