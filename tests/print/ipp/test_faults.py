"""Fault -> outcome, and what lies in the output then; after each of them the next citizen's page comes out alone."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
import trio

from print.ipp.client import IppClient
from print.ipp.codec import decode, encode
from print.ipp.errors import NotReady, PrinterAway
from print.ipp.job import Outcome, Progress, Stage, Ticket, Why
from print.ipp.patience import Patience, Strangers
from print.ipp.printer import A4Printer, Cancelled, CancelUnknown, NotCancelled
from print.ipp.readings import Fill
from print.ipp.reasons import Hindrance, Reason
from print.ipp.simulator.faults import FAULTS
from print.ipp.terms import JobState, PrinterState, Sides
from print.ipp.values import Attribute, Group, GroupTag, Tag
from tests.contract.device_class import FaultTable
from tests.print.ipp.papers import pdf
from tests.print.ipp.rig import URI, Rig, memory_rig
from tests.virtual_time import run_in_virtual_time

Situation = Callable[[Rig], Awaitable[None]]
FAULT_TABLE = FaultTable(FAULTS)
PAGES = 3
LONG_S = 120.0  # longer than a job that nobody lists is waited for


def shows(*faults: str, strangers: Strangers = Strangers.REFUSE) -> Callable[[Situation], Callable[[], None]]:
    def decorate(situation: Situation) -> Callable[[], None]:
        async def main() -> None:
            async with memory_rig(strangers=strangers) as rig:
                await situation(rig)

        def test() -> None:
            run_in_virtual_time(main)

        test.__name__, test.__doc__ = getattr(situation, "__name__", "test"), situation.__doc__
        FAULT_TABLE.add(faults, test.__name__, test)
        return test

    return decorate


async def repair(rig: Rig) -> None:
    """A technician: faults away, power on, paper in, jam out, cover closed, output taken."""
    rig.faults.clear()
    rig.model.power_on()
    rig.model.load()
    rig.model.clear_jam()
    rig.model.new_toner()
    rig.model.cover_open = False
    rig.machine.plugged = True
    await trio.lowlevel.checkpoint()


async def watched(rig: Rig, seconds: float) -> None:
    """With nobody there but the terminal's own watch."""
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rig.printer.keep_watch)
        await trio.sleep(seconds)
        nursery.cancel_scope.cancel()


async def the_next_citizen_gets_her_page_alone(rig: Rig) -> None:
    """With the terminal's watch on, whatever is still to come has been cancelled when she is served."""
    mine = list(rig.keys_out)
    await repair(rig)
    await watched(rig, LONG_S)
    before = rig.keys_out
    assert before == mine, "pages came out that nobody waited for"
    assert rig.printer.held == frozenset()
    ticket = await rig.ticket(1)
    assert (await rig.printer.print(pdf(1), ticket)).end is Stage.DELIVERED
    assert rig.keys_out[len(before) :] == [ticket.key]


async def outcome_with(rig: Rig, fault: str, count: int | None = 1, pages: int = PAGES) -> Outcome:
    rig.faults.set(fault, count)
    outcome = await rig.print(pages)
    out = len(rig.keys_out)
    if outcome.end is Stage.DELIVERED:
        assert out == pages
    if outcome.end is Stage.FAILED:
        assert out == 0
    return outcome


def is_so(outcome: Outcome, end: Stage, why: Why, pages_out: int | None, held: bool = False) -> None:
    assert (outcome.end, outcome.why, outcome.pages_out, outcome.held) == (end, why, pages_out, held)


# All is well


@shows()
async def test_three_pages_are_delivered_and_every_stage_is_seen(rig: Rig) -> None:
    is_so(await rig.print(PAGES), Stage.DELIVERED, Why.COUNTED, 3)
    assert [side.page for side in rig.model.printed] == [0, 1, 2]
    assert [side.document for side in rig.model.printed] == [pdf(PAGES)] * 3
    assert list(dict.fromkeys(one.stage for one in rig.seen)) == [Stage.SUBMITTED, Stage.ACCEPTED, Stage.PRINTING]
    await the_next_citizen_gets_her_page_alone(rig)


@shows()
async def test_two_sided_copies_are_counted_in_sheets_and_sides(rig: Rig) -> None:
    outcome = await rig.print(PAGES, sides=Sides.LONG_EDGE, copies=2)
    is_so(outcome, Stage.DELIVERED, Why.COUNTED, 6)
    assert rig.model.in_output == 4


