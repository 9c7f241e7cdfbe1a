"""Our codec and judgement against a real IPP printer and a real cupsd, both private to the test."""
from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio
from pyipp.parser import parse

from print.ipp.client import IppClient
from print.ipp.codec import decode, encode
from print.ipp.errors import NotReady
from print.ipp.http_post import HttpPost
from print.ipp.job import Outcome, Progress, Stage, Why
from print.ipp.patience import Patience
from print.ipp.printer import A4Printer
from print.ipp.reasons import Hindrance, Reason
from print.ipp.terms import Operation
from print.ipp.values import Attribute, Group, GroupTag, Message, Tag
from tests.print.ipp import private_cups
from tests.print.ipp.papers import pdf
from tests.print.ipp.private_cups import PrivateCups, RealPrinter

KEYS = itertools.count(1)
PATIENCE = Patience(look=0.1, silent=1.0, appear=2.0, paused=0.6, cancel=8.0, again=0.3, settle=0.3, late=1.0, busy=0.2)
Servers = tuple[RealPrinter, PrivateCups]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    if (reason := private_cups.missing()) is not None:
        if private_cups.on_debian():
            pytest.fail(reason)
        pytest.skip(reason)
    with private_cups.servers() as both:
        yield both


class Visit:
    """One terminal at the real servers."""

    def __init__(
        self, servers: Servers, *, queue: str | None = None, machine: bool = True, patience: Patience = PATIENCE
    ) -> None:
        self.device, self.cups = servers
        direct = IppClient(HttpPost(self.device.uri), self.device.uri)
        entry = direct if queue is None else IppClient(HttpPost(self.cups.uri(queue)), self.cups.uri(queue))
        self.direct, self.entry = direct, entry
        self.printer = A4Printer(entry, direct if machine else None, patience=patience)
        self.seen: list[Progress] = []
        self.key = f"plan:page:{next(KEYS)}"

    async def print(self) -> Outcome:
        ticket = await self.printer.prepare(pdf(2), job_name=self.key)
        return await self.printer.print(pdf(2), ticket, self.seen.append)

    @property
    def stages(self) -> list[Stage]:
        return [one.stage for one in self.seen]


def outcome_of(visit: Visit) -> Outcome:
    return trio.run(visit.print)


def test_a_page_at_the_machine_itself_is_delivered_by_its_own_count(servers: Servers) -> None:
    servers[0].behave("ok")
    visit = Visit(servers)
    outcome = outcome_of(visit)
    assert (outcome.end, outcome.pages_out, outcome.held) == (Stage.DELIVERED, 2, False)
    assert visit.stages[0] is Stage.SUBMITTED and Stage.PRINTING in visit.stages
    assert any(Path(file).read_bytes() == pdf(2) for file in servers[0].spool.glob("*.pdf"))


def test_paper_loaded_in_time_is_seen_as_a_pause(servers: Servers) -> None:
    servers[0].behave("empty")
    visit = Visit(servers)

    def watch(now: Progress) -> None:
        visit.seen.append(now)
        if now.stage is Stage.PAUSED:
            servers[0].load_paper()

    async def main() -> Outcome:
        ticket = await visit.printer.prepare(pdf(2), job_name=visit.key)
        return await visit.printer.print(pdf(2), ticket, watch)

    assert trio.run(main).end is Stage.DELIVERED
    assert any(Reason.MEDIA_EMPTY in one.reasons for one in visit.seen)


def test_without_paper_the_job_is_cancelled_and_that_is_read_back(servers: Servers) -> None:
    servers[0].behave("empty")
    visit = Visit(servers)
    outcome = outcome_of(visit)
    assert (outcome.end, outcome.why, outcome.pages_out) == (Stage.FAILED, Why.CANCELLED, 0)
    assert Reason.MEDIA_EMPTY in outcome.reasons
    assert trio.run(visit.direct.jobs, "not-completed") == ()


def test_a_jam_before_the_first_page_has_failed(servers: Servers) -> None:
    servers[0].behave("jam")
    outcome = outcome_of(Visit(servers))
    assert (outcome.end, outcome.pages_out) == (Stage.FAILED, 0)


def test_a_jam_after_one_of_two_pages_is_unknown(servers: Servers) -> None:
    servers[0].behave("jam_after_one")
    outcome = outcome_of(Visit(servers))
    assert (outcome.end, outcome.why, outcome.pages_out) == (Stage.UNKNOWN, Why.PART_CAME_OUT, 1)


