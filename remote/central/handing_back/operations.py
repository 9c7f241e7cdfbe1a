"""A kept card goes into its owner's hand at the machine that kept it: two people, her ID card, and the card lies there.

The counter does the same in remote/central/counter.py; here the terminal is who asks, so that it can only speak of what it
holds itself.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.citizen_cards.making import hand_over
from remote.central.citizen_cards.records import BY_RESERVE_KEY
from remote.central.citizen_cards.tables import citizen_cards
from remote.central.context import Context
from remote.central.operations.cardlife import CARD, make_live
from remote.central.operations.people import fenced_refusal
from remote.central.operations.production import RESERVATION, move
from remote.central.operations.records import by_ref
from remote.central.rules.senior_card import refusal
from remote.central.store.schema import reservations
from remote.messages import RefusalCode
from remote.messages.hand_back import FindKept, HandBack, HandedBack, KeptCard, KeptCards

HERE = "hand_back"                     # `settled_by` of what was given back at the machine
Row = sa.Row[Any]


def find_kept(context: Context, ask: FindKept) -> KeptCards:
    person = by_ref(context, ask.person_ref).row.person_id
    found = []
    for table, citizen, given in ((reservations, False, "registered"), (citizen_cards, True, "active")):
        mine = sa.and_(table.c.person_id == person, table.c.terminal == context.terminal)
        stands = sa.or_(table.c.state == "kept", sa.and_(table.c.state == given, table.c.settled_by == HERE))
        rows = context.connection.execute(sa.select(table).where(mine, stands).order_by(table.c.changed_at)).all()
        found += [_view(row, citizen) for row in rows if row.reserve_key is not None]
    return KeptCards(cards=found)


def hand_back(context: Context, ask: HandBack) -> HandedBack:
    """Refused: another person's, not kept (any more), another machine's, the same person twice."""
    if context.fenced():
        return HandedBack(refusal=fenced_refusal())
    if ask.first.strip() == ask.second.strip() or not ask.first.strip() or not ask.second.strip():
        return HandedBack(refusal=refusal(RefusalCode.NEEDS_STAFF, "需要两名不同的工作人员"))
    person = by_ref(context, ask.person_ref).row.person_id
    senior = context.connection.execute(RESERVATION, {"reserve_key": ask.reserve_key}).first()
    citizen = context.connection.execute(BY_RESERVE_KEY, {"reserve_key": ask.reserve_key}).first()
    row = senior if senior is not None else citizen
    if row is None or row.person_id != person or row.terminal != context.terminal:
        return HandedBack(refusal=refusal(RefusalCode.NOT_MATCHED, "不是本人的,或者不在这台机器里"))
    if row.state != "kept":
        return HandedBack(refusal=refusal(RefusalCode.CASE_CLOSED, "这张证已经处理过了"))
    if row is senior:
        make_live(context, row.number, str(context.connection.execute(CARD, {"number": row.number}).one().blank_serial))
        move(context, row, "registered", by=HERE)
    else:
        hand_over(context, row, by=HERE)
    context.audit("hand_back", row.number, f"at {context.terminal}", who=f"{ask.first} + {ask.second}")
    return HandedBack(number=str(row.number))


def _view(row: Row, citizen: bool) -> KeptCard:
    given = row.state != "kept"
    return KeptCard(reserve_key=row.reserve_key, number=str(row.number), citizen=citizen, since=row.changed_at, given=given)
