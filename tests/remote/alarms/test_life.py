"""The life of an alarm: not too soon, not twice, further up while nobody looks, and over exactly once."""
from __future__ import annotations

from datetime import timedelta

import pytest

from remote.central.alarms import acts
from remote.central.alarms.notices import GATHER_S
from tests.remote.alarms.watch import BOSS, DUTY, HALL, OPS, OTHER_HALL, Watch


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_what_passes_by_itself_wakes_nobody(watch: Watch) -> None:
    key = watch.now_wrong("terminal_down")
    watch.for_(50)
    watch.well(key)
    watch.for_(300)
    assert not watch.alarms(open_only=False) and not watch.notices()


def test_what_comes_and_goes_is_noticed_anew_every_time(watch: Watch) -> None:
    for _ in range(5):
        key = watch.now_wrong("terminal_down")
        watch.for_(50)
        watch.well(key)
        watch.look()
    assert not watch.alarms(open_only=False)


def test_what_lasts_is_one_alarm_told_once_to_each(watch: Watch) -> None:
    watch.now_wrong("terminal_down")
    watch.for_(600)
    [alarm] = watch.alarms()
    assert (alarm.severity, alarm.terminal, alarm.under) == ("critical", "bz-01", 0)
    assert watch.notices(OPS) == [("opened", alarm.alarm)] == watch.notices(DUTY)


def test_its_end_is_told_exactly_once_to_exactly_those_who_heard(watch: Watch) -> None:
    key = watch.now_wrong("terminal_down")
    watch.for_(120)
    watch.sent()
    watch.well(key)
    watch.for_(120)
    assert not watch.alarms()
    assert [what for what, _ in watch.notices(OPS)] == ["opened", "cleared"] == [what for what, _ in watch.notices(DUTY)]
    assert not watch.notices(BOSS)
    watch.for_(600)
    assert len(watch.notices()) == 4


def test_what_was_over_before_it_went_out_is_never_told(watch: Watch) -> None:
    key = watch.now_wrong("terminal_down")
    while not watch.alarms():
        watch.look(1)
    watch.well(key)
    watch.for_(60, 1)
    assert not watch.alarms() and not watch.notices()


def test_one_that_flaps_stays_one_alarm(watch: Watch) -> None:
    key = watch.now_wrong("terminal_down")
    watch.for_(120)
    for _ in range(4):
        watch.well(key)
        watch.for_(20)
        watch.now_wrong("terminal_down")
        watch.for_(20)
    [alarm] = watch.alarms(open_only=False)
    assert alarm.times == 5 and alarm.cleared_at is None
    assert [what for what, _ in watch.notices(OPS)] == ["opened"]


def test_nobody_acknowledges_it_and_it_goes_further_up_and_is_reminded_of(watch: Watch) -> None:
    watch.now_wrong("terminal_down")
    watch.for_(3 * 3600, 30)
    assert [what for what, _ in watch.notices(BOSS)][:1] == ["escalated"]
    assert "reminder" in [what for what, _ in watch.notices(OPS)]


def test_an_acknowledged_one_goes_no_further_up_and_is_still_reminded_of(watch: Watch) -> None:
    watch.now_wrong("terminal_down")
    watch.for_(120)
    watch.do(acts.acknowledge, watch.alarms()[0].alarm, "li", watch.clock.now)
    watch.for_(3 * 3600, 30)
    assert not watch.notices(BOSS)
    assert [what for what, _ in watch.notices(OPS)] == ["opened", "reminder"]
    assert watch.alarms()[0].assigned_to == "li"


def test_the_first_to_acknowledge_is_the_one(watch: Watch) -> None:
    watch.now_wrong("terminal_down")
    watch.for_(120)
    number = watch.alarms()[0].alarm
    watch.do(acts.acknowledge, number, "li", watch.clock.now)
    watch.do(acts.acknowledge, number, "wang", watch.clock.now)
    assert watch.alarms()[0].acknowledged_by == "li"


def test_a_snoozed_one_is_silent_until_then_and_its_end_is_told(watch: Watch) -> None:
    key = watch.now_wrong("terminal_down")
    watch.for_(120)
    watch.sent()
    watch.do(acts.snooze, watch.alarms()[0].alarm, watch.clock.now + timedelta(hours=6), "li", watch.clock.now)
    watch.for_(5 * 3600, 60)
    assert [what for what, _ in watch.notices(OPS)] == ["opened"] and not watch.notices(BOSS)
    watch.well(key)
    watch.for_(120)
    assert [what for what, _ in watch.notices(OPS)] == ["opened", "cleared"]


def test_a_snooze_has_an_end(watch: Watch) -> None:
    watch.now_wrong("terminal_down")
    watch.for_(120)
    number = watch.alarms()[0].alarm
    for until in (watch.clock.now, watch.clock.now + timedelta(days=30)):
        with pytest.raises(acts.NotSo):
            watch.do(acts.snooze, number, until, "li", watch.clock.now)


