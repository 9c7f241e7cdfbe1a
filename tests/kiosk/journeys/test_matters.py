"""我办的事: what is open in her name, at any terminal, with her ID card alone."""
from __future__ import annotations

from pathlib import Path

import pytest
import trio

from kiosk.prompts import Prompt
from kiosk.terminal import House
from tests.kiosk.rig import Hall, Person, Settings, in_hall

MAIL = "open_mail_case"


def names(prompt: Prompt) -> list[str]:
    return [choice.name for choice in prompt.choices]


def first(person: Person) -> None:
    prompt = person.post.screen.prompt
    assert prompt is not None
    person.post.touch(prompt.choices[0].name)


def test_x7_an_open_case_by_mail_is_turned_into_a_card_now(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, MAIL, open_case="convert_now")
        assert "convert_now" in names(await her.goes("open_case"))
        await her.goes_on("done")
        assert hall.numbers(MAIL) == ["live"] and hall.case(MAIL).delivery == "instant"
        hall.post.agree()

    in_hall(tmp_path, story)


def test_withdrawn_before_it_was_made(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, MAIL, open_case="withdraw", withdraw_confirm="withdraw_yes", withdrawn="finish")
        await her.goes("withdrawn", service="my_matters")
        await her.goes_on("home")
        assert hall.case(MAIL).state == "withdrawn" and hall.post.machine.fed == 0

    in_hall(tmp_path, story)


@pytest.mark.parametrize("answer", ["keep_mail", "back"])
def test_left_as_it_is(tmp_path: Path, answer: str) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, MAIL, open_case=answer)
        await her.goes("open_case", service="my_matters")
        await her.goes_on("home")
        assert hall.case(MAIL).state == "mail_ordered" and not hall.post.slips_out

    in_hall(tmp_path, story)


def test_a_loss_report_of_its_own_is_effective_at_once(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        key = "already_has_card"
        her = Person(hall.post, key, my_matters_none="report_loss", loss_report_confirm="report_yes", loss_reported="finish")
        await her.goes("loss_reported", service="my_matters")
        await her.goes_on("home")
        assert hall.numbers(key) == ["dead"]
        assert not hall.post.terminal.heart.journal.open_plans()

    in_hall(tmp_path, story)


def test_a_copy_of_the_slip_by_id_card(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, "already_has_card", my_matters_none="print_slip", slip_copy_printed="finish")
        await her.goes("slip_copy_printed", service="my_matters")
        assert len(hall.post.slips_out) == 1 and her.citizen.id_number not in hall.post.slips_out[0]

    in_hall(tmp_path, story)


def test_what_failed_here_is_made_at_another_terminal(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        here, there = hall.posts
        here.machine.faults.set("print_jam", 1)
        her = Person(here)
        await her.goes("failed_claim")
        await her.goes_on("home")
        here.machine.clear_jam()
        await here.until(lambda: not here.terminal.heart.journal.open_plans())
        again = Person(there)
        await again.goes("done")
        assert hall.numbers() == ["void", "live"] and "owed" in there.screen.names
        here.agree()
        there.agree()

    in_hall(tmp_path, story, terminals=2)


def test_what_failed_here_goes_by_mail(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.machine.faults.set("chip_contacts_worn")
        her = Person(
            hall.post, spoiled_choose="mail_instead", choose_address="other_address", pick_county=first, pick_township=first,
            pick_village=first, house_number=lambda p: p.post.touch("done", "7"), confirm_address="mail_there",
        )  # fmt: skip
        await her.goes("mailed")
        assert hall.case().state == "mail_ordered" and hall.post.books.spoiled == 2 and len(hall.post.slips_out) == 1

    in_hall(tmp_path, story)


def test_the_same_person_at_two_terminals_in_the_same_second(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        ends: list[str] = []

        async def comes(number: int) -> None:
            her = Person(
                hall.posts[number], refusal_being_served="understood", refusal_open_case="understood",
                produced_elsewhere="understood", choose_service="nothing", refusal_case_closed="understood",
            )  # fmt: skip
            await her.goes("done", "failed_claim", "refusal_being_served", "refusal_open_case", "produced_elsewhere",
                           "choose_service")  # fmt: skip
            ends.append(hall.posts[number].screen.names[-1])

        async with trio.open_nursery() as nursery:
            nursery.start_soon(comes, 0)
            nursery.start_soon(comes, 1)
        assert ends.count("done") == 1 and hall.numbers().count("live") == 1
        assert len(hall.posts[0].machine.taken) + len(hall.posts[1].machine.taken) == 1

    in_hall(tmp_path, story, terminals=2)


def test_where_nobody_can_check_her_face_nothing_is_changed(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, MAIL, open_case="keep_mail")
        assert names(await her.goes("open_case", service="my_matters")) == ["keep_mail"]
        await her.goes_on("home")
        other = Person(hall.post, "already_has_card", my_matters_none="understood")
        assert "report_loss" not in names(await other.goes("my_matters_none", service="my_matters"))

    in_hall(tmp_path, story, settings=Settings(house=House(identity=None)))
