"""What people at the counter do: settle what is owed, hand over a kept card, decide what nobody knows, fence a terminal,
answer help calls, and bring mail orders to their end. Every act names who did it and is in the audit.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.allowance.rules import period_of, rules_on
from remote.central.allowance.tables import home_visits
from remote.central.citizen_cards import desk as citizen_cards
from remote.central.citizen_cards.making import hand_over
from remote.central.context import Context
from remote.central.identity import desk
from remote.central.operations.cardlife import CARD, make_live, void_number
from remote.central.operations.cases import SET_CASE_STATE, set_case
from remote.central.operations.news import OBLIGATION, SET_OBLIGATION
from remote.central.operations.production import RESERVATION, move, take_number
from remote.central.operations.records import BY_ID_NUMBER, BY_PERSON_ID, CASE, Row, mail_not_produced
from remote.central.payment.money import back_for
from remote.central.payment.owed import is_about_money
from remote.central.service import Service
from remote.central.store.database import writing
from remote.central.store.schema import cases, delivery_orders, help_calls, incidents, obligations, reservations, terminals
from remote.messages import CaseState, Purpose

COUNTER = "counter"


class CounterError(Exception):
    """Why the counter may not do this, in Chinese, for the page."""


@dataclass(frozen=True)
class Counter:
    engine: sa.Engine
    service: Service

    def hand_over_kept(self, reserve_key: str, id_number: str, staff: str) -> str:
        """The owner stands here with her ID card: the kept card goes into her hand and becomes live. Returns its number."""
        _named(staff)
        with writing(self.engine) as connection:
            context = self._context(connection, f"handover:{reserve_key}")
            if (card := citizen_cards.card_of(context, reserve_key)) is not None:
                _is_still(card, "kept")
                _owner(context, card, id_number)
                hand_over(context, card, by=COUNTER)
                context.audit("hand_over_kept", card.number, who=staff)
                return str(card.number)
            row = _reservation(context, reserve_key, "kept")
            _owner(context, row, id_number)
            make_live(context, row.number, _blank_serial(context, row.number))
            move(context, row, "registered", by=COUNTER)
            context.audit("hand_over_kept", row.number, who=staff)
            return str(row.number)

    def settle_doubt(self, reserve_key: str, given_out: bool, first: str, second: str, reason: str) -> None:
        """Two people say, with a reason, what became of a card nobody knows about."""
        _two(first, second)
        if not reason.strip():
            raise CounterError("请写明理由")
        with writing(self.engine) as connection:
            context = self._context(connection, f"doubt:{reserve_key}")
            words = f"{'given out' if given_out else 'void'}: {reason}"
            if (card := citizen_cards.card_of(context, reserve_key)) is not None:
                _is_still(card, "in_doubt")
                citizen_cards.settle_doubt(context, card, reason, given_out=given_out)
                _close_incidents_of(context, card.number, f"{first}、{second}:{reason}")
                context.audit("settle_doubt", card.number, words, who=f"{first} + {second}")
                return
            row = _reservation(context, reserve_key, "in_doubt")
            if given_out:
                make_live(context, row.number, _blank_serial(context, row.number))
                move(context, row, "registered", reason=reason, by=COUNTER)
            else:
                void_number(context, row.number, COUNTER)
                move(context, row, "void", reason=reason, by=COUNTER)
                set_case(context, row.case_id, CaseState.APPROVED)
            _close_incidents_of(context, row.number, f"{first}、{second}:{reason}")
            context.audit("settle_doubt", row.number, words, who=f"{first} + {second}")

    def settle_obligation(self, obligation_id: str, id_number: str, staff: str, how: str = "") -> None:
        """What is owed is settled here, for the person whose ID card lies on the desk."""
        _named(staff)
        with writing(self.engine) as connection:
            context = self._context(connection, f"settle:{obligation_id}")
            row = connection.execute(OBLIGATION, {"obligation_id": obligation_id}).first()
            if row is None or row.settled_at is not None:
                raise CounterError("没有这笔待办,或已经办结")
            if is_about_money(obligation_id):
                raise CounterError("这笔钱由系统退回或交付;退不回去的,在“缴费”页由两人处理")
            if row.person_id is not None:
                _owner(context, row, id_number)
            connection.execute(
                SET_OBLIGATION.values(settled_at=context.now, settled_by=f"{COUNTER}: {staff}"), {"which": obligation_id}
            )
            context.audit("settle_obligation", obligation_id, how, who=staff)

    def fence(self, terminal: str, staff: str, reason: str) -> int:
        """Shut a dead terminal out: its open reservations end, its people are free. What it reports later is an incident.
        Returns how many reservations ended."""
        _named(staff)
        with writing(self.engine) as connection:
            context = self._context(connection, f"fence:{terminal}:{self.service.clock().isoformat()}")
            updated = connection.execute(
                sa.update(terminals)
                .where(terminals.c.terminal == terminal)
                .values(fenced_at=context.now, fenced_by=f"{staff}:{reason}")
            )
            if updated.rowcount == 0:
                raise CounterError("没有这台机器")
            held = connection.execute(
                sa.select(reservations).where(reservations.c.terminal == terminal, reservations.c.state == "open")
            ).all()
            for row in held:
                void_number(context, row.number, "fenced")
                move(context, row, "fenced", reason=reason, by=COUNTER)
            ended = len(held) + citizen_cards.fence(context, terminal, reason)
            context.audit("fence", terminal, f"{reason}; {ended} reservations ended", who=staff)
            return ended

    def unfence(self, terminal: str, staff: str) -> None:
        """The terminal may work again. Reservations that ended stay ended."""
        _named(staff)
        with writing(self.engine) as connection:
            context = self._context(connection, f"unfence:{terminal}")
            connection.execute(
                sa.update(terminals).where(terminals.c.terminal == terminal).values(fenced_at=None, fenced_by=None)
            )
            context.audit("unfence", terminal, who=staff)

    def answer_help(self, event_id: str, staff: str) -> None:
        _named(staff)
        with writing(self.engine) as connection:
            now = self.service.clock()
            connection.execute(
                sa.update(help_calls)
                .where(help_calls.c.event_id == event_id, help_calls.c.answered_at.is_(None))
                .values(answered_at=now, answered_by=staff)
            )

    def close_incident(self, incident_id: str, staff: str, words: str) -> None:
        _named(staff)
        with writing(self.engine) as connection:
            context = self._context(connection, f"incident:{incident_id}")
            connection.execute(
                sa.update(incidents)
                .where(incidents.c.incident_id == incident_id, incidents.c.closed_at.is_(None))
                .values(closed_at=context.now, closed_by=f"{staff}:{words}")
            )
            context.audit("close_incident", incident_id, words, who=staff)

    def produce_order(self, order_no: str, staff: str) -> str:
        """A mail order is made at the centre: from now on it cannot be withdrawn. Returns the card number."""
        _named(staff)
        with writing(self.engine) as connection:
            context = self._context(connection, f"order:{order_no}")
            order = _order(context, order_no)
            case = connection.execute(CASE, {"case_id": order.case_id}).one()
            if order.state != "ordered" or not mail_not_produced(context, order.case_id):
                raise CounterError("这个订单不在待制证状态")
            number = take_number(context, case, COUNTER)
            _set_order(context, order_no, "produced", number)
            context.audit("produce_order", order_no, number, who=staff)
            return number

    def mail_order(self, order_no: str, staff: str) -> None:
        """Handed to the mail: the card is live, the old one is dead."""
        _named(staff)
        with writing(self.engine) as connection:
            context = self._context(connection, f"order:{order_no}")
            order = _order(context, order_no)
            if order.state != "produced":
                raise CounterError("请先制证")
            row = _reservation(context, f"order:{order_no}", "open")
            make_live(context, row.number, "")
            move(context, row, "registered", by=COUNTER)
            connection.execute(SET_CASE_STATE.values(state=CaseState.MAILED.value, closed_at=None), {"which": order.case_id})
            _set_order(context, order_no, "mailed", order.number)
            _sms_mailed(context, row, order_no)
            context.audit("mail_order", order_no, order.number, who=staff)

    def deliver_order(self, order_no: str, staff: str) -> None:
        _named(staff)
        with writing(self.engine) as connection:
            context = self._context(connection, f"deliver:{order_no}")
            order = _order(context, order_no)
            if order.state != "mailed":
                raise CounterError("这个订单还没有寄出")
            _set_order(context, order_no, "delivered", order.number)
            set_case(context, order.case_id, CaseState.CLOSED, closed=True)
            context.audit("deliver_order", order_no, who=staff)

    def staff_requests(self, connection: sa.Connection) -> list[desk.Row]:
        return desk.waiting(self._context(connection, "staff requests"))

    def answer_staff_request(self, request_id: str, same: bool, staff: str, reason: str) -> None:
        """A member of staff has looked at the person at the terminal, beside her ID card."""
        _named(staff)
        with writing(self.engine) as connection:
            try:
                desk.answer(self._context(connection, f"staff:{request_id}"), request_id, same, staff, reason)
            except desk.CannotAnswer as error:
                raise CounterError(str(error)) from error

    def finish_home_visit(self, visit_no: str, seen: bool, staff: str, words: str) -> None:
        _named(staff)
        with writing(self.engine) as connection:
            context = self._context(connection, f"visit:{visit_no}")
            rules = rules_on(context.today)
            query = sa.select(home_visits.c.person_id).where(home_visits.c.visit_no == visit_no)
            person = connection.execute(BY_PERSON_ID, {"person_id": connection.execute(query).scalar()}).first()
            if person is None:
                raise CounterError("没有这次上门")
            period = period_of(person.birth, context.today, rules).key
            try:
                desk.finish_visit(context, visit_no, seen, staff, words, period, rules.version)
            except desk.CannotAnswer as error:
                raise CounterError(str(error)) from error

    def void_unclaimed(self) -> int:
        """Kept cards that nobody fetched in the configured time: number void, case closed, a paid fee is owed back."""
        with writing(self.engine) as connection:
            today = self._context(connection, "unclaimed")
            limit = today.now - timedelta(days=today.rules.pickup_deadline_days)
            rows = connection.execute(
                sa.select(reservations).where(reservations.c.state == "kept", reservations.c.changed_at < limit)
            ).all()
            for row in rows:
                context = self._context(connection, f"unclaimed:{row.reserve_key}")
                void_number(context, row.number, "unclaimed")
                move(context, row, "void", by="sweep")
                _owe_fee(context, row)
                context.audit("void_unclaimed", row.number, who="sweep")
            cards = citizen_cards.unclaimed(connection, limit)
            for card in cards:
                citizen_cards.void_unclaimed(self._context(connection, f"unclaimed:{card.reserve_key}"), card)
            return len(rows) + len(cards)

    def _context(self, connection: sa.Connection, key: str) -> Context:
        return self.service.context(connection, COUNTER, key)


def _named(staff: str) -> None:
    if not staff.strip():
        raise CounterError("请填写工作人员姓名")


def _two(first: str, second: str) -> None:
    _named(first)
    _named(second)
    if first.strip() == second.strip():
        raise CounterError("需要两名不同的工作人员")


def _reservation(context: Context, reserve_key: str, state: str) -> Row:
    row = context.connection.execute(RESERVATION, {"reserve_key": reserve_key}).first()
    if row is None or row.state != state:
        raise CounterError("这张证已经处理过了,请刷新页面")
    return row


def _is_still(card: Row, state: str) -> None:
    if card.state != state:
        raise CounterError("这张卡已经处理过了,请刷新页面")


def _owner(context: Context, row: Any, id_number: str) -> None:
    person = context.connection.execute(BY_ID_NUMBER, {"id_number": id_number.strip().upper()}).first()
    if person is None or person.person_id != row.person_id:
        raise CounterError("身份证号码与领取人不符")


def _blank_serial(context: Context, number: str) -> str:
    return str(context.connection.execute(CARD, {"number": number}).one().blank_serial)


def _close_incidents_of(context: Context, number: str, words: str) -> None:
    context.connection.execute(
        sa.update(incidents)
        .where(incidents.c.number == number, incidents.c.closed_at.is_(None))
        .values(closed_at=context.now, closed_by=words)
    )


def _order(context: Context, order_no: str) -> Row:
    order = context.connection.execute(sa.select(delivery_orders).where(delivery_orders.c.order_no == order_no)).first()
    if order is None:
        raise CounterError("没有这个订单")
    return order


def _set_order(context: Context, order_no: str, state: str, number: str | None) -> None:
    context.connection.execute(
        sa.update(delivery_orders)
        .where(delivery_orders.c.order_no == order_no)
        .values(state=state, number=number, changed_at=context.now)
    )


def _sms_mailed(context: Context, row: Row, order_no: str) -> None:
    person = context.connection.execute(BY_PERSON_ID, {"person_id": row.person_id}).one()
    if person.phone:
        context.tell("sms", person.phone, f"您的老年证已寄出,单号{order_no}。")


def _owe_fee(context: Context, row: Row) -> None:
    case = context.connection.execute(sa.select(cases).where(cases.c.case_id == row.case_id)).one()
    if case.fee_fen == 0 or back_for(context, Purpose.CARD, row.case_id, "unclaimed"):
        return
    obligation_id = hashlib.sha256(f"unclaimed|{row.reserve_key}".encode()).hexdigest()[:32]
    context.connection.execute(
        sa.insert(obligations),
        {
            "obligation_id": obligation_id,
            "person_id": row.person_id,
            "case_id": row.case_id,
            "terminal": COUNTER,
            "kind": "refund",
            "place": "综合窗口",
            "claim_code": case.claim_code,
            "amount_fen": case.fee_fen,
            "words": "证未领取已作废,费用应退",
            "since": context.now,
            "settled_at": None,
            "settled_by": None,
            "terminal_knows": False,
            "wrong_codes": 0,
        },
    )