# -- grouping --------------------------------------------------------------------------------------------------------


def test_the_machines_of_a_terminal_that_is_down_are_silent(watch: Watch) -> None:
    watch.now_wrong("terminal_down")
    watch.now_wrong("device_red", subject="card_printer")
    watch.for_(600)
    down, printer = watch.alarms()
    assert printer.under == down.alarm
    assert watch.notices(OPS) == [("opened", down.alarm)]


def test_what_still_is_wrong_when_the_terminal_is_back_is_told_then(watch: Watch) -> None:
    down = watch.now_wrong("terminal_down")
    watch.now_wrong("device_red", subject="card_printer")
    watch.for_(300)
    watch.sent()
    watch.well(down)
    watch.for_(120)
    [printer] = watch.alarms()
    assert printer.under == 0
    assert [what for what, _ in watch.notices(OPS)] == ["opened", "cleared", "opened"]


def test_a_machine_is_not_called_well_while_its_terminal_is_not_heard(watch: Watch) -> None:
    printer = watch.now_wrong("device_red", subject="card_printer")
    watch.for_(300)
    watch.now_wrong("terminal_down")
    watch.for_(120)
    watch.well(printer)                    # the row is gone; nobody has looked at the printer
    watch.for_(300)
    assert [alarm.kind for alarm in watch.alarms()] == ["device_red", "terminal_down"]


def test_a_hall_without_mains_is_one_alarm_not_forty(watch: Watch) -> None:
    place = watch.now_wrong("place_down", "")
    downs = [watch.now_wrong("terminal_down", f"bz-{number:02d}") for number in range(40)]
    watch.now_wrong("terminal_down", "wy-01", place=OTHER_HALL, region="341621")
    watch.for_(600)
    assert len(watch.alarms()) == 42
    told = {number for _, number in watch.notices(OPS)}
    assert {alarm.terminal for alarm in watch.alarms() if alarm.alarm in told} == {"", "wy-01"}
    watch.sent()
    watch.well(place)
    for key in downs[1:]:
        watch.well(key)
    watch.for_(120)
    assert {alarm.terminal for alarm in watch.alarms()} == {"bz-00", "wy-01"}
    assert len([one for one in watch.notices(OPS) if one[0] == "cleared"]) == 1      # the hall; nobody heard of the others
    assert watch.notices(OPS)[-1] == ("opened", watch.alarms()[0].alarm)


def test_many_at_once_are_one_message(watch: Watch) -> None:
    for number in range(40):
        watch.now_wrong("terminal_down", f"bz-{number:02d}")
    watch.for_(120)
    batches = [batch for batch in watch.sent() if (batch.channel, batch.addressee) == OPS]
    assert len(batches) == 1 and len(batches[0].lines) == 40


def test_a_message_waits_a_moment_for_others(watch: Watch) -> None:
    watch.now_wrong("terminal_down")
    while not watch.alarms():
        watch.look(1)
    assert watch.sent() == []
    watch.look(GATHER_S)
    assert len(watch.sent()) == 2


def test_in_a_maintenance_window_nothing_is_raised_and_afterwards_what_is_left(watch: Watch) -> None:
    watch.do(acts.open_window, "", "341602", watch.clock.now, watch.clock.now + timedelta(hours=2), "mains", "li")
    key = watch.now_wrong("terminal_down")
    watch.now_wrong("device_red", "bz-02", "card_printer")
    watch.for_(7100, 10)
    assert not watch.alarms() and not watch.notices()
    watch.well(key)
    watch.for_(600)
    assert [alarm.terminal for alarm in watch.alarms()] == ["bz-02"]


def test_a_window_of_one_terminal_is_no_window_of_another(watch: Watch) -> None:
    watch.do(acts.open_window, "bz-01", "", watch.clock.now, watch.clock.now + timedelta(hours=2), "new printer", "li")
    watch.now_wrong("terminal_down", "bz-01")
    watch.now_wrong("terminal_down", "bz-02")
    watch.for_(300)
    assert [alarm.terminal for alarm in watch.alarms()] == ["bz-02"]


def test_two_looks_at_the_same_moment_raise_one_alarm(watch: Watch) -> None:
    watch.now_wrong("terminal_down")
    watch.for_(120)
    for _ in range(3):
        watch.look(0)
    assert len(watch.alarms(open_only=False)) == 1 and len(watch.notices(OPS)) == 1


def test_who_looks_after_the_other_county_is_not_woken(watch: Watch) -> None:
    watch.now_wrong("terminal_down", "wy-01", place=OTHER_HALL, region="341621")
    watch.for_(300)
    assert watch.notices(OPS) and not watch.notices(DUTY)


def test_a_contradicted_audit_is_over_only_when_somebody_explained_it(watch: Watch) -> None:
    watch.now_wrong("device_red", subject="card_printer", place=HALL)
    watch.for_(300)
    with pytest.raises(acts.NotSo):
        watch.do(acts.explain, watch.alarms()[0].alarm, "a new disk", "li", watch.clock.now)
