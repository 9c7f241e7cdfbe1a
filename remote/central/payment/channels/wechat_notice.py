"""Calls of WeChat Pay: signed, and encrypted with the merchant's API v3 key.

Checked before the package is let at them: the package would fetch new platform certificates for any serial number that
anybody writes into a header, and takes a call of any age.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from remote.central.payment.channels.notice import NotFromChannel

if TYPE_CHECKING:
    from remote.central.payment.channels.wechat import WeChatChannel

OLDEST_S = 300               # a signature older than five minutes is refused, as its document asks for
ABOUT_MONEY = ("TRANSACTION.", "REFUND.")


class WeChatOpener:
    taken = (204, "")

    def __init__(self, channel: WeChatChannel) -> None:
        self._channel = channel

    def order_no(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
        stamp, serial = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-serial", "")
        if not (stamp.isascii() and stamp.isdigit()) or abs(now.timestamp() - int(stamp)) > OLDEST_S:
            raise NotFromChannel("its time")
        if not self._known(serial):
            raise NotFromChannel("its serial number")
        try:
            told = self._channel.pay.callback(dict(headers), body)
        except Exception as error:  # the package raises bare Exception
            raise NotFromChannel(type(error).__name__) from error
        if not told:
            raise NotFromChannel("its signature, or the key it is encrypted with")
        if not str(told.get("event_type", "")).startswith(ABOUT_MONEY):
            return None
        order_no = told["resource"].get("out_trade_no")
        return order_no if isinstance(order_no, str) else None

    def _known(self, serial: str) -> bool:
        if self._channel.public_key_id is not None and serial == self._channel.public_key_id:
            return True
        try:
            number = int(serial, 16)
        except ValueError:
            return False
        return any(certificate.serial_number == number for certificate in self._channel.pay._core._certificates)

