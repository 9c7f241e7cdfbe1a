"""A hall under one seed: terminals, the centre, people, faults, cuts; then a morning on which everything is back, and the
seven invariants."""
from __future__ import annotations

import gc
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import trio
import trio._core._run as scheduler
from trio.testing import MockClock

from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import Mark
from remote.central.centre import Centre
from remote.central.times import BEIJING
from remote.messages import IdentityEvidence
from tests.remote.identities import enrolled
from tests.simulation.bank import Money
from tests.simulation.cabinet import PIN, Cabinet
from tests.simulation.citizen import Technician
from tests.simulation.clerk import Clerk
from tests.simulation.drawing import kept_portrait
from tests.simulation.hall import ALL, WITH_TOP_UPS, Wishes, day_of, plan_of_the_day
from tests.simulation.invariants import LastLook
from tests.simulation.judge import Judge
from tests.simulation.life import SAFE, Hazard, Reaper
from tests.simulation.network import CentreWatch, Weather
from tests.simulation.people import Townsperson, those_who_come, townspeople
from tests.simulation.purses import Purses
from tests.simulation.trace import Trace
from tests.simulation.trouble import Attendant, Trouble

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
POPULATION, POPULATION_SEED = 80, 2018
"""One town for all worlds, so that the same people come again and what is drawn of them is drawn once."""
LATE_S = 250.0               # requests and faults of the day have come and gone
TOP_UP_WORLDS = 0.35         # in which citizen cards are topped up
MODULE_WORLDS = 0.4          # in which they pay
ROUNDS_OF_THE_MORNING, ROUND_S = 40, 25.0


@dataclass(frozen=True)
class Setting:
    """Of one world; chances and seconds. `setting_of` draws one from a seed."""

    seed: int
    terminals: int = 2
    visits: int = 6
    people: int = 8
    blanks: int = 5
    weather: Weather = field(default_factory=Weather)
    away_every_s: float = 0.0
    hazard: Hazard = SAFE
    faults_every_s: float = 0.0
    only_faults: tuple[str, ...] = ()        # of the known ones; none named: all
    power_goes: float = 0.0
    forgets: bool = True
    twins: float = 0.25
    keen: float = 0.5
    technician: float = 0.08
    erase_after_s: float = 30 * 86_400.0
    visit_ends_within_s: float = 3_000.0
    wishes: Wishes = ALL                     # what people come for
    card_alone: bool = True                  # is enough, as in a demo; else `evidence`
    evidence: tuple[IdentityEvidence, ...] = ()
    tears: float = 0.0                       # a citizen card loses contact, or is pulled out, in the middle of it
    modules: bool = False                    # cabinets hold purchase modules: a fee can be paid from the card
    honest: float = 0.5                      # payers who just pay
    bank_lost: float = 0.0                   # questions to the bank, and answers of it
    bank_away_every_s: float = 0.0
    ups: bool = False
    looks_into_memory: bool = False


def setting_of(seed: int) -> Setting:
    rng = Random(f"setting {seed}")
    rough = rng.random() < 0.85

    def chance() -> float:
        return rng.choice((0.0, 0.02, 0.10)) if rough else 0.0

    cuts = rng.choice((0.0, 1.0, 1.0, 3.0))
    return Setting(
        seed,
        weather=Weather(chance(), chance(), chance(), chance()),
        away_every_s=rng.choice((0.0, 900.0, 300.0)) if rough else 0.0,
        hazard=Hazard(step=0.00002 * cuts, hot_step=0.0004 * cuts, row=0.012 * cuts, decisive_row=0.06 * cuts, send=0.002 * cuts),
        faults_every_s=rng.choice((0.0, 300.0, 100.0, 40.0)) if rough else 0.0,
        power_goes=rng.choice((0.0, 0.0, 0.3)),
        forgets=rng.random() < 0.7,
        twins=rng.choice((0.1, 0.5)),
        keen=rng.choice((0.2, 0.8)),
        erase_after_s=rng.choice((30 * 86_400.0, 60.0)),
        looks_into_memory=seed % 20 == 7,
        **_more_of(Random(f"more {seed}"), rough=rough),
    )


