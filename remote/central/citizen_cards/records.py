"""Reading what the books say about citizen cards, and saying it to terminals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.citizen_cards.tables import HOLDING, LIVE, citizen_cards, losses, moves
from remote.central.context import Context
from remote.central.payment.tables import orders
from remote.central.store.schema import cases
from remote.messages import (
    BalanceMove,
    CaseState,
    CitizenCardState,
    CitizenCardView,
    CitizenCase,
    Delivery,
    LossConfirmed,
    LossOwner,
    MoveState,
    Service,
)

Row = sa.Row[Any]
ITEM = "citizen_card"

BY_NUMBER = sa.select(citizen_cards).where(citizen_cards.c.number == sa.bindparam("number"))
BY_SERIAL = sa.select(citizen_cards).where(citizen_cards.c.serial == sa.bindparam("serial"))
BY_RESERVE_KEY = sa.select(citizen_cards).where(citizen_cards.c.reserve_key == sa.bindparam("reserve_key"))
OF_PERSON = (
    sa.select(citizen_cards)
    .where(citizen_cards.c.person_id == sa.bindparam("person_id"), citizen_cards.c.state != "void")
    .order_by(citizen_cards.c.opened_at.desc(), citizen_cards.c.number.desc())
)
LIVE_OF = sa.select(citizen_cards).where(
    citizen_cards.c.person_id == sa.bindparam("person_id"), citizen_cards.c.state.in_(LIVE)
)
HELD_OF = sa.select(citizen_cards).where(
    citizen_cards.c.person_id == sa.bindparam("person_id"), citizen_cards.c.state.in_(HOLDING)
)
OPEN_CASE = sa.select(cases).where(
    cases.c.person_id == sa.bindparam("person_id"), cases.c.item == ITEM,
    cases.c.state.in_(("approved", "producing", "kept", "in_doubt")),
)  # fmt: skip
LOSSES_OF = sa.select(losses).where(losses.c.number == sa.bindparam("number")).order_by(losses.c.owner.desc())
SET_CARD = sa.update(citizen_cards).where(citizen_cards.c.number == sa.bindparam("which"))


def card_of_serial(context: Context, serial: str) -> Row | None:
    return context.connection.execute(BY_SERIAL, {"serial": serial}).first()


def live_card_of(context: Context, person_id: int) -> Row | None:
    return context.connection.execute(LIVE_OF, {"person_id": person_id}).first()


def card_held_for(context: Context, person_id: int) -> Row | None:
    """Being made, kept, or nobody knows where it is."""
    return context.connection.execute(HELD_OF, {"person_id": person_id}).first()


def cards_of(context: Context, person_id: int) -> list[Row]:
    """Newest first, without numbers that never became a card."""
    return list(context.connection.execute(OF_PERSON, {"person_id": person_id}).all())


def losses_this_year(context: Context, person_id: int) -> int:
    year_ago = context.now - timedelta(days=365)
    return sum(1 for card in cards_of(context, person_id) if card.ended_by == "lost" and card.changed_at >= year_ago)


def set_card(context: Context, number: str, **values: object) -> None:
    context.connection.execute(SET_CARD.values(changed_at=context.now, **values), {"which": number})


def state_of(context: Context, card: Row) -> CitizenCardState:
    if card.state in LIVE and card.valid_to < context.today:
        return CitizenCardState.EXPIRED
    return CitizenCardState(card.state)


def view(context: Context, card: Row) -> CitizenCardView:
    found = context.connection.execute(LOSSES_OF, {"number": card.number}).all()
    return CitizenCardView(
        number=card.number, tail=card.number[-4:], serial=card.serial, state=state_of(context, card),
        issued_on=card.issued_on, valid_to=card.valid_to, concession=card.concession, insurance=card.insurance,
        losses=[
            LossConfirmed(owner=LossOwner(one.owner), reported_at=one.reported_at, confirmed_at=one.confirmed_at)
            for one in found
        ],
        place=card.place if card.state == "kept" else "",
    )  # fmt: skip


def view_now(context: Context, number: str) -> CitizenCardView:
    return view(context, context.connection.execute(BY_NUMBER, {"number": number}).one())


def case_view_of(context: Context, person_id: int) -> CitizenCase | None:
    case = context.connection.execute(OPEN_CASE, {"person_id": person_id}).first()
    if case is None:
        return None
    approved = case.state == CaseState.APPROVED and case.delivery == Delivery.INSTANT
    return CitizenCase(
        case_id=case.case_id, case_no=case.case_no, service=Service(case.service), state=CaseState(case.state),
        submitted_on=case.submitted_at.date(), fee_fen=case.fee_fen, can_produce_here=approved, can_withdraw=approved,
        place=case.place or "", claim_code=case.claim_code,
    )  # fmt: skip


def moves_to(context: Context, numbers: list[str], person_id: int | None = None) -> list[BalanceMove]:
    """On their way to one of these cards; of a person also those that have no new card yet."""
    wanted: sa.ColumnElement[bool] = moves.c.new_number.in_(numbers)
    if person_id is not None:
        own = sa.select(citizen_cards.c.number).where(citizen_cards.c.person_id == person_id)
        wanted = sa.or_(wanted, moves.c.old_number.in_(own))
    query = sa.select(moves).where(wanted).order_by(moves.c.due, moves.c.old_number)
    found = context.connection.execute(query.add_columns(orders.c.order_no, orders.c.fulfilled_at).outerjoin(
        orders, orders.c.order_id == moves.c.order_id)).all()  # fmt: skip
    serials = {row.number: row.serial for row in context.connection.execute(
        sa.select(citizen_cards.c.number, citizen_cards.c.serial).where(
            citizen_cards.c.number.in_([move.new_number for move in found if move.new_number]))).all()}  # fmt: skip
    return [
        BalanceMove(
            old_tail=move.old_number[-4:], new_serial=serials.get(move.new_number, ""), due=move.due, fen=move.fen,
            state=MoveState.DONE if move.fulfilled_at is not None else MoveState(move.state), order_id=move.order_id or "",
            order_no=move.order_no or "",
        )
        for move in found
    ]  # fmt: skip
