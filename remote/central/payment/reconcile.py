"""`./run reconcile --day D --db URL`: the channels' bills against our orders, and both against what was delivered.

Every difference is named, with its age and what is proposed; what the rule allows is settled at once. Run again it finds the
same and changes nothing. Exit code 1 while differences remain open.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from remote.central.payment.books import Books, read_books
from remote.central.payment.channel import BillLine, BillNotThere, ChannelAway
from remote.central.payment.differences import (
    BillRead,
    Difference,
    no_bill,
    of_order,
    of_payment,
    read_against,
)
from remote.central.payment.lines import shares
from remote.central.payment.settling import keep, settle
from remote.central.payment.tables import bills, differences, payments
from remote.central.payment.tariffs import load_tariffs
from remote.central.store.database import reading, writing
from remote.central.times import BEIJING

if TYPE_CHECKING:
    from remote.central.centre import Centre

DAYS_AT_MOST = 31           # older open differences are looked at again with the day they are of
ROUNDS = 3                  # of the payment worker, to carry out what was settled


@dataclass
class Report:
    """`open` and `settled` of the days that were compared, oldest first."""

    day: date
    lines: int = 0
    came_fen: int = 0
    went_fen: int = 0
    by_payee: dict[str, int] = field(default_factory=dict)
    open: list[Difference] = field(default_factory=list)
    settled: list[Difference] = field(default_factory=list)

    @property
    def last_line(self) -> str:
        counts = f"{len(self.open) + len(self.settled)} differences, {len(self.settled)} settled, {len(self.open)} open"
        return f"{self.day}: {self.lines} bill lines, {self.came_fen} fen in, {self.went_fen} fen back; {counts}"


def reconcile(centre: Centre, day: date) -> Report:
    """Compare, settle what the rule allows, and compare again. Days with open differences are compared once more."""
    report = Report(day)
    for each in _days(centre, day):
        read = _bills(centre, each)
        found = _compare(centre, each, read)
        if settle(centre, found):
            for _ in range(ROUNDS):
                centre.payment.round()
        again = _compare(centre, each, read)
        kept = keep(centre, each, found, again)
        found_open = {one.id: one for one in (*report.open, *kept.open)}      # older ones are found under each later day too
        gone = {one.id for one in kept.settled}
        report.open = [one for one in found_open.values() if one.id not in gone]
        report.settled += kept.settled
        if each == day:
            _totals(centre, report, read)
    return report


def _days(centre: Centre, day: date) -> list[date]:
    with reading(centre.engine) as connection:
        open_days = sa.select(differences.c.day).where(differences.c.settled_at.is_(None)).distinct()
        before = [one for one in connection.execute(open_days).scalars() if day - timedelta(days=DAYS_AT_MOST) <= one < day]
    return [*sorted(before), day]


Bills = dict[str, list[BillLine] | None]


def _bills(centre: Centre, day: date) -> Bills:
    """None where a channel has none to give. Asked outside every transaction."""
    read: Bills = {}
    for name, channel in centre.channels.items():
        try:
            read[name] = channel.bill(day)
        except BillNotThere:
            read[name] = None if _moved(centre, name, day) else []
        except ChannelAway:
            read[name] = None
    return read


def _moved(centre: Centre, channel: str, day: date) -> bool:
    start = datetime.combine(day, time(), BEIJING)
    query = sa.select(payments.c.transaction).where(
        payments.c.channel == channel, payments.c.at >= start, payments.c.at < start + timedelta(days=1)
    )
    with reading(centre.engine) as connection:
        return connection.execute(query.limit(1)).first() is not None


def _compare(centre: Centre, day: date, read: Bills) -> list[Difference]:
    now = centre.clock().astimezone(BEIJING)
    tariff = load_tariffs(centre.settings.tariffs).on(day)
    named = {line.order_no for lines in read.values() for line in lines or []}
    with writing(centre.engine) as connection:
        books = read_books(connection, day, tariff, named)
        found = list(books.unpaid)
        billed = set(books.billed)
        seen: dict[str, BillRead] = {}
        for name, lines in read.items():
            if lines is None:
                held = sum(one.fen for one in books.of_channel(name).values() if one.at.astimezone(BEIJING).date() == day)
                found.append(no_bill(name, day, held, datetime.combine(day, time(), BEIJING)))
                continue
            seen[name] = read_against(name, lines, books.orders, books.of_channel(name))
            found += seen[name].found
            _confirm(connection, name, day, lines, seen[name], now)
            billed.add((name, day))
        found += _of_books(books, seen, billed, now)
        for more in centre.reconcile_more:
            found += more(connection, day)
    return list({one.id: one for one in found}.values())


def _of_books(books: Books, seen: dict[str, BillRead], billed: set[tuple[str, date]], now: datetime) -> list[Difference]:
    found: list[Difference] = []
    held = books.held_for()
    for (channel, number), one in books.payments.items():
        confirmed = channel in seen and number in seen[channel].seen
        was_billed = (channel, one.at.astimezone(BEIJING).date()) in billed and not confirmed
        found += of_payment(one, now, was_billed)
    for order in books.orders.values():
        found += of_order(order, held.get(order.order_no, 0), now)
    return found


def _confirm(
    connection: sa.Connection, channel: str, day: date, lines: Sequence[BillLine], read: BillRead, now: datetime
) -> None:
    """What the bill confirms is written down: it need not be asked of any other bill."""
    for column, numbers in ((payments.c.bill_day, read.seen), (payments.c.refund_bill_day, read.seen_back)):
        for number in numbers:
            of = sa.and_(payments.c.channel == channel, payments.c.transaction == number, column.is_(None))
            connection.execute(sa.update(payments).where(of).values({column.name: day}))
    came, went = sum(line.fen for line in lines if line.fen > 0), -sum(line.fen for line in lines if line.fen < 0)
    values = {"at": now, "came_fen": came, "went_fen": went, "lines": len(lines)}
    which = sa.and_(bills.c.channel == channel, bills.c.day == day)
    if connection.execute(sa.update(bills).where(which).values(**values)).rowcount == 0:
        connection.execute(sa.insert(bills), {"channel": channel, "day": day, **values})


def _totals(centre: Centre, report: Report, read: Bills) -> None:
    lines = [line for each in read.values() for line in each or []]
    report.lines = len(lines)
    report.came_fen = sum(line.fen for line in lines if line.fen > 0)
    report.went_fen = -sum(line.fen for line in lines if line.fen < 0)
    with reading(centre.engine) as connection:
        report.by_payee = shares(connection, lines)


def reconcile_if_due(centre: Centre) -> Report | None:
    """Yesterday, once its bills can be had (tariffs: reconcile_hour), until every channel's bill was compared."""
    now = centre.clock().astimezone(BEIJING)
    day = now.date() - timedelta(days=1)
    tariff = load_tariffs(centre.settings.tariffs).on(now.date())
    if now.hour < tariff.reconcile_hour or not centre.channels:
        return None
    with reading(centre.engine) as connection:
        done = set(connection.execute(sa.select(bills.c.channel).where(bills.c.day == day)).scalars())
    return reconcile(centre, day) if set(centre.channels) - done else None