WAYS: tuple[tuple[bool, tuple[IdentityEvidence, ...]], ...] = (
    (True, ()), (False, (IdentityEvidence.STAFF,)), (False, (IdentityEvidence.FACE, IdentityEvidence.STAFF)),
)  # fmt: skip
"""Whether the card alone is enough, and what is asked for where it is not."""


def _more_of(rng: Random, *, rough: bool) -> dict[str, Any]:
    card_alone, evidence = rng.choice((WAYS[0], WAYS[0], WAYS[1], WAYS[2]))
    return {
        "card_alone": card_alone, "evidence": evidence, "honest": rng.choice((0.8, 0.3)), "ups": rng.random() < 0.15,
        "bank_lost": rng.choice((0.0, 0.05, 0.2)) if rough else 0.0,
        "bank_away_every_s": rng.choice((0.0, 0.0, 600.0, 150.0)) if rough else 0.0,
        "wishes": WITH_TOP_UPS if rng.random() < TOP_UP_WORLDS else ALL, "tears": rng.choice((0.0, 0.2, 0.6)) if rough else 0.0,
        "modules": rng.random() < MODULE_WORLDS,
    }  # fmt: skip


@dataclass
class Result:
    seed: int
    visits: int
    cuts: int
    doubts: int
    violations: list[tuple[str, str]]
    trace: str               # hash of everything that happened, in order
    events: int
    lines: list[str]
    incidents: list[str]
    counts: Counter[str]