# Before the job


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda m: m.load(0), Reason.MEDIA_EMPTY),
        (lambda m: setattr(m, "cover_open", True), Reason.COVER_OPEN),
        (lambda m: setattr(m, "jammed", True), Reason.MEDIA_JAM),
        (lambda m: setattr(m, "toner", 0.0), Reason.MARKER_SUPPLY_EMPTY),
        (lambda m: setattr(m, "tray_missing", True), Reason.INPUT_TRAY_MISSING),
        (lambda m: setattr(m, "in_output", 150), Reason.OUTPUT_AREA_FULL),
        (lambda m: setattr(m, "media", "na_letter_8.5x11in"), Reason.MEDIA_NEEDED),
    ],
)
def test_a_printer_that_cannot_print_is_found_out_before_anything_is_sent(
    happens: Callable[[object], None], reason: Reason
) -> None:
    async def main() -> None:
        async with memory_rig() as rig:
            happens(rig.model)
            status = await rig.printer.status()
            assert reason in status.hindrances and not status.ready
            with pytest.raises(NotReady) as refused:
                await rig.ticket()
            assert refused.value.hindrance == reason
            assert rig.model.jobs == []

    run_in_virtual_time(main)


@shows()
async def test_supplies_trays_and_counters_are_read(rig: Rig) -> None:
    rig.model.toner, rig.model.sheets_in_tray = 7.0, 12
    status = await rig.printer.status()
    assert status.ready and status.counts and status.queued == 0
    assert [(one.percent, one.low) for one in status.supplies] == [(7, True)]
    assert [(one.fill, one.sheets) for one in status.trays] == [(Fill.LOW, 12)]
    assert status.reasons == {Reason.MARKER_SUPPLY_LOW, Reason.MEDIA_LOW}
    assert (status.counters.impressions, status.counters.sheets) == (1_000, 900)


@shows()
async def test_somebody_elses_job_in_the_queue_stops_us_by_rule(rig: Rig) -> None:
    rig.model.cover_open = True
    rig.model.strange_job()
    with pytest.raises(NotReady) as refused:
        await rig.ticket()
    assert refused.value.hindrance == Hindrance.STRANGE_JOB
    assert len(rig.model.waiting) == 1


@shows(strangers=Strangers.CANCEL)
async def test_somebody_elses_job_is_cancelled_where_the_printer_is_ours_alone(rig: Rig) -> None:
    rig.model.cover_open = True
    rig.model.strange_job()
    await trio.sleep(5)
    with pytest.raises(NotReady):
        await rig.ticket()
    rig.model.cover_open = False
    is_so(await rig.print(), Stage.DELIVERED, Why.COUNTED, 1)
    assert len(set(rig.keys_out)) == 1


@shows()
async def test_something_printed_between_ticket_and_job_is_seen(rig: Rig) -> None:
    ticket = await rig.ticket()
    rig.model.strange_job()
    await trio.sleep(30)
    outcome = await rig.printer.print(pdf(), ticket)
    assert (outcome.end, outcome.hindrance) == (Stage.FAILED, Hindrance.COUNTER_MOVED)
    assert ticket.key not in rig.keys_out


@shows()
async def test_a_ticket_prints_once(rig: Rig) -> None:
    ticket = await rig.ticket()
    assert (await rig.printer.print(pdf(), ticket)).end is Stage.DELIVERED
    again = replace(ticket, before=(await rig.printer.status()).counters)
    outcome = await rig.terminal().print(pdf(), again)
    assert (outcome.end, outcome.hindrance) == (Stage.FAILED, Hindrance.USED_KEY)
    assert rig.keys_out == [ticket.key]


@shows()
async def test_a_printer_without_power_is_away(rig: Rig) -> None:
    ticket = await rig.ticket()
    rig.model.power_off()
    with pytest.raises(PrinterAway):
        await rig.printer.status()
    outcome = await rig.printer.print(pdf(), ticket)
    assert (outcome.end, outcome.why, outcome.hindrance) == (Stage.FAILED, Why.NOT_STARTED, Hindrance.AWAY)


