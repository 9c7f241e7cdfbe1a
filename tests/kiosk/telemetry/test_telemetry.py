"""A terminal that tells of itself: changes once, journeys with how they ended, through days without network, in virtual time."""
from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import trio

from kiosk.telemetry.log_lines import MaskedLines
from kiosk.telemetry.memory import FactMemory, fact
from kiosk.transaction.journal import Journal
from remote.agent import Agent, Pulse
from remote.central import wire
from remote.central.centre import Centre
from remote.central.store.database import reading, writing
from remote.central.telemetry.fleet import fleet_line
from remote.central.telemetry.one import timeline
from remote.central.telemetry.presence import sweep
from remote.central.telemetry.reports import journeys_by_outcome
from remote.central.times import BEIJING
from remote.enrolment.signing import Signer
from remote.messages.telemetry import FactKind, JourneyEnded, LogLine
from remote.platform import Platform
from remote.transport import NoAnswer, NotSent
from tests.remote.identities import enrolled, signed
from tests.virtual_time import run_in_virtual_time

MORNING = datetime(2027, 3, 1, 8, tzinfo=BEIJING)


class Line:
    """The network: of each hundred calls some are lost on the way there, some on the way back."""

    def __init__(self, centre: Centre, signer: Signer, lost: float = 0.0) -> None:
        self.signer = signer
        self.centre, self.lost, self.away, self.random, self.calls = centre, lost, False, Random(1), 0

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self.calls += 1
        await trio.sleep(0.02)
        if self.away:
            raise NotSent("away")
        if self.random.random() < self.lost:
            await trio.sleep(8)
            raise NoAnswer("lost there")
        if b"poison" in body:                          # a word this centre's version does not take
            return 422, b'{"error":"malformed"}'
        answer = wire.respond(self.centre, path, body, signed(self.signer, path, body, headers))
        if self.random.random() < self.lost:
            await trio.sleep(8)
            raise NoAnswer("lost back")
        return answer


class House:
    def __init__(self, folder: Path, lost: float = 0.0) -> None:
        self.beats = 0
        self.centre = Centre.in_memory(1, 0, self.now)
        self.line = Line(self.centre, enrolled(self.centre, "T1", "亳州市谯城区"), lost)
        self.journal = Journal(folder, self.now)
        self.memory = FactMemory(self.journal, self.now)
        self.agent = Agent(Platform(self.line, "T1", random=Random(2)), self.memory, self.pulse, self.now, Random(3))

    def now(self) -> datetime:
        try:
            return MORNING + timedelta(seconds=trio.current_time())
        except RuntimeError:
            return MORNING

    def pulse(self) -> Pulse:
        self.beats += 1
        return Pulse(self.beats, waiting=self.memory.count_waiting())

    async def keep_looking(self) -> None:
        while True:
            await trio.sleep(2)
            with writing(self.centre.engine) as connection:
                sweep(connection, self.now(), self.centre.ear, self.centre.settings.telemetry)

    def journey(self, outcome: str = "done") -> None:
        self.memory.note([fact(FactKind.JOURNEY, JourneyEnded(journey="senior_card", outcome=outcome, seconds=60))])

    def told(self) -> dict[str, int]:
        day = MORNING.date()
        with reading(self.centre.engine) as connection:
            outcomes = journeys_by_outcome(connection, None, day, day + timedelta(days=30))
        return {one.outcome: one.count for one in outcomes}

    def presence(self) -> str:
        with reading(self.centre.engine) as connection:
            line = fleet_line(connection, "T1", None)
        assert line is not None
        return line.presence

    def changes(self) -> Counter[str]:
        with reading(self.centre.engine) as connection:
            return Counter(str(moment.body["after"]) for moment in timeline(connection, "T1") if moment.kind == "presence")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.journal.close()


def live(house: House, seconds: float) -> None:
    async def main() -> None:
        with trio.move_on_after(seconds):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(house.agent.run)
                nursery.start_soon(house.keep_looking)

    run_in_virtual_time(main)


def test_five_percent_lost_both_ways_for_an_hour_nothing_lost_nothing_twice_nobody_down(tmp_path: Path) -> None:
    house = House(tmp_path, lost=0.05)

    async def main() -> None:
        with trio.move_on_after(3600):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(house.agent.run)
                nursery.start_soon(house.keep_looking)
                for _ in range(150):
                    house.journey()
                    await trio.sleep(20)

    run_in_virtual_time(main)
    assert house.told() == {"done": 150} and house.memory.count_waiting() == 0
    assert house.changes()["down"] == 0 and house.presence() == "alive"
    house.journal.close()


def test_four_days_without_network_then_everything_arrives_once(house: House) -> None:
    house.line.away = True

    async def main() -> None:
        with trio.move_on_after(4 * 86_400 + 600):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(house.agent.run)
                for _ in range(400):
                    house.journey()
                    await trio.sleep(4 * 86_400 / 400)
                house.line.away = False

    run_in_virtual_time(main)
    assert house.told() == {"done": 400} and house.memory.count_waiting() == 0


def test_a_fact_the_centre_will_never_take_is_set_aside_and_told(house: House) -> None:
    house.journey()
    house.memory.note([fact(FactKind.LOG, LogLine(level="warning", source="x", line="poison"))])
    house.journey("left")
    live(house, 120)
    assert house.told() == {"done": 1, "left": 1} and house.memory.count_waiting() == 0
    with reading(house.centre.engine) as connection:
        [dropped] = [moment.body for moment in timeline(connection, "T1") if moment.kind == "dropped"]
    assert dropped == {"counts": {"refused_log": 1}}


def test_who_listens_hears_every_answer_and_how_often_to_come(house: House) -> None:
    heard: list[float] = []

    async def listen(answer: object) -> None:
        heard.append(trio.current_time())

    house.agent.listeners.append(listen)
    live(house, 300)
    assert 17 <= len(heard) <= 24 and house.agent.heard is not None and house.agent.heard.next_s == 15.0


def test_a_centre_that_is_away_for_an_hour_is_not_flooded(house: House) -> None:
    house.line.away = True
    live(house, 3600)
    assert house.line.calls < 3600 / 5


def test_lines_are_masked_when_they_are_written_and_few() -> None:
    lines = MaskedLines(lambda: ["张桂兰"])
    logger = logging.Logger("reader")
    logger.addHandler(lines)
    logger.info("not worth it")
    logger.warning("card of %s (%s)", "张桂兰", "341602194503120028")
    try:
        raise ValueError("张桂兰")
    except ValueError:
        logger.exception("read failed")
    logger.warning("%d broken format", "x")
    told = [fact.body["line"] for fact in lines.take()]
    assert told == ["card of [姓名] ([数字])", "read failed ValueError", "%d broken format"]
    for number in range(500):
        logger.warning("again %s", "jam" * number)
    assert len(lines.take()) == 100 and lines.lost == 400 and lines.take() == []
