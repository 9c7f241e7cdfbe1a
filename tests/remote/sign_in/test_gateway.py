"""Codes on their way: sent once, tried again while the gateway is away, emptied in the books, and given up when they are over."""
from __future__ import annotations

import pytest
import sqlalchemy as sa

from remote.central.sign_in.tables import sms_codes
from remote.central.store.database import reading
from tests.remote.sign_in.office import Office


@pytest.fixture
def office() -> Office:
    return Office()


def books(office: Office) -> list[tuple[str, str]]:
    with reading(office.centre.engine) as connection:
        return [(row.phone, row.text) for row in connection.execute(sa.select(sms_codes)).all()]


def test_a_code_reaches_her_phone_and_leaves_the_books(office: Office) -> None:
    office.sms()
    assert office.centre.codes.round() == 1 and office.centre.codes.round() == 0
    phones = office.centre.phones
    assert phones is not None and len(phones.on(office.who().phone or "")) == 1
    assert books(office) == [("", "")]


def test_a_gateway_that_is_away_is_asked_again_and_sends_once(office: Office) -> None:
    phones = office.centre.phones
    assert phones is not None
    asked = office.sms()
    phones.away = True
    assert office.centre.codes.round() == 0 and office.on_the_phone(asked.ask_id)
    phones.away = False
    text = office.on_the_phone(asked.ask_id)
    office.centre.codes.round()
    phones.send(asked.ask_id or "", office.who().phone or "", text)       # the same one again, as after a crash
    assert [one.text for one in phones.messages] == [text]


def test_a_code_that_is_over_is_not_sent_any_more(office: Office) -> None:
    asked = office.sms()
    office.later(seconds=301)
    office.centre.codes.round()
    phones = office.centre.phones
    assert phones is not None and not phones.messages and office.on_the_phone(asked.ask_id) == ""


def test_nobody_gets_a_message_for_a_number_of_nobody(office: Office) -> None:
    office.sms("341602190001010015")
    assert office.centre.codes.round() == 0
