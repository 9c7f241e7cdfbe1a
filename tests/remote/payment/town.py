"""A centre with real channels behind it, and the channel servers before it: one clock for all."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from remote.central.centre import Centre
from remote.central.payment import notifications
from remote.central.payment.channels.files import load_channel_files
from remote.central.payment.tables import payments
from remote.central.settings import demo_settings
from remote.central.store.database import reading
from remote.central.store.schema import obligations
from remote.messages import CloseOrder, CreateOrder, OrderAnswer, OrderView, PayMethod, Purpose, QueryOrder
from tests.remote.identities import enrolled
from tests.remote.payment.alipay_server import AlipayServer
from tests.remote.payment.benches import alipay_settings, wechat_settings
from tests.remote.payment.serving import served
from tests.remote.payment.till import Till
from tests.remote.payment.wechat_server import WeChatServer

FEN = 1000                   # tariffs.yaml: property


class Town:
    """`wechat` and `alipay` are the servers; both tills run on one clock with the centre."""

    def __init__(self, wechat: WeChatServer, alipay: AlipayServer, payments_file: Path, late: str) -> None:
        self.wechat, self.alipay = wechat, alipay
        settings = replace(demo_settings(20, 7), channel="wechat", payments=payments_file, public_url="https://centre.example")
        if late == "reopen":
            settings = replace(settings, tariffs=_reopening(payments_file.parent, settings.tariffs))
        self.centre = Centre.in_memory(7, 20, clock=lambda: wechat.till.now, settings=settings)
        enrolled(self.centre, "T1", "一楼1号机")
        with reading(self.centre.engine) as connection:
            query = sa.text("SELECT person_ref FROM persons ORDER BY person_id LIMIT 1")
            self.person_ref: str = connection.execute(query).scalar_one()

    def till(self, channel: str) -> Till:
        return self.wechat.till if channel == "wechat" else self.alipay.till

    def order(self, key: str, channel: str = "wechat", phone_code: str = "") -> OrderView:
        body = CreateOrder(
            purpose=Purpose.DOCUMENT, purpose_ref="property", person_ref=self.person_ref, shown_fen=FEN, claim_code="K7QF2M9X",
            method=PayMethod.SCAN_CODE if phone_code else PayMethod.SHOW_QR, phone_code=phone_code, channel=channel,
        )  # fmt: skip
        answer = self.centre.handle("T1", "create_order", body, key)
        assert isinstance(answer, OrderAnswer) and answer.order is not None, answer
        return answer.order

    def seen(self, key: str) -> OrderView:
        answer = self.centre.handle("T1", "query_order", QueryOrder(order_key=key))
        assert isinstance(answer, OrderAnswer) and answer.order is not None
        return answer.order

    def close(self, key: str) -> None:
        self.centre.handle("T1", "close_order", CloseOrder(order_key=key), f"{key}:close")

    def call(self, channel: str, order_no: str) -> None:
        """The channel calls about an order, with a real signature."""
        now = self.wechat.till.now
        if channel == "wechat":
            headers, body = self.wechat.call(order_no, at=now.timestamp())
        else:
            headers, body = self.alipay.call(order_no)
        notifications.take_call(self.centre.engine, self.centre.openers[channel], headers, body, now)

    def later(self, **delta: float) -> None:
        for till in (self.wechat.till, self.alipay.till):
            till.now = self.wechat.till.now + timedelta(**delta) if till is self.alipay.till else till.now
        self.wechat.till.now = self.alipay.till.now
        self.centre.payment.round()

    def rows(self, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
        with reading(self.centre.engine) as connection:
            return list(connection.execute(sa.select(table)).all())

    def states(self) -> list[str]:
        return sorted(str(row.state) for row in self.rows(payments))

    def owed(self) -> list[tuple[str, int]]:
        return sorted((str(row.kind), int(row.amount_fen)) for row in self.rows(obligations) if row.settled_at is None)  # type: ignore[call-overload]

    def gone_back(self) -> int:
        """Fen that both channels have given back."""
        tills = (self.wechat.till, self.alipay.till)
        return sum(
            one.fen for till in tills for deal in till.deals.values() for one in deal.returned.values() if one.state == "done"
        )


def _reopening(folder: Path, tariffs: Path) -> Path:
    path = folder / "tariffs.yaml"
    path.write_text(tariffs.read_text(encoding="utf-8").replace("late: refund", "late: reopen"), encoding="utf-8")
    return path


@contextlib.contextmanager
def town(folder: Path, late: str = "refund") -> Iterator[Town]:
    wechat, alipay = WeChatServer(Till()), AlipayServer(Till())
    with served(wechat) as wechat.base, served(alipay) as alipay.base:
        made = {"wechat": wechat_settings(folder, wechat.base), "alipay": alipay_settings(folder, f"{alipay.base}/gateway.do")}
        path = folder / "payments.toml"
        parts = {name: one.model_dump(mode="json", exclude_none=True) for name, one in made.items()}
        path.write_text("".join(f"[{name}]\n{_toml(values)}" for name, values in parts.items()))
        load_channel_files.cache_clear()
        yield Town(wechat, alipay, path, late)


def _toml(values: dict[str, str]) -> str:
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
