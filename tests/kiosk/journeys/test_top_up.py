"""J19: money onto the citizen card, told as situations: pulled out, another card, a dead line, a dead or another terminal."""
from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import trio

from card.virtual.tear import Moment, Tear
from tests.kiosk.journeys.top_up_world import (
    BEFORE,
    Holder_,
    a_card,
    agree,
    inserts,
    load_states,
    money,
    on_card,
    settings,
    settled_how,
    story,
    what_nobody_fetches_goes_back,
    words_on_slips,
)
from tests.kiosk.rig import Hall, in_hall

FEN = 5000
INS_CREDIT = 0x52


@story
async def test_it_is_paid_and_on_the_card_and_the_slip_says_so(hall: Hall) -> None:
    person = Holder_(hall.post, a_card())
    done = await person.tops_up("topped_up")
    assert done.params["balance"] == "62.30"
    await person.goes_on("home")
    assert on_card(person.card) == BEFORE + FEN and money(hall) == {"earned": FEN, "back": 0, "owed": 0}
    assert load_states(hall) == ["credited"] and hall.post.terminal.heart.journal.open_plans() == []
    slip = words_on_slips(hall.post)
    assert "50.00元" in slip and "62.30元" in slip and "****5678" in slip and "姓名" not in slip
    assert hall.post.card_slot.card is None


@story
async def test_another_amount_by_the_keys(hall: Hall) -> None:
    person = Holder_(
        hall.post, a_card(), choose_amount="amount_other", other_amount=lambda who: who.post.touch("done", "35")
    )
    await person.tops_up()
    assert on_card(person.card) == BEFORE + 3500


@story
async def test_only_what_the_card_can_hold_is_offered(hall: Hall) -> None:
    person = Holder_(hall.post, a_card(balance=97_000))
    asked = await person.tops_up("choose_amount")
    assert [choice.name for choice in asked.choices] == ["amount_20", "amount_other"]
    typed = iter(["31", "9", "30"])
    person.answers |= {"choose_amount": "amount_other", "other_amount": lambda who: who.post.touch("done", next(typed))}
    await person.goes_on("home")
    assert on_card(person.card) == 100_000 and hall.post.screen.names.count("amount_not_possible") == 2


@story
async def test_a_full_card_is_told_before_anything_is_paid(hall: Hall) -> None:
    person = Holder_(hall.post, a_card(balance=99_500))
    await person.tops_up("purse_full")
    await person.goes_on("home")
    assert money(hall) == {"earned": 0, "back": 0, "owed": 0}


@story
async def test_she_does_not_pay_and_takes_her_card(hall: Hall) -> None:
    person = Holder_(hall.post, a_card(), pay_now="stop_paying")
    await person.tops_up()
    agree(hall, person.card)
    assert hall.post.card_slot.card is None and load_states(hall) == []


@story
async def test_she_forgets_her_card_and_a_member_of_staff_is_called(hall: Hall) -> None:
    person = Holder_(hall.post, a_card(), take_citizen_card=lambda who: None)
    await person.tops_up()
    assert hall.post.card_slot.card is not None
    hall.post.touch("card_balance")
    await hall.post.shows("take_citizen_card")
    hall.post.card_slot.remove()
    await hall.post.shows("insert_card")


# -- a card that is no good -------------------------------------------------------------------------------------------

@story
async def test_a_card_of_another_issuer_gets_its_money_back(hall: Hall) -> None:
    person = Holder_(hall.post, a_card(seed=99))
    await person.tops_up()
    await trio.sleep(60)
    assert money(hall) == {"earned": 0, "back": FEN, "owed": 0} and on_card(person.card) == BEFORE


@story
async def test_her_own_pin_is_asked_for_and_never_guessed(hall: Hall) -> None:
    person = Holder_(hall.post, a_card(pin=b"\x24\x68\x10"))
    pins = iter(["111111", "246810"])
    person.answers["card_pin"] = lambda who: who.post.touch("done", next(pins))
    await person.tops_up()
    assert on_card(person.card) == BEFORE + FEN and hall.post.screen.names.count("card_pin") == 2
    assert hall.post.terminal.parts.citizen_card is not None and hall.post.terminal.parts.citizen_card.her_pin == ""
    assert person.card.eeprom["pin/1001"][0] == 3


@story
async def test_the_issuers_pin_is_not_tried_on_a_card_with_few_tries_left(hall: Hall) -> None:
    card = a_card(pin=b"\x24\x68\x10")
    cell = card.eeprom["pin/1001"]
    card.eeprom.commit({"pin/1001": bytes((1,)) + cell[1:]})
    person = Holder_(hall.post, card, card_pin="back")
    await person.tops_up("card_pin")
    assert card.eeprom["pin/1001"][0] == 1
    await person.goes_on("home")
    await trio.sleep(60)
    assert money(hall)["back"] == FEN


