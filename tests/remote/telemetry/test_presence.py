"""Who is there: lost packets, reconnects, frozen screens, and a centre that was itself away."""
from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remote.central.centre import Centre
from remote.central.store.database import reading, writing
from remote.central.telemetry.fleet import fleet_line
from remote.central.telemetry.presence import Ear, Gone, sweep
from remote.central.telemetry.reports import availability, presence_changes_after
from remote.central.telemetry.thresholds import Thresholds
from remote.central.times import BEIJING
from remote.messages.telemetry import Heard, Heartbeat
from tests.remote.identities import enrolled

MORNING = datetime(2027, 3, 1, 8, tzinfo=BEIJING)
EVERY = Thresholds()


class Hall:
    """A centre, its terminals, and seconds that pass."""

    def __init__(self, terminals: int = 1) -> None:
        self.at = MORNING
        self.centre = Centre.in_memory(1, 0, lambda: self.at)
        self.names = [f"T{number}" for number in range(terminals)]
        self.sequence = 0
        for name in self.names:
            enrolled(self.centre, name, "亳州市谯城区")

    def beat(
        self, name: str, *, screen: int | None = None, boot: str = "b1", sequence: int | None = None, closed: str = ""
    ) -> None:
        self.sequence += 1
        ask = Heartbeat(
            boot_id=boot, sequence=self.sequence if sequence is None else sequence, at=self.at,
            screen_beats=self.sequence if screen is None else screen, out_of_service=closed,
        )  # fmt: skip
        assert isinstance(self.centre.handle(name, "heartbeat", ask), Heard)

    def look(self) -> None:
        with writing(self.centre.engine) as connection:
            sweep(connection, self.at, self.centre.ear, EVERY)

    def pass_(self, seconds: float, *, beating: tuple[str, ...] = (), every: float = 15.0) -> None:
        """Looks every two seconds; those who are `beating` do so in time."""
        end = self.at + timedelta(seconds=seconds)
        due = dict.fromkeys(beating, self.at)
        while self.at < end:
            self.at += timedelta(seconds=2)
            for name, moment in due.items():
                if self.at >= moment:
                    self.beat(name)
                    due[name] = moment + timedelta(seconds=every)
            self.look()

    def presence(self, name: str = "T0") -> str:
        with reading(self.centre.engine) as connection:
            line = fleet_line(connection, name, None)
            assert line is not None
            return line.presence

    def downs(self) -> list[str]:
        with reading(self.centre.engine) as connection:
            return [change.terminal for change in presence_changes_after(connection, 0) if change.after == "down"]


def all_but(hall: Hall, *absent: str) -> tuple[str, ...]:
    return tuple(name for name in hall.names if name not in absent)


def test_one_that_was_never_heard_is_not_down() -> None:
    hall = Hall()
    hall.pass_(200)
    assert hall.presence() == "never_seen" and hall.downs() == []


def test_killed_is_late_then_down_within_the_threshold_and_alive_at_its_first_word() -> None:
    hall = Hall(12)
    hall.pass_(60, beating=tuple(hall.names))
    hall.pass_(26, beating=all_but(hall, "T0"))
    assert hall.presence() in ("alive", "late")
    hall.pass_(EVERY.down_s - 24, beating=all_but(hall, "T0"))
    assert hall.presence() == "down" and hall.downs() == ["T0"]
    hall.pass_(600, beating=all_but(hall, "T0"))
    assert hall.downs() == ["T0"]                      # told once
    hall.beat("T0", boot="b2")
    assert hall.presence() == "alive"


def test_a_screen_that_does_not_move_is_frozen_though_heartbeats_come() -> None:
    hall = Hall()
    for _ in range(4):
        hall.beat("T0", screen=7)
        hall.at += timedelta(seconds=15)
        hall.look()
    assert hall.presence() == "frozen"
    hall.beat("T0", screen=8)
    assert hall.presence() == "alive"


def test_a_heartbeat_that_took_long_does_not_make_the_dead_alive() -> None:
    hall = Hall(12)
    hall.pass_(60, beating=tuple(hall.names))
    hall.pass_(80, beating=all_but(hall, "T0"))
    assert hall.presence() == "down"
    hall.beat("T0", sequence=1)
    assert hall.presence() == "down"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_five_percent_lost_packets_make_nobody_down(seed: int) -> None:
    """Terminals try a lost heartbeat again after three seconds (remote/agent.py)."""
    random, hall = Random(seed), Hall(4)
    due = dict.fromkeys(hall.names, MORNING)
    for _ in range(300):
        hall.at += timedelta(seconds=1)
        for name, moment in due.items():
            if hall.at >= moment:
                lost = random.random() < 0.05
                due[name] = hall.at + timedelta(seconds=3 if lost else 15)
                if not lost:
                    hall.beat(name)
        if hall.at.second % 2 == 0:
            hall.look()
    assert hall.downs() == []


def test_the_centre_starts_again_after_an_hour_and_calls_nobody_down_who_comes_back() -> None:
    hall = Hall(20)
    hall.pass_(60, beating=tuple(hall.names))
    hall.at += timedelta(hours=1)
    hall.centre.ear = Ear()
    hall.look()
    hall.pass_(40)
    hall.pass_(60, beating=all_but(hall, "T3"))
    assert hall.downs() == ["T3"]                      # the one that really stayed away


