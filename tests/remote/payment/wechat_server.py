"""WeChat Pay v3 as far as the centre talks to it: Native, code payment, query, close, reverse, refunds, bills, calls.

Signatures of requests are checked and of answers made as the protocol says (RSA, SHA-256), calls are encrypted with AES-GCM.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from remote.central.payment.channels.amounts import yuan_of
from remote.central.times import BEIJING
from tests.remote.payment import keys
from tests.remote.payment.serving import Asked, Said
from tests.remote.payment.till import Deal, Returned, Till, Trouble

MERCHANT, APP, MERCHANT_SERIAL = "1900000109", "wx2421b1c4370ec43b", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
API_V3_KEY = "0123456789abcdef0123456789abcdef"
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000001092024101100397200000006"
PLATFORM, MERCHANT_KEY = "wechat platform", "wechat merchant"
AUTHORIZATION = re.compile(r'(\w+)="([^"]*)"')
ORDER = r"/v3/pay/transactions/out-trade-no/([\w-]+)"
BILL_COLUMNS = ("交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
                "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
                "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注")  # fmt: skip
SUMMARY_COLUMNS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
Result = tuple[int, Any]


class WeChatServer:
    def __init__(self, till: Till, platform: str | None = None) -> None:
        """`platform`: whose certificate signs; None = the public key with PUBLIC_KEY_ID."""
        self.till = till
        self.platform = platform
        self.base = ""
        self.seen: set[str] = set()
        self.spoilt_bill = False
        self.routes: list[tuple[str, str, str, Callable[..., Result]]] = [
            ("open", "POST", r"/v3/pay/transactions/native", self._native),
            ("open", "POST", r"/v3/pay/transactions/codepay", self._codepay),
            ("query", "GET", ORDER, self._query),
            ("close", "POST", ORDER + "/close", self._close),
            ("close", "POST", ORDER + "/reverse", self._reverse),
            ("refund", "POST", r"/v3/refund/domestic/refunds", self._refund),
            ("query_refund", "GET", r"/v3/refund/domestic/refunds/([\w-]+)", self._query_refund),
            ("bill", "GET", r"/v3/bill/tradebill", self._bill),
            ("bill_file", "GET", r"/v3/billdownload/file", self._bill_file),
            ("certificates", "GET", r"/v3/certificates", self._certificates),
        ]

    # -- the door ----------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Said:
        parts = urlsplit(asked.path)
        for operation, method, pattern, work in self.routes:
            match = re.fullmatch(pattern, parts.path)
            if match is not None and method == asked.method:
                return self._at(operation, work, match.groups(), dict(parse_qsl(parts.query)), asked)
        return self._signed(404, {"code": "RESOURCE_NOT_EXISTS"})

    def _at(
        self, operation: str, work: Callable[..., Result], groups: tuple[str | Any, ...], query: dict[str, str], asked: Asked
    ) -> Said:
        trouble = self.till.trouble_for(operation)
        if trouble is Trouble.LOST_BEFORE:
            return Said(0, {}, b"", trouble)
        if trouble is Trouble.BUSY:
            return self._signed(500, {"code": "SYSTEM_ERROR", "message": "系统错误"})
        if trouble is Trouble.GARBAGE:
            return Said(200, {"Content-Type": "text/html"}, b"<html>maintenance</html>")
        if not self._authorised(asked):
            return self._signed(401, {"code": "SIGN_ERROR", "message": "签名错误"})
        body = json.loads(asked.body) if asked.body else query
        self.till.calls.append((operation, body))
        status, result = work(*groups, body)
        if trouble is Trouble.BUSY_AFTER:
            return self._signed(503, {"code": "SYSTEM_ERROR"})
        said = Said(200, {"Content-Type": "application/x-gzip"}, result) if isinstance(result, bytes) else None
        said = said or self._signed(status, result, bad=trouble is Trouble.BAD_SIGNATURE)
        return said._replace(trouble=trouble)

    def _authorised(self, asked: Asked) -> bool:
        """The scheme, the merchant, a time of now, a nonce never seen, and the signature over all of it."""
        scheme, _, rest = asked.headers.get("authorization", "").partition(" ")
        given = dict(AUTHORIZATION.findall(rest))
        if scheme != "WECHATPAY2-SHA256-RSA2048" or given.get("mchid") != MERCHANT or given.get("serial_no") != MERCHANT_SERIAL:
            return False
        if abs(time.time() - int(given["timestamp"])) > 300 or given["nonce_str"] in self.seen:
            return False
        if self.platform is None and asked.headers.get("wechatpay-serial") != PUBLIC_KEY_ID:
            return False
        self.seen.add(given["nonce_str"])
        text = "\n".join((asked.method, asked.path, given["timestamp"], given["nonce_str"], asked.body.decode())) + "\n"
        return keys.holds(MERCHANT_KEY, text, given["signature"])

    def _signed(self, status: int, result: Any, bad: bool = False) -> Said:
        body = b"" if status == 204 else json.dumps(result, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", **self.signature(body, bad=bad)}
        return Said(status, headers, body)

    def signature(self, body: bytes, at: float | None = None, bad: bool = False) -> dict[str, str]:
        stamp, nonce = str(int(time.time() if at is None else at)), os.urandom(16).hex()
        whose = "somebody else" if bad else self.platform or PLATFORM
        return {
            "Wechatpay-Timestamp": stamp, "Wechatpay-Nonce": nonce, "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
            "Wechatpay-Signature": keys.sign(whose, f"{stamp}\n{nonce}\n{body.decode()}\n"),
            "Wechatpay-Serial": PUBLIC_KEY_ID if self.platform is None else keys.serial(self.platform),
        }  # fmt: skip

    # -- orders ------------------------------------------------------------------------------------------------------

    def _deal(self, body: dict[str, Any], expires: datetime | None, scanned: bool) -> Deal:
        no, fen = body["out_trade_no"], body["amount"]["total"]
        token = os.urandom(6).hex()
        return Deal(no, fen, body["description"], expires, body.get("notify_url", ""), scanned, token)

    def _native(self, body: dict[str, Any]) -> Result:
        known = self.till.deals.get(body["out_trade_no"])
        if known is not None and known.money is not None:
            return 403, {"code": "ORDERPAID", "message": "订单已支付"}
        if known is not None and known.closed:
            return 400, {"code": "ORDER_CLOSED", "message": "订单已关闭"}
        if body.get("appid") != APP or body.get("mchid") != MERCHANT or body["amount"]["currency"] != "CNY":
            return 400, {"code": "PARAM_ERROR"}
        expires = datetime.fromisoformat(body["time_expire"])  # KeyError without one: it is always set
        deal = self.till.open(self._deal(body, expires, scanned=False))
        if deal.fen != body["amount"]["total"]:
            return 400, {"code": "INVALID_REQUEST", "message": "请求重入时参数不一致"}
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={deal.token}"}

    def _codepay(self, body: dict[str, Any]) -> Result:
        """Codes that end with 9 ask for a password; with 0 they are too old."""
        known = self.till.deals.get(body["out_trade_no"])
        if known is not None:
            return (403, {"code": "ORDERPAID"}) if known.money else (400, {"code": "USERPAYING"})
        code = body["payer"]["auth_code"]
        if code.endswith("0"):
            return 400, {"code": "AUTH_CODE_EXPIRED", "message": "二维码已过期，请用户在微信上刷新后再试"}
        if not body["scene_info"]["store_info"]["out_id"]:
            return 400, {"code": "PARAM_ERROR"}
        deal = self.till.open(self._deal(body, None, scanned=True))
        if code.endswith("9"):
            deal.waits_for_password = True
            return 400, {"code": "USERPAYING", "message": "需要用户输入支付密码"}
        self.till.pay(deal.order_no)
        return 200, self._view(deal)

    def _query(self, order_no: str, _query: dict[str, Any]) -> Result:
        deal = self.till.deals.get(order_no)
        return (404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"}) if deal is None else (200, self._view(deal))

    def _view(self, deal: Deal) -> dict[str, Any]:
        view: dict[str, Any] = {"appid": APP, "mchid": MERCHANT, "out_trade_no": deal.order_no, "trade_state_desc": "",
                                "amount": {"total": deal.fen, "currency": "CNY"}}  # fmt: skip
        if deal.money is not None:
            state = "REFUND" if deal.returned else "SUCCESS"
            state = "REVOKED" if deal.scanned and deal.closed else state
            view |= {"trade_state": state, "trade_type": "MICROPAY" if deal.scanned else "NATIVE",
                     "transaction_id": deal.money.number, "success_time": deal.money.at.isoformat(timespec="seconds"),
                     "amount": {"total": deal.money.fen, "payer_total": deal.money.fen, "currency": "CNY"}}  # fmt: skip
            return view
        closed = "REVOKED" if deal.scanned else "CLOSED"
        return view | {"trade_state": closed if deal.closed else "USERPAYING" if deal.waits_for_password else "NOTPAY"}

    def _close(self, order_no: str, body: dict[str, Any]) -> Result:
        deal = self.till.deals.get(order_no)
        if deal is None:
            return 404, {"code": "ORDER_NOT_EXIST"}
        if deal.money is not None:
            return 400, {"code": "ORDERPAID"}
        deal.closed = True
        return 204, None

    def _reverse(self, order_no: str, body: dict[str, Any]) -> Result:
        """What was paid goes back by itself."""
        deal = self.till.deals.get(order_no)
        if deal is None or not deal.scanned:
            return 404, {"code": "ORDER_NOT_EXIST"}
        deal.closed = True
        if deal.money is not None:
            self.till.refund(deal.money.number, f"reverse-{order_no}", deal.money.fen)
        return 200, {"out_trade_no": order_no}

    # -- money back --------------------------------------------------------------------------------------------------

    def _refund(self, body: dict[str, Any]) -> Result:
        done = self.till.refund(body["transaction_id"], body["out_refund_no"], body["amount"]["refund"])
        if done is None:
            return 400, {"code": "INVALID_REQUEST", "message": "订单已全额退款"}
        return 200, self._refund_view(done)

    def _query_refund(self, refund_no: str, _query: dict[str, Any]) -> Result:
        found = self.till.refund_of(refund_no)
        return (404, {"code": "RESOURCE_NOT_EXISTS"}) if found is None else (200, self._refund_view(found))

    def _refund_view(self, one: Returned) -> dict[str, Any]:
        state = {"done": "SUCCESS", "processing": "PROCESSING", "failed": "ABNORMAL"}[one.state]
        return {"out_refund_no": one.refund_no, "transaction_id": one.number, "status": state,
                "amount": {"refund": one.fen, "total": one.fen, "currency": "CNY"}}  # fmt: skip

    # -- bills -------------------------------------------------------------------------------------------------------

    def _bill(self, query: dict[str, str]) -> Result:
        came, went = self.till.moved_on(date.fromisoformat(query["bill_date"]))
        if not came and not went:
            return 400, {"code": "NO_STATEMENT_EXIST", "message": "账单文件不存在"}
        text = self.bill_text(date.fromisoformat(query["bill_date"]))
        url = f"{self.base}/v3/billdownload/file?token={query['bill_date']}"
        return 200, {"hash_type": "SHA1", "hash_value": hashlib.sha1(text).hexdigest(), "download_url": url}

    def _bill_file(self, query: dict[str, str]) -> Result:
        text = self.bill_text(date.fromisoformat(query["token"]))
        return 200, gzip.compress(text[: len(text) // 2] if self.spoilt_bill else text)

    def bill_text(self, day: date) -> bytes:
        came, went = self.till.moved_on(day)
        rows = [self._bill_row(deal, money.at, money.number, "SUCCESS", "", money.fen, 0) for deal, money in came]
        for deal, back in went:
            reversed_ = back.refund_no.startswith("reverse-")
            state, no = ("REVOKED", "") if reversed_ else ("REFUND", back.refund_no)
            rows.append(self._bill_row(deal, back.at, back.number, state, no, 0, back.fen))
        total, back_total = sum(money.fen for _, money in came), sum(back.fen for _, back in went)
        ends = (str(len(rows)), yuan_of(total), yuan_of(back_total), "0.00", "0.00", yuan_of(total), yuan_of(back_total))
        text = "\r\n".join([BILL_COLUMNS, *rows, SUMMARY_COLUMNS, ",".join(f"`{end}" for end in ends), ""])
        return b"\xef\xbb\xbf" + text.encode()

    def _bill_row(self, deal: Deal, at: datetime, number: str, state: str, refund_no: str, fen: int, back: int) -> str:
        fields = (f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}", APP, MERCHANT, "0", "", number, deal.order_no, "oUpF8u",
                  "NATIVE", state, "OTHERS", "CNY", yuan_of(fen), "0.00", "5030" * bool(refund_no), refund_no,
                  yuan_of(back), "0.00", "ORIGINAL" if back else "", "SUCCESS" if back else "", f"{deal.what},一份", "", "0.00",
                  "0.60%", yuan_of(fen), yuan_of(back), "")  # fmt: skip
        return ",".join(f"`{part}" for part in fields)

    # -- certificates and calls --------------------------------------------------------------------------------------

    def encrypted(self, text: str, associated: str) -> dict[str, str]:
        nonce = os.urandom(6).hex()
        sealed = AESGCM(API_V3_KEY.encode()).encrypt(nonce.encode(), text.encode(), associated.encode())
        return {"algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": associated,
                "ciphertext": base64.b64encode(sealed).decode()}  # fmt: skip

    def _certificates(self, _query: dict[str, Any]) -> Result:
        whose = self.platform or PLATFORM
        found = keys.certificate(whose)
        return 200, {"data": [{
            "serial_no": keys.serial(whose), "effective_time": found.not_valid_before_utc.isoformat(),
            "expire_time": found.not_valid_after_utc.isoformat(),
            "encrypt_certificate": self.encrypted(keys.certificate_pem(whose), "certificate"),
        }]}  # fmt: skip

    def call(self, order_no: str, event: str = "TRANSACTION.SUCCESS", at: float | None = None) -> tuple[dict[str, str], bytes]:
        """Headers and body of a call about an order."""
        deal = self.till.deals.get(order_no)
        told = self._view(deal) if deal is not None else {"out_trade_no": order_no, "trade_state": "SUCCESS"}
        resource = {"original_type": "transaction", **self.encrypted(json.dumps(told), "transaction")}
        body = json.dumps({"id": os.urandom(8).hex(), "event_type": event, "resource_type": "encrypt-resource",
                           "resource": resource}).encode()  # fmt: skip
        return {name.lower(): value for name, value in self.signature(body, at).items()}, body

