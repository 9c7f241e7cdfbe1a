"""Alipay on its official SDK: precreate (our code, her phone) and trade.pay (her code, our scanner).

What it does not offer, and what we do instead:
- After precreate there is no trade before she scans: asking and closing say that there is none. Such an order is ended with
  trade.cancel, which promises nothing for a code that nobody has scanned; orders.py looks once more after its time is over.
- TRADE_CLOSED means never paid, or paid and wholly given back; the time of payment tells which.
- A refund's answer may say that nothing changed; the refund is then asked about.
"""

from __future__ import annotations

from datetime import date

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
from remote.central.payment.channels.alipay_bill import read_bill
from remote.central.payment.channels.alipay_gateway import Answer, Gateway, fetch_bill
from remote.central.payment.channels.amounts import beijing, fen_of, yuan_of
from remote.central.payment.channels.files import AlipaySettings
from remote.central.times import BEIJING

NAME = "alipay"
SUBJECT_MOST = 256               # characters
BODY_MOST = 128
REASON_MOST = 256
DONE, WAITS, UNKNOWN, FAILED = "10000", "10003", "20000", "40004"
NO_TRADE = "ACQ.TRADE_NOT_EXIST"
PAID_ALREADY = "ACQ.TRADE_HAS_SUCCESS"
WORTH_ANOTHER_TRY = ("ACQ.SYSTEM_ERROR", "AQC.SYSTEM_ERROR", "ACQ.SELLER_BALANCE_NOT_ENOUGH", "ACQ.REFUND_ACCOUNT_NOT_EXIST",
                     "ACQ.ACCESS_FORBIDDEN", "ACQ.NOT_SUPPORT_PAYMENT_INST")  # fmt: skip


