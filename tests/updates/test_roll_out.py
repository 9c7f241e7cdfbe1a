"""A release at the centre, from publishing to the last terminal; and what stops it."""
from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from remote.central.centre import Centre
from remote.central.releases import rolling, store
from remote.central.releases.rolling import RollWrong
from remote.central.releases.rollout import GATES, MAY, Roll, State, Tally, Wish, advance, step_of, wished
from remote.central.releases.tables import rollouts
from remote.central.store import schema
from remote.central.store.database import reading, writing
from remote.messages.releases import AskRelease, FetchTarget, Kind, Portion, Progress, ReleaseOrders, Stage
from tests.updates.paper_centre import NOW, PaperCentre, key, program

ROLLING = Roll(State.ROLLING, 0, NOW)
LATER = NOW + timedelta(days=2)


@pytest.mark.parametrize(
    ("roll", "tally", "after", "state", "step"),
    [
        (ROLLING, Tally(2, 2, 2, 0), NOW, State.ROLLING, 0),                                   # a day has to pass
        (ROLLING, Tally(2, 2, 2, 0), LATER, State.ROLLING, 1),
        (ROLLING, Tally(2, 2, 1, 0), LATER, State.ROLLING, 0),                                 # one has not said
        (ROLLING, Tally(2, 2, 1, 1), NOW, State.STOPPED, 0),                                   # one canary failed
        (ROLLING, Tally(0, 0, 0, 0), LATER, State.ROLLING, 0),                                 # nothing is no success
        (Roll(State.ROLLING, 1, NOW), Tally(100, 90, 89, 1), LATER, State.ROLLING, 2),         # one of ninety
        (Roll(State.ROLLING, 1, NOW), Tally(100, 90, 85, 5), LATER, State.STOPPED, 1),
        (Roll(State.ROLLING, 1, NOW), Tally(100, 40, 40, 0), LATER, State.ROLLING, 1),         # too few have asked
        (Roll(State.ROLLING, 2, NOW), Tally(1000, 950, 945, 3), LATER, State.DONE, 2),
        (Roll(State.PAUSED, 0, NOW), Tally(2, 2, 2, 0), LATER, State.PAUSED, 0),
        (Roll(State.ABORTED, 0, NOW), Tally(2, 2, 2, 0), LATER, State.ABORTED, 0),
    ],
)  # fmt: skip
def test_figures_decide(roll: Roll, tally: Tally, after, state: State, step: int) -> None:  # type: ignore[no-untyped-def]
    moved = advance(roll, tally, after)
    assert (moved.state, moved.step) == (state, step)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("wish", Wish)
def test_every_wish_in_every_state_is_defined(state: State, wish: Wish) -> None:
    after = wished(Roll(state, 1, NOW), wish, Tally(10, 10, 8, 2))
    assert (after is None) is ((state, wish) not in MAY)
    if after is not None and state is State.STOPPED and wish is Wish.RESUME:
        assert after.forgiven == 2
        assert advance(after, Tally(10, 10, 8, 2), NOW).state is State.ROLLING
        assert advance(after, Tally(10, 10, 6, 4), NOW).state is State.STOPPED


def test_a_tenth_is_about_a_tenth_and_another_one_for_each_release() -> None:
    names = [f"K{number:06}" for number in range(5000)]
    first, second = ({name for name in names if step_of(release, name, ()) == 1} for release in ("r1", "r2"))
    assert 400 < len(first) < 600 and len(first & second) < 100
    assert step_of("r1", names[0], {names[0]}) == 0


class Town:
    """The centre and some terminals that ask."""

    def __init__(self) -> None:
        self.now = NOW
        self.centre = Centre.in_memory(7, 0, lambda: self.now)
        self.paper = PaperCentre()
        self.names = [f"T{number:03}" for number in range(60)]
        with writing(self.centre.engine) as connection:
            rows = [{"terminal": name, "place": "厅", "region": "341602"} for name in self.names]
            connection.execute(sa.insert(schema.terminals), rows)

    def publish(self, release: str, number: int, data: bytes | None = None, kind: Kind = Kind.PROGRAM) -> None:
        self.paper.now = self.now
        self.paper.publish(release, number, data or program(release, b"well"), kind)
        roots = [self.paper.files["1.root.json"]]
        with writing(self.centre.engine) as connection:
            store.publish(connection, roots, self.paper.targets.to_bytes(), self.paper.stored, key("online"), "chen", self.now)

    def begin(self, release: str, *canary: str) -> None:
        with writing(self.centre.engine) as connection:
            rolling.begin(connection, release, canary, "chen", self.now)

    def wish(self, release: str, wish: Wish) -> State:
        with writing(self.centre.engine) as connection:
            return rolling.wish(connection, release, wish, "chen", self.now)

    def ask(self, name: str, running: str = "", *told: Progress) -> list[str]:
        answer = self.centre.handle(name, "ask_release", AskRelease(running={"program": running}, progress=list(told)))
        assert isinstance(answer, ReleaseOrders)
        return [order.release for order in answer.orders]

    def runs(self, name: str, release: str) -> None:
        if release in self.ask(name):
            self.ask(name, release, Progress(release=release, stage=Stage.RUNNING))

    def days(self, days: float) -> None:
        self.now += timedelta(days=days)
        with writing(self.centre.engine) as connection:
            rolling.move_on(connection, self.now)

    def state(self, release: str) -> tuple[str, int]:
        with reading(self.centre.engine) as connection:
            row = connection.execute(sa.select(rollouts).where(rollouts.c.release == release)).one()
        return row.state, row.step


