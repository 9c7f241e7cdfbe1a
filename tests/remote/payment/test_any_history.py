"""Whatever payers, channels, terminals and the worker do, in whatever order: at the end every fen that came is held for
something delivered, or has gone back once, or stands as an open obligation.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from remote.central.centre import Centre
from remote.central.payment import money, worker
from remote.central.payment.reconcile import reconcile
from remote.central.payment.tables import calls, orders, payments
from remote.central.payment.tariffs import load_tariffs, parse_tariffs
from remote.central.settings import demo_settings
from remote.central.store.database import reading, writing
from remote.central.store.schema import obligations
from remote.central.times import BEIJING
from remote.messages import CloseOrder, CreateOrder, Message, OrderState, PayMethod, Purpose, QueryOrder, RefundOrder
from tests.remote.identities import enrolled
from tests.remote.payment.direct import DirectChannel, Killed, Knife
from tests.remote.payment.till import CannotPay, Till, Trouble

FEN = 1000
NAMES = ("wechat", "alipay")
ORDERS = 3
EXAMPLES = int(os.environ.get("PAYMENT_HISTORIES", "30"))
COUNTED = st.integers(0, ORDERS - 1)
STEPS = st.one_of(
    st.tuples(st.just("opened"), COUNTED, st.sampled_from(NAMES)),
    st.tuples(st.sampled_from(["pay", "pay", "pay_late"]), COUNTED, st.sampled_from([FEN, FEN, FEN, 1])),
    st.tuples(st.sampled_from(["call", "close", "closed", "refund", "use", "unuse", "deliver"]), COUNTED, st.just(0)),
    st.tuples(st.sampled_from(["round", "overlap"]), st.just(0), st.just(0)),
    st.tuples(st.just("killed"), st.integers(0, 8), st.just(0)),
    st.tuples(st.just("later"), st.sampled_from([1, 6, 70, 400, 2000]), st.just(0)),
    st.tuples(st.just("trouble"), st.sampled_from(["open", "query", "close", "refund"]), st.sampled_from(list(Trouble))),
    st.tuples(st.just("refunds_become"), st.sampled_from(["processing", "failed"]), st.just(0)),
    st.tuples(st.just("refunds_settle"), st.sampled_from(["done", "failed"]), st.just(0)),
)
HISTORY = st.builds(lambda first, rest: [("opened", 0, first), *rest], st.sampled_from(NAMES), st.lists(STEPS, max_size=14))
Step = tuple[str, object, object]


class World:
    """One citizen, one matter, up to three orders for it over two channels."""

    def __init__(self, late: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.knife = Knife()
        self.tills = {name: Till() for name in NAMES}
        self.now = datetime(2027, 3, 9, 9, 0, tzinfo=BEIJING)
        self.centre = Centre.in_memory(7, 20, clock=lambda: self.now, settings=replace(demo_settings(20, 7), channel="simulated"))
        channels = {name: DirectChannel(name, till, self.knife) for name, till in self.tills.items()}
        self.centre.channels.clear()
        self.centre.channels.update(channels)
        enrolled(self.centre, "T1", "一楼1号机")
        self.chosen: dict[int, str] = {}
        self.in_her_hand: set[str] = set()
        tariffs = load_tariffs(self.centre.settings.tariffs)
        if late == "reopen":
            text = self.centre.settings.tariffs.read_text(encoding="utf-8").replace("late: refund", "late: reopen")
            tariffs = parse_tariffs(text, "reopening")
        monkeypatch.setattr(money, "load_tariffs", lambda _path: tariffs)
        monkeypatch.setattr(worker, "writing", self._writing)
        with reading(self.centre.engine) as connection:
            query = sa.text("SELECT person_ref, person_id FROM persons ORDER BY person_id LIMIT 1")
            self.person = connection.execute(query).one()

    @contextlib.contextmanager
    def _writing(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        with writing(engine) as connection:
            yield connection
            self.knife.step()          # nothing of it is kept
        self.knife.step()              # all of it is kept, and nobody hears

    def row(self, number: int) -> sa.Row[tuple[object, ...]] | None:
        with reading(self.centre.engine) as connection:
            return connection.execute(sa.select(orders).where(orders.c.order_key == self.key(number))).first()

    def key(self, number: int) -> str:
        return f"{number:032x}:order:1"

    def ask(self, operation: str, body: Message, key: str | None = None) -> Message:
        return self.centre.handle("T1", operation, body, key)

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        for till in self.tills.values():
            till.now = self.now

    # -- steps -------------------------------------------------------------------------------------------------------

    def take(self, step: Step) -> None:
        name, first, second = step
        getattr(self, "_" + name)(first, second)
        self.check_always()

    def _order(self, number: int, channel: str) -> None:
        if number in self.chosen:
            return
        self.chosen[number] = channel
        body = CreateOrder(
            purpose=Purpose.DOCUMENT, purpose_ref="property", person_ref=self.person.person_ref, shown_fen=FEN,
            claim_code="K7QF2M9X", method=PayMethod.SHOW_QR,
        )  # fmt: skip
        self.ask("create_order", body, self.key(number))
        with writing(self.centre.engine) as connection:  # the demo's settings name one channel only
            connection.execute(sa.update(orders).where(orders.c.order_key == self.key(number)).values(channel=channel))

    def _opened(self, number: int, channel: str) -> None:
        self._order(number, channel)
        self.centre.payment.round()

    def _closed(self, number: int, _: object) -> None:
        self._close(number, _)
        self.centre.payment.round()

    def _pay(self, number: int, fen: int, although_closed: bool = False) -> None:
        row = self.row(number)
        if row is not None:
            with contextlib.suppress(CannotPay):
                self.tills[self.chosen[number]].pay(row.order_no, fen, although_closed=although_closed)

    def _pay_late(self, number: int, fen: int) -> None:
        self._pay(number, fen, although_closed=True)

    def _call(self, number: int, _: object) -> None:
        row = self.row(number)
        if row is None:
            return
        with writing(self.centre.engine) as connection:
            connection.execute(sa.delete(calls).where(calls.c.order_no == row.order_no))
            connection.execute(sa.insert(calls), {"order_no": row.order_no, "at": self.now})

    def _close(self, number: int, _: object) -> None:
        if number in self.chosen:
            self.ask("close_order", CloseOrder(order_key=self.key(number)), f"{self.key(number)}:close")

    def _refund(self, number: int, _: object) -> None:
        if number in self.chosen:
            again = f"{self.key(number)}:refund:{self.now.timestamp()}"
            self.ask("refund_order", RefundOrder(order_key=self.key(number), reason="not_made"), again)

    def _use(self, number: int, _: object) -> None:
        row = self.row(number)
        if row is None:
            return
        with writing(self.centre.engine) as connection, contextlib.suppress(money.NotPaid):
            context = self.centre.service.context(connection, "T1", "use")
            money.use(context, row.order_id, f"made:{number}", "document", "property", self.person.person_id)

    def _unuse(self, number: int, _: object) -> None:
        with writing(self.centre.engine) as connection:
            money.unuse(self.centre.service.context(connection, "T1", "unuse"), f"made:{number}")

    def _deliver(self, number: int, _: object) -> None:
        row = self.row(number)
        if row is not None and row.used_by is not None:
            self.in_her_hand.add(str(row.order_id))
        with writing(self.centre.engine) as connection:
            money.fulfilled(self.centre.service.context(connection, "T1", "deliver"), f"made:{number}")

    def _round(self, *_: object) -> None:
        self.centre.payment.round()

    def _killed(self, after: int, _: object) -> None:
        self.knife.left = after
        with contextlib.suppress(Killed):
            self.centre.payment.round()
        self.knife.left = None

    def _overlap(self, *_: object) -> None:
        """Two workers at once: the second has a whole round while the first waits for an answer."""
        for channel in self.centre.channels.values():
            assert isinstance(channel, DirectChannel)
            channel.meanwhile = self.centre.payment.round
        self.centre.payment.round()

    def _later(self, seconds: int, _: object) -> None:
        self.passes(seconds)
        self.centre.payment.round()

    def _trouble(self, operation: str, trouble: Trouble) -> None:
        for till in self.tills.values():
            till.trouble[operation].append(trouble)

    def _refunds_become(self, state: str, _: object) -> None:
        for till in self.tills.values():
            till.refunds_become.append(state)

    def _given_back_there(self, number: int, _: object) -> None:
        """By hand, at the channel's own page."""
        row = self.row(number)
        deal = self.tills[self.chosen[number]].deals.get(row.order_no) if row is not None else None
        if deal is not None and deal.money is not None:
            self.tills[self.chosen[number]].refund(deal.money.number, "BY-HAND", deal.money.fen)

    def _refunds_settle(self, state: str, _: object) -> None:
        for till in self.tills.values():
            till.settle_refunds(state)

    # -- the end -----------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Nothing is in the way any more; the rest of the day and the next morning pass."""
        for till in self.tills.values():
            till.trouble.clear()
        for _ in range(5):
            self.passes(700)
            self.centre.payment.round()
            for till in self.tills.values():
                till.settle_refunds()
        day = self.now.date()
        self.passes(24 * 3600)
        for each in (day - timedelta(days=1), day):
            reconcile(self.centre, each)
        self.check_always()
        self.check_end()

    def check_always(self) -> None:
        for till in self.tills.values():
            for deal in till.deals.values():
                back = [one for one in deal.returned.values() if one.state != "failed"]
                assert len(back) <= 1 and sum(one.fen for one in back) <= (deal.money.fen if deal.money else 0), "back twice"
        with reading(self.centre.engine) as connection:
            held = connection.execute(sa.select(payments.c.order_id).where(payments.c.state == "holds")).scalars().all()
            paid = connection.execute(sa.select(orders).where(orders.c.state == "paid")).all()
            used = connection.execute(sa.select(orders).where(orders.c.fulfilled_at.is_not(None))).all()
        assert sorted(held) == sorted(row.order_id for row in paid), "held without an order, or paid without money"
        assert self.in_her_hand <= {row.order_id for row in used}, "delivered for money that went back"
        assert all(row.state == OrderState.PAID for row in used)

    def check_end(self) -> None:
        with reading(self.centre.engine) as connection:
            rows = {(row.channel, row.transaction): row for row in connection.execute(sa.select(payments)).all()}
            by_id = {row.order_id: row for row in connection.execute(sa.select(orders)).all()}
            owed = set(
                connection.execute(sa.select(obligations.c.obligation_id).where(obligations.c.settled_at.is_(None))).scalars()
            )
        for name, till in self.tills.items():
            for deal in till.deals.values():
                if deal.money is None:
                    continue
                row = rows.get((name, deal.money.number))       # two channels may use the same number
                assert row is not None and row.fen == deal.money.fen, "money that nobody knows of"
                back = [one for one in deal.returned.values() if one.state == "done"]
                order = by_id[row.order_id]
                if row.state == "holds":
                    assert row.fen == order.fen and not back
                    assert order.fulfilled_at is not None or f"order:{order.order_id}" in owed
                elif row.state == "refunded":
                    assert [one.fen for one in back] == [deal.money.fen]
                else:
                    assert row.state == "refund_failed" and not back
                    assert f"refund:{row.refund_no}" in owed or f"order:{order.order_id}" in owed
        assert not [row for row in by_id.values() if row.state in ("new", "open", "closing")]
        waiting = {row.order_id for row in by_id.values() if row.state == "paid" and row.fulfilled_at is None}
        failed = {row.order_id for row in rows.values() if row.state == "refund_failed"}
        assert {one.partition(":")[2] for one in owed if one.startswith("order:")} <= waiting | failed, "owed for nothing"


