"""The centre over HTTP: who may ask, what is answered when the database is broken, and the counter's pages."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.testclient import TestClient

from remote.central.centre import Centre
from remote.central.http import LARGEST_BODY, make_app
from remote.central.serve import ServeConfig, main, settings_of
from remote.central.settings import Settings, SettingsError, demo_settings
from remote.central.store.database import open_engine
from remote.central.store.writer import Writer, WriterStopped
from remote.central.times import BentClock
from remote.messages import OPERATIONS, CheckPerson
from tests.remote.hall import GOOD_FACE, no_photo_drawn
from tests.remote.identities import enrolled, signed


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled database file to copy: migrating anew for every test takes half a second."""
    path = tmp_path_factory.mktemp("filled") / "centre.db"
    Centre.open(f"sqlite:///{path}", demo_settings(30, 1)).engine.dispose()
    return path


@pytest.fixture
def centre(tmp_path: Path, filled: Path) -> Iterator[Centre]:
    shutil.copy(filled, tmp_path / "centre.db")
    centre = Centre(open_engine(f"sqlite:///{tmp_path / 'centre.db'}"), demo_settings(30, 1), BentClock())
    centre.service.draw_photo = no_photo_drawn
    yield centre
    centre.engine.dispose()


@pytest.fixture
def unsigned(centre: Centre) -> Iterator[TestClient]:
    with TestClient(make_app(centre), follow_redirects=True) as client:
        yield client


@pytest.fixture
def client(centre: Centre, unsigned: TestClient) -> TestClient:
    """Its requests to the interface of terminals are signed by T1."""
    signer = enrolled(centre, "T1", "大厅1号机")

    def sign(request: Any) -> None:
        if request.url.path.startswith("/v1/"):
            request.headers.update(signer.headers(request.url.path, request.read(), dict(request.headers)))

    unsigned.event_hooks = {"request": [sign], "response": []}
    return unsigned


def ask_for(centre: Centre, key: str) -> str:
    who = centre.demo_citizens()[key]
    return CheckPerson(id_number=who.id_number, name=who.name, birth=who.birth, id_valid_to=who.valid_to).model_dump_json()


def produce(centre: Centre, client: TestClient, key: str, service: str, end: str | None) -> str:
    """A card on its way, over HTTP; returns its number."""
    person = client.post("/v1/persons/check", content=ask_for(centre, key)).json()
    submit = {
        "person_ref": person["person_ref"],
        "service": service,
        "delivery": "instant",
        "photo": "population",
        "identity": "face",
        "face": GOOD_FACE,
        "loss_stated": service == "lost",
        "claim_code": "7K3M9QZT",
    }
    case = client.post("/v1/cases/submit", json=submit, headers={"Idempotency-Key": f"{key}:s"}).json()["case"]
    reserve = {"case_id": case["case_id"]}
    number = client.post("/v1/reservations/reserve", json=reserve, headers={"Idempotency-Key": f"{key}:r"}).json()
    if end:
        register = {"reserve_key": f"{key}:r", "end": end, "place": "大厅1号机", "reason": "传感器矛盾"}
        answer = client.post("/v1/reservations/register", json=register, headers={"Idempotency-Key": f"{key}:g"})
        assert answer.status_code == 200, answer.text
    return str(number["reservation"]["number"])


