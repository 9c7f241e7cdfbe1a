"""Calls of Alipay: a signed form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from remote.central.payment.channels.notice import NotFromChannel

if TYPE_CHECKING:
    from remote.central.payment.channels.alipay import AlipayChannel

FIELDS_MOST = 100


class AlipayOpener:
    taken = (200, "success")

    def __init__(self, channel: AlipayChannel) -> None:
        self._channel = channel

    def order_no(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
        """Signed are all fields but sign and sign_type, sorted, as they read once decoded."""
        try:
            pairs = parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=FIELDS_MOST)
        except (ValueError, UnicodeDecodeError) as error:
            raise NotFromChannel("its form") from error
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise NotFromChannel("a field twice")
        signed = "&".join(f"{name}={value}" for name, value in sorted(pairs) if name not in ("sign", "sign_type"))
        if fields.get("sign_type") != "RSA2" or not self._channel.gateway.is_alipays(signed.encode(), fields.get("sign", "")):
            raise NotFromChannel("its signature")
        if fields.get("app_id") != self._channel.app:
            raise NotFromChannel("meant for somebody else")
        return fields.get("out_trade_no")
