"""J1, J3 to J7, J34 and the failures on the way: what she sees, what comes out of the slots, what the centre then knows."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import trio

from kiosk.prompts import Claim, Progress, Prompt
from kiosk.terminal import House
from tests.kiosk.rig import Hall, Hand, Person, Settings, id_card, in_hall


def claim_in(prompt: Prompt) -> Claim:
    return next(content for content in prompt.contents if isinstance(content, Claim))


def names(prompt: Prompt) -> list[str]:
    return [choice.name for choice in prompt.choices]


def test_a_first_card(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post, her = hall.post, Person(hall.post)
        done = await her.goes("done")
        assert names(done) == ["finish"]
        await her.goes_on("home")
        assert post.screen.names == [
            "recovering", "home", "privacy", "lay_id", "take_id_back", "checking", "confirm_person", "choose_delivery",
            "submitting", "progress", "take_card", "registering", "done", "home",
        ]  # fmt: skip
        assert hall.numbers() == ["live"] and hall.case().state == "closed" and her.card_taken
        assert len(post.slips_out) == 1 and "已登记" in post.slips_out[0]
        assert her.citizen.id_number not in post.slips_out[0]
        post.agree()

    in_hall(tmp_path, story)


# -- every row of the decision table, as the citizen meets it -----------------------------------------------------------

REFUSED = {
    "too_young": "refusal_too_young", "id_expired": "refusal_id_expired", "no_photo": "refusal_no_photo",
    "wrong_household": "refusal_wrong_household", "deceased": "refusal_needs_staff",
}  # fmt: skip


@pytest.mark.parametrize("key", REFUSED)
def test_a_no_that_helps(tmp_path: Path, key: str) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        her = Person(post, key, **{REFUSED[key]: "print_slip"})
        told = await her.goes(REFUSED[key])
        assert told.fault_code and "understood" in names(told)
        await her.goes_on("home")
        assert len(post.slips_out) == 1 and post.machine.fed == 0
        assert not post.terminal.heart.journal.open_plans()

    in_hall(tmp_path, story)


WISHES: Mapping[str, tuple[str, dict[str, str], list[str]]] = {
    "lost": ("senior_card_lost", {"choose_service": "lost"}, ["choose_service", "loss_statement"]),
    "damaged": ("already_has_card", {"choose_service": "damaged"}, ["choose_service"]),
    "due": ("senior_card_renew", {}, ["renew_offer"]),
    "seventy": ("senior_card_class", {}, ["class_offer"]),
    "due, but lost": ("senior_card_renew", {"renew_offer": "not_now", "choose_service": "lost"},
                      ["renew_offer", "choose_service", "loss_statement"]),
}  # fmt: skip


@pytest.mark.parametrize("wish", WISHES)
def test_the_old_card_dies_when_the_new_one_is_registered(tmp_path: Path, wish: str) -> None:
    key, answers, shown = WISHES[wish]

    async def story(hall: Hall) -> None:
        her = Person(hall.post, key, **answers)
        assert hall.numbers(key) == ["live"]
        await her.goes("take_card")
        assert "live" in hall.numbers(key)[:1]                      # still: the new one is not in her hand
        await her.goes_on("done")
        assert sorted(hall.numbers(key)) == ["dead", "live"]
        assert [name for name in hall.post.screen.names if name in shown] == shown

    in_hall(tmp_path, story)


@pytest.mark.parametrize(
    ("key", "answers"),
    [("already_has_card", {"choose_service": "nothing"}),
     ("senior_card_lost", {"choose_service": "lost", "loss_statement": "found_it"}),
     ("senior_card_new", {"confirm_person": "not_me", "not_me": "understood"}), ("senior_card_new", {"privacy": "not_now"}),
     ("senior_card_new", {"confirm_person": "photo_wrong", "photo_wrong": "understood"}),
     ("senior_card_new", {"choose_delivery": "back"}), ("senior_card_new", {"lay_id": "back"})],
)  # fmt: skip
def test_changing_her_mind_before_anything_was_sent(tmp_path: Path, key: str, answers: dict[str, str | Hand]) -> None:
    async def story(hall: Hall) -> None:
        before = hall.numbers(key)
        her = Person(hall.post, key, **answers)
        await her.goes(*answers)
        await her.goes_on("home")
        assert hall.numbers(key) == before and hall.cases(key) == []
        assert hall.post.slips_out == [] and not list(hall.post.terminal.heart.journal.rows())[1:]

    in_hall(tmp_path, story)


def test_a_name_with_rare_characters(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        for key in ("rare_name_2", "long_name"):
            her = Person(hall.post, key)
            await her.goes("done")
            await her.goes_on("home")
            assert hall.numbers(key) == ["live"]

    in_hall(tmp_path, story)


# -- X1, X2: the card on the reader --------------------------------------------------------------------------------------

def test_x1_the_card_is_lifted_while_it_is_read(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.reader.faults.set("card_lifted_in_read", 1)
        her = Person(hall.post)
        await her.goes("card_too_early")
        assert (await her.goes_on("confirm_person")).name == "confirm_person"

    in_hall(tmp_path, story)


def test_x2_three_tries_and_then_a_person(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.reader.faults.set("content_not_genuine")
        her = Person(hall.post, card_unreadable="understood")
        await her.goes("card_unreadable")
        assert hall.post.screen.names.count("card_too_early") == 1
        await her.goes_on("home")
        hall.post.reader.faults.clear()
        her.lifts()
        await her.goes("confirm_person")

    in_hall(tmp_path, story)


def test_another_card_is_called_another_card_and_not_a_broken_reader(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.reader.faults.set("wrong_card_type")
        her = Person(hall.post, wrong_card_type="understood")
        await her.goes("wrong_card_type")
        await her.goes_on("home")
        assert "id_reader_away" not in hall.post.screen.names

    in_hall(tmp_path, story)


def test_a_card_that_the_database_does_not_know_by_this_name(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        def lays_forged(person: Person) -> None:
            hall.post.reader.model.lay(id_card(person.citizen, name="李秀荚"))

        her = Person(hall.post, lay_id=lays_forged, refusal_not_matched="understood")
        await her.goes("refusal_not_matched")
        await her.goes_on("home")

    in_hall(tmp_path, story)


def test_a_record_that_cannot_be_understood_offers_no_slip_for_nobody(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.reader.faults.set("check_digit_wrong")
        her = Person(hall.post, refusal_not_matched="understood")
        assert names(await her.goes("refusal_not_matched")) == ["understood"]
        await her.goes_on("home")

    in_hall(tmp_path, story)


def test_the_reader_is_unplugged_in_front_of_her(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, lay_id=lambda person: hall.post.unplug("reader"), id_reader_away="understood")
        await her.goes("id_reader_away")
        await her.goes_on("out_of_service")
        hall.post.plugged["reader"] = True
        await hall.post.shows("home")

    in_hall(tmp_path, story)


def test_a_younger_person_sees_the_screen_relax_and_the_next_one_starts_large(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, "too_young", refusal_too_young="understood")
        await her.goes("refusal_too_young")
        assert hall.post.screen.look.elder is False
        await her.goes_on("home")
        assert hall.post.screen.look.elder is True

    in_hall(tmp_path, story)


# -- X7, X8, X9, X19: the centre -----------------------------------------------------------------------------------------

def test_x8_the_line_is_down_before_anything_was_sent(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        her = Person(post, take_id_back=lambda person: setattr(post.network, "away", True), submit_failed="understood")
        began = trio.current_time()
        await her.goes("network_trying")
        await her.goes_on("submit_failed")
        assert 55 < trio.current_time() - began < 75
        await her.goes_on("out_of_service")
        assert not post.terminal.heart.obligations() and not post.slips_out

    in_hall(tmp_path, story)


def test_x8_the_line_comes_back_within_the_minute(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        her = Person(post, take_id_back=lambda person: setattr(post.network, "away", True))
        await her.goes("network_trying")
        await trio.sleep(20)
        post.network.away = False
        await her.goes_on("confirm_person")

    in_hall(tmp_path, story)


def test_x8_she_need_not_wait(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        her = Person(post, take_id_back=lambda person: setattr(post.network, "away", True), submit_failed="understood")
        assert "stop_here" in names(await her.goes("network_trying"))
        post.touch("stop_here")
        await post.shows("submit_failed", within_s=25)

    in_hall(tmp_path, story)


def test_x8_the_application_certainly_did_not_arrive(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.network.fates["submit"] = "not_sent"
        her = Person(post)
        await her.goes("submit_failed")
        await her.goes_on("home")
        assert not post.terminal.heart.journal.open_plans() and not post.slips_out

    in_hall(tmp_path, story)


@pytest.mark.parametrize(("fate", "arrived"), [("lost_back", True), ("lost_there", False)])
def test_x9_the_answer_to_the_application_is_lost(tmp_path: Path, fate: str, arrived: bool) -> None:
    """Never sent again; found out by its key once the line is back; her ID card finds it at another terminal."""

    async def story(hall: Hall) -> None:
        post, other = hall.posts

        def cut(person: Person) -> None:
            post.network.fates |= {"submit": fate, "bar": "not_sent"}
            post.touch("now")

        her = Person(post, choose_delivery=cut)
        told = await her.goes("submit_unknown")
        assert len(claim_in(told).words) == 5 and told.fault_code == "P-302"
        await her.goes_on("home", "out_of_service")
        assert len(post.slips_out) == 1 and claim_in(told).code in post.slips_out[0]
        assert [o.act for o in post.terminal.heart.obligations()] == ["call"]
        asked = post.network.asked.count("submit")
        if arrived:                                                     # before this terminal knows it, another one finds it
            hers = Person(other)
            found = await hers.goes("owed")
            assert "produce_here" in names(found)
            await hers.goes_on("done")
            assert hall.numbers() == ["live"]
        post.network.fates.clear()
        await post.until(lambda: not post.terminal.heart.journal.open_plans())
        assert post.network.asked.count("submit") == asked
        await post.until(lambda: not hall.owed())
        if not arrived:
            again = Person(other)
            await again.goes("done")
            assert hall.numbers() == ["live"]

    in_hall(tmp_path, story, terminals=2)


def test_x19_a_slow_centre_is_explained_after_eight_seconds(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.network.fates["check"] = "slow"
        await Person(hall.post).goes("centre_slow")
        assert (await Person(hall.post).goes_on("confirm_person")).name == "confirm_person"

    in_hall(tmp_path, story)


# -- J4, X13: by mail ----------------------------------------------------------------------------------------------------

def first(person: Person) -> None:
    prompt = person.post.screen.prompt
    assert prompt is not None
    person.post.touch(prompt.choices[0].name)


def test_j4_by_mail_to_an_address_picked_by_hand(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(
            hall.post, "senior_card_mail", choose_delivery="mail", choose_address="other_address", pick_county=first,
            pick_township=first, pick_village=first, house_number=lambda p: p.post.touch("done", "12"),
            confirm_address="mail_there",
        )  # fmt: skip
        await her.goes("mailed")
        await her.goes_on("home")
        assert hall.case("senior_card_mail").state == "mail_ordered" and hall.post.machine.fed == 0
        assert len(hall.post.slips_out) == 1

    in_hall(tmp_path, story)


@pytest.mark.parametrize("why", ["no blanks in the books", "hopper empty", "printer unplugged"])
def test_x13_no_card_can_be_made_here_so_only_mail_is_offered(tmp_path: Path, why: str) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        if why == "hopper empty":
            post.machine.faults.set("hopper_empty")
        elif why == "printer unplugged":
            post.unplug("printer")
        else:
            post.terminal.stock.load(-5)
        post.terminal.health.look_again()
        await post.terminal.health.looked()
        her = Person(post, mail_only="mail", choose_address=first, confirm_address="mail_there")
        assert names(await her.goes("mail_only")) == ["mail"]
        await her.goes_on("mailed")

    in_hall(tmp_path, story)


# -- X14: a card is spoiled ----------------------------------------------------------------------------------------------

def test_x14_a_bad_chip_takes_the_next_blank_without_a_question(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("chip_contacts_worn")

        def mend(person: Person) -> None:
            if post.machine.rejected.cards:
                post.machine.faults.clear()

        her = Person(post, progress=mend)
        await her.goes("done")
        assert hall.numbers() == ["void", "live"] and post.books.spoiled == 1
        assert "spoiled_choose" not in post.screen.names and len(post.slips_out) == 1
        post.agree()

    in_hall(tmp_path, story)


@pytest.mark.parametrize("again", [True, False])
def test_x14_a_torn_ribbon_asks_her(tmp_path: Path, again: bool) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("ribbon_torn", 1)

        async def change_ribbon(person: Person) -> None:
            post.touch("again" if again else "later")

        async def mend() -> None:
            await post.until(lambda: post.machine.ribbon_torn)
            post.machine.change_ribbon()

        hall.nursery.start_soon(mend)
        her = Person(post, spoiled_choose=change_ribbon)
        last = await her.goes("done", "failed_claim")
        assert last.name == ("done" if again else "failed_claim") and "spoiled_choose" in post.screen.names
        assert post.books.spoiled == 1 and len(post.slips_out) == 1
        assert hall.case().state == ("closed" if again else "approved")

    in_hall(tmp_path, story)


def test_x14_two_blanks_and_no_more(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.machine.faults.set("chip_contacts_worn")
        her = Person(hall.post)
        told = await her.goes("failed_claim")
        assert hall.post.machine.fed == 2 and hall.case().state == "approved"
        assert claim_in(told).code in hall.post.slips_out[0]
        hall.post.agree()

    in_hall(tmp_path, story)


def test_nothing_was_spoiled_so_nobody_is_told_that_it_was(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.network.fates["reserve"] = "not_sent"
        her = Person(hall.post)
        asked = await her.goes("not_made_choose")
        assert "mail_instead" in names(asked)
        await her.goes_on("failed_claim")
        assert "spoiled_choose" not in hall.post.screen.names and hall.post.machine.fed == 0

    in_hall(tmp_path, story)


def test_j34_she_stops_it_while_the_card_is_being_made(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, progress="cancel")
        told = await her.goes("cancelled")
        assert hall.case().state == "approved" and hall.reserved() == ["released"]
        assert claim_in(told).code.replace("-", "") == hall.case().claim_code
        await her.goes_on("home")
        hall.post.agree()

    in_hall(tmp_path, story)


def test_the_claim_code_is_on_the_screen_while_the_card_is_made(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        shown = await Person(hall.post).goes("progress")
        assert claim_in(shown).code.replace("-", "") == hall.case().claim_code
        work = next(content for content in shown.contents if isinstance(content, Progress))
        assert 0 <= work.portion < 1 and work.remaining_s and work.remaining_s > 0

    in_hall(tmp_path, story)


# -- X15, X16: at the slot and after ---------------------------------------------------------------------------------------

def test_x15_the_centre_is_away_when_the_card_is_in_her_hand(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.network.fates["register"] = "lost_there"
        her = Person(post)
        await her.goes("registering")
        began = trio.current_time()
        await her.goes_on("done_registering")
        assert trio.current_time() - began < 12
        assert len(post.slips_out) == 1 and "登记中" in post.slips_out[0] and hall.numbers() == ["reserved"]
        await her.goes_on("home", "out_of_service")
        post.network.fates.clear()
        await post.until(lambda: hall.numbers() == ["live"])
        await post.until(lambda: not hall.owed())
        assert len(post.slips_out) == 1

    in_hall(tmp_path, story)


def test_the_counter_fenced_this_terminal_while_the_card_came_out(tmp_path: Path) -> None:
    """It is in her hand, and it is not registered: nobody tells her that it is."""

    async def story(hall: Hall) -> None:
        post = hall.post

        async def fenced(person: Person) -> None:
            hall.centre.counter.fence("T1", "王芳", "机器失联")
            person.takes()

        her = Person(post, take_card=fenced)
        last = await her.goes("done", "done_registering")
        assert last.name == "done_registering" and "登记中" in post.slips_out[0]
        assert "live" not in hall.numbers()

    in_hall(tmp_path, story)


def test_x16_the_card_is_not_taken(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        her = Person(post, take_card=lambda person: None)
        began = trio.current_time()
        told = await her.goes("kept")
        assert trio.current_time() - began > 120 and claim_in(told).words
        await her.goes_on("home")
        assert hall.numbers() == ["kept"] and hall.case().state == "kept" and post.books.kept == 1
        assert len(post.slips_out) == 1
        post.agree()
        again = Person(post, kept_elsewhere="print_slip")               # a copy on request, by ID card
        await again.goes("kept_elsewhere", service="my_matters")
        await again.goes_on("home")
        assert len(post.slips_out) == 2

    in_hall(tmp_path, story)


def test_nobody_knows_whether_it_was_taken(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post
        post.machine.faults.set("exit_sensor_blind")
        her = Person(post)
        told = await her.goes("in_doubt")
        assert told.fault_code == "P-403" and claim_in(told).words and hall.case().state == "in_doubt"
        await her.goes_on("home")
        post.machine.faults.clear()
        post.machine.take_card()
        again = Person(post, in_doubt_elsewhere="understood")
        await again.goes("in_doubt_elsewhere", service="my_matters")

    in_hall(tmp_path, story)


# -- paper -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("trouble", ["paper_out", "cutter_jam", "answer_lost", "unplugged"])
def test_without_paper_the_screen_carries_it_and_the_slip_never_comes_later(tmp_path: Path, trouble: str) -> None:
    async def story(hall: Hall) -> None:
        post = hall.post

        def break_it(person: Person) -> None:
            if trouble == "unplugged":
                post.unplug("slips")
            else:
                post.slips.model.faults.set(trouble, None if trouble == "paper_out" else 1)
            person.takes()

        her = Person(post, take_card=break_it)
        await her.goes("slip_no_paper")
        await her.goes_on("done")
        await her.goes_on("home")
        assert hall.numbers() == ["live"]
        before = len(post.slips_out)
        post.plugged["slips"] = True
        post.slips.model.faults.clear()
        post.slips.model.cutter_jammed = False
        await trio.sleep(120)
        assert len(post.slips_out) == before

    in_hall(tmp_path, story)


# -- idle --------------------------------------------------------------------------------------------------------------------

def test_x20_she_stands_there_and_does_nothing(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, confirm_person=lambda person: None)
        await her.goes("confirm_person")
        await hall.post.shows("still_there", within_s=125)
        hall.post.touch("i_am_here")
        await hall.post.shows("confirm_person")
        await hall.post.shows("goodbye", within_s=155)
        await hall.post.shows("home")
        assert not list(hall.post.terminal.heart.journal.rows())[1:]

    in_hall(tmp_path, story)


def test_a_terminal_that_cannot_check_her_face_does_not_offer_the_card(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        assert names(await hall.post.shows("home")) == ["my_matters"]

    in_hall(tmp_path, story, settings=Settings(house=House(identity=None)))


def test_everything_goes_on_after_she_has_walked_away_from_the_last_screen(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, done=lambda person: None)
        await her.goes("done")
        await hall.post.shows("home", within_s=50)
        await her.goes("choose_service")
    in_hall(tmp_path, story)
