"""People: added, checked, locked out, recovered by another administrator.

A password is 12 characters at least and kept as argon2id; the second factor is TOTP (RFC 6238, SHA-1, 6 digits, 30 s, one
step of drift each way), and no code serves twice. A try is counted before it is looked at, so that a hundred at once are
not more than five.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import argon2
import pyotp
import sqlalchemy as sa

from remote.central.access.rights import Grant, Person, Right, Role, may
from remote.central.access.tables import grants, people, sessions
from remote.central.store import schema
from remote.central.store.database import reading, writing

TRIES = 5                            # wrong ones, then nobody signs in under this name for a while
LOCKED = timedelta(minutes=15)
PASSWORD_MIN = 12                    # characters
TOTP_STEP_S = 30
ISSUER = "亳州自助终端"
HASHER = argon2.PasswordHasher()     # RFC 9106, second recommended option: 64 MiB, 3 passes


class AccessError(Exception):
    """Words for the person who asked."""


@dataclass(frozen=True)
class Credentials:
    """Shown once to the one who adds or recovers a person."""

    name: str
    password: str
    totp_secret: str

    @property
    def totp_uri(self) -> str:
        return pyotp.TOTP(self.totp_secret).provisioning_uri(name=self.name, issuer_name=ISSUER)


def add(
    connection: sa.Connection,
    name: str,
    display: str,
    given: Iterable[Grant],
    *,
    by: str,
    now: datetime,
    password: str | None = None,
    totp_secret: str | None = None,
    oidc: str | None = None,
) -> Credentials:
    """A new person. Without a password one is made that must be changed at the first sign-in. Raises AccessError."""
    if not name.strip() or name != name.strip() or len(name) > 64:
        raise AccessError("name: expected 1 to 64 characters without spaces around them")
    if connection.execute(sa.select(people.c.name).where(people.c.name == name)).first() is not None:
        raise AccessError(f"{name}: is there already")
    made = Credentials(name, password or secrets.token_urlsafe(12), totp_secret or pyotp.random_base32())
    _check_password(made.password)
    connection.execute(
        sa.insert(people).values(
            name=name, display=display or name, password=HASHER.hash(made.password), totp=made.totp_secret, totp_step=0,
            must_change=password is None, tries=0, oidc=oidc, added_at=now, added_by=by,
        )
    )  # fmt: skip
    grant(connection, name, given, by=by, now=now)
    _audit(connection, now, by, "person_added", name)
    return made


def grant(connection: sa.Connection, name: str, given: Iterable[Grant], *, by: str, now: datetime) -> None:
    """These roles and no others from now on; sessions that are open feel it at their next request."""
    wanted = sorted(set(given))
    for one in wanted:
        if one.region and not (one.region.isascii() and one.region.isdigit() and len(one.region) <= 12):
            raise AccessError(f"region: expected digits of an administrative division such as 341602, not {one.region!r}")
    connection.execute(sa.delete(grants).where(grants.c.name == name))
    for one in wanted:
        connection.execute(sa.insert(grants).values(name=name, role=one.role.value, region=one.region))
    _audit(connection, now, by, "roles_granted", name, " ".join(f"{one.role}:{one.region or '*'}" for one in wanted))


def recover(connection: sa.Connection, name: str, *, by: Person, now: datetime) -> Credentials:
    """New password and new TOTP for somebody else: her sessions end, the lock is lifted. Raises AccessError."""
    if by.name == name:
        raise AccessError("nobody recovers themselves: ask another administrator")
    if not may(by, Right.PEOPLE):
        raise AccessError("only an administrator of people recovers somebody")
    made = Credentials(name, secrets.token_urlsafe(12), pyotp.random_base32())
    found = connection.execute(
        sa.update(people).where(people.c.name == name).values(
            password=HASHER.hash(made.password), totp=made.totp_secret, totp_step=0, must_change=True, tries=0,
            locked_until=None, disabled_at=None,
        )
    )  # fmt: skip
    if found.rowcount != 1:
        raise AccessError(f"{name}: nobody has this name")
    end_sessions(connection, name, now)
    _audit(connection, now, by.name, "person_recovered", name)
    return made


def disable(connection: sa.Connection, name: str, *, by: str, now: datetime) -> None:
    """Who has left: no sign-in any more, open sessions end at once. Raises AccessError."""
    found = connection.execute(sa.update(people).where(people.c.name == name).values(disabled_at=now))
    if found.rowcount != 1:
        raise AccessError(f"{name}: nobody has this name")
    end_sessions(connection, name, now)
    _audit(connection, now, by, "person_disabled", name)


def change_password(connection: sa.Connection, name: str, new: str, *, now: datetime) -> None:
    _check_password(new)
    connection.execute(sa.update(people).where(people.c.name == name).values(password=HASHER.hash(new), must_change=False))
    _audit(connection, now, name, "password_changed", name)


def end_sessions(connection: sa.Connection, name: str, now: datetime) -> None:
    connection.execute(
        sa.update(sessions).where(sessions.c.name == name, sessions.c.ended_at.is_(None)).values(ended_at=now)
    )


def check(engine: sa.Engine, name: str, password: str, code: str, now: datetime) -> bool:
    """Name, password and TOTP code together, in about half a second whatever is wrong. Raises SQLAlchemyError.

    The lock and the count are in the database: a restart forgives nothing."""
    with writing(engine) as connection:
        row = connection.execute(sa.select(people).where(people.c.name == name)).first()
        open_to_try = row is not None and _counted(connection, row, now)
    good = _password_fits(row.password if row is not None else "", password)
    step = _step(row.totp if row is not None else "A" * 32, code, now)
    if row is None or not open_to_try or not good or step is None:
        return False
    with writing(engine) as connection:
        done = connection.execute(
            sa.update(people)
            .where(people.c.name == name, people.c.totp_step < step, people.c.password == row.password)
            .where(people.c.disabled_at.is_(None), people.c.totp == row.totp)
            .values(totp_step=step, tries=0, locked_until=None)
        )
        return done.rowcount == 1


def _counted(connection: sa.Connection, row: sa.Row[tuple[object, ...]], now: datetime) -> bool:
    """Count this try. False: locked or disabled, it is not looked at."""
    if row.disabled_at is not None or (row.locked_until is not None and now < row.locked_until):
        return False
    tries = 1 if row.locked_until is not None else row.tries + 1
    locked = now + LOCKED if tries >= TRIES else None
    connection.execute(sa.update(people).where(people.c.name == row.name).values(tries=tries, locked_until=locked))
    if locked is not None:
        _audit(connection, now, row.name, "person_locked", row.name, f"{TRIES} tries")
    return True


def person(connection: sa.Connection, name: str, csrf: str = "") -> Person | None:
    """None: nobody, or disabled."""
    row = connection.execute(PERSON, {"name": name}).first()
    if row is None or row.disabled_at is not None:
        return None
    given = connection.execute(GRANTS, {"name": name})
    return Person(name, row.display, tuple(Grant(Role(one.role), one.region) for one in given), csrf, row.must_change)


def everybody(engine: sa.Engine) -> list[tuple[Person, bool, datetime | None]]:
    """(person, may sign in, locked until), by name; the disabled too."""
    with reading(engine) as connection:
        rows = connection.execute(sa.select(people).order_by(people.c.name)).all()
        granted: dict[str, list[Grant]] = {}
        for one in connection.execute(sa.select(grants).order_by(grants.c.role, grants.c.region)):
            granted.setdefault(one.name, []).append(Grant(Role(one.role), one.region))
    return [
        (Person(row.name, row.display, tuple(granted.get(row.name, ()))), row.disabled_at is None, row.locked_until)
        for row in rows
    ]


PERSON = sa.select(people.c.display, people.c.disabled_at, people.c.must_change).where(people.c.name == sa.bindparam("name"))
GRANTS = sa.select(grants.c.role, grants.c.region).where(grants.c.name == sa.bindparam("name"))


def _check_password(password: str) -> None:
    if not PASSWORD_MIN <= len(password) <= 256:
        raise AccessError(f"口令至少{PASSWORD_MIN}个字符 / password: expected {PASSWORD_MIN} characters at least")


def _password_fits(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed or _nobody(), password) and bool(hashed)
    except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """So that an unknown name takes as long as a wrong password."""
    return HASHER.hash(secrets.token_hex(16))


def _step(secret: str, code: str, now: datetime) -> int | None:
    """The 30 s step this code belongs to: the present one or a neighbour. None: none of them."""
    totp, present, found = pyotp.TOTP(secret), int(now.timestamp()) // TOTP_STEP_S, None
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(totp.at(step * TOTP_STEP_S).encode(), code.strip().encode()):
            found = step
    return found


def _audit(connection: sa.Connection, now: datetime, who: str, what: str, subject: str, words: str = "") -> None:
    connection.execute(sa.insert(schema.audit).values(at=now, who=who, what=what, subject=subject, words=words))
