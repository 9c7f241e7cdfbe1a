"""A database full of plausible terminals, written straight into the tables: for benches and screenshots of the console.

`python -m tests.remote.telemetry.populate --db sqlite:////path/centre.db --terminals 10000`
"""
from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from remote.central.store.database import open_engine, writing
from remote.central.store.migrate import migrate_engine
from remote.central.store.schema import events, incidents, obligations, terminals
from remote.central.telemetry.forecast import empty_on
from remote.central.telemetry.tables import (
    consumption,
    devices,
    facts,
    journeys,
    not_offered,
    presence_changes,
    region_journeys,
    service_time,
    states,
    units,
)
from remote.central.times import beijing_now
from remote.regions import regions

Row = dict[str, Any]
DEVICES = ("id_reader", "card_printer", "receipt_printer", "a4_printer", "camera", "citizen_card", "cabinet", "ups")
FAULTS = {"card_printer": "card_printer_away", "a4_printer": "a4_printer_jam", "camera": "camera_covered"}
UNITS = (  # unit, kind, device, initial, threshold, used a day
    ("card_hopper", "card_hopper", "card_printer", 100, 10, 9),
    ("ribbon", "ribbon", "card_printer", 250, 10, 9),
    ("reject_bin", "reject_bin", "card_printer", None, None, 0),
    ("slip_paper", "slip_paper", "receipt_printer", None, None, 0),
    ("a4_tray", "a4_tray", "a4_printer", 500, 30, 40),
    ("toner", "toner", "a4_printer", 100, 10, 2),
)
HALLS = ("政务服务中心", "便民服务中心", "社保服务大厅", "银行网点", "卫生院")
DONE = (("senior_card", "done", "", 9), ("print_certificate", "done", "", 14), ("top_up", "done", "", 6),
        ("senior_card", "refused", "too_young", 2), ("senior_card", "left", "", 2), ("certify_80_plus", "done", "", 3),
        ("print_certificate", "walked_away", "", 1), ("senior_card", "refused", "being_served", 1))  # fmt: skip
HISTORY_DAYS = 7
SEND = 5000
NEVER = states.alias()       # rows of the same table that leave the rest to its defaults


def populate(engine: sa.Engine, count: int, now: datetime, seed: int = 5) -> None:
    """`count` known terminals: 1 % down, 1 % frozen, 2 % late, 5 % with something red, supplies that run
    out on different days, a week of counted journeys and service. A few seconds for 10,000."""
    random = Random(seed)
    tables: dict[Any, list[Row]] = {}
    by_region: dict[tuple[str, Any, str, str, str], list[float]] = {}
    for number in range(count):
        for table, row in _terminal(number, random, now):
            tables.setdefault(table, []).append(row)
            if table is journeys:
                _sum(by_region, _region(number), row)
    with writing(engine) as connection:
        for table, rows in tables.items():
            for first in range(0, len(rows), SEND):
                connection.execute(sa.insert(states if table is NEVER else table), rows[first : first + SEND])
        connection.execute(sa.insert(region_journeys), [
            {"region": region, "day": day, "journey": journey, "outcome": outcome, "refusal": refusal, "times": int(f[0]),
             "seconds": f[1], "slowest_s": f[2]} for (region, day, journey, outcome, refusal), f in by_region.items()
        ])  # fmt: skip


def _sum(by_region: dict[tuple[str, Any, str, str, str], list[float]], region: str, row: Row) -> None:
    figures = by_region.setdefault((region, row["day"], row["journey"], row["outcome"], row["refusal"]), [0, 0.0, 0.0])
    figures[0] += row["times"]
    figures[1] += row["seconds"]
    figures[2] = max(figures[2], row["slowest_s"])


def _region(number: int) -> str:
    return regions()[number % len(regions())].code


def name_of(number: int) -> str:
    return f"bz-{number + 1:05d}"


