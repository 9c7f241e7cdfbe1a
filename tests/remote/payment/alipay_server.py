"""Alipay's gateway as far as the centre talks to it. Requests must be signed with RSA2 by the app's key; answers and calls are
signed with Alipay's. As there, a precreated order is no trade before somebody scans its code.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from remote.central.payment.channels.amounts import fen_of, yuan_of
from remote.central.times import BEIJING
from tests.remote.payment import keys
from tests.remote.payment.serving import Asked, Said
from tests.remote.payment.till import Deal, Till, Trouble

APP = "2021000122671080"
APP_KEY, ALIPAY = "alipay app", "alipay"
COLUMNS = ("支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
           "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,"
           "券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,"
           "服务费（元）,分润（元）,备注")  # fmt: skip
OPERATIONS = {"alipay.trade.precreate": "open", "alipay.trade.pay": "open", "alipay.trade.query": "query",
              "alipay.trade.close": "close", "alipay.trade.cancel": "close", "alipay.trade.refund": "refund",
              "alipay.trade.fastpay.refund.query": "query_refund",
              "alipay.data.dataservice.bill.downloadurl.query": "bill"}  # fmt: skip
SUMMED, DETAILS = "20881_业务明细(汇总).csv".encode("gbk"), "20881_业务明细.csv".encode("gbk")
Result = dict[str, Any]


def failed(sub_code: str) -> Result:
    return {"code": "40004", "msg": "Business Failed", "sub_code": sub_code, "sub_msg": "业务失败"}


class AlipayServer:
    def __init__(self, till: Till) -> None:
        self.till = till
        self.base = ""
        self.spoilt_bill = False
        self.codes: set[str] = set()

    # -- the door ----------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Said:
        if asked.path.startswith("/bill"):
            return self._bill_file(date.fromisoformat(dict(parse_qsl(urlsplit(asked.path).query))["day"]))
        fields = dict(parse_qsl(asked.body.decode()))
        method = fields["method"]
        operation = OPERATIONS[method]
        envelope = method.replace(".", "_") + "_response"
        trouble = self.till.trouble_for(operation)
        if trouble is Trouble.LOST_BEFORE:
            return Said(0, {}, b"", trouble)
        if trouble is Trouble.BUSY:
            return Said(502, {}, b"bad gateway")
        if trouble is Trouble.GARBAGE:
            return Said(200, {}, b"<html>maintenance</html>")
        if not self._authorised(fields):
            return self._signed("error_response", {"code": "40002", "sub_code": "isv.invalid-signature"})
        content = json.loads(fields["biz_content"])
        self.till.calls.append((operation, content | {"notify_url": fields.get("notify_url", "")}))
        result = getattr(self, "_" + method.removeprefix("alipay.").replace(".", "_"))(content)
        if trouble is Trouble.BUSY_AFTER:
            return self._signed(envelope, {"code": "20000", "msg": "Service Unavailable", "sub_code": "isp.unknow-error"})
        return self._signed(envelope, result, bad=trouble is Trouble.BAD_SIGNATURE)._replace(trouble=trouble)

    def _authorised(self, fields: dict[str, str]) -> bool:
        signed = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if name != "sign")
        if fields.get("app_id") != APP or fields.get("sign_type") != "RSA2" or fields.get("charset") != "utf-8":
            return False
        return keys.holds(APP_KEY, signed, fields.get("sign", ""))

    def _signed(self, envelope: str, result: Result, bad: bool = False) -> Said:
        content = json.dumps(result, ensure_ascii=False).replace("/", "\\/")  # as the real one escapes them
        signature = keys.sign("somebody else" if bad else ALIPAY, content)
        return Said(200, {"Content-Type": "text/html;charset=utf-8"}, f'{{"{envelope}":{content},"sign":"{signature}"}}'.encode())

    # -- orders ------------------------------------------------------------------------------------------------------

    def _new(self, content: dict[str, Any], scanned: bool) -> Deal:
        no, expires = content["out_trade_no"], content["time_expire"]  # KeyError without an expiry: it is always set
        at = datetime.strptime(expires, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
        fen = fen_of(content["total_amount"])
        return Deal(no, fen, content["subject"], at, "", scanned, os.urandom(6).hex())

    def _trade_precreate(self, content: dict[str, Any]) -> Result:
        known = self.till.deals.get(content["out_trade_no"])
        if known is not None and known.money is not None:
            return failed("ACQ.TRADE_HAS_SUCCESS")
        if known is not None and known.closed:
            return failed("ACQ.TRADE_HAS_CLOSE")
        deal = self.till.open(self._new(content, scanned=False))
        if deal.fen != fen_of(content["total_amount"]):
            return failed("ACQ.CONTEXT_INCONSISTENT")
        return {"code": "10000", "msg": "Success", "out_trade_no": deal.order_no, "qr_code": f"https://qr.alipay.com/{deal.token}"}

    def _trade_pay(self, content: dict[str, Any]) -> Result:
        """Codes that end with 9 ask for a password; with 0 they are too old."""
        known = self.till.deals.get(content["out_trade_no"])
        if known is not None:
            return failed("ACQ.TRADE_HAS_SUCCESS") if known.money else {"code": "10003", "msg": "order success pay inprocess"}
        code = content["auth_code"]
        if content["scene"] != "bar_code" or code.endswith("0"):
            return failed("ACQ.PAYMENT_AUTH_CODE_INVALID")
        deal = self.till.open(self._new(content, scanned=True))
        if code.endswith("9"):
            deal.waits_for_password = True
            return {"code": "10003", "msg": "order success pay inprocess", "out_trade_no": deal.order_no}
        money = self.till.pay(deal.order_no)
        return {"code": "10000", "msg": "Success", "trade_no": money.number, "total_amount": yuan_of(money.fen)}

    def _trade_query(self, content: dict[str, Any]) -> Result:
        deal = self.till.deals.get(content["out_trade_no"])
        if deal is None or not self._is_trade(deal):
            return failed("ACQ.TRADE_NOT_EXIST")
        return {"code": "10000", "msg": "Success", **self._view(deal)}

    def _is_trade(self, deal: Deal) -> bool:
        """Somebody has scanned it: who pays has."""
        return deal.scanned or deal.money is not None or deal.waits_for_password

    def _view(self, deal: Deal) -> Result:
        view = {"out_trade_no": deal.order_no, "trade_no": f"2027{deal.token}", "total_amount": yuan_of(deal.fen)}
        if deal.money is None:
            return view | {"trade_status": "TRADE_CLOSED" if deal.closed else "WAIT_BUYER_PAY"}
        status = "TRADE_CLOSED" if self.till.gone_back(deal) else "TRADE_SUCCESS"
        return view | {"trade_status": status, "trade_no": deal.money.number, "total_amount": yuan_of(deal.money.fen),
                       "send_pay_date": f"{deal.money.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"}  # fmt: skip

    def _trade_close(self, content: dict[str, Any]) -> Result:
        deal = self.till.deals.get(content["out_trade_no"])
        if deal is None or not self._is_trade(deal):
            return failed("ACQ.TRADE_NOT_EXIST")
        if deal.money is not None or deal.closed:
            return failed("ACQ.TRADE_STATUS_ERROR")
        deal.closed = True
        return {"code": "10000", "msg": "Success", "out_trade_no": deal.order_no}

    def _trade_cancel(self, content: dict[str, Any]) -> Result:
        """Fine about orders nobody knows, as there; what was paid goes back by itself."""
        deal = self.till.deals.get(content["out_trade_no"])
        said = {"code": "10000", "msg": "Success", "out_trade_no": content["out_trade_no"], "retry_flag": "N"}
        if deal is None:
            return said
        existed = self._is_trade(deal)
        deal.closed = True
        if deal.money is not None:
            self.till.refund(deal.money.number, f"cancel-{deal.order_no}", deal.money.fen)
            return said | {"action": "refund"}
        return said | ({"action": "close"} if existed else {})

    # -- money back --------------------------------------------------------------------------------------------------

    def _trade_refund(self, content: dict[str, Any]) -> Result:
        before = self.till.refund_of(content["out_request_no"])
        done = self.till.refund(content["trade_no"], content["out_request_no"], fen_of(content["refund_amount"]))
        if done is None:
            return failed("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
        if done.state == "failed":
            return failed("ACQ.REASON_TRADE_REFUND_FEE_ERR")
        changed = "Y" if done.state == "done" and before is None else "N"
        return {"code": "10000", "msg": "Success", "trade_no": done.number, "fund_change": changed}

    def _trade_fastpay_refund_query(self, content: dict[str, Any]) -> Result:
        found = self.till.refund_of(content["out_request_no"])
        if found is None or found.state != "done":
            return {"code": "10000", "msg": "Success"}
        return {"code": "10000", "msg": "Success", "refund_status": "REFUND_SUCCESS", "out_request_no": found.refund_no,
                "refund_amount": yuan_of(found.fen), "trade_no": found.number}  # fmt: skip

    # -- bills -------------------------------------------------------------------------------------------------------

    def _data_dataservice_bill_downloadurl_query(self, content: dict[str, Any]) -> Result:
        came, went = self.till.moved_on(date.fromisoformat(content["bill_date"]))
        if content["bill_type"] != "trade" or not (came or went):
            return {"code": "40004", "msg": "Business Failed", "sub_code": "isp.bill_not_exist"}
        return {"code": "10000", "msg": "Success", "bill_download_url": f"{self.base}/bill?day={content['bill_date']}"}

    def _bill_file(self, day: date) -> Said:
        came, went = self.till.moved_on(day)
        rows = [self._row(deal, money.number, "交易", money.at, money.fen, "") for deal, money in came]
        rows += [self._row(deal, back.number, "退款", back.at, -back.fen, back.refund_no) for deal, back in went]
        if self.spoilt_bill:
            rows.pop()
        total = f"#交易合计：{len(came)}笔，商家实收共{yuan_of(sum(money.fen for _, money in came))}元，商家优惠共0.00元"
        back_total = f"#退款合计：{len(went)}笔，商家实收退款共-{yuan_of(sum(back.fen for _, back in went))}元"
        head = ("#支付宝业务明细查询", f"#起始日期：[{day}]", "#-----业务明细列表----", COLUMNS)
        text = "\r\n".join([*head, *rows, "#-----业务明细列表结束----", total, back_total, ""])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            for name, inside in ((DETAILS, text), (SUMMED, "#汇总")):
                file.writestr("x" * len(name), inside.encode("gb18030"))
        zipped = packed.getvalue()
        for name in (SUMMED, DETAILS):  # zipfile writes no names in GBK
            zipped = zipped.replace(b"x" * len(name), name)
        return Said(200, {"Content-Type": "application/zip"}, zipped)

    def _row(self, deal: Deal, number: str, kind: str, at: datetime, fen: int, refund_no: str) -> str:
        money, moment = f"{'-' if fen < 0 else ''}{yuan_of(abs(fen))}", f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
        fields = (number, deal.order_no, kind, f'"{deal.what},一份"', moment, moment, "", "", "", "", "张**", money, money,
                  "0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00", "0.00", refund_no, "0.00", "0.00", "")  # fmt: skip
        return ",".join(f"{field}\t" if not field.startswith('"') else field for field in fields)

    # -- calls -------------------------------------------------------------------------------------------------------

    def call(self, order_no: str, whose: str = ALIPAY, app: str = APP) -> tuple[dict[str, str], bytes]:
        deal = self.till.deals.get(order_no)
        told = self._view(deal) if deal is not None else {"out_trade_no": order_no, "trade_status": "TRADE_SUCCESS"}
        fields = {"notify_type": "trade_status_sync", "app_id": app, "subject": "不动产查询结果&一份", **told}
        signature = keys.sign(whose, "&".join(f"{name}={value}" for name, value in sorted(fields.items())))
        body = urlencode({**fields, "sign": signature, "sign_type": "RSA2"}).encode()
        return {"content-type": "application/x-www-form-urlencoded"}, body