@shows("silent", "garbled", "wrong_answer")
async def test_a_printer_that_does_not_answer_sense_is_away(rig: Rig) -> None:
    for fault in ("silent", "garbled", "wrong_answer"):
        rig.faults.set(fault)
        with pytest.raises(PrinterAway):
            await rig.printer.status()
        rig.faults.clear()
    assert (await rig.printer.status()).ready


# Paper, jam, power


@shows("runs_out_in_mid_job")
async def test_paper_put_in_while_she_waits_ends_well(rig: Rig) -> None:
    rig.faults.set("runs_out_in_mid_job", 1)
    ticket = await rig.ticket(PAGES)

    def watch(now: Progress) -> None:
        rig.seen.append(now)
        if now.stage is Stage.PAUSED:
            assert Reason.MEDIA_EMPTY in now.reasons
            rig.model.load()

    is_so(await rig.printer.print(pdf(PAGES), ticket, watch), Stage.DELIVERED, Why.COUNTED, 3)
    assert Stage.PAUSED in [one.stage for one in rig.seen]
    await the_next_citizen_gets_her_page_alone(rig)


@shows("runs_out_in_mid_job")
async def test_paper_not_put_in_the_rest_never_comes_out(rig: Rig) -> None:
    outcome = await outcome_with(rig, "runs_out_in_mid_job")
    is_so(outcome, Stage.UNKNOWN, Why.PART_CAME_OUT, 1)
    assert outcome.reasons == {Reason.MEDIA_EMPTY}
    await the_next_citizen_gets_her_page_alone(rig)


@shows("jam_in_mid_job")
async def test_a_jam_in_mid_job_and_nobody_comes(rig: Rig) -> None:
    outcome = await outcome_with(rig, "jam_in_mid_job")
    is_so(outcome, Stage.UNKNOWN, Why.PART_CAME_OUT, 1)
    assert outcome.reasons == {Reason.MEDIA_JAM}
    await the_next_citizen_gets_her_page_alone(rig)


@shows()
async def test_a_cover_opened_before_the_first_page_has_failed_for_certain(rig: Rig) -> None:
    ticket = await rig.ticket(PAGES)

    def watch(now: Progress) -> None:
        rig.model.cover_open = True

    is_so(await rig.printer.print(pdf(PAGES), ticket, watch), Stage.FAILED, Why.CANCELLED, 0)
    await the_next_citizen_gets_her_page_alone(rig)


@shows("dies_in_mid_job")
async def test_power_lost_in_mid_job_is_unknown_and_holds_the_printer(rig: Rig) -> None:
    outcome = await outcome_with(rig, "dies_in_mid_job")
    is_so(outcome, Stage.UNKNOWN, Why.CANCEL_NOT_CONFIRMED, None, held=True)
    await repair(rig)
    assert Hindrance.HELD in (await rig.printer.status()).hindrances
    with pytest.raises(NotReady):
        await rig.ticket()
    await the_next_citizen_gets_her_page_alone(rig)


@shows("dies_in_mid_job")
async def test_power_back_within_seconds_is_a_restart_in_mid_job(rig: Rig) -> None:
    rig.faults.set("dies_in_mid_job", 1)
    ticket = await rig.ticket(PAGES)

    async def power_back() -> None:
        while rig.model.powered:
            await trio.sleep(0.1)
        await trio.sleep(4)
        rig.model.power_on()

    await trio.sleep(30)
    ticket = replace(ticket, up_time=(await rig.printer._eyes.printer()).up_time)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(power_back)
        outcome = await rig.printer.print(pdf(PAGES), ticket)
    assert (outcome.end, outcome.why, outcome.held) == (Stage.UNKNOWN, Why.RESTARTED, True)
    await the_next_citizen_gets_her_page_alone(rig)


@shows("dies_in_mid_job", "keeps_jobs_over_power_cuts")
async def test_a_machine_that_keeps_jobs_does_not_print_them_for_the_next_citizen(rig: Rig) -> None:
    rig.faults.set("keeps_jobs_over_power_cuts")
    outcome = await outcome_with(rig, "dies_in_mid_job")
    assert (outcome.end, outcome.held) == (Stage.UNKNOWN, True)
    rig.model.cover_open = True  # whoever switches it on has the cover open
    rig.model.power_on()
    await watched(rig, LONG_S)
    assert rig.model.waiting == []
    await the_next_citizen_gets_her_page_alone(rig)


