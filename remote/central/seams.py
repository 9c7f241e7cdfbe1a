"""Telling other systems: SMS, e-credentials, the transit concession, the list of dead cards.

What is to be told is a row written with the change itself. Here the rows go out, oldest first, each until its seam has
taken it. The embedded seam only shows them on the page /messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import sqlalchemy as sa

from remote.central.store.database import reading, writing
from remote.central.store.schema import notices
from remote.central.times import Clock

AT_ONCE = 100


class SeamAway(Exception):
    """The other system does not take it now: it is told again later."""


class Seam(Protocol):
    def tell(self, notice_id: int, addressee: str, text: str) -> None:
        """Take one notice. The same id may come twice: take it once. Raises SeamAway."""


class ShownOnPage:
    """The embedded default: the row itself is the display."""

    def tell(self, notice_id: int, addressee: str, text: str) -> None:
        return


def tell_seams(engine: sa.Engine, seams: Mapping[str, Seam], clock: Clock) -> int:
    """One round; how many were told. A seam that is away does not hold up the others. A missing seam is the page's."""
    query = sa.select(notices).where(notices.c.told_at.is_(None)).order_by(notices.c.notice_id).limit(AT_ONCE)
    with reading(engine) as connection:
        waiting = connection.execute(query).all()
    told: list[int] = []
    away: set[str] = set()
    for row in waiting:
        if row.seam in away:
            continue
        try:
            seams.get(row.seam, ShownOnPage()).tell(row.notice_id, row.addressee, row.text)
        except SeamAway:
            away.add(row.seam)
            continue
        told.append(row.notice_id)
    if told:
        with writing(engine) as connection:
            connection.execute(sa.update(notices).where(notices.c.notice_id.in_(told)).values(told_at=clock()))
    return len(told)