@pytest.mark.parametrize("late", ["refund", "reopen"])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=HISTORY)
@example(steps=[("opened", 0, "wechat"), ("pay", 0, FEN), ("killed", 2, 0), ("close", 0, 0), ("refund", 0, 0)])
@example(steps=[("order", 0, "wechat"), ("opened", 1, "alipay"), ("pay", 0, FEN), ("pay", 1, FEN)])
@example(steps=[("opened", 0, "wechat"), ("closed", 0, 0), ("opened", 1, "alipay"), ("pay", 1, FEN), ("later", 6, 0),
                ("pay_late", 0, FEN), ("call", 0, 0), ("round", 0, 0)])
@example(steps=[("opened", 0, "wechat"), ("pay", 0, 1), ("refunds_become", "failed", 0)])
@example(steps=[("opened", 0, "wechat"), ("pay", 0, FEN), ("later", 6, 0), ("refund", 0, 0),
                ("trouble", "refund", Trouble.LOST_AFTER), ("killed", 1, 0), ("killed", 3, 0), ("refund", 0, 0)])
@example(steps=[("opened", 0, "wechat"), ("pay", 0, FEN), ("later", 6, 0), ("use", 0, 0), ("refund", 0, 0), ("deliver", 0, 0)])
@example(steps=[("opened", 0, "wechat"), ("pay", 0, FEN), ("closed", 0, 0), ("use", 0, 0)])
@example(steps=[("opened", 0, "wechat"), ("pay", 0, 1), ("later", 6, 0), ("use", 0, 0), ("deliver", 0, 0)])
@example(steps=[("opened", 0, "wechat"), ("closed", 0, 0), ("later", 2000, 0), ("pay_late", 0, FEN)])
@example(steps=[("opened", 0, "wechat"), ("refunds_become", "failed", 0), ("pay", 0, FEN), ("later", 6, 0)])
@example(steps=[("opened", 0, "alipay"), ("pay", 0, FEN), ("given_back_there", 0, 0), ("later", 6, 0), ("use", 0, 0)])
def test_every_fen_is_held_for_something_or_back_once_or_owed(late: str, steps: list[Step]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        world = World(late, patch)
        for step in steps:
            world.take(step)
        world.end()


def test_the_words_of_the_history_do_what_they_say() -> None:
    """A history that says nothing would prove nothing."""
    with pytest.MonkeyPatch.context() as patch:
        world = World("refund", patch)
        for step in (("order", 0, "wechat"), ("round", 0, 0), ("pay", 0, FEN), ("later", 6, 0), ("use", 0, 0), ("deliver", 0, 0)):
            world.take(step)
        row = world.row(0)
        assert row is not None and row.fulfilled_at is not None
        assert world.ask("query_order", QueryOrder(order_key=world.key(0))).order.fulfilled  # type: ignore[attr-defined]