def show(report: Report, now: datetime) -> str:
    rows = [f"{one.kind:<20} {_age(one.since, now):>6} {one.fen:>8} fen  {one.order_no or one.ref}  {one.words}  "
            f"-> {'settled' if done else one.proposal}"
            for done, found in ((True, report.settled), (False, report.open)) for one in found]  # fmt: skip
    payees = [f"{payee or '?'}: {fen} fen" for payee, fen in sorted(report.by_payee.items())]
    return "\n".join([*payees, *rows, report.last_line])


def _age(since: datetime, now: datetime) -> str:
    hours = int((now - since).total_seconds() // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def main(arguments: list[str]) -> int:
    from remote.central.centre import Centre
    from remote.central.payment.channels.files import ChannelFilesError
    from remote.central.settings import Settings, SettingsError, demo_settings
    from remote.central.store.database import open_engine
    from remote.central.store.migrate import migrate_engine
    from remote.central.times import beijing_now

    parser = argparse.ArgumentParser(prog="./run reconcile", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--day", type=date.fromisoformat, default=None, help="YYYY-MM-DD; default: yesterday")
    parser.add_argument("--db", default="sqlite:///centre.db", help="sqlite:////path or postgresql+psycopg://user@host/name")
    parser.add_argument("--payments", type=Path, default=None, help="TOML file of the channels; without one: the simulated one")
    given = parser.parse_args(arguments)
    try:
        demo = given.payments is None
        settings = demo_settings(0) if demo else Settings(staff_pin="-", payments=given.payments)
        engine = open_engine(given.db)
        migrate_engine(engine)
        report = reconcile(centre := Centre(engine, settings), given.day or beijing_now().date() - timedelta(days=1))
    except (SettingsError, ChannelFilesError, sa.exc.SQLAlchemyError) as error:
        sys.stderr.write(f"reconcile: {error}\n")
        return 2
    sys.stdout.write(show(report, centre.clock()) + "\n")
    return 1 if report.open else 0

