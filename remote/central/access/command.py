"""`main.py people`: the console's people from the command line of the centre's machine. Who can run it owns the database."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

import sqlalchemy as sa
import zxingcpp

from remote.central.access import people
from remote.central.access.rights import Grant, Role
from remote.central.access.web import Access
from remote.central.store.database import open_engine, reading, writing
from remote.central.store.migrate import migrate_engine


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run people", description="People who may sign in to the console.")
    parser.add_argument("--db", default="sqlite:///centre.db", help="sqlite:////path or postgresql+psycopg://user@host/name")
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="a new person; prints a first password and the QR code for the authenticator app")
    add.add_argument("name")
    add.add_argument("--display", default="", help="as shown on pages, e.g. 王技术员")
    add.add_argument("--oidc", default=None, help='"ISSUER SUBJECT" at the city\'s own sign-in')
    _roles(add)
    grant = commands.add_parser("grant", help="these roles and no others from now on")
    grant.add_argument("name")
    _roles(grant)
    for command, what in (("recover", "new password and TOTP for somebody else"), ("disable", "end sessions and sign-in")):
        one = commands.add_parser(command, help=what)
        one.add_argument("name")
        one.add_argument("--by", required=True, help="the administrator who does it; asked for password and code")
    commands.add_parser("list", help="who there is, roles, locks")
    asked = parser.parse_args(arguments)
    try:
        engine = open_engine(asked.db)
        migrate_engine(engine)
        return _run(Access(engine), asked)
    except (people.AccessError, sa.exc.SQLAlchemyError) as error:
        print(f"people: {error}", file=sys.stderr)
        return 2


def _roles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role", action="append", required=True, metavar="ROLE[:REGION]", type=_grant,
        help=f"{', '.join(Role)}; region: prefix of the division code, e.g. technician:341602; none: everywhere",
    )  # fmt: skip


def _grant(text: str) -> Grant:
    role, _, region = text.partition(":")
    if role not in list(Role):
        raise argparse.ArgumentTypeError(f"expected one of {', '.join(Role)}, not {role!r}")
    return Grant(Role(role), region)


def _run(access: Access, asked: argparse.Namespace) -> int:
    now = access.clock()
    if asked.command == "list":
        return _list(access)
    if asked.command == "add":
        with writing(access.engine) as connection:
            made = people.add(connection, asked.name, asked.display, asked.role, by="command line", now=now, oidc=asked.oidc)
        _show(made)
    elif asked.command == "grant":
        with writing(access.engine) as connection:
            people.grant(connection, asked.name, asked.role, by="command line", now=now)
    else:
        _with_administrator(access, asked)
    return 0


def _with_administrator(access: Access, asked: argparse.Namespace) -> None:
    password, code = getpass.getpass(f"password of {asked.by}: "), input("code: ")
    if not people.check(access.engine, asked.by, password, code, access.clock()):
        raise people.AccessError("name, password or code is wrong, or locked")
    with reading(access.engine) as connection:
        by = people.person(connection, asked.by)
    if by is None or "administrator" not in by.roles:
        raise people.AccessError(f"{asked.by}: is no administrator of people")
    with writing(access.engine) as connection:
        if asked.command == "disable":
            people.disable(connection, asked.name, by=by.name, now=access.clock())
        else:
            _show(people.recover(connection, asked.name, by=by, now=access.clock()))


def _list(access: Access) -> int:
    for person, active, locked in people.everybody(access.engine):
        roles = " ".join(f"{grant.role}:{grant.region or '*'}" for grant in person.grants)
        state = "disabled" if not active else f"locked until {locked:%H:%M}" if locked and locked > access.clock() else ""
        print(f"{person.name}\t{person.display}\t{roles}\t{state}".rstrip())
    return 0


def _show(made: people.Credentials) -> None:
    print(f"name            {made.name}\nfirst password  {made.password}   (to be changed at the first sign-in)")
    print(f"authenticator   {made.totp_uri}\n{terminal_qr(made.totp_uri)}")


def terminal_qr(text: str) -> str:
    """A QR code in half blocks, black on white whatever the terminal's colours are, with its quiet zone."""
    image: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=1, add_quiet_zones=True)
    points: Any = memoryview(image).tolist()
    dark = [[bool(point < 128) for point in row] for row in points]
    if len(dark) % 2:
        dark.append([False] * len(dark[0]))
    blocks = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    pairs = (zip(upper, lower, strict=True) for upper, lower in zip(dark[::2], dark[1::2], strict=True))
    lines = ("".join(blocks[pair] for pair in line) for line in pairs)
    return "\n".join(f"\033[30;107m{line}\033[0m" for line in lines)