@shows()
async def test_power_lost_just_after_the_last_page_was_counted_is_delivered(rig: Rig) -> None:
    ticket = await rig.ticket()
    real = rig.machine.post

    async def post(body: bytes) -> bytes:
        asks_for_jobs = body[2:4] == b"\0\x0a"  # to see that nothing is left, once the outcome is known
        if asks_for_jobs and any(job.state is JobState.COMPLETED for job in rig.model.jobs):
            rig.model.power_off()
        return await real(body)

    client = IppClient(post, URI)
    outcome = await type(rig.printer)(client, client).print(pdf(), ticket)
    is_so(outcome, Stage.DELIVERED, Why.COUNTED, 1, held=True)


# Answers


@shows("answer_lost")
async def test_an_answer_lost_after_the_job_was_taken_is_found_out(rig: Rig) -> None:
    is_so(await outcome_with(rig, "answer_lost"), Stage.DELIVERED, Why.COUNTED, 3)
    assert len(rig.model.jobs) == 1, "sent twice"


@shows("internal_error")
async def test_a_job_taken_with_an_error_for_an_answer_is_found_out(rig: Rig) -> None:
    is_so(await outcome_with(rig, "internal_error"), Stage.DELIVERED, Why.COUNTED, 3)
    assert len(rig.model.jobs) == 1, "sent twice"


@shows("request_lost")
async def test_a_job_that_may_not_have_arrived_is_unknown_and_not_sent_again(rig: Rig) -> None:
    is_so(await outcome_with(rig, "request_lost"), Stage.UNKNOWN, Why.JOB_GONE, 0, held=True)
    await the_next_citizen_gets_her_page_alone(rig)


@shows("accepted_twice")
async def test_a_job_taken_twice_comes_out_once(rig: Rig) -> None:
    is_so(await outcome_with(rig, "accepted_twice"), Stage.DELIVERED, Why.COUNTED, 3)
    await the_next_citizen_gets_her_page_alone(rig)


@shows("job_dropped")
async def test_a_job_accepted_and_forgotten_is_unknown(rig: Rig) -> None:
    is_so(await outcome_with(rig, "job_dropped"), Stage.UNKNOWN, Why.JOB_GONE, 0, held=True)
    await the_next_citizen_gets_her_page_alone(rig)


@shows("completed_without_paper")
async def test_completed_is_not_believed_against_the_machines_counter(rig: Rig) -> None:
    is_so(await outcome_with(rig, "completed_without_paper"), Stage.UNKNOWN, Why.COUNTS_DISAGREE, 0)


@shows("completed_short")
async def test_completed_with_a_sheet_too_few_is_unknown(rig: Rig) -> None:
    is_so(await outcome_with(rig, "completed_short"), Stage.UNKNOWN, Why.COUNTS_DISAGREE, 2)


@shows("completed_with_errors")
async def test_completed_with_errors_is_unknown(rig: Rig) -> None:
    is_so(await outcome_with(rig, "completed_with_errors"), Stage.UNKNOWN, Why.COMPLETED_WITH_ERRORS, 3)


@shows("aborts")
async def test_aborted_by_the_machine_with_nothing_counted_has_failed(rig: Rig) -> None:
    is_so(await outcome_with(rig, "aborts"), Stage.FAILED, Why.CANCELLED, 0)


@shows("no_counts")
async def test_a_machine_that_counts_nothing_is_never_believed(rig: Rig) -> None:
    is_so(await outcome_with(rig, "no_counts", None), Stage.UNKNOWN, Why.NO_COUNT, None)
    assert not (await rig.printer.status()).counts


@shows("no_job_counts", "counts_late", "forgets_jobs")
async def test_the_machines_own_counter_is_enough_late_or_without_a_history(rig: Rig) -> None:
    for fault in ("no_job_counts", "counts_late", "forgets_jobs"):
        rig.model.take_output()
        is_so(await outcome_with(rig, fault, None), Stage.DELIVERED, Why.COUNTED, 3)
        rig.faults.clear()