def test_every_operation_is_described(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    for operation in OPERATIONS:
        post = description["paths"][operation.path]["post"]
        assert post["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith(f"/{operation.asks.__name__}")
        assert post["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith(
            f"/{operation.answers.__name__}"
        )
        keyed = any(parameter["name"] == "Idempotency-Key" for parameter in post.get("parameters", []))
        assert keyed is (operation.changes and operation.keyed)
        for name in (operation.asks.__name__, operation.answers.__name__, "Problem"):
            assert name in description["components"]["schemas"]


def nobody(_centre: Centre, _path: str) -> dict[str, str]:
    return {}


def another_terminal(centre: Centre, path: str) -> dict[str, str]:
    """The right key for another id."""
    return signed(replace(enrolled(centre, "T1"), terminal="T9"), path, b"not json", {"Idempotency-Key": "k"})


def another_key(centre: Centre, path: str) -> dict[str, str]:
    stranger = replace(enrolled(centre, "T1"), key=ec.generate_private_key(ec.SECP256R1()))
    return signed(stranger, path, b"not json", {"Idempotency-Key": "k"})


@pytest.mark.parametrize("who", [nobody, another_terminal, another_key])
def test_a_stranger_is_refused_before_the_body_is_read(unsigned: TestClient, centre: Centre, who) -> None:  # type: ignore[no-untyped-def]
    answers = {one: unsigned.post(one.path, content=b"not json", headers=who(centre, one.path)) for one in OPERATIONS}
    heard = {one.name: (answer.status_code, answer.content) for one, answer in answers.items()}
    assert heard == {one.name: (401, b"") for one in OPERATIONS}


def test_a_database_error_under_the_check_lets_nobody_in(centre: Centre, client: TestClient) -> None:
    with centre.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE terminal_certificates RENAME TO gone")
    answers = {one: client.post(one.path, content=b"{}", headers={"Idempotency-Key": "k"}) for one in OPERATIONS}
    heard = {one.name: (answer.status_code, answer.json()["error"]) for one, answer in answers.items()}
    assert heard == {one.name: (503, "busy") for one in OPERATIONS}


def test_malformed_bodies_are_named_without_their_values(client: TestClient) -> None:
    body = b'{"id_number": 341602195503090021, "name": "secret"}'
    answer = client.post("/v1/persons/check", content=body)
    assert answer.status_code == 422 and "id_number" in answer.json()["detail"]
    assert "341602195503090021" not in answer.text and "secret" not in answer.text
    assert client.post("/v1/persons/check", content=b"x" * (LARGEST_BODY + 1)).status_code == 413


def test_a_key_with_another_body_is_409(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    assert client.post("/v1/reservations/release", json={"reserve_key": "a"}, headers=headers).json() == {"done": True}
    assert client.post("/v1/reservations/release", json={"reserve_key": "a"}, headers=headers).json() == {"done": True}
    answer = client.post("/v1/reservations/release", json={"reserve_key": "b"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (409, "key_reused")


# -- the counter


def enter(client: TestClient, staff: str = "王敏") -> str:
    """Log in and return the page."""
    return client.post("/counter/login", data={"staff": staff}).text


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert found
    return found.group(1)


def test_nobody_sees_the_counter_without_a_name(client: TestClient) -> None:
    for path in ("/counter", "/orders", "/messages", "/counter/help"):
        assert client.get(path).status_code == 401
    client.cookies.set("counter", "forged.cookie")
    assert client.get("/counter").status_code == 401


def test_a_kept_card_is_handed_over_at_the_counter(centre: Centre, client: TestClient) -> None:
    number = produce(centre, client, "senior_card_lost", "lost", "kept")
    page = enter(client)
    who = centre.demo_citizens()["senior_card_lost"]
    assert number[-4:] in page and who.id_number not in page and who.name not in page
    form = {"token": token_in(page), "reserve_key": "senior_card_lost:r", "staff": "王敏", "id_number": "341602195001010000"}
    assert "身份证号码与领取人不符" in client.post("/counter/hand-over", data=form).text
    said = client.post("/counter/hand-over", data={**form, "id_number": who.id_number.lower()}).text
    assert f"证号尾号{number[-4:]}现在生效" in said and 'value="senior_card_lost:r"' not in said
    person = client.post("/v1/persons/check", content=ask_for(centre, "senior_card_lost")).json()
    assert person["live_card"]["tail"] == number[-4:]


def test_doubt_needs_two_people_and_a_reason(centre: Centre, client: TestClient) -> None:
    produce(centre, client, "senior_card_new", "new", "in_doubt")
    page = enter(client)
    assert "传感器矛盾" in page
    form = {
        "token": token_in(page),
        "reserve_key": "senior_card_new:r",
        "given": "yes",
        "first": "王敏",
        "second": "王敏",
        "reason": "看过",
    }
    assert "需要两名不同的工作人员" in client.post("/counter/doubt", data=form).text
    assert "请写明理由" in client.post("/counter/doubt", data={**form, "second": "李强", "reason": ""}).text
    assert "已由两人确认" in client.post("/counter/doubt", data={**form, "second": "李强"}).text


def test_staff_look_at_the_person_at_a_terminal_and_say_so_with_a_reason(centre: Centre, client: TestClient) -> None:
    person = client.post("/v1/persons/check", content=ask_for(centre, "senior_card_new")).json()
    ask = {"person_ref": person["person_ref"], "item": "senior_card"}
    asked = client.post("/v1/identity/staff/ask", json=ask, headers={"Idempotency-Key": "a:1"}).json()
    page = enter(client)
    for shown in (page, client.get("/counter/staff").text):
        assert "请当面核对本人" in shown and "大厅1号机" in shown and "李**" in shown and "data:image/png;base64," in shown
        assert "是本人" in shown and "不能确认" in shown and person["person_ref"] not in shown
    form = {"token": token_in(page), "request_id": asked["request_id"], "staff": "王敏", "reason": "当面看过"}
    assert "请选择" in client.post("/counter/look", data=form).text
    assert client.post("/counter/look", data=form | {"token": "0" * 64, "same": "yes"}).status_code == 403
    assert "已记下:是本人" in client.post("/counter/look", data=form | {"same": "yes"}).text
    said = client.post("/v1/identity/staff/said", json={"request_id": asked["request_id"]}).json()
    assert said == {"state": "same"}
    assert "现在没有人等着核对" in client.get("/counter/staff").text


def test_a_visit_at_home_is_seen_and_brought_to_its_end_at_the_counter(centre: Centre, client: TestClient) -> None:
    person = client.post("/v1/persons/check", content=ask_for(centre, "certify_at_home")).json()
    ask = {"person_ref": person["person_ref"]}
    visit = client.post("/v1/allowance/home-visit", json=ask, headers={"Idempotency-Key": "v:1"}).json()
    page = enter(client)
    assert visit["visit_no"] in page and "****" in page
    form = {"token": token_in(page), "visit_no": visit["visit_no"], "seen": "yes", "words": "本人在家"}
    assert "上门结果已记下" in client.post("/counter/visit", data=form).text
    state = client.post("/v1/allowance/check", json=ask).json()
    assert state["state"] == "certified"


def test_a_form_from_elsewhere_is_refused(centre: Centre, client: TestClient) -> None:
    produce(centre, client, "senior_card_new", "new", None)
    enter(client)
    for token in ("", "0" * 64):
        assert client.post("/counter/fence", data={"token": token, "terminal": "T1", "reason": "x"}).status_code == 403
    page = client.get("/counter").text
    assert "已停用,1笔" in client.post("/counter/fence", data={"token": token_in(page), "terminal": "T1", "reason": "坏了"}).text


def test_help_calls_show_and_go(centre: Centre, client: TestClient) -> None:
    event = {
        "event_id": "h1",
        "kind": "help_call",
        "at": "2027-03-09T04:00:00Z",
        "body": {"place": "大厅<1>号机", "words": "看不清"},
    }
    client.post("/v1/events/report", json={"events": [event]}, headers={"Idempotency-Key": "e"})
    page = enter(client)
    assert "看不清" in client.get("/counter/help").text and "大厅&lt;1&gt;号机" in page
    client.post("/counter/answer", data={"token": token_in(page), "event_id": "h1"})
    assert "看不清" not in client.get("/counter/help").text


def test_a_mail_order_goes_to_its_end_and_the_messages_show(centre: Centre, client: TestClient) -> None:
    page = enter(client)
    token = token_in(client.get("/orders").text)
    assert page
    order = re.search(r"EM\d{11}", client.get("/orders").text)
    assert order
    for step, said in (("produce", "已制证"), ("mail", "证已生效"), ("deliver", "办结")):
        assert said in client.post(f"/orders/{step}", data={"token": token, "order_no": order.group()}).text
    assert f"单号{order.group()}" in client.get("/messages").text


def test_bent_time_changes_who_may_apply(centre: Centre, client: TestClient) -> None:
    def codes() -> list[str]:
        offers = client.post("/v1/persons/check", content=young).json()["offers"]
        return [offer["refusal"]["code"] if offer["refusal"] else "can" for offer in offers]

    young = ask_for(centre, "too_young")
    assert codes()[0] == "too_young"
    assert client.post("/demo/time", data={"days": "100"}).status_code == 200
    assert codes()[0] == "can"
    assert client.post("/demo/time", data={"days": "many"}).status_code == 422


def test_production_has_no_demo_switch() -> None:
    with pytest.raises(SettingsError, match="synthetic_population"):
        settings_of(ServeConfig("sqlite://", mode="production", staff_pin="1"))
    with pytest.raises(SettingsError, match="staff_pin"):
        settings_of(ServeConfig("sqlite://", mode="production", population=0))
    with pytest.raises(SettingsError, match="card_alone"):
        Settings(identity_needed=demo_settings().identity_needed, staff_pin="1").check()
    with pytest.raises(SettingsError, match="bend_time"):
        Settings(bend_time=True, staff_pin="1").check()
    assert main(["--mode", "production", "--population", "5", "--db", "sqlite://"]) == 2


def test_the_pin_guards_the_counter(tmp_path: Path) -> None:
    settings = Settings(staff_pin="2468")
    centre = Centre.open(f"sqlite:///{tmp_path / 'p.db'}", settings)
    with TestClient(make_app(centre)) as client:
        assert client.post("/demo/time", data={"days": "1"}).status_code in (404, 405)
        for _ in range(5):
            assert client.post("/counter/login", data={"staff": "王敏", "pin": "1111"}).status_code == 401
        assert client.post("/counter/login", data={"staff": "王敏", "pin": "2468"}).status_code == 429


# -- the one writer


def test_one_bad_request_among_many_does_not_fail_its_neighbours(centre: Centre) -> None:
    writer = Writer(centre.engine)

    def insert(key: str) -> object:
        def work(connection: sa.Connection) -> None:
            for row in (f"half-{uuid.uuid4()}", key):
                connection.execute(sa.text("INSERT INTO meta VALUES (:key, '')"), {"key": row})

        return writer.submit(work)

    with ThreadPoolExecutor(8) as pool:
        futures = list(pool.map(insert, [*(f"k{n}" for n in range(40)), "k3", "k5"]))
    failed = [future for future in futures if future.exception()]  # type: ignore[attr-defined]
    writer.stop()
    with centre.engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT count(*) FROM meta WHERE key LIKE 'k%'")).scalar()
        half = connection.execute(sa.text("SELECT count(*) FROM meta WHERE key LIKE 'half%'")).scalar()
    assert (len(failed), kept, half) == (2, 40, 40)  # of a failed request nothing stays
    assert isinstance(writer.submit(lambda connection: None).exception(), WriterStopped)


def test_what_was_not_committed_is_not_answered(centre: Centre) -> None:
    """The commit itself fails: nobody of that group hears yes."""
    writer = Writer(centre.engine)

    def spoil(connection: sa.Connection) -> str:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        connection.exec_driver_sql("INSERT INTO addresses VALUES ('a', 999999, '', '')")
        return "yes"

    future = writer.submit(spoil)
    with pytest.raises(sa.exc.IntegrityError):
        future.result(timeout=10)
    assert writer.submit(lambda connection: 7).result(timeout=10) == 7
    writer.stop()
