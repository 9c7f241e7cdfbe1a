"""A card number comes to life and dies in one transaction, and the seams are told with it."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.operations.records import BY_PERSON_ID, CASE, Row
from remote.central.payment.card_fees import fee_earned, free_fee
from remote.central.store.schema import cards, number_series, obligations
from remote.messages import Service

LIVE_CARD_OF = sa.select(cards).where(cards.c.person_id == sa.bindparam("person_id"), cards.c.state == "live")
CARD = sa.select(cards).where(cards.c.number == sa.bindparam("number"))
END_CARD = sa.update(cards).where(cards.c.number == sa.bindparam("which"))
LAST_NUMBER = sa.select(number_series.c.last).where(number_series.c.prefix == sa.bindparam("prefix"))
MADE_FOR = {"new": "replaced", "lost": "lost", "renew": "replaced", "damaged": "replaced"}


def next_number(context: Context) -> tuple[str, str]:
    """The next card number and its chip serial (20 digits, EF 0015). Sequential, never given twice, voided ones included."""
    rule = context.rules.number
    last = context.connection.execute(LAST_NUMBER, {"prefix": rule.prefix}).scalar()
    sequence = (last or 0) + 1
    if last is None:
        context.connection.execute(sa.insert(number_series), {"prefix": rule.prefix, "last": sequence})
    else:
        context.connection.execute(sa.update(number_series).where(number_series.c.prefix == rule.prefix).values(last=sequence))
    prefix_digits = "".join(character for character in rule.prefix if character.isdigit())
    return rule.number(sequence), f"341600{prefix_digits[-2:]:0>2}{sequence:012d}"


def end_card(context: Context, number: str, why: str) -> None:
    """A live card dies: `why` is lost, replaced or deceased."""
    context.connection.execute(END_CARD.values(state="dead", ended_at=context.now, ended_by=why), {"which": number})
    context.tell("dead_card", number, f"证号{number}已失效({why})")
    context.tell("transit_concession", number, "取消乘车优惠")


def void_number(context: Context, number: str, why: str) -> None:
    """A number that never became a live card: stays on the books, is never given again."""
    context.connection.execute(END_CARD.values(state="void", ended_at=context.now, ended_by=why), {"which": number})
    free_fee(context, number)
    context.tell("dead_card", number, f"证号{number}作废({why})")


def make_live(context: Context, number: str, blank_serial: str) -> str | None:
    """The number becomes the person's one live card and the old one dies. Returns the old number's last four."""
    card = context.connection.execute(CARD, {"number": number}).one()
    case = context.connection.execute(CASE, {"case_id": card.case_id}).one()
    old = context.connection.execute(LIVE_CARD_OF, {"person_id": card.person_id}).first()
    if old is not None:
        end_card(context, old.number, "lost" if case.service == Service.LOST else "replaced")
    context.connection.execute(END_CARD.values(state="live", blank_serial=blank_serial), {"which": number})
    person = context.connection.execute(BY_PERSON_ID, {"person_id": card.person_id}).one()
    _tell_everyone(context, person, number, "旧证同时失效。" if old is not None else "")
    fee_earned(context, number, case.case_id)
    settle_obligations_of_case(context, case.case_id, f"registered {number[-4:]} at {context.terminal}")
    return old.number[-4:] if old is not None else None


def _tell_everyone(context: Context, person: Row, number: str, about_the_old_one: str) -> None:
    context.tell("e_credential", number, "生成电子证照")
    context.tell("transit_concession", number, "开通乘车优惠")
    if person.phone:
        context.tell("sms", person.phone, f"您的老年证(尾号{number[-4:]})已启用。{about_the_old_one}")


def settle_obligations_of_case(context: Context, case_id: str, by: str) -> None:
    """The card is in her hand: what was owed for this case is settled, whoever owed it."""
    context.connection.execute(
        sa.update(obligations)
        .where(obligations.c.case_id == case_id, obligations.c.kind == "card", obligations.c.settled_at.is_(None))
        .values(settled_at=context.now, settled_by=by)
    )