@story
async def test_a_locked_pin_sends_her_to_the_counter_with_her_money_back(hall: Hall) -> None:
    card = a_card()
    card.eeprom.commit({"pin/1001": bytes((0,)) + card.eeprom["pin/1001"][1:]})
    person = Holder_(hall.post, card)
    await person.tops_up("card_pin_blocked")
    await person.goes_on("home")
    await trio.sleep(60)
    assert money(hall) == {"earned": 0, "back": FEN, "owed": 0}


@story
async def test_a_mute_card_is_told_and_given_back(hall: Hall) -> None:
    card = a_card()
    card.atr = b"\xff\xff"
    await Holder_(hall.post, card).tops_up("citizen_card_unreadable")


# -- torn -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("moment", [Moment.BEFORE_COMMIT, Moment.AFTER_COMMIT, Moment.IN_ANSWER, Moment.IN_COMMIT])
def test_torn_in_the_credit_and_put_back(tmp_path: Path, moment: Moment) -> None:
    async def tell(hall: Hall) -> None:
        card = a_card()
        card.tear = Tear(moment, INS_CREDIT)
        person = Holder_(hall.post, card)
        await _pulled_when_torn(hall, person)
        await person.tops_up()
        assert on_card(card) == BEFORE + FEN and money(hall) == {"earned": FEN, "back": 0, "owed": 0}
        await trio.sleep(60)
        assert hall.post.terminal.heart.journal.open_plans() == []

    in_hall(tmp_path, tell, settings=settings())


async def _pulled_when_torn(hall: Hall, person: Holder_) -> None:
    """A card that lost power in the middle is out of the slot."""
    async def hand() -> None:
        while person.card.tear is not None:
            await trio.sleep(0.01)
        person.pulls()

    hall.nursery.start_soon(hand)


@story
async def test_another_card_is_refused_in_words_and_the_first_one_is_finished(hall: Hall) -> None:
    card, other = a_card(), a_card("3416000087654321")
    card.tear = Tear(Moment.AFTER_COMMIT, INS_CREDIT)
    person = Holder_(hall.post, card, same_card_again=lambda who: hall.post.card_slot.insert(other))
    await _pulled_when_torn(hall, person)
    await person.tops_up("other_card_in")
    hall.post.card_slot.remove()
    await hall.post.shows("same_card_again")
    person.answers["same_card_again"] = inserts
    await person.goes_on("home")
    assert on_card(card) == BEFORE + FEN and on_card(other) == BEFORE and money(hall)["earned"] == FEN


@pytest.mark.parametrize(("moment", "credited"), [(Moment.BEFORE_COMMIT, False), (Moment.AFTER_COMMIT, True)])
def test_not_brought_back_and_finished_at_another_terminal(tmp_path: Path, moment: Moment, credited: bool) -> None:
    async def tell(hall: Hall) -> None:
        card = a_card()
        card.tear = Tear(moment, INS_CREDIT)
        person = Holder_(hall.post, card, same_card_again="later")
        await _pulled_when_torn(hall, person)
        await person.tops_up("load_pending")
        assert "50.00元" in words_on_slips(hall.post)
        await person.goes_on("home")
        assert money(hall) == {"earned": 0, "back": 0, "owed": FEN} and load_states(hall) == ["permitted"]
        there = Holder_(hall.posts[1], card, choose_amount="back")
        await there.tops_up("earlier_load_is_there" if credited else "earlier_load_missing")
        await there.goes_on("home")
        assert on_card(card) == BEFORE + FEN and money(hall) == {"earned": FEN, "back": 0, "owed": 0}
        await trio.sleep(60)
        assert [post.terminal.heart.journal.open_plans() for post in hall.posts] == [[], []]

    in_hall(tmp_path, tell, settings=settings(), terminals=2)


@story
async def test_looking_at_the_balance_finishes_it_too(hall: Hall) -> None:
    card = a_card()
    card.tear = Tear(Moment.AFTER_COMMIT, INS_CREDIT)
    person = Holder_(hall.post, card, same_card_again="later")
    await _pulled_when_torn(hall, person)
    await person.tops_up()
    await person.begins("card_balance", "earlier_load_is_there")
    shown = await person.goes_on("card_balance")
    assert shown.params["balance"] == "62.30" and money(hall)["earned"] == FEN


@story
async def test_she_does_not_want_it_any_more_and_the_money_goes_back_by_itself(hall: Hall) -> None:
    card = a_card()
    card.tear = Tear(Moment.BEFORE_COMMIT, INS_CREDIT)
    person = Holder_(hall.post, card, same_card_again="later", earlier_load_missing="later")
    await _pulled_when_torn(hall, person)
    await person.tops_up()
    await person.tops_up()
    await what_nobody_fetches_goes_back(hall)
    assert money(hall) == {"earned": 0, "back": FEN, "owed": 0} and on_card(card) == BEFORE


