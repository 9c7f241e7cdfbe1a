"""Writing down what cards and terminals say, each thing once."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.purse_books.tables import journal_money, sightings
from remote.messages import CardOffer, Event, MoneyNews

KNOWN = sa.select(sightings.c.seen_key).where(sightings.c.seen_key == sa.bindparam("seen_key"))


def saw(context: Context, offer: CardOffer) -> None:
    """A genuine offer: what this card says of itself now."""
    if context.connection.execute(KNOWN, {"seen_key": context.key}).first() is None:
        context.connection.execute(
            sa.insert(sightings),
            {
                "seen_key": context.key, "serial": offer.serial, "sequence": offer.sequence, "balance": offer.balance,
                "terminal": context.terminal, "at": context.now,
            },
        )  # fmt: skip


def heard(context: Context, event: Event, news: MoneyNews) -> None:
    """A row about money in a terminal's journal."""
    context.connection.execute(
        sa.insert(journal_money),
        {
            "event_id": event.event_id, "terminal": context.terminal, "plan": news.plan, "what": news.what.value,
            "ref": news.ref, "happened": news.happened, "fen": news.fen, "at": event.at,
        },
    )  # fmt: skip