def _place(number: int) -> str:
    county = regions()[number % len(regions())]
    township = county.townships[(number // 4) % len(county.townships)]
    return f"亳州市{county.name}{township.name}{HALLS[number % len(HALLS)]}{number % 7 + 1}号机"


def _terminal(number: int, random: Random, now: datetime) -> Iterator[tuple[Any, Row]]:
    name, at = name_of(number), now - timedelta(seconds=random.randrange(15))
    presence = random.choices(("alive", "down", "frozen", "late", "never_seen"), (950, 10, 10, 20, 10))[0]
    red = random.random() < 0.05
    broken = random.choice(list(FAULTS)) if red else ""
    yield terminals, {"terminal": name, "place": _place(number), "region": _region(number)}
    if presence == "never_seen":
        yield NEVER, {"terminal": name, "region": _region(number)}
        return
    since = now - timedelta(minutes=random.randrange(2, 4000))
    wrong: list[list[str]] = [[broken, FAULTS[broken]]] if red else []
    for device in DEVICES:
        yield devices, {
            "terminal": name, "device": device, "light": "red" if device == broken else "green",
            "faults": FAULTS[device] if device == broken else "", "since": since, "driver": f"{device}_v1",
            "serial": f"SN{number:06d}", "firmware": "1.4.2",
        }  # fmt: skip
    for row in _supplies(name, random, now):
        if row["state"] in ("low", "empty"):
            wrong.append([row["unit"], f"{row['unit']}_{row['state']}"])
        yield units, row
    if broken == "card_printer":
        yield not_offered, {"terminal": name, "offer": "card_now", "reason": "card_machine", "since": since}
    yield states, _state(number, random, presence, wrong, red, since, at, now)
    yield from _past(name, random, presence, since, now)


def _state(
    number: int, random: Random, presence: str, wrong: Sequence[Sequence[str]], red: bool, since: datetime, at: datetime,
    now: datetime,
) -> Row:  # fmt: skip
    heard = {"down": since, "late": now - timedelta(seconds=30)}.get(presence, at)
    return {
        "terminal": name_of(number), "region": _region(number), "presence": presence, "presence_since": since,
        "service_since": since, "heard_at": heard, "boot_id": f"boot{number}", "sequence": 1000, "screen_beats": 1000,
        "screen_moved_at": heard, "light": "red" if red else "amber" if wrong else "green",
        "out_of_service": "closed_by_staff" if random.random() < 0.01 else "", "clock_ahead_s": random.uniform(-2, 2),
        "software": random.choice(("1.4.2", "1.4.2", "1.4.2", "1.5.0")), "rules": "2026-10", "catalogue": "2026-10",
        "configuration": "12", "counters": json.dumps({"visits": random.randrange(9000), "free_mb": 20000.0}),
        "wrong": json.dumps(wrong), "wrong_since": since if wrong else None, "told_at": heard,
        "longitude": 115.3 + random.random() * 1.6, "latitude": 32.9 + random.random() * 1.2,
    }  # fmt: skip


def _supplies(name: str, random: Random, now: datetime) -> Iterator[Row]:
    for unit, kind, device, initial, threshold, a_day in UNITS:
        count = random.randrange(initial) if initial else None
        state = "ok" if count is None or threshold is None or count > threshold else "low" if count else "empty"
        rate = a_day * random.uniform(0.3, 2) if a_day else None
        yield {
            "terminal": name, "unit": unit, "kind": kind, "device": device, "state": state, "holds": count, "initial": initial,
            "retained": None, "threshold": threshold, "contradiction": "", "at": now, "a_day": rate,
            "empty_on": empty_on(count, rate, now.date()),
        }  # fmt: skip


def _past(name: str, random: Random, presence: str, since: datetime, now: datetime) -> Iterator[tuple[Any, Row]]:
    for back in range(HISTORY_DAYS):
        day = (now - timedelta(days=back)).date()
        yield service_time, {"terminal": name, "day": day, "stood": "serving", "seconds": 80_000.0 + random.randrange(6000)}
        yield service_time, {"terminal": name, "day": day, "stood": "down", "seconds": float(random.randrange(400))}
        if back < 3:
            yield consumption, {"terminal": name, "unit": "card_hopper", "day": day, "used": random.randrange(15)}
        for journey, outcome, refusal, often in DONE:
            if count := random.randrange(often + 1):
                yield journeys, {
                    "terminal": name, "day": day, "journey": journey, "outcome": outcome, "refusal": refusal, "times": count,
                    "seconds": count * random.uniform(40, 160), "slowest_s": random.uniform(160, 300),
                }  # fmt: skip
    yield presence_changes, {"terminal": name, "at": since, "before": "alive", "after": presence}
    for number in range(3):
        at = now - timedelta(minutes=random.randrange(1, 600))
        body = json.dumps({"journey": "senior_card", "outcome": "done", "seconds": 90.0})
        yield facts, {"fact_id": f"{name}-{number}", "terminal": name, "kind": "journey", "number": number, "at": at,
                      "heard_at": at, "body": body}  # fmt: skip
    if random.random() < 0.03:
        event = f"ob-{name}"
        yield obligations, {
            "obligation_id": event, "terminal": name, "kind": "card", "place": name, "claim_code": "", "amount_fen": 0,
            "words": "证卡已收回,等本人来取", "since": since, "terminal_knows": False, "wrong_codes": 0,
        }  # fmt: skip
        yield events, {"event_id": event, "terminal": name, "kind": "obligation_opened", "at": since, "body": "{}"}
    if random.random() < 0.05:
        yield incidents, {"incident_id": f"in-{name}", "terminal": name, "kind": "card_printer_jam", "words": "制卡机卡纸",
                          "at": since}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", required=True)
    parser.add_argument("--terminals", type=int, default=10_000)
    given = parser.parse_args()
    engine = open_engine(given.db)
    migrate_engine(engine)
    populate(engine, given.terminals, beijing_now())
    engine.dispose()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