@pytest.mark.parametrize("heard", [0, 2])
def test_the_centre_s_own_network_is_lost_for_minutes_and_nobody_is_down(heard: int) -> None:
    hall = Hall(20)
    hall.pass_(60, beating=tuple(hall.names))
    hall.pass_(200, beating=tuple(hall.names[:heard]))
    assert hall.downs() == [] and hall.centre.ear.deaf_since is not None
    hall.pass_(20, beating=tuple(hall.names))
    assert hall.centre.ear.deaf_since is None
    hall.pass_(60, beating=tuple(hall.names))
    assert hall.downs() == []


def test_most_terminals_without_power_are_believed_after_a_while_if_others_are_heard() -> None:
    hall = Hall(20)
    hall.pass_(60, beating=tuple(hall.names))
    hall.pass_(EVERY.deaf_s + 120, beating=tuple(hall.names[:4]))
    assert len(hall.downs()) == 16


def test_a_centre_that_hung_counts_nobody_s_silence_in_it() -> None:
    hall = Hall(3)
    hall.pass_(60, beating=tuple(hall.names))
    hall.at += timedelta(seconds=120)                  # no look in between: the process was stopped
    hall.pass_(30)
    assert hall.downs() == []


def test_availability_counts_down_from_the_last_word_and_the_centre_s_own_absence_as_unknown() -> None:
    hall = Hall(12)
    hall.pass_(120, beating=tuple(hall.names))
    heard = hall.at
    hall.pass_(600, beating=all_but(hall, "T0"))
    with reading(hall.centre.engine) as connection:
        one = availability(connection, None, MORNING.date(), MORNING.date(), hall.at, terminal="T0")
    assert 590 <= one.seconds["down"] <= 620
    assert 100 <= one.seconds["serving"] <= (heard - MORNING).total_seconds()
    hall.at += timedelta(seconds=1000)
    hall.centre.ear = Ear()
    hall.look()
    with reading(hall.centre.engine) as connection:
        other = availability(connection, None, MORNING.date(), MORNING.date(), hall.at, terminal="T1")
    assert 1000 <= other.seconds["unknown"] <= 1020 and other.serving == 1.0


def test_closed_by_staff_is_no_service() -> None:
    hall = Hall()
    hall.beat("T0")
    hall.at += timedelta(seconds=10)
    hall.beat("T0", closed="closed_by_staff")
    hall.at += timedelta(seconds=15)
    hall.beat("T0")
    with reading(hall.centre.engine) as connection:
        one = availability(connection, None, MORNING.date(), MORNING.date(), hall.at)
    assert one.seconds == {"serving": 10.0, "closed": 15.0}


@pytest.mark.parametrize(
    "bad",
    [Thresholds(down_s=20, late_s=18), Thresholds(heartbeat_s=30), Thresholds(frozen_s=5), Thresholds(deaf_share=0),
     Thresholds(heartbeat_s=0.1)],
)  # fmt: skip
def test_thresholds_that_would_cry_wolf_are_refused(bad: Thresholds) -> None:
    with pytest.raises(ValueError, match="telemetry"):
        bad.check()


def test_all_of_a_few_fall_silent_at_once_and_are_believed_dead_only_after_a_while() -> None:
    """The centre's own line, or one hall without power: not to be told apart at first."""
    hall = Hall(3)
    hall.pass_(60, beating=tuple(hall.names))
    hall.pass_(200)
    assert hall.downs() == [] and hall.centre.ear.deaf_since is not None
    hall.pass_(20, beating=tuple(hall.names))
    assert hall.presence() == "alive" and hall.centre.ear.deaf_since is None
    hall.pass_(EVERY.deaf_s + 120)
    assert sorted(hall.downs()) == hall.names


def test_one_of_a_few_falls_silent_and_is_down_by_the_clock() -> None:
    hall = Hall(3)
    hall.pass_(60, beating=tuple(hall.names))
    hall.pass_(60, beating=all_but(hall, "T1"))
    assert hall.downs() == ["T1"]


def test_last_will_makes_down_at_once_unless_it_spoke_since_or_lives_another_life() -> None:
    hall = Hall(6)
    hall.pass_(60, beating=tuple(hall.names))
    hall.pass_(12, beating=all_but(hall, "T1", "T2"), every=4)
    hall.centre.ear.gone.extend([Gone("T1", "b1"), Gone("T2", "an earlier life"), Gone("T3", "b1"), Gone("nobody", "b1")])
    hall.look()
    assert hall.downs() == ["T1"]
    hall.beat("T1")
    assert hall.presence("T1") == "alive"


def test_last_wills_of_many_at_once_are_a_network_and_left_to_the_clock() -> None:
    hall = Hall(6)
    hall.pass_(60, beating=tuple(hall.names))
    hall.pass_(12)
    hall.centre.ear.gone.extend(Gone(name, "b1") for name in hall.names[:3])
    hall.look()
    assert hall.downs() == []