@shows("state_garbage", "state_missing")
async def test_a_state_nobody_knows_is_unknown_and_holds_the_printer(rig: Rig) -> None:
    is_so(await outcome_with(rig, "state_garbage", None), Stage.UNKNOWN, Why.CANCEL_NOT_CONFIRMED, 3, held=True)
    await the_next_citizen_gets_her_page_alone(rig)
    rig.model.take_output()
    is_so(await outcome_with(rig, "state_missing", None), Stage.UNKNOWN, Why.CANCEL_NOT_CONFIRMED, 3, held=True)


@shows("substitutes")
async def test_other_paper_than_asked_for_is_cancelled_before_it_comes_out(rig: Rig) -> None:
    outcome = await outcome_with(rig, "substitutes")
    is_so(outcome, Stage.FAILED, Why.CANCELLED, 0)
    assert outcome.hindrance is Hindrance.UNSUITABLE


@shows("busy", "http_503")
async def test_a_busy_printer_is_asked_again_and_given_up(rig: Rig) -> None:
    is_so(await outcome_with(rig, "busy", 2), Stage.DELIVERED, Why.COUNTED, 3)
    rig.model.take_output()
    outcome = await outcome_with(rig, "busy", None)
    assert (outcome.why, outcome.hindrance, outcome.held) == (Why.REFUSED, Hindrance.BUSY, False)
    assert rig.printer.held == frozenset()
    rig.faults.clear()
    is_so(await outcome_with(rig, "http_503", 1), Stage.DELIVERED, Why.COUNTED, 3)


@shows("http_500", "http_503", "slow", "garbled", "wrong_answer", "silent")
async def test_a_line_that_is_bad_for_some_seconds_in_mid_job_changes_nothing(rig: Rig) -> None:
    for fault in ("http_500", "http_503", "slow", "garbled", "wrong_answer", "silent"):
        rig.model.take_output()
        ticket = await rig.ticket(PAGES)

        def watch(now: Progress, fault: str = fault) -> None:
            if now.stage is Stage.PRINTING and now.pages_out == 1:
                rig.faults.set(fault, 1)

        is_so(await rig.printer.print(pdf(PAGES), ticket, watch), Stage.DELIVERED, Why.COUNTED, 3)
        assert len(rig.keys_out) == PAGES
        rig.faults.clear()


@shows("http_500")
async def test_http_500_for_the_job_itself_is_unknown_where_no_job_is_found(rig: Rig) -> None:
    ticket = await rig.ticket(PAGES)
    real, machine = rig.machine.post, rig.machine

    async def post(body: bytes) -> bytes:
        if body[2:4] == b"\0\2":
            machine.faults.set("http_500", 1)
        return await real(body)

    client = IppClient(post, URI)
    printer = type(rig.printer)(client, client)
    is_so(await printer.print(pdf(PAGES), ticket), Stage.UNKNOWN, Why.JOB_GONE, 0, held=True)


def saying(rig: Rig, *instead: Attribute) -> A4Printer:
    """The printer with these of its attributes said otherwise, or said besides."""
    names = {one.name for one in instead}

    async def post(body: bytes) -> bytes:
        answer = decode(await rig.machine.post(body))
        groups = tuple(
            Group(one.tag, (*(kept for kept in one.attributes if kept.name not in names), *instead))
            if one.tag == GroupTag.PRINTER
            else one
            for one in answer.groups
        )
        return encode(replace(answer, groups=groups))

    client = IppClient(post, URI)
    return A4Printer(client, client)


@shows("aborts")
async def test_an_aborted_job_of_a_machine_that_goes_on_moving_is_unknown_and_held(rig: Rig) -> None:
    ticket = await rig.ticket()
    rig.faults.set("aborts", 1)
    printer = saying(rig, Attribute.of("printer-state", Tag.ENUM, PrinterState.PROCESSING))
    outcome = await printer.print(pdf(), ticket)
    assert (outcome.end, outcome.why, outcome.held) == (Stage.UNKNOWN, Why.CANCEL_NOT_CONFIRMED, True)


@shows()
async def test_a_print_service_named_as_the_machine_is_never_believed(rig: Rig) -> None:
    ticket = await rig.ticket()
    outcome = await saying(rig, Attribute.of("cups-version", Tag.TEXT, "2.4.2")).print(pdf(), ticket)
    assert (outcome.end, outcome.why) == (Stage.UNKNOWN, Why.NO_EVIDENCE)


# Cancelling


