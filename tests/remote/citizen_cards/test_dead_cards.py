"""A card that was lost or replaced: stopped at once, and what is left on it moves after the settlement day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from card.virtual.card import VirtualCard
from remote.central.citizen_cards.moves import card_chores
from remote.central.citizen_cards.tables import citizen_cards
from remote.central.loads.tables import loads
from remote.central.payment.tables import orders
from remote.central.seams import tell_seams
from remote.central.store.database import reading, writing
from remote.messages import (
    AskPrice,
    BeginCardScript,
    BeginLoad,
    CardEnd,
    CardScript,
    CitizenCardState,
    ConfirmCardScript,
    FindCitizenCards,
    IdentityEvidence,
    LossOwner,
    MoveState,
    Purpose,
    RefusalCode,
    ReportCitizenLoss,
    Service,
)
from tests.remote.citizen_cards.town import Town
from tests.remote.loads.town import balance_of, card_of, loaded, offered

OLD = "citizen_card_lost"


def reported(town: Town, key: str = OLD) -> Any:
    number = town.hers(key).cards[0].number
    return town.ask("report_citizen_loss", ReportCitizenLoss(
        person_ref=town.ref(key), number=number, identity=IdentityEvidence.CARD_ALONE))  # fmt: skip


def replaced(town: Town) -> VirtualCard:
    """Lost, and made anew; this once free of charge."""
    case = town.case(OLD, Service.LOST)
    with writing(town.centre.engine) as connection:
        connection.execute(sa.text("UPDATE cases SET fee_fen = 0 WHERE case_id = :case"), {"case": case})
    assert town.reserve(case).reservation is not None
    card = town.white()
    assert town.personalise(card).done
    town.register(CardEnd.TAKEN)
    return card


def test_reported_lost_it_is_stopped_at_once_and_for_good() -> None:
    town = Town()
    answer = reported(town)
    assert answer.card.state is CitizenCardState.LOST
    purse, insurance = sorted(answer.card.losses, key=lambda loss: loss.owner is LossOwner.INSURANCE)
    assert purse.confirmed_at == town.now and insurance.confirmed_at is None
    assert reported(town).card.losses == answer.card.losses                # twice is once
    tell_seams(town.centre.engine, town.centre.seams, town.centre.clock)
    card_chores(town.centre)
    assert all(loss.confirmed_at is not None for loss in town.hers(OLD).cards[0].losses)
    assert town.hers(OLD).offers[1].refusal is None                       # LOST: another one can be had


def test_somebody_elses_card_cannot_be_reported() -> None:
    town = Town()
    number = town.hers(OLD).cards[0].number
    answer = town.ask("report_citizen_loss", ReportCitizenLoss(
        person_ref=town.ref(), number=number, identity=IdentityEvidence.CARD_ALONE))  # fmt: skip
    assert answer.refusal.code is RefusalCode.NO_CITIZEN_CARD and town.cards(OLD) == ["active"]


def test_nothing_is_loaded_onto_a_lost_card_and_nobody_pays_for_it() -> None:
    town = Town()
    serial = town.hers(OLD).cards[0].serial
    card = card_of(serial.lstrip("0"), seed=7)
    reported(town)
    price = town.ask("ask_price", AskPrice(purpose=Purpose.TOP_UP, purpose_ref=f"{serial}/5000"))
    assert price.refusal.code is RefusalCode.CARD_LOST
    with writing(town.centre.engine) as connection:
        connection.execute(sa.insert(orders), paid_row(town, serial, 5000))
    begun = town.ask("begin_load", BeginLoad(order_id="o", fen=5000, offer=offered(card, 5000)))
    assert begun.refusal.code is RefusalCode.CARD_LOST and begun.load is None


@pytest.mark.parametrize(("days", "refused"), [(0, None), (1, RefusalCode.CARD_EXPIRED)], ids=["last_day", "day_after"])
def test_out_of_date_nothing_is_loaded_nobody_pays_and_nothing_is_written(days: int, refused: RefusalCode | None) -> None:
    town = Town()
    one = town.hers(OLD).cards[0]
    last_day = town.now.date() - timedelta(days=days)
    with writing(town.centre.engine) as connection:
        connection.execute(sa.update(citizen_cards).where(citizen_cards.c.number == one.number).values(valid_to=last_day))
        connection.execute(sa.insert(orders), paid_row(town, one.serial, 5000))
    card = card_of(one.serial.lstrip("0"), seed=7)
    price = town.ask("ask_price", AskPrice(purpose=Purpose.TOP_UP, purpose_ref=f"{one.serial}/5000"))
    begun = town.ask("begin_load", BeginLoad(order_id="o", fen=5000, offer=offered(card, 5000)))
    assert [answer.refusal and answer.refusal.code for answer in (price, begun)] == [refused, refused]
    assert (begun.load is None) == (refused is not None)


def paid_row(town: Town, serial: str, fen: int) -> dict[str, Any]:
    return {
        "order_id": "o", "order_no": "P1", "order_key": "k", "person_id": None, "purpose": "top_up",
        "purpose_ref": f"{serial}/{fen}", "lines": "[]", "fen": fen, "method": "show_qr", "channel": "simulated",
        "phone_code": "", "state": "paid", "qr": None, "claim_code": "K7QF2M9X", "terminal": "T1", "created_at": town.now,
        "expires_at": town.now, "ask_at": None, "paid_at": town.now, "closed_at": None, "used_by": None, "fulfilled_at": None,
        "reason": "",
    }  # fmt: skip


def test_what_is_left_moves_after_the_settlement_day_and_the_next_terminal_loads_it_once() -> None:
    town = Town()
    new = replaced(town)
    assert town.cards(OLD) == ["lost", "active"]
    card_chores(town.centre)
    assert [move.state for move in town.moves()] == ["waiting"]
    town.later(days=7)
    card_chores(town.centre)
    card_chores(town.centre)
    serial = town.hers(OLD).cards[0].serial
    (move,) = town.ask("find_citizen_cards", FindCitizenCards(serial=serial)).moves
    assert (move.state, move.fen, move.new_serial) == (MoveState.READY, 1230, serial)
    loaded(town, new, move.order_id, move.fen)
    assert balance_of(new) == 1230
    card_chores(town.centre)
    assert [one.state for one in town.moves()] == ["done"]
    again = town.ask("begin_load", BeginLoad(order_id=move.order_id, fen=move.fen, offer=offered(new, move.fen)))
    assert again.refusal.code is RefusalCode.LOADED_ALREADY and balance_of(new) == 1230



def test_a_load_nobody_knows_the_end_of_counts_as_hers_when_the_card_dies() -> None:
    """Permitted, the card gone: whether it has the money or not, it is the new card's."""
    town = Town()
    old = card_of(town.hers(OLD).cards[0].number)
    order = town.paid(old)
    assert town.begin(order, offered(old)).refusal is None
    replaced(town)
    town.later(days=7)
    card_chores(town.centre)
    (move,) = town.moves()
    assert (move.state, move.fen) == ("ready", 1230 + 5000) and town.states() == ["credited"]


