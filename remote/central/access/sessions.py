"""Sessions live in the database: they can be ended from outside, and a cookie alone proves nothing once they are."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from remote.central.access.people import person
from remote.central.access.rights import Person
from remote.central.access.tables import sessions
from remote.central.store.database import reading, writing

COOKIE = "console"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)        # one shift
TOUCH_EVERY = timedelta(minutes=1)   # a page that looks every few seconds does not write every time

BY_COOKIE = sa.select(sessions).where(sessions.c.cookie_hash == sa.bindparam("cookie_hash"))


def open_session(engine: sa.Engine, name: str, how: str, now: datetime) -> str:
    """The cookie's value: 256 random bits."""
    cookie = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        connection.execute(
            sa.insert(sessions).values(
                cookie_hash=_hash(cookie), name=name, how=how, opened_at=now, seen_at=now, ends_at=now + LONGEST
            )
        )
    return cookie


def session_person(engine: sa.Engine, cookie: str | None, now: datetime, *, acts: bool = True) -> Person | None:
    """Whose session this is. None: unknown, ended, idle too long, too old, or she may not sign in any more. `acts`: False where
    a page only looks again by itself, which keeps nobody signed in. Raises SQLAlchemyError."""
    if not cookie:
        return None
    with reading(engine) as connection:
        row = connection.execute(BY_COOKIE, {"cookie_hash": _hash(cookie)}).first()
        if row is None or row.ended_at is not None or not row.opened_at <= now < row.ends_at or now >= row.seen_at + IDLE:
            return None
        who = person(connection, row.name, csrf_of(cookie))
    if acts and who is not None and now - row.seen_at >= TOUCH_EVERY:
        with writing(engine) as connection:
            connection.execute(_open(cookie).values(seen_at=now))
    return who


def end_session(engine: sa.Engine, cookie: str, now: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(_open(cookie).values(ended_at=now))


def _open(cookie: str) -> sa.Update:
    return sa.update(sessions).where(sessions.c.cookie_hash == _hash(cookie), sessions.c.ended_at.is_(None))


def csrf_of(cookie: str) -> str:
    """Belongs to this cookie and tells nothing about it. The page may know it; the cookie it may not (HttpOnly)."""
    return hmac.new(cookie.encode(), b"csrf", hashlib.sha256).hexdigest()


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