@shows("stuck")
async def test_stuck_in_processing_is_cancelled_and_read_back(rig: Rig) -> None:
    is_so(await outcome_with(rig, "stuck", None), Stage.FAILED, Why.CANCELLED, 0)
    await the_next_citizen_gets_her_page_alone(rig)


@shows("cancel_ignored", "cancel_refused", "stuck")
async def test_a_cancellation_not_obeyed_holds_the_printer_until_it_is(rig: Rig) -> None:
    for fault in ("cancel_ignored", "cancel_refused"):
        rig.faults.set(fault)
        is_so(await outcome_with(rig, "stuck", None), Stage.UNKNOWN, Why.CANCEL_NOT_CONFIRMED, None, held=True)
        assert rig.model.waiting
        rig.faults.clear(fault)
        await watched(rig, 5)
        assert rig.model.waiting == []
        await the_next_citizen_gets_her_page_alone(rig)
        rig.model.take_output()


@shows()
async def test_cancelling_a_job_that_waits(rig: Rig) -> None:
    ticket = await rig.ticket(PAGES)
    rig.model.faults.set("stuck")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rig.printer.print, pdf(PAGES), ticket)
        await trio.sleep(10)
        nursery.cancel_scope.cancel()
    assert rig.model.waiting == []
    assert rig.printer.held == frozenset()
    assert (await rig.printer.cancel(ticket)) == NotCancelled(Outcome(Stage.FAILED, Why.CANCELLED, "job-canceled-by-user", 0))


@shows("cancel_ignored")
async def test_after_a_kill_the_job_is_found_by_its_ticket(rig: Rig) -> None:
    """The terminal is killed in mid-job; a new one knows only the ticket from the journal."""
    for ending, fault in ((Cancelled, None), (CancelUnknown, "cancel_ignored")):
        rig.model.take_output()
        ticket = await rig.ticket(8)
        await rig.printer._entry.print_job(rig.printer._submission(ticket, await rig.printer._entry_capabilities(), pdf(8)))
        await trio.sleep(9)
        again, same = rig.terminal(), Ticket.of(ticket.facts())
        found = await again.find(same)
        assert isinstance(found, Progress) and found.stage is Stage.PRINTING
        if fault is not None:
            rig.faults.set(fault)
            rig.faults.set("stuck")
        ended = await again.cancel(same)
        assert isinstance(ended, ending)
        assert ended.outcome.end is Stage.UNKNOWN
        if fault is None:
            assert ended.outcome.why is Why.PART_CAME_OUT and rig.model.waiting == []
            assert await again.find(same) == ended.outcome
        else:
            assert again.held == {ticket.key}


@shows()
async def test_after_a_kill_the_job_can_be_followed_to_its_end(rig: Rig) -> None:
    ticket = await rig.ticket(PAGES)
    await rig.printer._entry.print_job(rig.printer._submission(ticket, await rig.printer._entry_capabilities(), pdf(PAGES)))
    is_so(await rig.terminal().follow(ticket), Stage.DELIVERED, Why.COUNTED, 3)
    is_so(await rig.terminal().find(ticket), Stage.DELIVERED, Why.COUNTED, 3)  # type: ignore[arg-type]


@shows()
async def test_a_leftover_of_a_killed_terminal_is_cancelled_before_the_next_job(rig: Rig) -> None:
    old = await rig.ticket(PAGES)
    rig.faults.set("stuck")
    await rig.printer._entry.print_job(rig.printer._submission(old, await rig.printer._entry_capabilities(), pdf(PAGES)))
    await trio.sleep(5)
    rig.faults.clear()
    rig.model.cover_open = True
    await trio.sleep(5)
    rig.printer = rig.terminal()
    with pytest.raises(NotReady) as refused:
        await rig.ticket()
    assert refused.value.hindrance == Reason.COVER_OPEN
    rig.model.cover_open = False
    is_so(await rig.print(), Stage.DELIVERED, Why.COUNTED, 1)
    assert old.key not in rig.keys_out


@shows()
async def test_a_pause_is_waited_for_no_longer_than_its_patience(rig: Rig) -> None:
    began = trio.current_time()
    await outcome_with(rig, "runs_out_in_mid_job")
    patience = Patience()
    assert trio.current_time() - began < patience.paused + patience.cancel + 20


def test_every_fault_has_a_situation() -> None:
    assert FAULT_TABLE.not_shown == set()