def test_in_doubt_it_waits_for_two_people() -> None:
    town = Town()
    old = card_of(town.hers(OLD).cards[0].number)
    assert town.begin(town.paid(old), offered(old)).refusal is None
    with writing(town.centre.engine) as connection:
        connection.execute(sa.update(loads).values(state="in_doubt"))
    replaced(town)
    town.later(days=30)
    card_chores(town.centre)
    assert [move.state for move in town.moves()] == ["waiting"]


def test_the_new_card_is_lost_before_the_money_came_and_it_goes_on_to_the_next_one() -> None:
    town = Town()
    replaced(town)
    town.later(days=7)
    card_chores(town.centre)
    assert [move.state for move in town.moves()] == ["ready"]
    reported(town)
    for _ in range(2):
        card_chores(town.centre)
    assert sorted(move.state for move in town.moves()) == ["waiting", "waiting"]
    with reading(town.centre.engine) as connection:
        left = connection.execute(sa.select(orders.c.state).where(orders.c.method == "waived")).scalars().all()
    assert left == ["refunded"]                    # nothing is owed twice


# -- scripts for the card in the slot -------------------------------------------------------------------------------

def script(town: Town, card: VirtualCard, which: CardScript, *, key: str, person: str, new_pin: str = "") -> Any:
    """Begun for the card that is in the slot, and sent to it; the answers to each command."""
    card.power_on()
    card.handle(bytes.fromhex("00A4040009A00000000386980701"))
    challenge = card.handle(bytes.fromhex("0084000004"))[:4].hex().upper()
    begun = town.ask("begin_card_script", BeginCardScript(
        person_ref=town.ref(person), serial=card.eeprom["file/0015"][10:20].hex(), script=which, challenge=challenge,
        new_pin=new_pin, identity=IdentityEvidence.CARD_ALONE,
    ), key)  # fmt: skip
    return begun, [card.handle(bytes.fromhex(command.apdu))[-2:].hex() for command in begun.commands]


def test_a_pin_is_unblocked_for_its_owner_and_for_nobody_else() -> None:
    town = Town()
    card = town.made()
    card.power_on()
    card.handle(bytes.fromhex("00A4040009A00000000386980701"))
    for _ in range(3):
        card.handle(bytes.fromhex("0020000003999999"))
    refused, sent = script(town, card, CardScript.UNBLOCK_PIN, key="a", person=OLD, new_pin="246810")
    assert refused.refusal.code is RefusalCode.NOT_HER_CARD and sent == []
    _, sent = script(town, card, CardScript.UNBLOCK_PIN, key="b", person="citizen_card_new", new_pin="246810")
    assert sent == ["9000"]
    assert card.handle(bytes.fromhex("0020000003246810"))[-2:] == b"\x90\x00"
    assert town.ask("confirm_card_script", ConfirmCardScript(script_key="b", done=True)).card is not None


def test_a_card_that_is_switched_off_is_switched_on_by_its_owner() -> None:
    town = Town()
    card = card_of(town.hers("already_has_card").cards[0].number)
    begun, sent = script(town, card, CardScript.ACTIVATE, key="a", person="already_has_card")
    assert begun.refusal is None and sent == ["9000"]
    assert town.cards("already_has_card") == ["inactive"]                 # permitted is not done
    town.ask("confirm_card_script", ConfirmCardScript(script_key="a", done=True))
    assert town.cards("already_has_card") == ["active"]


@pytest.mark.parametrize(("person", "code"), [("citizen_card_new", RefusalCode.NO_CONCESSION)])
def test_no_concession_without_a_senior_card(person: str, code: RefusalCode) -> None:
    town = Town()
    refused, _ = script(town, town.made(), CardScript.SET_CONCESSION, key="a", person=person)
    assert refused.refusal.code is code
