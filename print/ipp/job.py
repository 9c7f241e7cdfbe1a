"""What became of a job: pure functions from what was asked and seen to what is known (facts/print.md 2).

created -> submitted -> accepted -> printing <-> paused -> delivered | failed | unknown

`delivered` needs counts of the machine itself, each of them saying that all came out. `failed` needs the machine's word
that the job is over and its counts saying that nothing came out. Everything else is unknown, and what is unknown is never
printed again by itself.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from print.ipp.readings import Counters, JobReading
from print.ipp.reasons import Hindrance, Reason
from print.ipp.terms import JobState, Sides


class Stage(StrEnum):
    CREATED = "created"        # a ticket was made, nothing sent
    SUBMITTED = "submitted"    # bytes went out; the machine has not yet shown a job of ours
    ACCEPTED = "accepted"      # the machine lists the job
    PRINTING = "printing"
    PAUSED = "paused"          # the machine waits for somebody: paper, jam, cover
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def final(self) -> bool:
        return self in (Stage.DELIVERED, Stage.FAILED, Stage.UNKNOWN)


class Why(StrEnum):
    """Of an outcome; words for the catalogue and the technician."""

    COUNTED = "counted"                      # delivered: every count of the machine says so
    NOT_STARTED = "not_started"              # failed: nothing was sent, or the job never left the queue
    REFUSED = "refused"                      # failed: the printer did not take it
    CANCELLED = "cancelled"                  # failed: cancelled by us or at the machine, no side printed
    PART_CAME_OUT = "part_came_out"          # unknown: cancelled with some sides printed
    COUNTS_DISAGREE = "counts_disagree"      # unknown: the state says one thing, a count another
    NO_COUNT = "no_count"                    # unknown: the machine does not count
    NO_EVIDENCE = "no_evidence"              # unknown: only the print service was asked, the machine cannot be
    COMPLETED_WITH_ERRORS = "completed_with_errors"
    RESTARTED = "restarted"                  # unknown: the machine was started again in mid-job
    JOB_GONE = "job_gone"                    # unknown: the machine knows no such job
    CANCEL_NOT_CONFIRMED = "cancel_not_confirmed"  # unknown: pages may still come out
    CANCEL_IGNORED = "cancel_ignored"        # unknown: it was cancelled, and all sides are counted


@dataclass(frozen=True)
class Ticket:
    """A job before it is sent: all that is needed to judge it later, also after the terminal was killed.

    `key` is the job's name at the printer; `pages` of the document; `before`, `up_time`: the machine's counts and seconds
    since its start, read before.
    """

    key: str
    pages: int
    copies: int
    sides: Sides
    media: str
    before: Counters
    up_time: int | None

    @property
    def sheets(self) -> int:
        return self.copies * (self.pages if self.sides is Sides.ONE else (self.pages + 1) // 2)

    @property
    def impressions(self) -> tuple[int, int]:
        """At least and at most: some machines count the blank back of the last sheet."""
        return self.copies * self.pages, self.sheets * (1 if self.sides is Sides.ONE else 2)

    def facts(self) -> dict[str, Any]:
        """For the journal: JSON-able, without personal data."""
        return {
            "key": self.key, "pages": self.pages, "copies": self.copies, "sides": str(self.sides), "media": self.media,
            "impressions_before": self.before.impressions, "sheets_before": self.before.sheets, "up_time": self.up_time,
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Ticket:
        """Raises KeyError or ValueError for what `facts` did not write."""
        return cls(
            str(facts["key"]), int(facts["pages"]), int(facts["copies"]), Sides(facts["sides"]), str(facts["media"]),
            Counters(facts["impressions_before"], facts["sheets_before"]), facts["up_time"],
        )


@dataclass(frozen=True)
class Outcome:
    """`pages_out`: sides the machine counted, None where it does not say. `held`: something of it may still come out, and
    the printer takes no other job until it says that it cannot."""

    end: Stage
    why: Why
    detail: str = ""
    pages_out: int | None = None
    held: bool = False
    hindrance: Hindrance | Reason | None = None
    reasons: frozenset[Reason] = frozenset()


@dataclass(frozen=True)
class Progress:
    stage: Stage
    reasons: frozenset[Reason] = frozenset()
    pages_out: int | None = None


@dataclass(frozen=True)
class Look:
    """What was seen of one job at one moment.

    `job`: at the machine itself; `service`: at the print service before it, where there is one. None: not listed.
    `machine`: whether a machine could be asked at all. `now`: its counts. `hindering`: why it stands.
    """

    job: JobReading | None
    now: Counters = Counters()
    up_time: int | None = None
    hindering: frozenset[Reason] = frozenset()
    stopped: bool = False
    busy: bool = False
    machine: bool = True
    through_service: bool = False
    service: JobReading | None = None

    @property
    def over(self) -> bool:
        """Nothing of the job stands in any queue, and the machine is at rest."""
        return all(one.final for one in self.listed) and not self.busy

    @property
    def listed(self) -> tuple[JobReading, ...]:
        return tuple(one for one in (self.job, self.service) if one is not None)

    @property
    def judged_by(self) -> JobReading | None:
        return self.job if self.machine else self.service


def progress(look: Look) -> Progress:
    """Of a job that is not over."""
    job = look.judged_by
    counted = None if look.job is None else look.job.impressions
    if job is None or not look.machine:
        stage = Stage.SUBMITTED
    elif look.hindering or look.stopped or job.state is JobState.STOPPED:
        stage = Stage.PAUSED
    elif job.state is JobState.PROCESSING or job.final:  # the service before it has not heard of the end yet
        stage = Stage.PRINTING
    else:
        stage = Stage.ACCEPTED
    return Progress(stage, look.hindering, counted)


def judge(ticket: Ticket, look: Look) -> Outcome:
    """Of a job that is over (`look.over`), or of which nothing is listed any more."""
    if not look.machine:
        return _by_the_service_alone(look.service)
    counts = tuple(_counts(ticket, look))
    pages = _pages_out(ticket, look)
    if restarted(ticket, look):
        return Outcome(Stage.UNKNOWN, Why.RESTARTED, pages_out=pages)
    if look.job is None:
        return _without_a_job(look, counts, pages)
    if look.job.state is JobState.COMPLETED:
        return _completed(look.job, counts, pages)
    if look.job.state in (JobState.CANCELED, JobState.ABORTED):
        return _ended_early(look.job, counts, pages)
    return Outcome(Stage.UNKNOWN, Why.CANCEL_NOT_CONFIRMED, f"state {look.job.state}", pages, held=True)


def restarted(ticket: Ticket, look: Look) -> bool:
    return None not in (ticket.up_time, look.up_time) and (look.up_time or 0) < (ticket.up_time or 0)


class _Count(Enum):
    NONE = 0
    PART = 1
    ALL = 2
    MORE = 3


def _count(seen: int, least: int, most: int) -> _Count:
    if seen < least:
        return _Count.PART if seen > 0 else _Count.NONE
    return _Count.ALL if seen <= most else _Count.MORE


def _counts(ticket: Ticket, look: Look) -> Iterable[_Count]:
    """What each count of the machine says: of the job, and of its whole life before and after."""
    least, most = ticket.impressions
    sheets = ticket.sheets
    if look.job is not None and look.job.impressions is not None:
        yield _count(look.job.impressions, least, most)
    if look.job is not None and look.job.sheets is not None:
        yield _count(look.job.sheets, sheets, sheets)
    yield from _lifetime(ticket, look)


def _lifetime(ticket: Ticket, look: Look) -> Iterable[_Count]:
    if ticket.before.impressions is not None and look.now.impressions is not None:
        yield _count(look.now.impressions - ticket.before.impressions, *ticket.impressions)
    if ticket.before.sheets is not None and look.now.sheets is not None:
        yield _count(look.now.sheets - ticket.before.sheets, ticket.sheets, ticket.sheets)


def _pages_out(ticket: Ticket, look: Look) -> int | None:
    if ticket.before.impressions is not None and look.now.impressions is not None:
        return max(0, look.now.impressions - ticket.before.impressions)
    return None if look.job is None else look.job.impressions


def _completed(job: JobReading, counts: tuple[_Count, ...], pages: int | None) -> Outcome:
    if job.with_errors:
        return Outcome(Stage.UNKNOWN, Why.COMPLETED_WITH_ERRORS, pages_out=pages)
    if not counts:
        return Outcome(Stage.UNKNOWN, Why.NO_COUNT, "completed, and no count to prove it")
    if set(counts) == {_Count.ALL}:
        return Outcome(Stage.DELIVERED, Why.COUNTED, pages_out=pages)
    return Outcome(Stage.UNKNOWN, Why.COUNTS_DISAGREE, "completed: " + _named(counts), pages)


def _ended_early(job: JobReading, counts: tuple[_Count, ...], pages: int | None) -> Outcome:
    detail = ", ".join(sorted(job.reasons))
    if set(counts) == {_Count.NONE}:
        return Outcome(Stage.FAILED, Why.CANCELLED, detail, 0)
    if not counts and job.started is False:
        return Outcome(Stage.FAILED, Why.NOT_STARTED, detail, 0)
    if not counts:
        return Outcome(Stage.UNKNOWN, Why.NO_COUNT, detail)
    if set(counts) == {_Count.ALL}:
        return Outcome(Stage.UNKNOWN, Why.CANCEL_IGNORED, detail, pages)
    if _Count.PART in counts and _Count.MORE not in counts:
        return Outcome(Stage.UNKNOWN, Why.PART_CAME_OUT, detail, pages)
    return Outcome(Stage.UNKNOWN, Why.COUNTS_DISAGREE, "ended early: " + _named(counts), pages)


def _without_a_job(look: Look, counts: tuple[_Count, ...], pages: int | None) -> Outcome:
    """The machine keeps no history, or never had the job: its counts over its whole life still speak."""
    if look.over and counts and set(counts) == {_Count.ALL}:
        return Outcome(Stage.DELIVERED, Why.COUNTED, "by the counts alone", pages)
    ended = look.service is not None and look.service.state in (JobState.CANCELED, JobState.ABORTED)
    if look.over and ended and set(counts) == {_Count.NONE}:
        return Outcome(Stage.FAILED, Why.CANCELLED, "ended before it came to the machine", 0)
    return Outcome(Stage.UNKNOWN, Why.JOB_GONE, _named(counts), pages)


def _by_the_service_alone(service: JobReading | None) -> Outcome:
    """A print service counts what its filters put out: one page also where the bytes were thrown away (facts/print.md 3.3).
    All that it knows is whether it ever began."""
    if service is None:
        return Outcome(Stage.UNKNOWN, Why.JOB_GONE)
    if service.state in (JobState.CANCELED, JobState.ABORTED) and service.started is False:
        return Outcome(Stage.FAILED, Why.NOT_STARTED, "cancelled before it was begun", 0)
    return Outcome(Stage.UNKNOWN, Why.NO_EVIDENCE)


def _named(counts: Iterable[_Count]) -> str:
    return ", ".join(one.name.lower() for one in counts) or "nothing counted"
