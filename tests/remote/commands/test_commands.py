"""Commands at the centre: who may ask and approve, what is given to whom and how often, and whose word counts."""
from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from remote.central.commands.asking import ALONE, MOST_TERMINALS, STAGGER, AskWrong, MayNot
from remote.central.commands.delivery import KEEP_FILES, NEVER_ANSWERED, file_of
from remote.central.commands.tables import commands, portions
from remote.central.enrolment.certificates import revoke
from remote.central.enrolment.tables import security_events
from remote.central.store.database import reading, writing
from remote.central.store.schema import audit, terminals
from remote.messages import Problem
from remote.messages.telemetry import Heard, Heartbeat
from tests.remote.commands.desk import DONE, WANG, ZHAO, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def heartbeat(desk: Desk, sequence: int, terminal: str = "T1") -> int:
    answer = desk.says("heartbeat", Heartbeat(boot_id="b", sequence=sequence, at=desk.clock(), screen_beats=sequence), terminal)
    assert isinstance(answer, Heard)
    return answer.commands


def test_from_the_form_to_the_signed_result(desk: Desk) -> None:
    assert heartbeat(desk, 1) == 0
    command = desk.asks_one("self_test")
    assert heartbeat(desk, 2) == 1 and heartbeat(desk, 1, "T2") == 0
    [order] = desk.takes().orders
    assert (order.command_id, order.kind, order.requester, order.reason) == (command, "self_test", WANG, "看看怎么回事")
    assert desk.state(command) == "delivered"
    assert desk.gets(**{command: "running"}) == [] and desk.state(command) == "running"
    assert desk.tells(command, facts={"camera": "green"}) == DONE
    row = desk.row(command)
    assert (row.state, row.word) == ("done", "") and row.result_signature and '"camera"' in row.result
    assert heartbeat(desk, 3) == 0 and desk.gets() == []
    assert [(one.who, one.what) for one in desk.rows(audit, subject="T1") if one.what.startswith("command")] == [
        (WANG, "command_asked")
    ]
    assert [(one.who, one.words) for one in desk.rows(audit, what="command_ended")] == [("T1", "self_test done")]


def test_a_form_sent_twice_is_one_command(desk: Desk) -> None:
    first = desk.asks("notice", arguments={"text": "明天停水", "until": "2027-03-10T08:00:00+08:00"}, once="the-same-form")
    again = desk.asks("notice", arguments={"text": "明天停水", "until": "2027-03-10T08:00:00+08:00"}, once="the-same-form")
    assert len(first.made) == 1 and again.again and again.made == ()
    assert len(desk.rows(commands)) == 1
    row = dict(desk.rows(commands)[0]._mapping)
    with pytest.raises(sa.exc.IntegrityError), writing(desk.centre.engine) as connection:      # and not by our code alone
        connection.execute(sa.insert(commands).values(**{**row, "command_id": "f" * 32, "state": "done"}))


