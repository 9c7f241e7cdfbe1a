"""One card, and every way in which it does not come about: the end, the blanks on the books, the number at the centre."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
import trio

from kiosk.plans.production import KIND
from kiosk.transaction.heart import Run
from kiosk.transaction.plan import End, Mark
from remote.central.enrolment import certificates
from remote.central.store.database import writing
from remote.central.store.schema import incidents, persons
from remote.messages import CaseAnswer, CheckPerson, Delivery, IdentityEvidence, PersonAnswer, PhotoSource, Service, SubmitCase
from tests.kiosk.rig import Hall, Post, Settings, in_hall
from tests.remote.identities import enrolled

KEY = "senior_card_new"


def approved_case(hall: Hall, key: str = KEY) -> dict[str, object]:
    """What the journey has done before: an application for a card to be made now."""
    who = hall.citizens[key]
    ask = CheckPerson(id_number=who.id_number, name=who.name, birth=who.birth, id_valid_to=who.valid_to)
    person = hall.centre.handle("T1", "check_person", ask)
    assert isinstance(person, PersonAnswer)
    request = SubmitCase(
        person_ref=person.person_ref, service=Service.NEW, delivery=Delivery.INSTANT, photo=PhotoSource.POPULATION,
        identity=IdentityEvidence.CARD_ALONE, claim_code="0123ABCD",
    )  # fmt: skip
    answer = hall.centre.handle("T1", "submit_case", request, "application:submit:1")
    assert isinstance(answer, CaseAnswer) and answer.case is not None
    return {"case_id": answer.case.case_id, "claim_code": "0123ABCD", "elder": True, "person_ref": person.person_ref}


async def make(post: Post, *, at: str = "", then: Callable[[Run], None] = lambda run: None, takes: bool = True) -> Run:
    """Run one production to its end; `then` in the moment when the machine comes to the stage `at`."""
    await post.shows("home")
    heart, tell = post.terminal.heart, post.terminal.parts.stage

    def told(plan: str, stage: str) -> None:
        tell(plan, stage)
        if stage == at:
            then(run)

    post.terminal.parts.stage = told
    run = heart.begin(heart.new_plan_id(), KIND, approved_case(post.hall))
    while not run.finished.is_set():
        if takes:
            post.machine.take_card()
        with trio.move_on_after(0.25):
            await run.finished.wait()
    post.terminal.parts.stage = tell
    return run


@dataclass(frozen=True)
class Case:
    """`end` at once; `spoiled` in the end, after the attendant has cleared the machine where it is `owed`."""

    fault: str
    end: End = End.BACK
    spoiled: int = 1
    times: int | None = 1
    at: str = ""
    also: str = ""


CASES = [
    Case("hopper_empty", spoiled=0, times=None),
    Case("feed_jam", End.BACK_OWED),
    Case("double_feed", End.BACK_OWED, spoiled=2),
    Case("path_jam", End.BACK_OWED),
    Case("slipping", spoiled=0),
    Case("answer_lost"),
    Case("chip_contacts_worn", times=None),
    Case("path_sensor_blind", times=None, end=End.BACK),
    Case("print_jam", End.BACK_OWED),
    Case("ribbon_torn"),
    Case("ribbon_out", times=None),
    Case("ribbon_torn", End.BACK_OWED, also="reject_bin_full"),
    Case("path_jam", End.BACK_OWED, at="present"),
    Case("exit_sensor_covered", times=None, at="print"),
    Case("slipping", at="present"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.fault} {case.at} {case.also}".strip())
def test_each_fault_of_the_printer_takes_the_plan_back(tmp_path: Path, case: Case) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post

        def break_it(run: Run | None = None) -> None:
            post.machine.faults.set(case.fault, case.times)

        if case.also:
            post.machine.faults.set(case.also)
        if not case.at:
            break_it()
        run = await make(post, at=case.at, then=break_it, takes=False)
        assert run.end is case.end
        assert run.log.has("plan", Mark.DECIDED_BACK)
        if case.end is End.BACK_OWED:
            assert [o.act for o in post.terminal.heart.obligations()] == ["feed"]
            assert "card_printer" in post.terminal.heart.held() and not post.terminal.health.can_make_cards()
            post.machine.faults.clear()
            post.machine.clear_jam() if not case.also else None
            await post.until(lambda: not post.terminal.heart.journal.open_plans())
        post.agree()
        assert post.books.spoiled == case.spoiled and post.books.in_doubt == 0
        assert hall.reserved() == ["released"] and hall.numbers() == ["void"] and hall.case().state == "approved"
        await post.until(lambda: not hall.owed())
        post.machine.faults.clear()
        post.machine.change_ribbon()
        assert (await again(post)).end is End.FORWARD
        assert hall.numbers() == ["void", "live"]
        post.agree()

    in_hall(tmp_path, story)


async def again(post: Post) -> Run:
    """The same case once more."""
    heart = post.terminal.heart
    first = next(iter(post.terminal.heart.journal.rows()))
    assert first.plan == "terminal"
    opened = next(row.facts for row in heart.journal.rows() if row.facts.get("kind") == KIND)
    run = heart.begin(heart.new_plan_id(), KIND, {name: value for name, value in opened.items() if name != "kind"})
    while not run.finished.is_set():
        post.machine.take_card()
        with trio.move_on_after(0.25):
            await run.finished.wait()
    return run


def test_a_name_that_no_font_has_costs_no_blank(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        data = approved_case(hall)
        with hall.centre.engine.begin() as connection:
            connection.execute(sa.update(persons).where(persons.c.name == hall.citizens[KEY].name).values(name="李\U000f0000"))
        await hall.post.shows("home")
        heart = hall.post.terminal.heart
        run = heart.begin(heart.new_plan_id(), KIND, data)
        assert await run.wait() is End.BACK
        assert (run.log.facts("draw", Mark.NOT_DONE) or {})["reason"] == "name_not_drawable"
        assert hall.post.machine.fed == 0 and hall.reserved() == ["released"]

    in_hall(tmp_path, story)


@pytest.mark.parametrize(
    ("fate", "end", "reserved"),
    [("not_sent", End.BACK, []), ("lost_there", End.BACK, []), ("lost_back", End.BACK, ["released"])],
)
def test_the_number_cannot_be_taken(tmp_path: Path, fate: str, end: End, reserved: list[str]) -> None:
    async def story(hall: Hall) -> None:
        hall.post.network.fates["reserve"] = fate
        run = await make(hall.post)
        assert run.end is end and hall.post.machine.fed == 0
        assert hall.reserved() == reserved

    in_hall(tmp_path, story)


def test_the_release_is_owed_while_the_centre_is_away(tmp_path: Path) -> None:
    """Printer broken and line down at once: the blank is taken back, the number later."""

    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("ribbon_torn", 1)
        run = await make(post, at="print", then=lambda run: setattr(post.network, "away", True))
        assert run.end is End.BACK_OWED and [o.act for o in post.terminal.heart.obligations()] == ["reserve"]
        assert hall.reserved() == ["open"] and not post.terminal.heart.held()
        await trio.sleep(900)
        assert [(o.act, o.waits_for) for o in post.terminal.heart.obligations()] == [("reserve", "centre")]
        post.network.away = False
        await post.until(lambda: not post.terminal.heart.journal.open_plans() and not post.terminal.heart.journal.count_waiting())
        assert hall.reserved() == ["released"] and not hall.owed()

    in_hall(tmp_path, story)


@pytest.mark.parametrize("fate", ["not_sent", "lost_there", "lost_back"])
def test_a_card_in_the_hand_is_registered_however_long_it_takes(tmp_path: Path, fate: str) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.network.fates["register"] = fate
        run = await make(post)
        assert run.end is End.FORWARD_OWED
        assert [o.act for o in post.terminal.heart.obligations()] == ["register"]
        assert not post.terminal.heart.held()                # the machine is free: only the news of it is owed
        await post.until(lambda: hall.owed() and hall.owed()[0].kind == "production.register")
        post.network.fates.clear()
        await post.until(lambda: not post.terminal.heart.journal.open_plans() and not hall.owed())
        assert hall.numbers() == ["live"] and hall.case().state == "closed"
        post.agree()

    in_hall(tmp_path, story)


def revoke(hall: Hall) -> None:
    with writing(hall.centre.engine) as connection:
        certificates.revoke(connection, "T1", by="test", why="stolen", now=hall.centre.true_clock())


def test_a_terminal_the_centre_does_not_believe_still_owes(tmp_path: Path) -> None:
    """401 is no refusal of the card: nothing may be dropped until it has an identity again."""

    async def story(hall: Hall) -> None:
        post = hall.post
        run = await make(post, at="at_exit", then=lambda run: revoke(hall))
        assert run.end is End.FORWARD_OWED and not run.log.has("register", Mark.INCIDENT)
        await trio.sleep(120)
        post.network.signer = enrolled(hall.centre, "T1")
        await post.until(lambda: not post.terminal.heart.journal.open_plans())
        assert hall.numbers() == ["live"]

    in_hall(tmp_path, story)


def test_a_number_is_not_kept_because_the_identity_was_wrong_for_a_while(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("ribbon_torn", 1)
        run = await make(post, at="feed", then=lambda run: revoke(hall))
        assert run.end is End.BACK_OWED and hall.reserved() == ["open"]
        post.network.signer = enrolled(hall.centre, "T1")
        await post.until(lambda: hall.reserved() == ["released"])

    in_hall(tmp_path, story)


def test_nobody_knows_then_the_number_is_frozen_and_the_counter_is_told(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("exit_sensor_blind")
        run = await make(post, takes=False)
        assert run.end is End.IN_DOUBT
        assert hall.reserved() == ["in_doubt"] and hall.numbers() == ["in_doubt"] and hall.case().state == "in_doubt"
        assert post.books.in_doubt == 1
        doubt = post.terminal.heart.obligations()
        assert [(o.act, o.waits_for) for o in doubt] == [("plan", "two people at the counter")]
        with hall.centre.engine.connect() as connection:
            assert "card_in_doubt" in connection.execute(sa.select(incidents.c.kind)).scalars().all()
        rows = len(run.log.rows)
        await trio.sleep(300)
        assert len(list(post.terminal.heart.journal.rows(run.plan))) == rows         # not asked again by itself
        post.machine.faults.clear()
        await post.terminal.heart.settle_open()                                       # the door was opened: it lies there
        assert hall.numbers() == ["kept"] and post.books.in_doubt == 0
        post.agree()

    in_hall(tmp_path, story)


def test_a_doubt_the_centre_could_not_hear_is_told_when_it_is_back(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("exit_sensor_blind")
        run = await make(post, at="present", then=lambda run: setattr(post.network, "away", True), takes=False)
        assert run.end is End.IN_DOUBT and hall.reserved() == ["open"]
        assert "freeze" in [o.act for o in post.terminal.heart.obligations()]
        post.network.away = False
        await post.until(lambda: hall.reserved() == ["in_doubt"])

    in_hall(tmp_path, story)


def test_a_doubt_that_ends_with_the_card_still_inside_leaves_the_number_frozen(tmp_path: Path) -> None:
    """Found out later by the machine alone: the blank is spoiled, and the counter settles the number."""

    async def story(hall: Hall) -> None:
        post = hall.post

        def hide(run: Run) -> None:
            post.machine.faults.set("path_sensor_blind")
            post.machine.faults.set("slipping", 1)

        run = await make(post, at="present", then=hide, takes=False)
        assert run.end is End.IN_DOUBT
        post.machine.faults.clear()
        await post.terminal.heart.settle_open()
        assert post.books.spoiled == 1
        assert hall.reserved() == ["in_doubt"]
        await post.until(lambda: not post.terminal.heart.journal.count_waiting())
        with hall.centre.engine.connect() as connection:
            assert "not_released" in connection.execute(sa.select(incidents.c.kind)).scalars().all()

    in_hall(tmp_path, story)


@pytest.mark.parametrize("stage", ["reserve", "feed", "write", "print"])
def test_she_says_no_between_acts(tmp_path: Path, stage: str) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        run = await make(post, at=stage, then=lambda run: run.wish.cancel())
        assert run.end is End.BACK and (run.log.facts("plan", Mark.DECIDED_BACK) or {})["reason"] == "cancelled"
        assert post.books.spoiled == (0 if stage == "reserve" else 1)
        assert hall.reserved() == ["released"]
        post.agree()

    in_hall(tmp_path, story)


def test_print_only_cards(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        run = await make(hall.post)
        assert run.end is End.FORWARD and not run.log.has("write_chip", Mark.INTENT)
        assert hall.numbers() == ["live"]

    in_hall(tmp_path, story, settings=Settings(chip=False))


Story = Callable[[Hall], Awaitable[None]]


def test_another_machine_of_the_same_kind_has_lost_the_counter(tmp_path: Path) -> None:
    """The printer was swapped while a plan was open: what nobody can count is called in doubt."""

    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("print_jam", 1)
        post.machine.fed = 700
        run = await make(post)
        assert run.end is End.BACK_OWED
        post.machine.clear_jam()
        post.machine.fed = 3
        await post.until(lambda: not post.terminal.heart.journal.open_plans())
        assert (run.log.plan and post.books.in_doubt, post.books.spoiled) == (1, 0)

    in_hall(tmp_path, story)
