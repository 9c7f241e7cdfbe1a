"""`main.py enrol-code`: a pairing code from the command line of the centre's machine; `main.py revoke`: the end of a stolen one.
Who can run these owns the database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import sqlalchemy as sa

from remote.central.access.command import terminal_qr
from remote.central.enrolment import authority, certificates
from remote.central.enrolment.pairing import LIFE, PairingError, make_code
from remote.central.seal.keeper import beside
from remote.central.settings import SettingsError
from remote.central.store.database import open_engine, writing
from remote.central.store.migrate import migrate_engine
from remote.central.times import beijing_now


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run enrol-code", description="A one-time pairing code for a terminal.")
    _common(parser)
    parser.add_argument("--identity-folder", type=Path, default=None, help="the CA (default: identity/ beside SQLite's file)")
    parser.add_argument("--place", required=True, help="as technicians call it, e.g. 政务大厅一楼1号机")
    parser.add_argument("--region", required=True, help="administrative division, e.g. 341602")
    parser.add_argument("--replaces", action="store_true", help="the terminal has a certificate: it ends when this code is used")
    asked = parser.parse_args(arguments)
    try:
        engine = open_engine(asked.db)
        migrate_engine(engine)
        folder = asked.identity_folder or (where.with_name("identity") if (where := beside(asked.db)) is not None else None)
        if folder is None:
            raise SettingsError("--identity-folder: expected for this database")
        now = beijing_now()
        ca = authority.in_folder(folder, now)
        with writing(engine) as connection:
            code = make_code(
                connection, ca, asked.terminal, asked.place, asked.region, by="command line", now=now, replaces=asked.replaces
            )
    except (PairingError, SettingsError, sa.exc.SQLAlchemyError) as error:
        print(f"enrol-code: {error}", file=sys.stderr)
        return 2
    print(f"{asked.terminal}: {code}   (once, until {now + LIFE:%H:%M})\n{terminal_qr(code.for_qr)}")
    return 0


def revoke_main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run revoke", description="No request of this terminal is answered any more.")
    _common(parser)
    parser.add_argument("--why", required=True)
    asked = parser.parse_args(arguments)
    try:
        with writing(open_engine(asked.db)) as connection:
            ended = certificates.revoke(connection, asked.terminal, by="command line", why=asked.why, now=beijing_now())
    except sa.exc.SQLAlchemyError as error:
        print(f"revoke: {error}", file=sys.stderr)
        return 2
    print(f"{asked.terminal}: {ended} certificate{'' if ended == 1 else 's'} revoked")
    return 0 if ended else 1


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", default="sqlite:///centre.db", help="sqlite:////path or postgresql+psycopg://user@host/name")
    parser.add_argument("--terminal", required=True, help="id as in its kiosk.toml")