def test_one_open_command_of_a_kind_for_each_terminal(desk: Desk) -> None:
    command = desk.asks_one("self_test")
    more = desk.asks("self_test", "T1", "T2")
    assert more.open_already == ("T1",) and len(more.made) == 1
    desk.gets()
    desk.tells(command)
    assert len(desk.asks("self_test").made) == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"reason": "  x "}, "no_reason"), ({"lasts": timedelta(days=8)}, "expiry"), ({"once": "short"}, "expiry"),
        ({"lasts": timedelta(0)}, "expiry"), ({"arguments": {"level": "5"}}, "arguments"), ({"arguments": {}}, "arguments"),
        ({"arguments": {"level": "2", "more": "x"}}, "arguments"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(desk: Desk, changed: dict[str, Any], why: str) -> None:
    with pytest.raises(AskWrong) as refused:
        desk.asks("volume", **({"arguments": {"level": "2"}} | changed))
    assert refused.value.key == why and desk.rows(commands) == []


@pytest.mark.parametrize(
    "notice",
    [
        {"text": "长" * 41}, {"text": ""}, {"text": "两\n行"}, {"text": "{place}"}, {"until": "tomorrow"},
        {"until": "2027-03-10T08:00"},
    ],
)
def test_a_notice_that_the_screen_cannot_show(desk: Desk, notice: dict[str, str]) -> None:
    with pytest.raises(AskWrong):
        desk.asks("notice", arguments={"text": "明天停水", "until": "2027-03-10T08:00:00+08:00", **notice})


# -- two people


def test_a_dangerous_one_waits_for_another_person(desk: Desk) -> None:
    command = desk.asks_one("restart_host")
    assert desk.state(command) == "waiting" and desk.gets() == [] and heartbeat(desk, 1) == 0
    with pytest.raises(MayNot) as refused:
        desk.decides(command, by=WANG)
    assert refused.value.key == "same_person" and desk.state(command) == "waiting"
    assert desk.decides(command, by=ZHAO) == 1
    [order] = desk.takes().orders
    assert (order.requester, order.approver) == (WANG, ZHAO)
    with pytest.raises(MayNot):
        desk.decides(command, by=ZHAO)
    assert [one.who for one in desk.rows(audit, what="command_approved")] == [ZHAO]


def test_refused_by_the_second_person(desk: Desk) -> None:
    command = desk.asks_one("restart_host")
    desk.decides(command, good=False)
    assert desk.state(command) == "disapproved" and desk.gets() == []
    with pytest.raises(MayNot):
        desk.decides(command)


def test_approved_too_late_it_never_runs(desk: Desk) -> None:
    command = desk.asks_one("restart_host")
    desk.clock.later(hours=2)
    with pytest.raises(MayNot) as late:
        desk.decides(command)
    assert late.value.key == "too_late"
    desk.clears_up()
    assert (desk.state(command), desk.row(command).word) == ("expired", "not_approved") and desk.gets() == []


def test_stopping_many_at_once_wants_a_second_person_and_they_begin_one_after_the_other(desk: Desk) -> None:
    names = tuple(f"N{number:03d}" for number in range(ALONE + 1))
    with writing(desk.centre.engine) as connection:
        connection.execute(sa.insert(terminals), [{"terminal": name, "place": name} for name in names])
    few = desk.asks("restart_app", *names[:ALONE])
    assert not few.needs_second and len(few.made) == ALONE
    assert desk.gets(names[0]) and not desk.gets(names[1])
    desk.clock.now += STAGGER
    assert desk.gets(names[1]) and not desk.gets(names[2])
    assert desk.asks("out_of_service", *names).needs_second
    assert not desk.asks("self_test", *names).needs_second
    with pytest.raises(AskWrong) as refused:
        desk.asks("self_test", *(f"M{number}" for number in range(MOST_TERMINALS + 1)))
    assert refused.value.key == "too_many"


# -- lost, doubled, re-ordered, late


def test_an_answer_that_was_lost_is_given_again_and_what_is_held_is_not(desk: Desk) -> None:
    command = desk.asks_one("self_test")
    assert desk.gets() == [command] and desk.gets() == [command]
    assert desk.gets(**{command: "waiting"}) == [] and desk.state(command) == "delivered"
    desk.gets(**{command: "running"})
    assert desk.gets(**{command: "waiting"}) == [] and desk.state(command) == "running"       # an old request that took long
    desk.tells(command)
    assert desk.gets(**{command: "running"}) == [] and desk.state(command) == "done"


def test_the_first_word_counts_and_another_one_is_noted(desk: Desk) -> None:
    command = desk.asks_one("self_test")
    desk.gets()
    result = desk.told(desk.result(command))
    assert desk.says("tell_command", result) == DONE == desk.says("tell_command", result)
    assert desk.tells(command, "failed", word="cut_off") == DONE
    assert desk.state(command) == "done"
    assert [one.words for one in desk.rows(audit, what="command_told_otherwise")] == ["done, now failed"]


def test_nobody_took_it_in_time(desk: Desk) -> None:
    command = desk.asks_one("self_test", lasts=timedelta(minutes=5))
    desk.clock.later(minutes=5)
    assert desk.gets() == []                                   # also before anybody has cleared up
    desk.clears_up()
    assert (desk.state(command), desk.row(command).word) == ("expired", "not_delivered")


def test_given_and_run_out_the_terminal_says_whether_it_had_begun(desk: Desk) -> None:
    command = desk.asks_one("self_test")
    desk.gets()
    desk.clock.later(hours=1)
    told = desk.takes(**{command: "waiting"})
    assert told.orders == [] and [(one.command_id, one.why) for one in told.no_longer] == [(command, "expired")]
    assert desk.takes(**{command: "running"}).no_longer == []  # begun in time: it goes on
    desk.tells(command, "expired")
    assert desk.state(command) == "expired"


def test_given_and_never_answered_is_called_unknown_until_the_terminal_comes_back(desk: Desk) -> None:
    command = desk.asks_one("self_test")
    desk.gets()
    desk.clock.later(hours=1, seconds=NEVER_ANSWERED.total_seconds())
    desk.clears_up()
    assert (desk.state(command), desk.row(command).word) == ("unknown", "never_answered")
    desk.tells(command)
    assert (desk.state(command), desk.row(command).word) == ("done", "")


def test_withdrawn_before_and_after_the_terminal_had_it(desk: Desk) -> None:
    command = desk.asks_one("self_test")
    assert desk.withdraws(command) == "withdrawn" and desk.gets() == []
    command = desk.asks_one("self_test")
    desk.gets()
    assert desk.withdraws(command) == "delivered"              # it may have begun: the terminal says
    assert [one.why for one in desk.takes(**{command: "waiting"}).no_longer] == ["withdrawn"]
    desk.tells(command, "withdrawn")
    assert desk.state(command) == "withdrawn"
    with pytest.raises(MayNot):
        desk.withdraws(command)


# -- whose word


def test_a_result_with_a_wrong_signature_changes_nothing_and_is_noted(desk: Desk) -> None:
    command = desk.asks_one("self_test")
    desk.gets()
    good = desk.told(desk.result(command))
    stranger = desk.told(desk.result(command), by="T2")
    altered = good.model_copy(update={"result": desk.result(command, word="x")})
    no_signature = good.model_copy(update={"signature": "30" * 35})
    unknown_key = good.model_copy(update={"serial": "0" * 40})
    for bad in (stranger, altered, no_signature, unknown_key):
        answer = desk.says("tell_command", bad)
        assert isinstance(answer, Problem) and answer.error == "bad_signature"
    assert desk.state(command) == "delivered"
    [event] = desk.rows(security_events, kind="bad_signature")
    assert (event.terminal, event.count) == ("T1", 4)
    assert desk.says("tell_command", good) == DONE


def test_a_revoked_terminal_signs_nothing(desk: Desk) -> None:
    command = desk.asks_one("self_test")
    desk.gets()
    with writing(desk.centre.engine) as connection:
        revoke(connection, "T1", by=WANG, why="stolen", now=desk.clock())
    assert isinstance(desk.tells(command), Problem) and desk.state(command) == "delivered"


def test_commands_of_others_and_such_as_were_never_given(desk: Desk) -> None:
    command = desk.asks_one("self_test", "T2")
    assert isinstance(desk.tells(command, terminal="T1"), Problem)
    assert isinstance(desk.tells(command, terminal="T2"), Problem)          # not given yet: nobody can have done it
    desk.gets("T2")
    assert isinstance(desk.tells(command, terminal="T2", kind="restart_host"), Problem)
    assert desk.state(command) == "delivered" and desk.gets("T1") == []


# -- files


def test_a_file_comes_in_portions_and_whole_or_not_at_all(desk: Desk) -> None:
    command = desk.asks_one("fetch_logs")
    assert desk.sends(command, 0, 2, b"early").model_dump() == {"done": False}
    desk.gets()
    data = b"first" + b"second"
    facts = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": str(len(data)), "name": "x.gz"}
    desk.sends(command, 1, 2, b"second")
    missing = desk.tells(command, kind="fetch_logs", facts=facts)
    assert isinstance(missing, Problem) and missing.error == "file_missing"
    desk.sends(command, 0, 2, b"wrong")
    assert isinstance(desk.tells(command, kind="fetch_logs", facts=facts), Problem)
    assert desk.sends(command, 0, 2, b"first") == DONE == desk.sends(command, 0, 2, b"first")
    assert desk.tells(command, kind="fetch_logs", facts=facts) == DONE
    with reading(desk.centre.engine) as connection:
        assert file_of(connection, command) == data
    assert desk.sends(command, 0, 2, b"other").model_dump() == {"done": False}
    desk.clock.now += KEEP_FILES + timedelta(minutes=1)
    desk.clears_up()
    assert desk.rows(portions) == []


def test_no_other_command_brings_a_file(desk: Desk) -> None:
    command = desk.asks_one("self_test")
    desk.gets()
    assert desk.sends(command, 0, 1, b"x").model_dump() == {"done": False}
    assert isinstance(desk.sends(command, 0, 1, b"x", terminal="T2"), Problem)
    assert desk.rows(portions) == []