def test_release_goes_from_canary_to_all_and_new_terminals_join() -> None:
    town = Town()
    town.publish("r1", 1)
    assert town.ask("T000") == []                              # published is not rolled out
    town.begin("r1", "T000", "T001")
    assert town.ask("T000") == ["r1"] and town.ask("T002") == []
    for name in town.names:
        town.runs(name, "r1")
    town.days(0.5)
    assert town.state("r1") == ("rolling", 0)
    town.days(1)
    assert town.state("r1") == ("rolling", 1)
    for name in town.names:
        town.runs(name, "r1")
    town.days(1.1)
    assert town.state("r1") == ("rolling", 2)
    for name in town.names:
        town.runs(name, "r1")
    town.days(0.1)
    assert town.state("r1") == ("done", 2)
    with writing(town.centre.engine) as connection:
        connection.execute(sa.insert(schema.terminals), [{"terminal": "NEW", "place": "厅", "region": "341602"}])
    assert town.ask("NEW") == ["r1"]


def test_canary_that_rolls_back_stops_it_and_is_not_asked_again() -> None:
    town = Town()
    town.publish("r1", 1)
    town.begin("r1", "T000", "T001")
    town.runs("T001", "r1")
    town.ask("T000")
    assert town.ask("T000", "", Progress(release="r1", stage=Stage.ROLLED_BACK, why="died")) == []
    town.days(0)
    assert town.state("r1") == ("stopped", 0) and town.ask("T002") == []
    with pytest.raises(RollWrong):
        town.wish("r1", Wish.PAUSE)
    assert town.wish("r1", Wish.RESUME) is State.ROLLING
    town.days(2)
    assert town.state("r1") == ("rolling", 1)                  # what was forgiven does not hold it up


def test_paused_gives_it_to_nobody_and_aborted_takes_it_from_nobody() -> None:
    town = Town()
    town.publish("r1", 1)
    town.begin("r1", "T000")
    town.wish("r1", Wish.PAUSE)
    assert town.ask("T000") == []
    town.wish("r1", Wish.RESUME)
    town.runs("T000", "r1")
    town.wish("r1", Wish.ABORT)
    assert town.ask("T000", "r1") == [] and town.ask("T001") == []
    town.publish("r2", 2)
    town.begin("r2", "T000")
    assert town.ask("T000", "r1") == ["r2"]


def test_older_release_is_not_ordered_where_a_newer_one_runs() -> None:
    town = Town()
    town.publish("r1", 1)
    town.publish("r2", 2)
    town.begin("r1", "T000")
    assert town.ask("T000", "r2") == []


def test_one_open_roll_out_of_a_kind() -> None:
    town = Town()
    town.publish("r1", 1)
    town.publish("r2", 2)
    town.begin("r1", "T000")
    for release, canary, why in (("r2", ("T000",), "open_already"), ("r1", ("T000",), "not_now"), ("r3", ("T000",), "unknown"),
                                 ("r2", (), "no_canary"), ("r2", ("nobody",), "no_canary")):  # fmt: skip
        with pytest.raises(RollWrong) as caught:
            town.begin(release, *canary)
        assert caught.value.key == why


def test_what_is_wrong_is_not_published() -> None:
    town = Town()
    for number, data in ((1, b"no tar at all"), (2, program("x", b"y")[:-30])):
        with pytest.raises(store.PublishWrong):
            town.publish(f"bad{number}", number, data)
        town.paper = PaperCentre()
    town.paper.publish("evil", 9, program("9", b"evil"), by="thief")
    roots = [town.paper.files["1.root.json"]]
    with pytest.raises(store.PublishWrong), writing(town.centre.engine) as connection:
        store.publish(connection, roots, town.paper.targets.to_bytes(), town.paper.stored, key("online"), "chen", town.now)
    answer = town.centre.handle("T000", "fetch_target", FetchTarget(path="program/evil.tar", number=0))
    assert isinstance(answer, Portion) and not answer.found


def test_online_metadata_are_signed_anew_in_time() -> None:
    town = Town()
    town.publish("r1", 1)
    with writing(town.centre.engine) as connection:
        assert not store.keep_fresh(connection, key("online"), town.now)
        assert store.keep_fresh(connection, key("online"), town.now + timedelta(hours=13))
    assert GATES[0].soak == timedelta(hours=24)
