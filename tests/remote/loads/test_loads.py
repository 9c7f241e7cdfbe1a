"""Loads at the centre: permitted for money that was paid, for the card it was paid for, and ended by what a card proves."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from card.purse import NotNow
from card.virtual.card import VirtualCard
from remote.central.loads.books import load_by_id, settle_doubt
from remote.central.store.database import reading, writing
from remote.central.store.schema import incidents, obligations
from remote.messages import LoadState, Problem, RefundOrder, RefusalCode
from tests.remote.loads.town import FEN, Town, balance_of, card_of, loaded, offered, with_card


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def card() -> VirtualCard:
    return card_of()


def incidents_of(town: Town) -> list[str]:
    with reading(town.centre.engine) as connection:
        return list(connection.execute(sa.select(incidents.c.kind)).scalars())


def owed(town: Town) -> int:
    with reading(town.centre.engine) as connection:
        return len(connection.execute(sa.select(obligations).where(obligations.c.settled_at.is_(None))).all())


def refunded(town: Town, order_id: str) -> bool:
    key = town.order(order_id).order_key
    return town.ask("refund_order", RefundOrder(order_key=key, reason="test"), town.key("refund")).refusal is None


# -- what is permitted ------------------------------------------------------------------------------------------------

def test_what_was_paid_for_goes_onto_the_card_and_the_money_is_earned(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    load_id, _ = loaded(town, card, order)
    assert balance_of(card) == 1230 + FEN and town.states() == ["credited"]
    assert town.order(order).fulfilled_at is not None and owed(town) == 0
    assert town.found(order_id=order).loads[0].load_id == load_id
    assert not town.found(serial=town.order(order).purpose_ref[:20]).loads
    assert not refunded(town, order)


def test_nothing_is_permitted_before_it_is_paid_or_after_the_money_went_back(town: Town, card: VirtualCard) -> None:
    unpaid = town.paid(card, pay=False)
    refused = town.begin(unpaid, offered(card))
    assert refused.mac2 == "" and refused.refusal is not None and refused.refusal.code is RefusalCode.PRICE_CHANGED
    other = card_of("3416000087654321")
    order = town.paid(other)
    assert refunded(town, order)
    assert town.begin(order, offered(other)).mac2 == ""
    assert town.states() == []


def test_another_card_is_refused(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    refused = town.begin(order, offered(card_of("3416000087654321")))
    assert refused.refusal is not None and refused.refusal.code is RefusalCode.OTHER_CARD and refused.mac2 == ""


def test_another_amount_is_refused(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    refused = town.begin(order, offered(card, 2 * FEN), 2 * FEN)
    assert refused.refusal is not None and refused.mac2 == ""


@pytest.mark.parametrize(("fen", "good"), [(999, False), (1000, True), (99900, True), (99901, False)])
def test_limits_of_one_load(town: Town, card: VirtualCard, fen: int, good: bool) -> None:
    if good:
        assert town.paid(card, fen)
        return
    with pytest.raises(AssertionError, match="amount_not_allowed"):
        town.paid(card, fen)


def test_a_card_with_other_keys_is_not_ours(town: Town) -> None:
    forged = card_of(seed=1)
    order = town.paid(forged)
    refused = town.begin(order, offered(forged))
    assert refused.refusal is not None and refused.refusal.code is RefusalCode.CARD_NOT_OURS
    assert town.states() == [] and refunded(town, order)


def test_a_card_that_lies_about_its_balance_is_not_believed(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    lie = offered(card).model_copy(update={"balance": 0})
    refused = town.begin(order, lie)
    assert refused.refusal is not None and refused.refusal.code is RefusalCode.CARD_NOT_OURS


def test_the_same_key_gets_the_same_answer(town: Town, card: VirtualCard) -> None:
    order, key, offer = town.paid(card), town.key("permit"), offered(card)
    first = town.begin(order, offer, key=key)
    town.later(minutes=3)
    assert town.begin(order, offer, key=key) == first
    assert town.states() == ["permitted"]


def test_while_nobody_knows_the_money_stays_where_it_is(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    town.begin(order, offered(card))
    assert not refunded(town, order) and owed(town) == 1
    town.later(days=3)
    town.centre.payment.round()
    assert town.order(order).state == "paid"


# -- what a card proves -----------------------------------------------------------------------------------------------

def test_any_terminal_finds_the_open_load_by_the_card_and_its_tac_ends_it(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    load_id, _ = loaded(town, card, order, confirm=False)
    (load,) = town.found(serial=town.order(order).purpose_ref[:20]).loads
    assert (load.load_id, load.state, load.fen) == (load_id, LoadState.PERMITTED, FEN)
    proof = with_card(card, lambda purse: purse.prove(load.kind, load.sequence))
    assert proof is not None
    answer = town.confirm(load_id, proof.tac, terminal="T2")
    assert answer.load is not None and answer.load.state is LoadState.CREDITED and owed(town) == 0


def test_a_wrong_tac_ends_nothing(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    load_id, tac = loaded(town, card, order, confirm=False)
    answer = town.confirm(load_id, bytes(4))
    assert answer.refusal is not None and town.states() == ["permitted"]
    assert town.confirm(load_id, tac).refusal is None and town.states() == ["credited"]


def test_not_credited_and_loaded_again_with_the_next_offer(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    town.begin(order, offered(card))
    loaded(town, card, order)
    assert balance_of(card) == 1230 + FEN and town.states() == ["credited"]


def test_credited_and_offered_again_is_told_so_and_not_permitted_twice(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    loaded(town, card, order, confirm=False)
    again = town.begin(order, offered(card), terminal="T2")
    assert again.mac2 == "" and again.refusal is not None and again.refusal.code is RefusalCode.LOADED_ALREADY
    assert again.load is not None and again.load.state is LoadState.CREDITED and town.order(order).fulfilled_at is not None
    after = town.begin(order, offered(card))
    assert after.mac2 == "" and after.refusal is not None and after.refusal.code is RefusalCode.LOADED_ALREADY


def test_proven_not_credited_the_money_is_free_to_go_back(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    begun = town.begin(order, offered(card))
    assert begun.load is not None
    answer = town.prove(begun.load.load_id, offered(card, FEN, bytes.fromhex(begun.load.challenge)), terminal="T2")
    assert answer.load.state is LoadState.NOT_CREDITED and refunded(town, order)
    assert town.begin(order, offered(card)).mac2 == ""


def test_proven_not_credited_the_money_can_also_be_loaded_after_all(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    begun = town.begin(order, offered(card))
    assert begun.load is not None
    town.prove(begun.load.load_id, offered(card, FEN, bytes.fromhex(begun.load.challenge)))
    loaded(town, card, order)
    assert balance_of(card) == 1230 + FEN and sorted(town.states()) == ["credited", "not_credited"]


def test_an_offer_kept_from_before_the_credit_proves_nothing(town: Town, card: VirtualCard) -> None:
    """Somebody between reader and card lets the credit through and shows an older offer afterwards."""
    order, kept = town.paid(card), offered(card)
    load_id, _ = loaded(town, card, order, confirm=False)
    answer = town.prove(load_id, kept)
    assert isinstance(answer, Problem) and town.states() == ["permitted"] and not refunded(town, order)
    again = town.begin(order, kept)                      # permitted for a session that is long dead
    assert again.load is not None
    moment, mac2 = bytes.fromhex(again.load.moment), bytes.fromhex(again.mac2)
    with pytest.raises(NotNow):
        with_card(card, lambda purse: purse.credit(moment, mac2))
    assert balance_of(card) == 1230 + FEN


def test_the_challenge_answered_by_a_credited_card_says_credited(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    load_id, _ = loaded(town, card, order, confirm=False)
    (load,) = town.found(order_id=order).loads
    answer = town.prove(load_id, offered(card, FEN, bytes.fromhex(load.challenge)))
    assert answer.load.state is LoadState.CREDITED and not refunded(town, order)


def test_another_card_proves_nothing_about_this_one(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    begun = town.begin(order, offered(card))
    assert begun.load is not None
    other = offered(card_of("3416000087654321"), FEN, bytes.fromhex(begun.load.challenge))
    answer = town.prove(begun.load.load_id, other)
    assert answer.refusal.code is RefusalCode.OTHER_CARD and town.states() == ["permitted"]


def test_what_cannot_be_is_never_guessed_and_two_people_settle_it(town: Town, card: VirtualCard) -> None:
    """The next number with the old balance: a card that counts its offers, or one that was loaded and spent just that."""
    order = town.paid(card)
    begun = town.begin(order, offered(card))
    assert begun.load is not None
    loaded_and_spent = card_of(balance=1230 - FEN if FEN <= 1230 else 1230)
    cell = "purse/1001/02"
    loaded_and_spent.eeprom.commit({cell: (1230).to_bytes(4, "big") + (1).to_bytes(2, "big") + bytes(2)})
    answer = town.prove(begun.load.load_id, offered(loaded_and_spent, FEN, bytes.fromhex(begun.load.challenge)))
    assert answer.load.state is LoadState.IN_DOUBT and "load_in_doubt" in incidents_of(town) and not refunded(town, order)
    with writing(town.centre.engine) as connection:
        context = town.centre.service.context(connection, "counter", "settling")
        load = load_by_id(context, begun.load.load_id)
        assert load is not None
        settle_doubt(context, load, credited=False, who="甲 + 乙", reason="读卡核对")
    assert town.states() == ["not_credited"] and refunded(town, order)


def test_one_open_load_for_a_card(town: Town, card: VirtualCard) -> None:
    first, second = town.paid(card), town.paid(card, 2 * FEN)
    town.begin(first, offered(card))
    refused = town.begin(second, offered(card, 2 * FEN), 2 * FEN)
    assert refused.refusal is not None and refused.refusal.code is RefusalCode.LOAD_PENDING and refused.mac2 == ""
    assert refused.load is not None and refused.load.order_id == first


def test_without_keys_nothing_is_loaded(town: Town, card: VirtualCard) -> None:
    order = town.paid(card)
    town.centre.service.keys = None
    refused = town.begin(order, offered(card))
    assert refused.refusal is not None and refused.refusal.code is RefusalCode.METHOD_AWAY and refunded(town, order)


def test_keys_that_do_not_answer_decide_nothing(town: Town, card: VirtualCard) -> None:
    from remote.central.keys.keystore import KeysAway
    from remote.messages import BeginLoad

    class Away:
        def check_offer(self, *_: object) -> None:
            raise KeysAway("no token")

    order, key = town.paid(card), town.key("permit")
    keys, town.centre.service.keys = town.centre.service.keys, Away()  # type: ignore[assignment]
    answer = town.ask("begin_load", BeginLoad(order_id=order, fen=FEN, offer=offered(card)), key)
    assert isinstance(answer, Problem) and answer.error == "busy" and town.states() == []
    town.centre.service.keys = keys
    assert town.begin(order, offered(card), key=key).mac2


def test_sm4_cards_are_loaded_too(town: Town) -> None:
    card = card_of(algorithm=4)
    loaded(town, card, town.paid(card))
    assert balance_of(card) == 1230 + FEN and town.states() == ["credited"]