@story
async def test_she_walks_away_with_the_card_in_mid_load_and_comes_back_later(hall: Hall) -> None:
    card = a_card()
    card.tear = Tear(Moment.AFTER_COMMIT, INS_CREDIT)
    person = Holder_(hall.post, card, same_card_again=lambda who: None, still_there=lambda who: None)
    await _pulled_when_torn(hall, person)
    await person.tops_up()
    assert "任何一台机器" in words_on_slips(hall.post) and money(hall)["owed"] == FEN
    await trio.sleep(600)
    assert money(hall)["owed"] == FEN and on_card(card) == BEFORE + FEN
    person.answers["choose_amount"] = "back"
    await person.tops_up("earlier_load_is_there")


@pytest.mark.parametrize(("moment", "how"), [
    (Moment.BEFORE_COMMIT, "an offer with the challenge"), (Moment.AFTER_COMMIT, "tac"),
])  # fmt: skip
def test_the_card_is_asked_for_its_proof_before_it_is_made_to_forget_it(tmp_path: Path, moment: Moment, how: str) -> None:
    async def tell(hall: Hall) -> None:
        card = a_card()
        card.tear = Tear(moment, INS_CREDIT)
        person = Holder_(hall.post, card)
        await _pulled_when_torn(hall, person)
        await person.tops_up()
        assert settled_how(hall)[0] == how

    in_hall(tmp_path, tell, settings=settings())


@story
async def test_a_permission_is_owed_until_the_card_has_spoken(hall: Hall) -> None:
    """The line goes silent over the permission, and she takes her card away: nobody may call that nothing."""
    hall.post.network.fates["loads/begin"] = "lost_back"
    person = Holder_(hall.post, a_card(), same_card_again="later")

    async def hand() -> None:
        await hall.post.until(lambda: "begin" in hall.post.network.asked)
        person.pulls()
        await trio.sleep(30)
        hall.post.network.fates.clear()

    hall.nursery.start_soon(hand)
    await person.tops_up("load_pending")
    await person.goes_on("home")
    await trio.sleep(120)
    assert len(hall.post.terminal.heart.journal.open_plans()) == 1 and load_states(hall) == ["permitted"]
    assert [owed.waits_for for owed in hall.post.terminal.heart.obligations()] == ["citizen_card"]
    person.answers["earlier_load_missing"] = "load_it_now"
    await person.tops_up()
    await trio.sleep(60)
    assert on_card(person.card) == BEFORE + FEN and hall.post.terminal.heart.journal.open_plans() == []


# -- the line and the terminal ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("fate", ["lost_there", "lost_back"])
@pytest.mark.parametrize("path", ["loads/begin", "loads/confirm"])
def test_an_answer_of_the_centre_is_lost(tmp_path: Path, fate: str, path: str) -> None:
    async def tell(hall: Hall) -> None:
        person = Holder_(hall.post, a_card())
        hall.post.network.fates[path] = fate
        hall.nursery.start_soon(partial(_line_is_back, hall))
        await person.tops_up()
        await trio.sleep(120)
        agree(hall, person.card)
        assert money(hall)["owed"] == 0 and hall.post.terminal.heart.journal.open_plans() == []

    async def _line_is_back(hall: Hall) -> None:
        await hall.post.until(lambda: path.rpartition("/")[2] in hall.post.network.asked)
        await trio.sleep(30)
        hall.post.network.fates.clear()

    in_hall(tmp_path, tell, settings=settings())


@pytest.mark.parametrize("act", ["permit", "credit", "confirm_load"])
def test_the_terminal_is_killed_in_mid_load_and_the_card_stays_in(tmp_path: Path, act: str) -> None:
    async def tell(hall: Hall) -> None:
        person = Holder_(hall.post, a_card())
        hall.post.network.slow_s, hall.post.network.fates = 3.0, {"loads/": "slow"}
        hall.nursery.start_soon(partial(killed_at, hall, act))
        with trio.move_on_after(200):
            await person.tops_up("never")
        await hall.post.until(lambda: hall.post.over.is_set() or True)
        hall.post.network.fates.clear()
        await hall.post.shows("home")
        await trio.sleep(60)
        agree(hall, person.card)
        assert hall.post.terminal.heart.journal.open_plans() == []
        await what_nobody_fetches_goes_back(hall)
        assert money(hall)["owed"] == 0

    async def killed_at(hall: Hall, act: str) -> None:
        await hall.post.until(lambda: any(stage == act for plan in hall.post.terminal.board.plans()
                                          for stage, _ in hall.post.terminal.board.stages(plan)))  # fmt: skip
        await hall.post.restart()

    in_hall(tmp_path, tell, settings=settings())


@story
async def test_without_the_centre_nothing_is_begun(hall: Hall) -> None:
    person = Holder_(hall.post, a_card())
    await hall.post.shows("home")
    hall.post.touch("top_up")
    await hall.post.shows("insert_card")
    hall.post.network.away = True
    person.inserts()
    await person.goes_on("submit_failed")
    await person.goes_on("home", "out_of_service")
    assert on_card(person.card) == BEFORE
