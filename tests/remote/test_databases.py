"""The same centre on SQLite and PostgreSQL: migrations, constraints, and two terminals in the same second."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import remote.central.http  # noqa: F401  (with it every room's tables are known)
from remote.central.centre import Centre
from remote.central.settings import demo_settings
from remote.central.store import schema
from remote.central.store.database import open_engine, savepoint, writing
from remote.central.store.migrate import migrate
from remote.messages import CaseAnswer, CheckPerson, PersonAnswer, Reserve, ReserveAnswer, SubmitCase
from tests.remote.hall import GOOD_FACE
from tests.remote.identities import enrolled
from tests.remote.private_postgres import private_postgres, server_binaries

AT_ONCE = 8


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    if server_binaries() is None:
        pytest.skip("no PostgreSQL server is installed")
    with private_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'centre.db'}"
    server: str = request.getfixturevalue("postgres")
    engine = sa.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return server


def differences(url: str) -> list[object]:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    engine.dispose()
    return list(found)


def test_from_empty_to_the_newest_schema(url: str) -> None:
    migrate(url)
    assert differences(url) == []
    migrate(url)


def test_from_the_previous_revision_with_its_rows(url: str) -> None:
    migrate(url, "0001")
    engine = open_engine(url)
    with writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO terminals (terminal, place, token_hash) VALUES ('T1', 'hall', '\\x00')")
    migrate(url)
    assert differences(url) == []
    with engine.connect() as connection:
        assert [(row.terminal, row.fenced_at) for row in connection.execute(sa.select(schema.terminals))] == [("T1", None)]
    engine.dispose()


def centre_at(url: str) -> Centre:
    centre = Centre.open(url, demo_settings(30, 1))
    for terminal in ("T1", "T2"):
        enrolled(centre, terminal, terminal)
    return centre


def person_of(centre: Centre, key: str) -> PersonAnswer:
    who = centre.demo_citizens()[key]
    ask = CheckPerson(id_number=who.id_number, name=who.name, birth=who.birth, id_valid_to=who.valid_to)
    answer = centre.handle("T1", "check_person", ask)
    assert isinstance(answer, PersonAnswer)
    return answer


def submission(person: PersonAnswer) -> SubmitCase:
    return SubmitCase.model_validate_json(
        f'{{"person_ref":"{person.person_ref}","service":"new","delivery":"instant","photo":"population",'
        f'"identity":"face","face":{json.dumps(GOOD_FACE)},"claim_code":"7K3M9QZT"}}'
    )


def test_many_terminals_same_person_same_second(url: str) -> None:
    """Each with its own connection: one case, one reservation, one number; everybody else is told politely."""
    centres = [centre_at(url) for _ in range(AT_ONCE)]
    person = person_of(centres[0], "senior_card_new")
    together = threading.Barrier(AT_ONCE)
    cases: list[CaseAnswer] = []
    reserved: list[ReserveAnswer] = []

    def terminal(number: int) -> None:
        centre, name = centres[number], f"T{number % 2 + 1}"
        together.wait()
        submitted = centre.handle(name, "submit_case", submission(person), f"s{number}")
        assert isinstance(submitted, CaseAnswer), submitted
        cases.append(submitted)
        together.wait()
        [case_id] = [answer.case.case_id for answer in cases if answer.case]
        answer = centre.handle(name, "reserve", Reserve(case_id=case_id), f"r{number}")
        assert isinstance(answer, ReserveAnswer), answer
        reserved.append(answer)

    threads = [threading.Thread(target=terminal, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([answer for answer in cases if answer.case]) == 1
    assert len(reserved) == AT_ONCE and len([answer for answer in reserved if answer.reservation]) == 1
    assert {answer.refusal.code for answer in reserved if answer.refusal} == {"being_served"}
    for centre in centres:
        centre.engine.dispose()


def test_the_whole_way_of_a_card(url: str) -> None:
    """Every kind of row is written once on either database."""
    from remote.messages import Register, Registered, Release

    centre = centre_at(url)
    case = centre.handle("T1", "submit_case", submission(person_of(centre, "senior_card_new")), "s1")
    assert isinstance(case, CaseAnswer) and case.case is not None
    centre.handle("T1", "reserve", Reserve(case_id=case.case.case_id), "r1")
    centre.handle("T1", "release", Release(reserve_key="r1"), "x1")
    centre.handle("T2", "reserve", Reserve(case_id=case.case.case_id), "r2")
    kept = Register.model_validate({"reserve_key": "r2", "end": "kept", "place": "T2"})
    assert isinstance(centre.handle("T2", "register", kept, "g1"), Registered)
    centre.counter.hand_over_kept("r2", centre.demo_citizens()["senior_card_new"].id_number, "王敏")
    assert person_of(centre, "senior_card_new").live_card is not None
    assert centre.counter.fence("T1", "王敏", "reason") == 0
    reopened = Centre.open(url, demo_settings(30, 1))
    assert person_of(reopened, "senior_card_new").live_card is not None
    for each in (centre, reopened):
        each.engine.dispose()


@pytest.mark.parametrize("table", ["cards", "reservations", "cases"])
def test_the_database_itself_forbids_the_second_one(url: str, table: str) -> None:
    """Whatever the code above does: one live card, one reservation that holds her, one open case per person."""
    centre = centre_at(url)
    now = datetime(2027, 1, 1, tzinfo=UTC)
    with centre.engine.connect() as connection:
        person_id = connection.execute(sa.select(schema.cards.c.person_id).where(schema.cards.c.state == "live")).scalar()
    case = {
        "person_id": person_id,
        "item": "senior_card",
        "service": "new",
        "delivery": "instant",
        "state": "approved",
        "fee_fen": 0,
        "submitted_at": now,
        "photo": "none",
        "identity": "face",
        "card_alone": False,
        "loss_stated": False,
        "claim_code": "",
        "terminal": "T1",
        "rules_version": "1",
    }
    card = {"person_id": person_id, "case_id": None, "class_code": "1", "issued_on": now.date(), "blank_serial": ""}
    held = {
        "person_id": person_id,
        "case_id": "c1",
        "terminal": "T1",
        "place": "",
        "reason": "",
        "opened_at": now,
        "changed_at": now,
    }
    second = {
        "cards": (schema.cards, {**card, "number": "X1", "chip_serial": "X1", "state": "live"}),
        "reservations": (schema.reservations, {**held, "reserve_key": "k2", "number": "X3", "state": "kept"}),
        "cases": (schema.cases, {**case, "case_id": "c2", "case_no": "c2"}),
    }[table]
    with writing(centre.engine) as connection:
        connection.execute(sa.insert(schema.cases), {**case, "case_id": "c1", "case_no": "c1"})
        for number in ("X2", "X3"):
            connection.execute(sa.insert(schema.cards), {**card, "number": number, "chip_serial": number, "state": "reserved"})
        connection.execute(sa.insert(schema.reservations), {**held, "reserve_key": "k1", "number": "X2", "state": "open"})
        with pytest.raises(sa.exc.IntegrityError, match="(?i)unique"), savepoint(connection):
            connection.execute(sa.insert(second[0]), second[1])
    centre.engine.dispose()
