"""WeChat Pay v3 on the package wechatpayv3: Native (our code, her phone) and code payment (her code, our scanner).

What it does not offer, and what we do instead:
- Code payment knows no expiry: an order that nobody confirms is reversed when its time is over. Reversing one that was paid
  meanwhile gives the money back by itself; the order then says so, and is never taken for paid.
- A closed order says nothing of a payment that was under way when it was closed: orders.py looks once more.
- The package has no setting for another gateway; tests set the one it keeps. It raises bare Exception: whatever it raises
  here means that nothing is known. It checks the signatures of good answers only, so a refusal is as true as its TLS; none
  of them can make money count as paid or as given back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from wechatpayv3 import WeChatPay, WeChatPayType  # type: ignore[import-untyped, unused-ignore]

from remote.central.payment.channel import (
    BillLine,
    BillNotThere,
    ChannelAway,
    ChannelRefused,
    Payable,
    Refund,
    RefundState,
    Trade,
    TradeState,
    Transaction,
)
from remote.central.payment.channels.files import (
    API_V3_KEY_LENGTH,
    WECHAT_GATEWAY,
    ChannelFilesError,
    WeChatSettings,
    read_secret,
)
from remote.central.payment.channels.wechat_bill import read_bill
from remote.central.times import BEIJING

NAME = "wechat"
CONNECT_S, READ_S = 3.0, 10.0
DESCRIPTION_MOST = 127       # characters of `description`, as the document of Native payment says
REASON_MOST = 80             # bytes of `reason` of a refund
NOT_PAID = ("NOTPAY", "USERPAYING", "ACCEPT", "PAYERROR")
CLOSED = ("CLOSED", "REVOKED")
NO_SUCH_ORDER = ("ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS")
NEVER = ("PARAM_ERROR", "INVALID_REQUEST", "ORDER_CLOSED", "OUT_TRADE_NO_USED", "RULE_LIMIT", "RULELIMIT", "TRADE_ERROR",
         "AUTH_CODE_EXPIRED", "AUTH_CODE_ERROR", "AUTH_CODE_INVALID", "AUTHCODEEXPIRE", "ACCOUNT_ERROR",
         "USER_ACCOUNT_ABNORMAL", "BANK_ERROR", "BANKERROR", "MCH_NOT_EXISTS", "APPID_MCHID_NOT_MATCH")  # fmt: skip
"""Of our request itself: asking again cannot help. Everything else (keys, limits, money short for a refund, trouble of
theirs) is worth another try."""
REFUND_STATES = {"SUCCESS": RefundState.DONE, "PROCESSING": RefundState.PROCESSING, "CLOSED": RefundState.FAILED,
                 "ABNORMAL": RefundState.FAILED}  # fmt: skip
NO_BILL = ("NO_STATEMENT_EXIST", "STATEMENT_CREATING")
Answer = dict[str, Any]


class WeChatChannel:
    name = NAME

    def __init__(self, settings: WeChatSettings, notify_url: str) -> None:
        """Raises ChannelFilesError. Asks the gateway only where a folder of platform certificates is empty."""
        self.api_v3_key = read_secret(settings.api_v3_key)
        if len(self.api_v3_key) != API_V3_KEY_LENGTH:
            raise ChannelFilesError(f"{settings.api_v3_key}: expected {API_V3_KEY_LENGTH} characters")
        folder = settings.platform_certificates
        if settings.gateway != WECHAT_GATEWAY and folder is not None and not list(folder.glob("*.pem")):
            raise ChannelFilesError(f"{folder}: expected a platform certificate for another gateway")
        try:
            self.pay = WeChatPay(
                WeChatPayType.NATIVE, settings.merchant, read_secret(settings.private_key), settings.certificate_serial,
                settings.app, self.api_v3_key, notify_url=notify_url, cert_dir=str(folder) if folder is not None else None,
                timeout=(CONNECT_S, READ_S), public_key=read_secret(settings.public_key) if settings.public_key else None,
                public_key_id=settings.public_key_id,
            )  # fmt: skip
        except Exception as error:  # the package knows no other
            raise ChannelFilesError(f"wechat: {error}") from error
        self.pay._core._gate_way = settings.gateway
        self._merchant = settings.merchant
        self._store = settings.store
        self.public_key_id = settings.public_key_id

    def open(self, order: Payable) -> str:
        amount = {"total": order.fen, "currency": "CNY"}
        what = f"{order.what}"[:DESCRIPTION_MOST]
        if order.scanned:
            return self._open_scanned(order, what, amount)
        expires = order.expires_at.astimezone(BEIJING).isoformat(timespec="seconds")
        answer = self._ask(lambda: self.pay.pay(what, order.order_no, amount, time_expire=expires), paid_already={})
        return str(answer.get("code_url", ""))

    def _open_scanned(self, order: Payable, what: str, amount: dict[str, Any]) -> str:
        """Her phone may ask her for a password: whether it is paid is asked for, as always."""
        if not order.phone_code:
            return ""
        scene = {"store_info": {"out_id": self._store or "hall"}}
        payer = {"auth_code": order.phone_code}
        waits: dict[str, Answer] = {"USERPAYING": {}, "USER_PAYING": {}}
        code_pay = WeChatPayType.CODEPAY
        self._ask(
            lambda: self.pay.pay(what, order.order_no, amount, payer=payer, scene_info=scene, pay_type=code_pay),
            paid_already={}, instead=waits,
        )  # fmt: skip
        return ""

    def query(self, order_no: str) -> Trade:
        nothing: Answer = {"trade_state": ""}
        answer = self._ask(lambda: self.pay.query(out_trade_no=order_no), instead=dict.fromkeys(NO_SUCH_ORDER, nothing))
        if answer is nothing:
            return Trade(TradeState.UNHEARD_OF)
        if answer.get("out_trade_no") != order_no or answer.get("mchid") != self._merchant:
            raise ChannelAway("an answer about another order")
        state = answer.get("trade_state")
        if state == "SUCCESS":
            return Trade(TradeState.PAID, (_transaction(answer),))
        if state == "REFUND" or (state in CLOSED and answer.get("transaction_id") and answer.get("success_time")):
            return Trade(TradeState.GONE_BACK, (_transaction(answer),))
        if state in CLOSED:
            return Trade(TradeState.CLOSED)
        if state in NOT_PAID:
            return Trade(TradeState.NOT_PAID)
        raise ChannelAway(f"unknown trade_state {state!r}")

    def close(self, order: Payable) -> bool:
        found = self.query(order.order_no)
        if found.state in (TradeState.PAID, TradeState.GONE_BACK):
            return False
        if found.state is not TradeState.NOT_PAID:
            return True
        done: dict[str, Answer] = {code: {} for code in (*NO_SUCH_ORDER, "ORDER_CLOSED", "ORDERCLOSED")}
        paid: Answer = {"paid": True}
        end = self.pay.codepay_reverse if order.scanned else self.pay.close
        return self._ask(lambda: end(out_trade_no=order.order_no), paid_already=paid, instead=done) is not paid

    def refund(self, refund: Refund) -> RefundState:
        unknown: Answer = {}
        found = self._ask(lambda: self.pay.query_refund(refund.refund_no), instead=dict.fromkeys(NO_SUCH_ORDER, unknown))
        if found is unknown:
            amount = {"refund": refund.fen, "total": refund.of_fen, "currency": "CNY"}
            reason = refund.reason.encode()[:REASON_MOST].decode(errors="ignore")
            which = refund.transaction
            found = self._ask(lambda: self.pay.refund(refund.refund_no, amount, transaction_id=which, reason=reason))
        if found.get("out_refund_no") != refund.refund_no or found.get("amount", {}).get("refund") != refund.fen:
            raise ChannelAway("an answer about another refund")
        state = REFUND_STATES.get(str(found.get("status")))
        if state is None:
            raise ChannelAway(f"unknown refund status {found.get('status')!r}")
        return state

    def bill(self, day: date) -> list[BillLine]:
        none: Answer = {}
        asked = self._ask(lambda: self.pay.trade_bill(day.isoformat()), instead=dict.fromkeys(NO_BILL, none))
        if asked is none:
            raise BillNotThere(str(day))
        _, packed = self._call(lambda: self.pay.download_bill(asked["download_url"]), want=bytes)
        return read_bill(packed, str(asked.get("hash_value", "")))

    # -- asking ------------------------------------------------------------------------------------------------------

    def _ask(
        self, request: Callable[[], tuple[int, Any]], paid_already: Answer | None = None, instead: dict[str, Answer] | None = None
    ) -> Answer:
        """The answer's JSON. `instead`: what stands for an error code. Raises ChannelAway, ChannelRefused."""
        status, text = self._call(request, want=str)
        if status == 204:
            return {}
        try:
            answer: Any = json.loads(text)
        except ValueError as error:
            raise ChannelAway(f"HTTP {status} without JSON") from error
        if not isinstance(answer, dict):
            raise ChannelAway(f"HTTP {status} with something else")
        if status < 300:
            return answer
        code = str(answer.get("code", ""))
        if instead is not None and code in instead:
            return instead[code]
        if code in ("ORDERPAID", "ORDER_PAID") and paid_already is not None:
            return paid_already
        if code in NEVER and status in (400, 403, 404):
            raise ChannelRefused(code)
        raise ChannelAway(f"HTTP {status} {code}")

    def _call(self, request: Callable[[], tuple[int, Any]], want: type) -> tuple[int, Any]:
        try:
            status, body = request()
        except Exception as error:  # the package raises bare Exception for a wrong signature
            raise ChannelAway(f"{type(error).__name__}") from error
        if not isinstance(body, want):
            body = body.encode() if want is bytes else body.decode("utf-8", "replace")
        if want is bytes and status != 200:
            raise ChannelAway(f"HTTP {status}")
        return status, body


def _transaction(answer: Answer) -> Transaction:
    amount = answer.get("amount") or {}
    number, at, fen = answer.get("transaction_id"), answer.get("success_time"), amount.get("total")
    if not number or not at or not isinstance(fen, int) or amount.get("currency", "CNY") != "CNY":
        raise ChannelAway("paid, but without number, time or amount")
    try:
        return Transaction(str(number), fen, datetime.fromisoformat(at).astimezone(BEIJING))
    except ValueError as error:
        raise ChannelAway("paid, but at no time") from error
