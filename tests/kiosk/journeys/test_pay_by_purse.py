"""Paying with the purse of the citizen card: debited once, torn anywhere, and the card tells at whichever terminal it is in."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import trio
import trio.lowlevel

from card.virtual import issue
from card.virtual.card import VirtualCard
from card.virtual.tear import Moment, Tear
from kiosk.terminal import House
from remote.central.keys.software import masters_of_seed
from remote.central.payment.purse_tables import purchases
from remote.central.payment.tables import orders, payments
from remote.messages import IdentityEvidence
from tests.kiosk.journeys.test_pay_bills import first
from tests.kiosk.journeys.test_pay_bills import pays as pays_by_phone
from tests.kiosk.journeys.top_up_world import SEED, Holder_, a_card, on_card
from tests.kiosk.rig import Hall, Hand, Post, Settings, in_hall

RICH = 60_000
INS_DEBIT = 0x54


def a_module(number: int = 1) -> VirtualCard:
    return issue.psam(masters_of_seed(SEED)[0, 1], bytes.fromhex(f"3416{number:08d}"))


def story(tell: Callable[[Hall], Awaitable[None]], terminals: int = 1) -> Callable[[Path], None]:
    def test(tmp_path: Path) -> None:
        house = House(offered=("pay_bills", "top_up", "my_matters"), identity=IdentityEvidence.CARD_ALONE)

        async def told(hall: Hall) -> None:
            for number, post in enumerate(hall.posts, start=1):
                post.module = a_module(number)
                await post.start()
            await tell(hall)

        in_hall(tmp_path, told, settings=Settings(citizen_card=True, house=house), terminals=terminals, start=False)

    test.__name__, test.__doc__ = getattr(tell, "__name__", "test"), tell.__doc__
    return test


def payer(post: Post, card: VirtualCard, **answers: str | Hand) -> Holder_:
    usual: dict[str, str | Hand] = {
        "whose_bills": "my_bills", "choose_bill": first, "pay_amount": "pay_purse", "bill_paid": "finish",
        "purse_short": "pay_other_way", "purchase_pending": "finish", "pay_not_taken": "understood", "purse_away": "understood",
        "earlier_purchase_paid": "understood", "earlier_purchase_not_paid": "understood", "money_for_the_card": "load_it_now",
        "pay_unknown": "finish", "no_bills": "understood", "pay_now": pays_by_phone,
    }  # fmt: skip
    return Holder_(post, card, **{**usual, **answers})


async def pays_a_bill(person: Holder_, *until: str) -> Any:
    await person.goes("whose_bills", service="pay_bills")
    return await person.goes_on(*(until or ("home",)))


def states(hall: Hall) -> list[str]:
    with hall.centre.engine.connect() as connection:
        return list(connection.execute(sa.select(purchases.c.state).order_by(purchases.c.since)).scalars())


def paid(hall: Hall) -> list[tuple[str, str, int]]:
    with hall.centre.engine.connect() as connection:
        found = connection.execute(sa.select(orders).where(orders.c.method == "purse").order_by(orders.c.created_at)).all()
    return [(row.state, "fulfilled" if row.fulfilled_at else "", row.fen) for row in found]


def held(hall: Hall) -> int:
    with hall.centre.engine.connect() as connection:
        return sum(connection.execute(
            sa.select(payments.c.fen).where(payments.c.channel == "purse", payments.c.state == "holds")).scalars())  # fmt: skip


async def settled(hall: Hall) -> None:
    await trio.sleep(90)
    for post in hall.posts:
        assert post.terminal.heart.journal.open_plans() == []


@story
async def test_the_card_pays_the_bill_and_comes_back(hall: Hall) -> None:
    card = a_card(balance=RICH)
    person = payer(hall.post, card)
    done = await pays_a_bill(person, "bill_paid")
    assert hall.post.card_slot.card is None                  # she has taken it before the receipt
    await person.goes_on("home")
    fen = round(float(done.params["yuan"]) * 100)
    assert on_card(card) == RICH - fen == RICH - held(hall)
    assert states(hall) == ["debited"] and paid(hall) == [("paid", "fulfilled", fen)]
    await settled(hall)


@story
async def test_too_little_on_the_card_and_she_pays_in_another_way(hall: Hall) -> None:
    answers = iter(["pay_purse", "pay_show_qr"])
    card = a_card(balance=50)
    person = payer(hall.post, card, pay_amount=lambda who: who.post.touch(next(answers)))
    await pays_a_bill(person)
    assert on_card(card) == 50 and states(hall) == [] and "purse_short" in hall.post.screen.names
    assert hall.post.card_slot.card is None


@story
async def test_too_little_on_the_card_and_she_tops_it_up_first(hall: Hall) -> None:
    card = a_card(balance=50)
    ways = iter(["pay_purse", "pay_show_qr"])
    person = payer(
        hall.post, card, purse_short="top_up_now", choose_amount="amount_other",
        other_amount=lambda who: who.post.touch("done", "500"), pay_amount=lambda who: who.post.touch(next(ways)),
        pay_now=pays_by_phone,
    )  # fmt: skip
    await pays_a_bill(person)
    assert states(hall) == ["debited"] and on_card(card) == 50 + 50_000 - held(hall)
    await settled(hall)


@pytest.mark.parametrize("moment", [Moment.BEFORE_COMMIT, Moment.AFTER_COMMIT, Moment.IN_ANSWER])
def test_torn_in_the_debit_and_put_back(tmp_path: Path, moment: Moment) -> None:
    async def tell(hall: Hall) -> None:
        card = a_card(balance=RICH)
        card.tear = Tear(moment, INS_DEBIT)
        person = payer(hall.post, card)
        hall.nursery.start_soon(_pulled_when_torn, person)
        await pays_a_bill(person)
        assert on_card(card) == RICH - held(hall) and held(hall) > 0
        assert states(hall)[-1] == "debited" and paid(hall)[-1][:2] == ("paid", "fulfilled")
        await settled(hall)

    story(tell)(tmp_path)


async def _pulled_when_torn(person: Holder_) -> None:
    while person.card.tear is not None:
        await trio.sleep(0.01)
    person.pulls()


@pytest.mark.parametrize("moment", [Moment.BEFORE_COMMIT, Moment.AFTER_COMMIT])
def test_torn_and_taken_away_and_another_terminal_settles_it(tmp_path: Path, moment: Moment) -> None:
    async def tell(hall: Hall) -> None:
        card = a_card(balance=RICH)
        card.tear = Tear(moment, INS_DEBIT)
        person = payer(hall.post, card, same_card_again="later")
        hall.nursery.start_soon(_pulled_when_torn, person)
        await pays_a_bill(person, "purchase_pending")
        await person.goes_on("home")
        assert states(hall) == ["begun"] and held(hall) == 0
        assert hall.post.terminal.heart.obligations() != []
        other = payer(hall.posts[1], card, choose_amount="back")
        await other.begins("top_up", "earlier_purchase_paid" if moment is Moment.AFTER_COMMIT else "earlier_purchase_not_paid")
        await other.goes_on("home")
        assert on_card(card) == RICH - held(hall)
        assert states(hall) == ["debited" if moment is Moment.AFTER_COMMIT else "not_debited"]
        await settled(hall)

    story(tell, 2)(tmp_path)


def test_torn_and_taken_away_and_a_look_at_the_balance_settles_it(tmp_path: Path) -> None:
    async def tell(hall: Hall) -> None:
        card = a_card(balance=RICH)
        card.tear = Tear(Moment.AFTER_COMMIT, INS_DEBIT)
        person = payer(hall.post, card, same_card_again="later")
        hall.nursery.start_soon(_pulled_when_torn, person)
        await pays_a_bill(person, "purchase_pending")
        await person.goes_on("home")
        looks = payer(hall.posts[1], card)
        await looks.begins("card_balance", "earlier_purchase_paid")
        await looks.goes_on("card_balance")
        assert states(hall) == ["debited"]

    story(tell, 2)(tmp_path)


@story
async def test_a_card_of_another_issuer_is_refused_and_nothing_is_taken(hall: Hall) -> None:
    card = a_card(balance=RICH, seed=99)
    answers = iter(["pay_purse", "back"])
    person = payer(hall.post, card, pay_amount=lambda who: who.post.touch(next(answers)))
    await pays_a_bill(person)
    assert held(hall) == 0 and "paid" not in [state for state, _, _ in paid(hall)]


@story
async def test_the_centre_is_away_right_after_the_debit(hall: Hall) -> None:
    card = a_card(balance=RICH)
    person = payer(hall.post, card)
    hall.nursery.start_soon(_cut_when_debited, hall, card)
    await pays_a_bill(person, "pay_unknown")
    hall.post.network.away = False
    await person.goes_on("home")
    await settled(hall)
    assert states(hall) == ["debited"] and on_card(card) == RICH - held(hall) and held(hall) > 0


async def _cut_when_debited(hall: Hall, card: VirtualCard) -> None:
    while on_card(card) == RICH:  # noqa: ASYNC110  (a chip tells nobody)
        await trio.sleep(0.001)
    hall.post.network.away = True


@story
async def test_the_bill_was_paid_by_phone_meanwhile_and_the_money_goes_back_onto_the_card(hall: Hall) -> None:
    """Torn after the debit; she pays the same bill in another way; the card proves its payment later: one of them goes back."""
    card = a_card(balance=RICH)
    card.tear = Tear(Moment.AFTER_COMMIT, INS_DEBIT)
    person = payer(hall.post, card, same_card_again="later")
    hall.nursery.start_soon(_pulled_when_torn, person)
    await pays_a_bill(person)
    person.answers |= {"pay_amount": "pay_show_qr", "pay_now": pays_by_phone}
    await pays_a_bill(person)
    taken = RICH - on_card(card)
    await person.begins("top_up", "money_for_the_card")
    assert states(hall) == ["debited"] and "earlier_purchase_paid" in hall.post.screen.names
    await person.goes_on("home")
    assert on_card(card) == RICH and taken > 0 and held(hall) == 0
    await settled(hall)
    by_card = sa.select(payments.c.state).where(payments.c.channel == "purse")
    with hall.centre.engine.connect() as connection:
        assert list(connection.execute(by_card).scalars()) == ["refunded"]


def test_without_a_purchase_module_the_purse_is_not_offered(tmp_path: Path) -> None:
    async def tell(hall: Hall) -> None:
        asked = await pays_a_bill(payer(hall.post, a_card(balance=RICH)), "pay_amount")
        assert "pay_purse" not in [choice.name for choice in asked.choices]

    house = House(offered=("pay_bills",), identity=IdentityEvidence.CARD_ALONE)
    in_hall(tmp_path, tell, settings=Settings(citizen_card=True, house=house))
