"""One bench for each channel: the channel, and the same words for what payers and the other end do to it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from remote.central.payment.channel import Channel, Payable
from remote.central.payment.channels.alipay import AlipayChannel
from remote.central.payment.channels.files import AlipaySettings, WeChatSettings
from remote.central.payment.channels.wechat import WeChatChannel
from remote.central.payment.simulated import CannotPay as SimulatedCannotPay
from remote.central.payment.simulated import SimulatedChannel, refunds, trades, transactions
from remote.central.store.database import open_engine, reading
from remote.central.times import BEIJING
from tests.remote.payment import alipay_server, keys, wechat_server
from tests.remote.payment.alipay_server import AlipayServer
from tests.remote.payment.serving import served
from tests.remote.payment.till import CannotPay, Till
from tests.remote.payment.wechat_server import WeChatServer

NAMES = ("simulated", "wechat", "alipay")
CODES = {"wechat": "134567890123456781", "alipay": "281234567890123451", "simulated": "281234567890123451"}
NOTIFY = "https://centre.example/pay/notify"


class Bench(Protocol):
    channel: Channel

    @property
    def now(self) -> datetime: ...
    def later(self, **delta: float) -> None: ...
    def pay(self, order_no: str, fen: int | None = None, *, although_closed: bool = False) -> None:
        """Raises CannotPay."""

    def away(self, away: bool) -> None: ...
    def refunded(self) -> list[int]:
        """Fen of each refund that the other end has made."""


@dataclass
class ServedBench:
    channel: Channel
    till: Till
    server: WeChatServer | AlipayServer

    @property
    def now(self) -> datetime:
        return self.till.now

    def later(self, **delta: float) -> None:
        self.till.later(**delta)

    def pay(self, order_no: str, fen: int | None = None, *, although_closed: bool = False) -> None:
        self.till.pay(order_no, fen, although_closed=although_closed)

    def away(self, away: bool) -> None:
        self.till.away = away

    def refunded(self) -> list[int]:
        return [one.fen for deal in self.till.deals.values() for one in deal.returned.values() if one.state == "done"]


class SimulatedBench:
    def __init__(self) -> None:
        self.now = datetime(2027, 3, 9, 9, 0, tzinfo=BEIJING)
        self._engine = open_engine("sqlite://")
        for table in (trades, transactions, refunds):
            table.create(self._engine)
        self.channel: SimulatedChannel = SimulatedChannel(self._engine, lambda: self.now, "http://centre")

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def pay(self, order_no: str, fen: int | None = None, *, although_closed: bool = False) -> None:
        with reading(self._engine) as connection:
            token = connection.execute(sa.select(trades.c.token).where(trades.c.order_no == order_no)).scalar()
        try:
            self.channel.pay(token or "", fen, although_closed=although_closed)
        except SimulatedCannotPay as error:
            raise CannotPay from error

    def away(self, away: bool) -> None:
        self.channel.away = away

    def refunded(self) -> list[int]:
        with reading(self._engine) as connection:
            return list(connection.execute(sa.select(refunds.c.fen)).scalars())


def wechat_settings(folder: Path, gateway: str, certificates: Path | None = None) -> WeChatSettings:
    ours = {} if certificates else {
        "public_key": keys.put(folder / "wechat_public.pem", keys.public_pem(wechat_server.PLATFORM)),
        "public_key_id": wechat_server.PUBLIC_KEY_ID,
    }  # fmt: skip
    return WeChatSettings(
        merchant=wechat_server.MERCHANT, app=wechat_server.APP, certificate_serial=wechat_server.MERCHANT_SERIAL,
        private_key=keys.put(folder / "merchant_key.pem", keys.private_pem(wechat_server.MERCHANT_KEY)),
        api_v3_key=keys.put(folder / "api_v3.key", wechat_server.API_V3_KEY + "\n"), platform_certificates=certificates,
        gateway=gateway, **ours,
    )  # fmt: skip


def alipay_settings(folder: Path, gateway: str) -> AlipaySettings:
    return AlipaySettings(
        app=alipay_server.APP, private_key=keys.put(folder / "app_key.pem", keys.private_pem(alipay_server.APP_KEY)),
        public_key=keys.put(folder / "alipay_public.pem", keys.public_pem(alipay_server.ALIPAY)), gateway=gateway,
    )  # fmt: skip


@contextlib.contextmanager
def bench(name: str, folder: Path) -> Iterator[Bench]:
    if name == "simulated":
        yield SimulatedBench()
    elif name == "wechat":
        with wechat_bench(folder) as made:
            yield made
    else:
        with alipay_bench(folder) as made:
            yield made


@contextlib.contextmanager
def wechat_bench(folder: Path) -> Iterator[ServedBench]:
    server = WeChatServer(Till())
    with served(server) as base:
        server.base = base
        yield ServedBench(WeChatChannel(wechat_settings(folder, base), f"{NOTIFY}/wechat"), server.till, server)


@contextlib.contextmanager
def alipay_bench(folder: Path) -> Iterator[ServedBench]:
    server = AlipayServer(Till())
    with served(server) as base:
        server.base = base
        channel = AlipayChannel(alipay_settings(folder, f"{base}/gateway.do"), f"{NOTIFY}/alipay")
        yield ServedBench(channel, server.till, server)


def payable(bench: Bench, order_no: str = "P270309A1", fen: int = 1234, **more: object) -> Payable:
    expires = bench.now + timedelta(minutes=5)
    values = {"what": "不动产查询结果", "payee": "亳州市不动产登记中心", "expires_at": expires, **more}
    return Payable(order_no, fen, **values)  # type: ignore[arg-type]