class World:
    def __init__(self, setting: Setting, trace: Trace, folder: Path) -> None:
        self.setting, self.trace, self.folder = setting, trace, folder
        self.rng = Random(f"world {setting.seed}")
        self.weather = replace(setting.weather)
        self.violations: list[tuple[str, str]] = []
        self.faults_allowed = True
        self.cuts_allowed = True
        self.counts: Counter[str] = Counter()
        self.centre = Centre.in_memory(POPULATION_SEED, POPULATION, self.now, draw_photo=kept_portrait)
        self.judge = Judge(self)
        self.money = Money(self, Random(self.rng.random()))
        self.purses = Purses(self, Random(f"purses {setting.seed}"))
        self.clerk = Clerk(self, Random(self.rng.random()))
        self.watch = CentreWatch(self.centre, trace, self.wrong, self.judge.after_change, self._asked)
        with self.centre.engine.connect() as connection:
            def column(sql: str) -> set[str]:
                return set(connection.exec_driver_sql(sql).scalars())

            self.numbers_before = column("SELECT number FROM cards")
            self.certified_before = column("SELECT certification_id FROM certifications")
            self.settled_before = column("SELECT case_id FROM cases WHERE state NOT IN ('approved', 'mail_ordered')")
        self.everybody = townspeople(self.centre, MORNING.date())
        self.cabinets: list[Cabinet] = []
        self.came: list[Townsperson] = []
        self.nursery: trio.Nursery

    def now(self) -> datetime:
        try:
            return MORNING + timedelta(seconds=trio.current_time())
        except RuntimeError:
            return MORNING

    def _asked(self, path: str) -> None:
        self.money.asked(path)
        self.clerk.asked(path)

    def hazard(self) -> Hazard:
        return self.setting.hazard if self.cuts_allowed else SAFE

    def wrong(self, what: str, details: str = "") -> None:
        self.trace("judge", what)
        self.violations.append((what, details))

    async def run(self) -> None:
        async with trio.open_nursery() as self.nursery:
            for index in range(self.setting.terminals):
                name = f"T{index + 1}"
                cabinet = Cabinet(self, name, self.folder / name, Random(self.rng.random()))
                cabinet.signer = enrolled(self.centre, name, cabinet.place)
                cabinet.load_first_blanks()
                self.cabinets.append(cabinet)
            attendants = [Attendant(cabinet, Random(self.rng.random())) for cabinet in self.cabinets]
            for cabinet, attendant in zip(self.cabinets, attendants, strict=True):
                self.nursery.start_soon(cabinet.run)
                self.nursery.start_soon(cabinet.paper.work)
                self.nursery.start_soon(attendant.go_on)
                trouble = Trouble(cabinet, Random(self.rng.random()))
                if self.setting.faults_every_s:
                    self.nursery.start_soon(trouble.go_on)
                if self.setting.ups:
                    self.nursery.start_soon(trouble.mains)
            if self.setting.away_every_s:
                self.nursery.start_soon(self._centre_goes_away, Random(self.rng.random()))
            self.nursery.start_soon(self.money.work)
            self.nursery.start_soon(self.money.goes_away)
            await self._day()
            await self._morning(attendants)
            self.judge.before_the_end()
            for cabinet in self.cabinets:
                cabinet.on = False
                if cabinet.life is not None:
                    cabinet.life.die("the end")
                    cabinet.cuts -= 1
            await trio.sleep(1)
            await self.money.come_to_rest()
            LastLook(self).look()
            self.nursery.cancel_scope.cancel()

    async def _day(self) -> None:
        setting = self.setting
        people = self.came = those_who_come(self.everybody, setting.people, self.rng)
        days = plan_of_the_day(people, setting.terminals, setting.visits, setting.twins, setting.wishes, self.rng)
        async with trio.open_nursery() as day:
            for cabinet, slots in zip(self.cabinets, days, strict=True):
                day.start_soon(day_of, cabinet, slots, Random(self.rng.random()))

    async def _centre_goes_away(self, rng: Random) -> None:
        while self.faults_allowed:
            await trio.sleep(rng.expovariate(1 / self.setting.away_every_s))
            self.weather.away = self.faults_allowed
            self.trace("centre", "away")
            await trio.sleep(rng.choice((10.0, 120.0, 600.0)) * rng.random())
            self.weather.away = False
            self.trace("centre", "back")

    async def _morning(self, attendants: list[Attendant]) -> None:
        """Everything is back, every terminal starts once more, and a technician opens every door."""
        self.trace("world", "morning")
        self.faults_allowed = False
        self.weather.lost_there = self.weather.lost_back = self.weather.doubled = self.weather.late = 0.0
        self.weather.away = False
        self.money.all_well()
        await trio.sleep(LATE_S)
        self.cuts_allowed = False
        for cabinet, attendant in zip(self.cabinets, attendants, strict=True):
            attendant.clear_everything()
            if cabinet.life is not None:
                cabinet.life.die("morning")
                cabinet.cuts -= 1
        for round_ in range(ROUNDS_OF_THE_MORNING):
            await trio.sleep(ROUND_S)
            if round_ in (2, 6, 12):
                await self.purses.come_back()
            if round_ in (1, 4):
                for cabinet in self.cabinets:
                    await Technician(cabinet, Random(self.rng.random()), PIN).visit()
            if round_ >= 5 and all(self.judge.settled(cabinet) for cabinet in self.cabinets):
                break

    def result(self) -> Result:
        doubts = sum(row.mark is Mark.IN_DOUBT and row.act == PLAN for cabinet in self.cabinets for row in cabinet.rows)
        return Result(
            self.setting.seed, sum(c.visits for c in self.cabinets), sum(c.cuts for c in self.cabinets), doubts,
            self.violations, self.trace.hash, self.trace.events, self.trace.lines, self.judge.incidents(), self.counts,
        )  # fmt: skip


def run_world(setting: Setting, *, keep_trace: bool = False) -> Result:
    """One world from its morning to the next. What went wrong is in the result; nothing is raised."""
    folder = Path(tempfile.mkdtemp(prefix="hall-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        with everything_under(setting.seed):
            world = World(setting, Trace(keep_trace), folder)
            trio.run(world.run, clock=MockClock(autojump_threshold=0), instruments=[Reaper()])
            return world.result()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def everything_under(seed: int) -> Iterator[None]:
    """The scheduler's order and whatever the product draws from the system's randomness."""
    rng = Random(f"secrets {seed}")
    hex_before, bytes_before = secrets.token_hex, secrets.token_bytes
    scheduler._ALLOW_DETERMINISTIC_SCHEDULING = True  # type: ignore[misc]
    scheduler._r.seed(seed)
    secrets.token_hex = lambda nbytes=32: rng.randbytes(nbytes or 32).hex()
    secrets.token_bytes = lambda nbytes=32: rng.randbytes(nbytes or 32)
    try:
        yield
    finally:
        secrets.token_hex, secrets.token_bytes = hex_before, bytes_before
        gc.collect(0)
