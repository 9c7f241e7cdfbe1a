"""Somebody signs in to the console: the right one, the wrong one, one who tries again and again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from remote.central.access import people
from remote.central.access.rights import Grant, Person, Right, Role, may
from remote.central.access.sessions import COOKIE
from remote.central.access.tables import people as people_table
from remote.central.access.tables import sessions
from remote.central.store.database import reading, writing
from tests.remote.access.conftest import PASSWORD, Office


def test_who_has_name_password_and_code_is_in(office: Office) -> None:
    browser = office.sign_in("zhou")
    cookie = browser.last.headers["set-cookie"]  # type: ignore[attr-defined]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert browser.get("/console").text.startswith('"zhou ')


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [("zhou", "wrong password", None), ("zhou", PASSWORD, "000000"), ("nobody", PASSWORD, None), ("zhou", "", None)],
)
def test_one_wrong_thing_lets_nobody_in(office: Office, name: str, password: str, code: str | None) -> None:
    browser = office.sign_in(name, password, code)
    assert browser.last.status_code == 401  # type: ignore[attr-defined]
    assert browser.get("/console").status_code == 303


def test_every_refusal_reads_the_same(office: Office) -> None:
    wrong_password, unknown = office.sign_in("zhou", "x"), office.sign_in("nobody", "x")
    assert wrong_password.last.text == unknown.last.text  # type: ignore[attr-defined]


def test_a_code_somebody_looked_at_serves_no_second_time(office: Office) -> None:
    seen = office.code()
    office.sign_in("zhou")
    assert office.sign_in("zhou", code=seen).last.status_code == 401  # type: ignore[attr-defined]


def test_five_wrong_tries_lock_and_a_quarter_of_an_hour_opens(office: Office) -> None:
    for _ in range(people.TRIES):
        office.sign_in("zhou", "wrong")
    assert office.sign_in("zhou").last.status_code == 401  # type: ignore[attr-defined]
    office.clock.pass_by(minutes=15)
    assert office.sign_in("zhou").last.status_code == 303  # type: ignore[attr-defined]


def test_a_good_sign_in_forgets_the_wrong_ones(office: Office) -> None:
    for _ in range(3):
        for _ in range(people.TRIES - 1):
            office.sign_in("zhou", "wrong")
        assert office.sign_in("zhou").last.status_code == 303  # type: ignore[attr-defined]


def test_another_administrator_recovers_who_is_locked_out_and_she_chooses_her_own_password(office: Office) -> None:
    old = office.sign_in("zhou")
    for _ in range(people.TRIES):
        office.sign_in("zhou", "wrong")
    admin = Person("admin", "", (Grant(Role.ADMINISTRATOR),))
    with writing(office.engine) as connection:
        made = people.recover(connection, "zhou", by=admin, now=office.clock.now)
    assert old.get("/console").status_code == 303  # her open sessions ended
    import pyotp

    def code() -> str:
        return pyotp.TOTP(made.totp_secret).at(office.clock.now)

    browser = office.sign_in("zhou", made.password, code())
    sent = browser.get("/console")
    assert (sent.status_code, sent.headers["location"]) == (303, "/console/password")
    csrf = browser.get("/console/password").text.split('name="csrf" value="')[1][:64]
    fields = {"csrf": csrf, "password": made.password, "new": "a password of my own", "code": code()}
    assert browser.post("/console/password", data=fields | {"new": "short"}).status_code == 422
    office.clock.pass_by(seconds=30)
    assert browser.post("/console/password", data=fields | {"code": code()}).status_code == 303
    assert browser.get("/console").status_code == 200


def test_nobody_recovers_themselves_and_a_technician_nobody(office: Office) -> None:
    with writing(office.engine) as connection:
        for by in (Person("admin", "", (Grant(Role.ADMINISTRATOR),)), Person("zhao", "", (Grant(Role.TECHNICIAN),))):
            with pytest.raises(people.AccessError):
                people.recover(connection, "admin", by=by, now=office.clock.now)


def test_a_session_ends_when_idle_when_old_when_left_and_when_its_owner_is_disabled(office: Office) -> None:
    idle = office.sign_in("zhou")
    office.clock.pass_by(minutes=31)
    assert idle.get("/console").status_code == 303
    busy = office.sign_in("zhou")
    for _ in range(10 * 60 // 25 - 1):
        office.clock.pass_by(minutes=25)
        last = busy.get("/console").status_code
    assert last == 200
    office.clock.pass_by(minutes=25)
    assert busy.get("/console").status_code == 303
    left = office.sign_in("zhou")
    csrf = left.get("/console").json().split()[1]
    cookie = left.cookies[COOKIE]
    assert left.post("/console/logout", data={"csrf": csrf}).status_code == 303
    left.cookies.set(COOKIE, cookie)
    assert left.get("/console").status_code == 303
    gone = office.sign_in("zhou")
    with writing(office.engine) as connection:
        people.disable(connection, "zhou", by="admin", now=office.clock.now)
    assert gone.get("/console").status_code == 303
    assert office.sign_in("zhou").last.status_code == 401  # type: ignore[attr-defined]


def test_a_change_without_this_sessions_token_is_refused(office: Office) -> None:
    browser, other = office.sign_in("zhao"), office.sign_in("zhao")
    csrf = browser.get("/console").json().split()[1]
    stranger = other.get("/console").json().split()[1]
    assert browser.post("/console/restart/341602").status_code == 403
    assert browser.post("/console/restart/341602", data={"csrf": stranger}).status_code == 403
    assert browser.post("/console/restart/341602", data={"csrf": csrf}).status_code == 200
    assert browser.post("/console/restart/341602", headers={"X-CSRF-Token": csrf}).status_code == 200


def test_a_right_reaches_as_far_as_its_region(office: Office) -> None:
    browser = office.sign_in("zhao")
    token = {"X-CSRF-Token": browser.get("/console").json().split()[1]}
    assert browser.post("/console/restart/341602001", headers=token).status_code == 200
    assert browser.post("/console/restart/341621", headers=token).status_code == 403
    viewer = office.sign_in("zhou")
    token = {"X-CSRF-Token": viewer.get("/console").json().split()[1]}
    assert viewer.post("/console/restart/341602", headers=token).status_code == 403


def test_roles_do_what_they_are_called_and_no_more() -> None:
    both = Person("x", "", (Grant(Role.TECHNICIAN, "341602"), Grant(Role.VIEWER, "3416")))
    assert may(both, Right.COMMAND, "341602") and not may(both, Right.COMMAND, "341621") and may(both, Right.SEE, "341621")
    assert not may(both, Right.COMMAND, "") and not may(both, Right.SEE, "")  # a terminal nobody said the region of
    assert both.reach(Right.SEE) == ("3416",) and both.reach(Right.STOCK) == ()
    assert not may(Person("a", "", (Grant(Role.ADMINISTRATOR),)), Right.SEE)


def test_what_a_reader_of_the_tables_finds_lets_nobody_in(office: Office) -> None:
    browser = office.sign_in("zhou")
    with reading(office.engine) as connection:
        stored = connection.execute(sa.select(sessions)).one()
        hashed = connection.execute(sa.select(people_table.c.password).where(people_table.c.name == "zhou")).scalar_one()
    assert browser.cookies[COOKIE].encode() not in stored.cookie_hash and hashed.startswith("$argon2id$")


def test_after_signing_in_nobody_is_led_elsewhere(office: Office) -> None:
    browser = office.browser()
    for where in ("https://elsewhere.example", "//elsewhere.example", "/console//x", '/console"><script>', "/counter"):
        fields = {"name": "zhou", "password": PASSWORD, "code": office.code(), "onward": where}
        assert browser.post("/console/login", data=fields).headers["location"] == "/console"
        office.clock.pass_by(seconds=30)


def test_a_page_that_looks_again_by_itself_keeps_nobody_signed_in(office: Office) -> None:
    left_open, at_work = office.sign_in("zhou"), office.sign_in("zhao")
    for _ in range(4):
        office.clock.pass_by(minutes=7)
        assert left_open.get("/console", headers={"HX-Request": "true"}).status_code == 200
        assert at_work.get("/console").status_code == 200
    office.clock.pass_by(minutes=2)
    assert left_open.get("/console", headers={"HX-Request": "true"}).status_code == 401
    assert at_work.get("/console").status_code == 200
