"""A centre as one object: database, rules, people, clock. Used in process by the simulation, behind HTTP by `serve`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from remote.central import counter
from remote.central.access.demo import lay_demo_people
from remote.central.context import DrawPhoto
from remote.central.demo_citizens import DemoCitizen, demo_citizens
from remote.central.documents import papers
from remote.central.documents.revoked import write_list
from remote.central.ecredentials.service import keeper
from remote.central.enrolment.authority import Authority, in_folder, in_memory
from remote.central.enrolment.certificates import give
from remote.central.enrolment.events import record
from remote.central.enrolment.pairing import PairingRefused, make_code, redeem
from remote.central.keys.keeper import key_store
from remote.central.payment.books import More
from remote.central.payment.channel import Channel
from remote.central.payment.channels.build import real_channels
from remote.central.payment.purse import NAME as PURSE
from remote.central.payment.purse import PurseChannel
from remote.central.payment.simulated import NAME as SIMULATED
from remote.central.payment.simulated import SimulatedChannel
from remote.central.payment.worker import Worker
from remote.central.population.generate import populate
from remote.central.population.lay_demo import lay_demo_citizens
from remote.central.population.portraits import draw_portrait
from remote.central.purse_books.compare import differences_of_purses
from remote.central.rules.ruleset import Rules, load_rules
from remote.central.seal.keeper import beside, seal_keeper
from remote.central.seams import Seam
from remote.central.service import Service
from remote.central.settings import Settings, SettingsError, demo_settings
from remote.central.sign_in.gateway import CodeSender, SimulatedPhones
from remote.central.store.database import open_engine, reading, writing
from remote.central.store.migrate import migrate_engine
from remote.central.telemetry.presence import Ear
from remote.central.times import BEIJING, BentClock, Clock, beijing_now
from remote.enrolment.code import PairingCode
from remote.messages import BY_NAME, Message
from remote.messages.enrolment import Enrol, Enrolled

PHOTOS_IN_MEMORY = 256


class Centre:
    """`handle` for terminals, `counter` for the people at the counter, `engine` for those who check the books."""

    def __init__(
        self,
        engine: sa.Engine,
        settings: Settings,
        clock: Clock = beijing_now,
        rules: Rules | None = None,
        draw_photo: DrawPhoto = draw_portrait,
    ) -> None:
        self.engine = engine
        self.service = Service(rules or load_rules(), settings, clock, lru_cache(PHOTOS_IN_MEMORY)(draw_photo))
        self.settings = settings
        self.seal_folder: Path | None = None  # where the lists for verifiers are put
        self.clock = clock
        self.true_clock = beijing_now if isinstance(clock, BentClock) else clock  # identities do not follow a demo's bent time
        self.authority: Callable[[], Authority] = in_memory  # the CA of the terminals' certificates
        self.service.renew = self._renew
        self.seams: dict[str, Seam] = {}  # by kind: sms, e_credential, transit_concession, dead_card; without one, the page
        self.counter = counter.Counter(engine, self.service)
        self.bank = SimulatedChannel(engine, clock, settings.public_url) if settings.channel == SIMULATED else None
        real, self.openers = real_channels(settings.payments, settings.public_url)
        self.channels: dict[str, Channel] = ({self.bank.name: self.bank} if self.bank is not None else {}) | real
        self.channels[PURSE] = PurseChannel(engine, clock)
        self.payment = Worker(engine, self.service, self.channels)
        self.phones = SimulatedPhones(clock) if settings.sms == "simulated" else None
        self.codes = CodeSender(engine, clock, self.phones)
        self.reconcile_more: list[More] = [differences_of_purses]  # other rooms' books
        self.ear = Ear()  # since when this process listens to the terminals
        if self.bank is not None:
            self.bank.notify = self.payment.look_at

    @classmethod
    def open(cls, url: str, settings: Settings, clock: Clock = beijing_now, rules: Rules | None = None) -> Centre:
        """Open a database, bring it to the newest schema, and in demo mode fill it once with synthetic people."""
        settings.check()
        engine = open_engine(url)
        migrate_engine(engine)
        centre = cls(engine, settings, clock, rules)
        centre.seal_folder = settings.seal_folder or (beside(url) if settings.mode == "demo" else None)
        centre.service.seal = seal_keeper(settings, clock, centre.seal_folder)
        with writing(engine) as connection:
            if settings.synthetic_population:
                populate(connection, settings.seed, settings.synthetic_population, clock().date(), centre.service.rules)
            if settings.mode == "demo":
                lay_demo_citizens(connection, clock(), centre.service.rules)
                lay_demo_people(connection, beijing_now())
        folder = settings.identity_folder or (where.with_name("identity") if (where := beside(url)) is not None else None)
        if folder is not None:
            authority = in_folder(folder, beijing_now())
            centre.authority = lambda: authority
        elif settings.mode == "production":
            raise SettingsError("identity_folder: expected in production mode, the CA of the terminals is kept there")
        centre.service.ecredentials = keeper(settings, clock, centre.seal_folder)
        centre.service.keys = key_store(settings, where.parent if (where := beside(url)) is not None else None)
        if centre.service.ecredentials is not None:
            centre.service.ecredentials()  # writes what terminals need to believe its seals
        if centre.service.seal is not None:
            centre.service.seal()  # a folder that cannot be used is told at the start
            if centre.seal_folder is not None:
                write_list(centre, centre.seal_folder)
        return centre

    @classmethod
    def in_memory(
        cls,
        seed: int,
        population: int = 200,
        clock: Clock = beijing_now,
        settings: Settings | None = None,
        rules: Rules | None = None,
        draw_photo: DrawPhoto = draw_portrait,
    ) -> Centre:
        """A fresh centre in this process: no thread, no file, the same seed gives the same people. Quick after the first one."""
        settings = settings or demo_settings(population, seed)
        engine = open_engine("sqlite://")
        in_force = rules or load_rules()
        midnight = clock().astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        _load(engine, _filled(seed, population, midnight, in_force))
        centre = cls(engine, settings, clock, in_force, draw_photo)
        centre.service.seal = seal_keeper(settings, clock, None)
        centre.service.ecredentials = keeper(settings, clock, None)
        centre.service.keys = key_store(settings, None)
        return centre

    def handle(self, terminal: str, operation: str, body: Message, key: str | None = None) -> Message:
        """Answer one request in a transaction of its own. Returns a Problem for what cannot stand."""
        if operation in BY_NAME and not BY_NAME[operation].changes:
            with reading(self.engine) as connection:
                return self.service.handle(connection, terminal, operation, body, key)
        with writing(self.engine) as connection:
            answer = self.service.handle(connection, terminal, operation, body, key)
        return self.with_page(answer, self.write)

    def with_page(self, answer: Message, write: papers.Write) -> Message:
        """What goes out after the commit: an issued document gets its page here. May take 50 ms; any thread."""
        seal = self.service.seal
        return answer if seal is None else papers.with_page(answer, self.engine, seal, write, self.settings.public_url)

    def write(self, work: Callable[[sa.Connection], Any]) -> Any:
        with writing(self.engine) as connection:
            return work(connection)

    def pairing_code(self, terminal: str, place: str, region: str, by: str, *, replaces: bool = False) -> PairingCode:
        """What a technician types at the terminal, once, within half an hour. Raises PairingError."""
        with writing(self.engine) as connection:
            return make_code(
                connection, self.authority(), terminal, place, region, by=by, now=self.true_clock(), replaces=replaces
            )

    def pair(self, ask: Enrol, source: str = "") -> Enrolled:
        """The other end of it. What was refused is kept as a security event. Raises PairingRefused."""
        now = self.true_clock()
        try:
            with writing(self.engine) as connection:
                return redeem(connection, self.authority(), ask, source, now)
        except PairingRefused as refused:
            with writing(self.engine) as connection:
                record(connection, refused.kind, ask.terminal, source, refused.words, now)
            raise

    def _renew(self, connection: sa.Connection, terminal: str, request_pem: str) -> Enrolled:
        return give(connection, self.authority(), terminal, request_pem, "renewed", self.true_clock())

    def demo_citizens(self) -> dict[str, DemoCitizen]:
        return demo_citizens(self.clock().date())


@cache
def _empty() -> bytes:
    """The bytes of a migrated SQLite database without rows."""
    engine = open_engine("sqlite://")
    migrate_engine(engine)
    return _bytes_of(engine)


@lru_cache(8)
def _filled(seed: int, population: int, midnight: datetime, rules: Rules) -> bytes:
    """The bytes of a filled SQLite database: made once per process for each seed, size, day and rule file."""
    engine = open_engine("sqlite://")
    _load(engine, _empty())
    with writing(engine) as connection:
        populate(connection, seed, population, midnight.date(), rules)
        lay_demo_citizens(connection, midnight, rules)
    return _bytes_of(engine)


def _raw(connection: sa.Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _bytes_of(engine: sa.Engine) -> bytes:
    with engine.connect() as connection:
        return _raw(connection).serialize()


def _load(engine: sa.Engine, data: bytes) -> None:
    with engine.connect() as connection:
        _raw(connection).deserialize(data)
