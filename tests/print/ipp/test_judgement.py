"""What became of a job, as a table: what was seen, what is known."""
from __future__ import annotations

import pytest

from print.ipp.job import Look, Stage, Ticket, Why, judge, progress
from print.ipp.readings import Counters, JobReading
from print.ipp.reasons import Reason, alerted, sorted_out
from print.ipp.terms import JobState, Sides
from tests.print.ipp.tickets import job, ticket

BEFORE, ALL_OUT = Counters(100, 90), Counters(102, 92)
DONE, CANCELED, ABORTED = JobState.COMPLETED, JobState.CANCELED, JobState.ABORTED
AT_SERVICE = {"through_service": True}


@pytest.mark.parametrize(
    ("seen", "now", "end", "why"),
    [
        (job(DONE, 2, 2), ALL_OUT, Stage.DELIVERED, Why.COUNTED),
        (job(DONE), ALL_OUT, Stage.DELIVERED, Why.COUNTED),
        (job(DONE, 2), Counters(), Stage.DELIVERED, Why.COUNTED),
        (job(DONE), Counters(), Stage.UNKNOWN, Why.NO_COUNT),
        (job(DONE, 2, 2), BEFORE, Stage.UNKNOWN, Why.COUNTS_DISAGREE),
        (job(DONE, 2, 2), Counters(104, 94), Stage.UNKNOWN, Why.COUNTS_DISAGREE),
        (job(DONE, 1, 1), ALL_OUT, Stage.UNKNOWN, Why.COUNTS_DISAGREE),
        (job(DONE, 2, 2, reasons=frozenset({"job-completed-with-errors"})), ALL_OUT, Stage.UNKNOWN, Why.COMPLETED_WITH_ERRORS),
        (job(ABORTED, 0, 0), BEFORE, Stage.FAILED, Why.CANCELLED),
        (job(CANCELED, 0), Counters(), Stage.FAILED, Why.CANCELLED),
        (job(CANCELED, 0, 0), Counters(101, 91), Stage.UNKNOWN, Why.PART_CAME_OUT),
        (job(CANCELED, 1, 1), Counters(101, 91), Stage.UNKNOWN, Why.PART_CAME_OUT),
        (job(CANCELED, 2, 2), ALL_OUT, Stage.UNKNOWN, Why.CANCEL_IGNORED),
        (job(CANCELED, 0, 0), ALL_OUT, Stage.UNKNOWN, Why.COUNTS_DISAGREE),
        (job(CANCELED), Counters(), Stage.UNKNOWN, Why.NO_COUNT),
        (job(CANCELED, started=False), Counters(), Stage.FAILED, Why.NOT_STARTED),
        (None, ALL_OUT, Stage.DELIVERED, Why.COUNTED),
        (None, BEFORE, Stage.UNKNOWN, Why.JOB_GONE),
        (None, Counters(), Stage.UNKNOWN, Why.JOB_GONE),
        (job(None, 2, 2), ALL_OUT, Stage.UNKNOWN, Why.CANCEL_NOT_CONFIRMED),
    ],
)
def test_at_the_machine_itself(seen: JobReading | None, now: Counters, end: Stage, why: Why) -> None:
    outcome = judge(ticket(), Look(seen, now, 2_000))
    assert (outcome.end, outcome.why) == (end, why)


@pytest.mark.parametrize(
    ("service", "seen", "now", "end"),
    [
        (job(DONE, 2, 2), job(DONE, 2), Counters(), Stage.DELIVERED),
        (job(DONE, 2, 2), None, ALL_OUT, Stage.DELIVERED),
        (job(DONE, 2, 2), None, BEFORE, Stage.UNKNOWN),
        (job(DONE, 2, 2), None, Counters(), Stage.UNKNOWN),
        (job(CANCELED, 2, 2), job(ABORTED, 0), Counters(), Stage.FAILED),
        (job(CANCELED, 2, 2), None, BEFORE, Stage.FAILED),
        (job(CANCELED, 2, 2), None, Counters(), Stage.UNKNOWN),
    ],
)
def test_behind_a_print_service_the_machine_decides(
    service: JobReading, seen: JobReading | None, now: Counters, end: Stage
) -> None:
    assert judge(ticket(), Look(seen, now, 2_000, service=service, through_service=True)).end is end


