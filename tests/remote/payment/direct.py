"""A channel straight over a till, without a wire: for the thousands of histories that no socket would be quick enough for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from remote.central.payment.channel import BillLine, ChannelAway, ChannelRefused, Payable, Refund, RefundState, Trade, TradeState
from remote.central.payment.channel import Transaction as Moved
from tests.remote.payment.till import Deal, Till, Trouble

T = TypeVar("T")
BEFORE = (Trouble.LOST_BEFORE, Trouble.BUSY)


class Killed(BaseException):
    """The worker's process ends here."""


class Knife:
    """Kills at the n-th step from when it is set: a step is a channel's answer, or a commit, each before and after."""

    def __init__(self) -> None:
        self.left: int | None = None

    def step(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Killed


class DirectChannel:
    def __init__(self, name: str, till: Till, knife: Knife) -> None:
        self._name = name
        self.till = till
        self._knife = knife
        self.meanwhile: Callable[[], object] | None = None   # what another process does while the next answer is on its way

    @property
    def name(self) -> str:
        return self._name

    def _at(self, operation: str, work: Callable[[], T]) -> T:
        self._knife.step()
        trouble = self.till.trouble_for(operation)
        if trouble in BEFORE:
            raise ChannelAway
        done = work()
        self._knife.step()
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if trouble is not None:
            raise ChannelAway
        return done

    def open(self, order: Payable) -> str:
        def work() -> str:
            known = self.till.deals.get(order.order_no)
            if known is not None and (known.closed or known.money is not None):
                raise ChannelRefused
            deal = Deal(order.order_no, order.fen, order.what, order.expires_at, "")
            return f"qr:{self.till.open(deal).order_no}"

        return self._at("open", work)

    def query(self, order_no: str) -> Trade:
        def work() -> Trade:
            deal = self.till.deals.get(order_no)
            if deal is None:
                return Trade(TradeState.UNHEARD_OF)
            if deal.money is not None:
                state = TradeState.GONE_BACK if self.till.gone_back(deal) else TradeState.PAID
                return Trade(state, (Moved(deal.money.number, deal.money.fen, deal.money.at),))
            return Trade(TradeState.CLOSED if deal.closed else TradeState.NOT_PAID)

        return self._at("query", work)

    def close(self, order: Payable) -> bool:
        def work() -> bool:
            deal = self.till.deals.get(order.order_no)
            if deal is not None and deal.money is not None:
                return False
            if deal is not None:
                deal.closed = True
            return True

        return self._at("close", work)

    def refund(self, refund: Refund) -> RefundState:
        def work() -> RefundState:
            done = self.till.refund(refund.transaction, refund.refund_no, refund.fen)
            if done is None:
                raise ChannelRefused
            return RefundState(done.state)

        return self._at("refund", work)

    def bill(self, day: date) -> list[BillLine]:
        came, went = self.till.moved_on(day)
        lines = [BillLine(deal.order_no, money.number, money.fen, money.at) for deal, money in came]
        return lines + [BillLine(deal.order_no, one.number, -one.fen, one.at, one.refund_no) for deal, one in went]
