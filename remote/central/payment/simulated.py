"""The embedded channel: a bank that exists in this database only. Its QR code opens a checkout page that the centre serves.

It keeps its own books, apart from the orders', and it can be as unpleasant as real ones: a payer may pay twice, late or the
wrong amount. Production refuses it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from remote.central.payment.channel import BillLine, ChannelAway, Payable, Refund, RefundState, Trade, TradeState, Transaction
from remote.central.store.database import reading, writing
from remote.central.store.schema import Instant, metadata
from remote.central.times import BEIJING, Clock

NAME = "simulated"

trades = sa.Table(
    "sim_trades",
    metadata,
    sa.Column("order_no", sa.String(32), primary_key=True),
    sa.Column("token", sa.String(32), nullable=False, unique=True),
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("what", sa.String(128), nullable=False),
    sa.Column("payee", sa.String(128), nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
)
transactions = sa.Table(
    "sim_transactions",
    metadata,
    sa.Column("number", sa.String(64), primary_key=True),
    sa.Column("order_no", sa.String(32), nullable=False, index=True),
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
refunds = sa.Table(
    "sim_refunds",
    metadata,
    sa.Column("refund_no", sa.String(64), primary_key=True),
    sa.Column("order_no", sa.String(32), nullable=False),
    sa.Column("transaction", sa.String(64), nullable=False, unique=True),
    sa.Column("fen", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

TRADE = sa.select(trades).where(trades.c.order_no == sa.bindparam("order_no"))
BY_TOKEN = sa.select(trades).where(trades.c.token == sa.bindparam("token"))
PHONE_PAYS = "28"            # a payer's code that begins so pays at once (facts/domain.md: Alipay's begin with 25 to 30)


class CannotPay(Exception):
    """Why the checkout page takes no money: `closed`, `expired`, `paid`, `unknown`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SimulatedChannel:
    name = NAME

    def __init__(self, engine: sa.Engine, clock: Clock, base_url: str, new_token: Callable[[], str] | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._new_token = new_token or (lambda: secrets.token_hex(16))
        self.away = False                # the whole channel does not answer
        self.notify: Callable[[str], None] = lambda order_no: None

    # -- the channel, as orders see it -------------------------------------------------------------------------------

    def open(self, order: Payable) -> str:
        self._here()
        with writing(self._engine) as connection:
            row = connection.execute(TRADE, {"order_no": order.order_no}).first()
            if row is None:
                connection.execute(
                    sa.insert(trades),
                    {
                        "order_no": order.order_no, "token": self._new_token(), "fen": order.fen, "what": order.what,
                        "payee": order.payee, "expires_at": order.expires_at, "closed_at": None,
                    },
                )  # fmt: skip
            row = connection.execute(TRADE, {"order_no": order.order_no}).one()
            if order.phone_code.startswith(PHONE_PAYS):
                self._take(connection, row, row.fen)
        return "" if order.phone_code else f"{self._base_url}/checkout/{row.token}"

    def query(self, order_no: str) -> Trade:
        self._here()
        with reading(self._engine) as connection:
            trade = connection.execute(TRADE, {"order_no": order_no}).first()
            if trade is None:
                return Trade(TradeState.UNHEARD_OF)
            of_order = sa.select(transactions).where(transactions.c.order_no == order_no)
            rows = connection.execute(of_order.order_by(transactions.c.at, transactions.c.number)).all()
            back = set(connection.execute(sa.select(refunds.c.transaction).where(refunds.c.order_no == order_no)).scalars())
        moved = tuple(Transaction(row.number, row.fen, row.at) for row in rows)
        if moved:
            return Trade(TradeState.GONE_BACK if back >= {one.number for one in moved} else TradeState.PAID, moved)
        return Trade(TradeState.CLOSED if trade.closed_at is not None else TradeState.NOT_PAID)

    def close(self, order: Payable) -> bool:
        self._here()
        order_no = order.order_no
        with writing(self._engine) as connection:
            paid = sa.select(transactions.c.number).where(transactions.c.order_no == order_no)
            if connection.execute(paid).first() is not None:
                return False
            still_open = sa.update(trades).where(trades.c.order_no == order_no, trades.c.closed_at.is_(None))
            connection.execute(still_open.values(closed_at=self._clock()))
        return True

    def refund(self, refund: Refund) -> RefundState:
        self._here()
        with writing(self._engine) as connection:
            known = sa.select(refunds.c.refund_no).where(refunds.c.transaction == refund.transaction)
            row = connection.execute(known).first()
            if row is not None:
                return RefundState.DONE if row.refund_no == refund.refund_no else RefundState.FAILED
            taken = connection.execute(sa.select(transactions).where(transactions.c.number == refund.transaction)).first()
            if taken is None or taken.fen < refund.fen:
                return RefundState.FAILED
            connection.execute(
                sa.insert(refunds),
                {
                    "refund_no": refund.refund_no, "order_no": refund.order_no, "transaction": refund.transaction,
                    "fen": refund.fen, "at": self._clock(),
                },
            )  # fmt: skip
        return RefundState.DONE

    def bill(self, day: date) -> list[BillLine]:
        self._here()
        start = datetime.combine(day, time(), BEIJING)
        end = start + timedelta(days=1)
        with reading(self._engine) as connection:
            came = connection.execute(sa.select(transactions).where(transactions.c.at >= start, transactions.c.at < end)).all()
            went = connection.execute(sa.select(refunds).where(refunds.c.at >= start, refunds.c.at < end)).all()
        lines = [BillLine(row.order_no, row.number, row.fen, row.at) for row in came]
        return lines + [BillLine(row.order_no, row.transaction, -row.fen, row.at, row.refund_no) for row in went]

    def _here(self) -> None:
        if self.away:
            raise ChannelAway

    # -- the payer's side --------------------------------------------------------------------------------------------

    def trade(self, token: str) -> sa.Row[tuple[object, ...]] | None:
        with reading(self._engine) as connection:
            return connection.execute(BY_TOKEN, {"token": token}).first()

    def pay(self, token: str, fen: int | None = None, *, although_closed: bool = False, again: bool = False) -> str:
        """The payer presses the button; the number of the order. A well-behaved channel takes money once, in time and as
        much as it says; the keywords are for those that do not. Raises CannotPay."""
        with writing(self._engine) as connection:
            row = connection.execute(BY_TOKEN, {"token": token}).first()
            if row is None:
                raise CannotPay("unknown")
            if not although_closed and row.closed_at is not None:
                raise CannotPay("closed")
            if not although_closed and row.expires_at <= self._clock():
                raise CannotPay("expired")
            self._take(connection, row, row.fen if fen is None else fen, again=again)
            order_no: str = row.order_no
        self.notify(order_no)
        return order_no

    def _take(self, connection: sa.Connection, row: sa.Row[tuple[object, ...]], fen: int, *, again: bool = False) -> None:
        number = sa.select(sa.func.count()).where(transactions.c.order_no == row.order_no)
        before = int(connection.execute(number).scalar_one())
        if before and not again:
            raise CannotPay("paid")
        connection.execute(
            sa.insert(transactions),
            {"number": f"S{row.order_no}-{before + 1}", "order_no": row.order_no, "fen": fen, "at": self._clock()},
        )