@pytest.mark.parametrize(
    ("service", "end", "why"),
    [
        (job(DONE, 2, 2), Stage.UNKNOWN, Why.NO_EVIDENCE),
        (job(ABORTED, 2, 2), Stage.UNKNOWN, Why.NO_EVIDENCE),
        (job(CANCELED, 0, 0, started=False), Stage.FAILED, Why.NOT_STARTED),
        (None, Stage.UNKNOWN, Why.JOB_GONE),
    ],
)
def test_a_print_service_alone_knows_only_what_it_never_began(service: JobReading | None, end: Stage, why: Why) -> None:
    outcome = judge(ticket(), Look(None, machine=False, through_service=True, service=service))
    assert (outcome.end, outcome.why) == (end, why)


def test_a_machine_started_again_in_mid_job_is_unknown_whatever_it_counts() -> None:
    outcome = judge(ticket(), Look(job(DONE, 2, 2), ALL_OUT, up_time=5))
    assert (outcome.end, outcome.why) == (Stage.UNKNOWN, Why.RESTARTED)


def test_a_machine_that_still_moves_is_not_judged_by_its_counter_alone() -> None:
    assert judge(ticket(), Look(None, ALL_OUT, 2_000, busy=True)).end is Stage.UNKNOWN


@pytest.mark.parametrize("counted", [6, 8])
def test_the_blank_back_of_the_last_sheet_may_be_counted(counted: int) -> None:
    double = ticket(3, 2, Sides.LONG_EDGE)
    assert (double.sheets, double.impressions) == (4, (6, 8))
    outcome = judge(double, Look(job(DONE, counted, 4), Counters(100 + counted, 94), 2_000))
    assert outcome.end is Stage.DELIVERED


@pytest.mark.parametrize(
    ("look", "stage"),
    [
        (Look(None), Stage.SUBMITTED),
        (Look(job(JobState.PENDING)), Stage.ACCEPTED),
        (Look(job(JobState.PROCESSING)), Stage.PRINTING),
        (Look(job(JobState.PROCESSING), hindering=frozenset({Reason.MEDIA_JAM})), Stage.PAUSED),
        (Look(job(JobState.STOPPED)), Stage.PAUSED),
        (Look(job(JobState.PROCESSING), stopped=True), Stage.PAUSED),
        (Look(None, service=job(JobState.PROCESSING), through_service=True), Stage.SUBMITTED),
        (Look(None, service=job(JobState.PROCESSING), through_service=True, machine=False), Stage.SUBMITTED),
        (Look(job(DONE, 2), service=job(JobState.PROCESSING), through_service=True), Stage.PRINTING),
    ],
)
def test_stages_on_the_way(look: Look, stage: Stage) -> None:
    assert progress(look).stage is stage


def test_a_ticket_survives_the_journal() -> None:
    made = ticket(3, 2, Sides.SHORT_EDGE, Counters(5, None))
    assert Ticket.of(made.facts()) == made


def test_reasons_are_known_by_their_stem_and_strange_ones_kept() -> None:
    known, other = sorted_out(["media-empty-error", "media-jam-report", "cover-open", "vendor-thing-warning", "none"])
    assert known == {Reason.MEDIA_EMPTY, Reason.MEDIA_JAM, Reason.COVER_OPEN}
    assert other == {"vendor-thing"}


def test_a_cover_a_sleeping_printer_only_alerts_is_seen() -> None:
    assert alerted([b"code=coverOpen;severity=critical", b"code=other", b"\xff"]) == {Reason.COVER_OPEN}