class AlipayChannel:
    name = NAME

    def __init__(self, settings: AlipaySettings, notify_url: str) -> None:
        """Raises ChannelFilesError."""
        self.gateway = Gateway(settings)
        self.app = settings.app
        self._store = settings.store
        self._notify_url = notify_url

    def open(self, order: Payable) -> str:
        if order.scanned:
            return self._open_scanned(order)
        answer = self._ask("AlipayTradePrecreate", **self._goods(order))
        if answer["code"] == DONE:
            return str(answer["qr_code"])
        return self._refused(answer, paid_already="")

    def _open_scanned(self, order: Payable) -> str:
        """Her phone may ask her for a password: whether it is paid is asked for, as always."""
        if not order.phone_code:
            return ""
        answer = self._ask("AlipayTradePay", scene="bar_code", auth_code=order.phone_code, **self._goods(order))
        if answer["code"] in (DONE, WAITS):
            return ""
        return self._refused(answer, paid_already="")

    def _goods(self, order: Payable) -> dict[str, str]:
        goods = {
            "out_trade_no": order.order_no, "total_amount": yuan_of(order.fen), "subject": order.what[:SUBJECT_MOST],
            "body": order.payee[:BODY_MOST], "time_expire": f"{order.expires_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
        }  # fmt: skip
        return goods | ({"store_id": self._store} if self._store else {})

    def query(self, order_no: str) -> Trade:
        answer = self._ask("AlipayTradeQuery", out_trade_no=order_no)
        if answer.get("sub_code") == NO_TRADE:
            return Trade(TradeState.UNHEARD_OF)
        if answer["code"] != DONE or answer.get("out_trade_no") != order_no:
            raise ChannelAway(str(answer.get("sub_code", answer["code"])))
        state = answer.get("trade_status")
        if state in ("TRADE_SUCCESS", "TRADE_FINISHED"):
            return Trade(TradeState.PAID, (_transaction(answer),))
        if state == "TRADE_CLOSED":
            if answer.get("send_pay_date"):
                return Trade(TradeState.GONE_BACK, (_transaction(answer),))
            return Trade(TradeState.CLOSED)
        if state == "WAIT_BUYER_PAY":
            return Trade(TradeState.NOT_PAID)
        raise ChannelAway(f"unknown trade_status {state!r}")

    def close(self, order: Payable) -> bool:
        found = self.query(order.order_no)
        if found.state in (TradeState.PAID, TradeState.GONE_BACK):
            return False
        if found.state is TradeState.CLOSED:
            return True
        if found.state is TradeState.UNHEARD_OF or order.scanned:
            return self._cancel(order.order_no)
        answer = self._ask("AlipayTradeClose", out_trade_no=order.order_no)
        if answer["code"] == DONE:
            return True
        if answer.get("sub_code") == NO_TRADE:
            return self._cancel(order.order_no)
        if answer.get("sub_code") in ("ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_ILLEGAL_STATUS"):
            return self.query(order.order_no).state is TradeState.CLOSED
        raise ChannelAway(str(answer.get("sub_code", answer["code"])))

    def _cancel(self, order_no: str) -> bool:
        answer = self._ask("AlipayTradeCancel", out_trade_no=order_no)
        if answer["code"] == DONE and answer.get("retry_flag", "N") == "N":
            return answer.get("action") != "refund"
        if answer.get("sub_code") == NO_TRADE:
            return True
        raise ChannelAway(str(answer.get("sub_code", answer["code"])))

    def refund(self, refund: Refund) -> RefundState:
        if self._went_back(refund):
            return RefundState.DONE
        answer = self._ask(
            "AlipayTradeRefund", trade_no=refund.transaction, out_request_no=refund.refund_no,
            refund_amount=yuan_of(refund.fen), refund_reason=refund.reason[:REASON_MOST],
        )  # fmt: skip
        if answer["code"] != DONE:
            self._refused(answer)
        if answer.get("fund_change") == "Y":
            return RefundState.DONE
        return RefundState.DONE if self._went_back(refund) else RefundState.PROCESSING

    def _went_back(self, refund: Refund) -> bool:
        which = {"trade_no": refund.transaction, "out_request_no": refund.refund_no}
        answer = self._ask("AlipayTradeFastpayRefundQuery", **which)
        if answer["code"] == UNKNOWN or answer.get("sub_code") in WORTH_ANOTHER_TRY:
            raise ChannelAway(str(answer.get("sub_code", "")))
        if answer["code"] != DONE or answer.get("refund_status") != "REFUND_SUCCESS":
            return False
        if answer.get("out_request_no") != refund.refund_no or fen_of(str(answer.get("refund_amount", ""))) != refund.fen:
            raise ChannelAway("an answer about another refund")
        return True

    def bill(self, day: date) -> list[BillLine]:
        answer = self._ask("AlipayDataDataserviceBillDownloadurlQuery", bill_type="trade", bill_date=day.isoformat())
        if str(answer.get("sub_code", "")).endswith("bill_not_exist"):
            raise BillNotThere(str(day))
        if answer["code"] != DONE:
            raise ChannelAway(str(answer.get("sub_code", answer["code"])))
        return read_bill(fetch_bill(str(answer["bill_download_url"])))

    # -- asking ------------------------------------------------------------------------------------------------------

    def _ask(self, what: str, **content: str) -> Answer:
        answer = self.gateway.ask(what, content, self._notify_url)
        if "code" not in answer:
            raise ChannelAway("an answer without a code")
        return answer

    def _refused(self, answer: Answer, paid_already: str | None = None) -> str:
        """Raises ChannelAway where another try may help, ChannelRefused where not."""
        why = str(answer.get("sub_code", ""))
        if why == PAID_ALREADY and paid_already is not None:
            return paid_already
        if answer["code"] == FAILED and why.startswith("ACQ.") and why not in WORTH_ANOTHER_TRY:
            raise ChannelRefused(why)
        raise ChannelAway(f"{answer['code']} {why}")


def _transaction(answer: Answer) -> Transaction:
    number, at = answer.get("trade_no"), answer.get("send_pay_date")
    if not number or not at:
        raise ChannelAway("paid, but without number or time")
    return Transaction(str(number), fen_of(str(answer.get("total_amount", ""))), beijing(str(at)))
