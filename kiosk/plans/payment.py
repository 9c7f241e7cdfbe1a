"""Money for one thing: an order at the centre, then the citizen pays on her phone.

The pivot is that the money has been taken. It is never believed, only asked for. Without it the order is closed, and closing
tells for certain: closed for ever, or paid all the same - then the money goes straight back. What the money buys is made by
another plan; a paid order that nobody uses is refunded by the centre.
"""
from __future__ import annotations

import trio

from kiosk.parts import Parts
from kiosk.plans.one_call import CENTRE, accepted, asked, for_good
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Answer, Attempt, Facts, Later, NotDone, Plan, Probed, Unknown
from remote.messages import CloseOrder, CreateOrder, OrderState, OrderView, QueryOrder, RefundOrder
from remote.platform import PlatformAway, PlatformRefused

KIND = "payment"
ORDER = "order"
CHANNEL = "payment_channel"
ASK_EVERY_S = 1.5            # [A] while she stands there with her phone
ASK_FOR_S = 90.0             # facts/journeys.md X11: poll 90 s, then the slip
CLOSE_FOR_S = 10.0           # [A] how long the closing is watched before it becomes something owed
GIVEN_BACK = (OrderState.REFUNDING, OrderState.REFUNDED)


def order_key(plan: str) -> str:
    """The key an order is made with and asked for by."""
    return Attempt(plan, ORDER, 1).key


def payment(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries `request`, a CreateOrder."""
    money = Money(parts, log)
    return Plan(
        log.plan,
        KIND,
        before=(Act(ORDER, money.order, undo=money.close),),
        pivot=Act("collect", money.collect),
        probe=money.probe,
    )


class Money:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log
        self._key = order_key(log.plan)

    async def order(self, this: Attempt) -> Facts:
        request = CreateOrder.model_validate(self._log.opened["request"])
        if self._parts.codes is not None and (code := self._parts.codes.take(this.plan)):
            request = request.model_copy(update={"phone_code": code})       # never written down
        return accepted(await asked(self._parts.platform.create_order(request, key=this.key)))

    async def collect(self, this: Attempt) -> Facts:
        """Ask until it is paid, closed, or she has had enough. Raises NotDone, Unknown where the centre went silent."""
        heard_at = trio.current_time()
        while trio.current_time() - heard_at < ASK_FOR_S:
            try:
                order = await self._ask()
            except Later:
                self._parts.stage(this.plan, "asking")
            else:
                heard_at = trio.current_time()
                self._parts.stage(this.plan, "paying")
                if order is None:
                    raise NotDone("closed")
                if order.state is OrderState.PAID:
                    return paid(order)
                if order.state not in (OrderState.NEW, OrderState.OPEN):
                    raise NotDone("closed")
            if this.cancelled():
                raise NotDone("cancelled")
            await trio.sleep(ASK_EVERY_S)
        raise Unknown(CENTRE)

    async def close(self, this: Attempt) -> Facts:
        """Undo: it can never be paid any more, or what was paid goes back. Owed until one of them is certain."""
        order = await self._closed()
        if order is None or order.state is OrderState.CLOSED or order.state in GIVEN_BACK:
            return {"state": order.state.value if order else "never"}
        await self._refund()
        return {"state": OrderState.REFUNDING.value, "fen": order.fen}

    async def probe(self, this: Attempt) -> Probed:
        """After a cut, or when the centre went silent while she paid: closing finds out."""
        order = await self._closed()
        if order is None or order.state is not OrderState.PAID:
            return Probed(Answer.NOT_DONE, {"reason": "closed"})
        return Probed(Answer.DONE, paid(order))

    async def _closed(self) -> OrderView | None:
        """The order once nothing can change by itself any more. None: it never arrived, and never will. Raises Later."""
        try:
            answer = await self._parts.platform.close_order(CloseOrder(order_key=self._key), key=f"{self._key}:close")
        except PlatformAway as error:
            raise Later(CENTRE) from error
        except PlatformRefused as error:
            raise Later(CENTRE) from error
        if answer.order is None:
            return None
        with trio.move_on_after(CLOSE_FOR_S):
            while True:
                order = await self._ask()
                if order is None or order.state not in (OrderState.NEW, OrderState.OPEN, OrderState.CLOSING):
                    return order
                await trio.sleep(ASK_EVERY_S)
        raise Later(CHANNEL)

    async def _refund(self) -> None:
        try:
            request = RefundOrder(order_key=self._key, reason="cancelled")
            answer = await self._parts.platform.refund_order(request, key=f"{self._key}:refund")
        except PlatformAway as error:
            raise Later(CENTRE) from error
        except PlatformRefused as error:
            if not for_good(error):
                raise Later(CENTRE) from error
            raise Later("counter") from error
        if answer.refusal is not None:
            raise Later("counter")

    async def _ask(self) -> OrderView | None:
        try:
            return (await self._parts.platform.query_order(QueryOrder(order_key=self._key))).order
        except (PlatformAway, PlatformRefused) as error:
            raise Later(CENTRE) from error


def paid(order: OrderView) -> Facts:
    return {"order_id": order.order_id, "order_no": order.order_no, "fen": order.fen}