def test_through_the_print_service_it_is_delivered_by_the_machines_count(servers: Servers) -> None:
    servers[0].behave("ok")
    visit = Visit(servers, queue="a4")
    outcome = outcome_of(visit)
    assert (outcome.end, outcome.pages_out) == (Stage.DELIVERED, 2)
    assert trio.run(visit.entry.jobs, "not-completed") == ()


def test_through_the_print_service_a_jam_is_what_the_machine_says(servers: Servers) -> None:
    """CUPS counts pages and says that a user cancelled (facts/print.md 3.3)."""
    servers[0].behave("jam")
    visit = Visit(servers, queue="a4")
    outcome = outcome_of(visit)
    assert (outcome.end, outcome.pages_out) == (Stage.FAILED, 0)
    service = next(one for one in trio.run(visit.entry.jobs, "completed") if one.name == visit.key)
    assert service.impressions, "CUPS no longer counts what never came out; then this rule can be looked at again"


def test_the_print_services_word_alone_is_never_delivered(servers: Servers) -> None:
    servers[0].behave("ok")
    outcome = outcome_of(Visit(servers, queue="a4", machine=False))
    assert (outcome.end, outcome.why) == (Stage.UNKNOWN, Why.NO_EVIDENCE)


def test_the_print_service_named_as_the_machine_is_found_out(servers: Servers) -> None:
    servers[0].behave("ok")
    visit = Visit(servers, queue="a4")
    visit.printer = A4Printer(visit.entry, visit.entry, patience=PATIENCE)
    outcome = outcome_of(visit)
    assert (outcome.end, outcome.why) == (Stage.UNKNOWN, Why.NO_EVIDENCE)


def test_a_queue_that_lost_its_driver_is_refused(servers: Servers) -> None:
    with pytest.raises(NotReady) as refused:
        outcome_of(Visit(servers, queue="raw"))
    assert refused.value.hindrance == Hindrance.UNSUITABLE


def test_a_machine_that_dies_in_mid_job_leaves_it_unknown_and_held_until_it_answers_again(servers: Servers) -> None:
    servers[0].behave("long")
    visit = Visit(servers, patience=Patience(look=0.1, silent=0.5, cancel=1.0, again=0.2, settle=0.2, late=0.2))

    def watch(now: Progress) -> None:
        if now.stage is Stage.PRINTING:
            servers[0].power_off()

    async def main() -> None:
        ticket = await visit.printer.prepare(pdf(2), job_name=visit.key)
        outcome = await visit.printer.print(pdf(2), ticket, watch)
        assert (outcome.end, outcome.held) == (Stage.UNKNOWN, True)
        servers[0].power_on()
        servers[0].behave("ok")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(visit.printer.keep_watch)
            with trio.fail_after(5):
                while visit.printer.held:
                    await trio.sleep(0.05)
            nursery.cancel_scope.cancel()

    trio.run(main)


@pytest.mark.parametrize("where", ["machine", "service"])
def test_what_the_real_ones_say_reads_the_same_for_us_and_for_aioipp(servers: Servers, where: str) -> None:
    device, cups = servers
    uri = device.uri if where == "machine" else cups.uri("a4")
    head = (
        Attribute.of("attributes-charset", Tag.CHARSET, "utf-8"),
        Attribute.of("attributes-natural-language", Tag.LANGUAGE, "en"),
        Attribute.of("printer-uri", Tag.URI, uri),
    )
    question = Message(Operation.GET_PRINTER_ATTRIBUTES, 7, (Group(GroupTag.OPERATION, head),))
    answer = trio.run(HttpPost(uri), encode(question))
    ours = decode(answer).group(GroupTag.PRINTER)
    theirs = parse(answer)["printers"][0]
    assert len(ours.attributes) > 40
    assert decode(encode(decode(answer))) == decode(answer)
    names = [attribute.name for attribute in ours.attributes]
    for attribute in ours.attributes:
        if names.count(attribute.name) > 1:
            continue  # ippeveprinter sends what its file says and its own default; they keep the last, we the first
        plain = [one.data for one in attribute.values if isinstance(one.data, str | int) and one.tag != Tag.BEGIN_COLLECTION]
        if len(plain) == len(attribute.values):
            said = theirs[attribute.name]
            assert [getattr(one, "value", one) for one in (said if isinstance(said, list) else [said])] == plain
