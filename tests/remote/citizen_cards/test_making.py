"""A number on its way into the world, and a white card that becomes hers."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from card.files import Holder, HolderFile, PublicInformation, PublicInformationFile
from card.names import name_for_chip
from card.virtual.card import VirtualCard
from card.virtual.profiles import FULL_CARD
from remote.central.citizen_cards import chip_files
from remote.central.citizen_cards.script import ScriptError, load_script
from remote.central.citizen_cards.tables import citizen_cards
from remote.central.store.database import writing
from remote.messages import (
    CardEnd,
    CaseState,
    CitizenCardState,
    RefusalCode,
    Register,
    Release,
    ReserveCitizenCard,
    Service,
    WithdrawCase,
)
from tests.remote.citizen_cards.town import HER, Town, chip_of


def test_a_white_card_becomes_hers_and_only_then_is_done() -> None:
    town = Town()
    card = town.made()
    assert town.cards() == ["active"] and town.case_states() == ["closed"]
    (view,) = town.hers().cards
    assert view.state is CitizenCardState.ACTIVE and view.insurance and card.eeprom["file/0015"][10:20].hex() == view.serial
    card.power_on()
    card.handle(bytes.fromhex("00A4040009A00000000386980701"))
    assert card.handle(bytes.fromhex("00D6960002FFFF"))[-2:] == b"\x69\x87"          # nobody writes it in the clear any more
    assert card.handle(bytes.fromhex("0020000003123456"))[-2:] == b"\x90\x00"        # the first PIN
    assert card.handle(bytes.fromhex("805C000204")) == bytes(4) + b"\x90\x00"


def test_both_ends_come_to_the_same_bytes_for_every_name() -> None:
    citizens = Town().centre.demo_citizens().values()
    odd = ("吴买尔·阿不都热依木江", "孙𬱖𠮷孙𬱖𠮷孙𬱖", "葛\U000e0100" * 6, "A" * 21)
    for name in [*(citizen.name for citizen in citizens), *odd]:
        stored = Holder(name_for_chip(name, shorten=True).stored, "34160219440307251X")
        assert chip_files.holder(name, "34160219440307251X") == HolderFile.encode(stored)
    town = Town()
    reservation = town.reserve(town.case()).reservation
    assert reservation is not None
    public = PublicInformation(bytes.fromhex(reservation.chip_issuer), reservation.chip_serial, reservation.issued_on,
                               reservation.valid_to, reservation.in_use)  # fmt: skip
    made = chip_files.public_information(
        bytes.fromhex(reservation.chip_issuer), reservation.chip_serial, reservation.issued_on, reservation.valid_to, in_use=True
    )
    assert made == PublicInformationFile.encode(public)


def test_a_card_that_does_not_prove_its_keys_is_not_done() -> None:
    town = Town()
    town.reserve(town.case())
    said = town.piece(chip_of(77), len(load_script("issue")), ["00" * 8])
    assert not said.done and said.refusal is not None and said.refusal.code is RefusalCode.BLANK_NOT_OURS


def test_a_blank_of_another_maker_takes_no_key() -> None:
    town = Town()
    town.reserve(town.case())
    stranger = VirtualCard.blank(77, profile=FULL_CARD, transport_key=bytes(range(16)))
    stranger.power_on()
    with pytest.raises(AssertionError, match="load key: 6988"):
        town.personalise(stranger)


def test_keys_go_only_to_the_terminal_that_holds_the_number_and_only_while_it_does() -> None:
    town = Town()
    town.reserve(town.case())
    other = town.piece(chip_of(77), terminal="T2")
    assert other.refusal.code is RefusalCode.CASE_CLOSED and not other.commands
    town.register(CardEnd.TAKEN)
    assert town.piece(chip_of(77)).refusal.code is RefusalCode.CASE_CLOSED


def test_two_terminals_in_the_same_second() -> None:
    town = Town()
    case = town.case()
    assert town.reserve(case).reservation is not None
    refused = town.reserve(case, "q:reserve:1", "T2").refusal
    assert refused is not None and refused.code is RefusalCode.BEING_SERVED
    assert town.applied().refusal.code is RefusalCode.CITIZEN_CARD_ORDERED


@pytest.mark.parametrize(("state", "other"), [("active", "inactive"), ("reserved", "kept")])
def test_the_database_itself_has_one_live_card_and_one_reservation_a_person(state: str, other: str) -> None:
    town = Town()
    row = {"person_id": 1, "serial": "", "issued_on": town.now.date(), "valid_to": town.now.date(), "terminal": "T1",
           "opened_at": town.now, "changed_at": town.now}  # fmt: skip
    with writing(town.centre.engine) as connection:
        connection.execute(sa.insert(citizen_cards), row | {"number": "1", "serial": "1", "state": state})
    with pytest.raises(sa.exc.IntegrityError), writing(town.centre.engine) as connection:
        connection.execute(sa.insert(citizen_cards), row | {"number": "2", "serial": "2", "state": other})


def test_a_number_that_is_given_back_is_void_for_ever_and_the_application_waits() -> None:
    town = Town()
    case = town.case()
    first = town.reserve(case).reservation
    assert town.ask("release_citizen_card", Release(reserve_key="p:reserve:1")).done
    second = town.reserve(case, "q:reserve:1").reservation
    assert first is not None and second is not None and int(second.number) == int(first.number) + 1
    late = town.register(CardEnd.TAKEN)
    assert late.incident and town.cards() == ["void", "reserved"] and "late_report" in town.incident_kinds()


def test_a_release_that_overtakes_its_reserve_bars_it() -> None:
    town = Town()
    case = town.case()
    assert town.ask("release_citizen_card", Release(reserve_key="p:reserve:1")).done
    answer = town.ask("reserve_citizen_card", ReserveCitizenCard(case_id=case), "p:reserve:1")
    assert answer.error == "barred"


def test_reports_in_any_order_end_the_same() -> None:
    for order in ((CardEnd.IN_DOUBT, CardEnd.TAKEN), (CardEnd.TAKEN, CardEnd.IN_DOUBT), (CardEnd.KEPT, CardEnd.TAKEN)):
        town = Town()
        town.reserve(town.case())
        for end in order:
            town.register(end)
        assert town.cards() == ["active"] and town.case_states() == ["closed"]
        assert not town.ask("release_citizen_card", Release(reserve_key="p:reserve:1")).done


def test_a_kept_card_is_nobodys_until_the_counter_gives_it_to_its_owner() -> None:
    town = Town()
    town.made(end=CardEnd.KEPT)
    assert town.cards() == ["kept"] and town.hers().case is not None
    assert town.hers().offers[0].refusal.code is RefusalCode.CITIZEN_CARD_KEPT  # type: ignore[union-attr]
    town.centre.counter.hand_over_kept("p:reserve:1", town.centre.demo_citizens()[HER].id_number, "王")
    assert town.cards() == ["active"] and town.case_states() == ["closed"]


def test_nobody_fetched_it_and_the_number_is_void() -> None:
    town = Town()
    town.made(end=CardEnd.KEPT)
    town.later(days=400)
    assert town.centre.counter.void_unclaimed() >= 1
    assert town.cards() == ["void"] and town.case_states() == ["closed"]


@pytest.mark.parametrize(("given_out", "state", "case"), [(True, "active", "closed"), (False, "void", "approved")])
def test_doubt_ends_by_two_people(given_out: bool, state: str, case: str) -> None:
    town = Town()
    town.reserve(town.case())
    town.register(CardEnd.IN_DOUBT)
    assert town.cards() == ["in_doubt"]
    town.centre.counter.settle_doubt("p:reserve:1", given_out, "王", "李", "找到了")
    assert town.cards() == [state] and town.case_states() == [case]


def test_a_fenced_terminal_loses_its_number_and_hears_so() -> None:
    town = Town()
    town.reserve(town.case())
    assert town.centre.counter.fence("T1", "王", "没电") == 1
    assert town.cards() == ["void"] and town.case_states() == ["approved"]
    assert town.register(CardEnd.TAKEN).incident


def test_a_lost_card_costs_and_no_number_is_given_before_it_is_paid() -> None:
    town = Town()
    answer = town.reserve(town.case("citizen_card_lost", Service.LOST))
    assert answer.refusal is not None and answer.refusal.code is RefusalCode.FEE_DUE and answer.refusal.params["fen"] == "2000"


def test_an_application_can_be_withdrawn_before_anything_is_made() -> None:
    town = Town()
    case = town.case()
    assert town.ask("withdraw_case", WithdrawCase(case_id=case)).case.state is CaseState.WITHDRAWN
    assert town.hers().case is None and town.hers().offers[0].refusal is None


def test_an_unknown_reservation_is_no_reservation() -> None:
    town = Town()
    answer = town.ask("register_citizen_card", Register(reserve_key="nobody", end=CardEnd.TAKEN))
    assert answer.error == "unknown_reservation"


@pytest.mark.parametrize("text", ["step = 1", "[[step]]\npurpose='a'\napdu='00'", "[[step]]\napdu='00A40400'", "["])
def test_a_script_file_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "issue.toml").write_text(text)
    with pytest.raises(ScriptError, match="issue.toml"):
        load_script("issue", tmp_path)
