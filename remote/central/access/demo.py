"""People of a demonstration: one for each role, with secrets that stand here for everybody to read. Demo mode only."""

from __future__ import annotations

from datetime import datetime

import pyotp
import sqlalchemy as sa

from remote.central.access import people
from remote.central.access.rights import EVERYWHERE, Grant, Role
from remote.central.access.tables import people as table

PASSWORD = "bozhou-demo-2024"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # the well-known example of RFC 6238 apps
BOZHOU, QIAOCHENG = "3416", "341602"
DEMO = (
    ("wang", "王技术员", (Grant(Role.TECHNICIAN, BOZHOU),)),
    ("zhao", "赵技术员(谯城)", (Grant(Role.TECHNICIAN, QIAOCHENG),)),
    ("li", "李物料", (Grant(Role.STOCK_KEEPER, BOZHOU),)),
    ("chen", "陈版本", (Grant(Role.RELEASE_MANAGER, EVERYWHERE),)),
    ("sun", "孙审计", (Grant(Role.AUDITOR, EVERYWHERE),)),
    ("zhou", "周查看", (Grant(Role.VIEWER, BOZHOU),)),
    ("admin", "人员管理员", (Grant(Role.ADMINISTRATOR, EVERYWHERE), Grant(Role.VIEWER, EVERYWHERE))),
)


def lay_demo_people(connection: sa.Connection, now: datetime) -> None:
    """Once; an earlier demo's people stay as they are."""
    known = set(connection.execute(sa.select(table.c.name)).scalars())
    hashed = people.HASHER.hash(PASSWORD) if any(name not in known for name, _, _ in DEMO) else ""
    for name, display, given in DEMO:
        if name in known:
            continue
        connection.execute(
            sa.insert(table).values(
                name=name, display=display, password=hashed, totp=SECRET, totp_step=0, must_change=False, tries=0,
                added_at=now, added_by="demo",
            )
        )  # fmt: skip
        people.grant(connection, name, given, by="demo", now=now)


def shown(now: datetime) -> list[tuple[str, str, str]]:
    """(name, password, the code of this half minute) for the login page and the terminal that started the demo."""
    code = pyotp.TOTP(SECRET).at(now)
    return [(name, PASSWORD, code) for name, _, _ in DEMO]
