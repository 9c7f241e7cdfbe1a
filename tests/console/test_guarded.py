"""Without a browser: who gets what, and what is never on a page."""
from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa

from remote.central.access.sessions import COOKIE
from remote.central.store.database import writing
from remote.central.store.schema import audit, events, incidents, obligations, persons, terminals
from remote.console import frame
from remote.console.pages import PAGES
from tests.console.ask import rows, some
from tests.console.places import PLACES
from tests.console.serving import ADMINISTRATOR, AUDITOR, QIAOCHENG, TECHNICIAN, VIEWER, City


class Reader:
    def __init__(self, city: City, name: str | None) -> None:
        cookies = {COOKIE: city.cookie(name)} if name else {}
        self.http = httpx.Client(base_url=city.url, cookies=cookies)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(path, headers=headers)


@pytest.fixture
def technician(city: City) -> Iterator[Reader]:
    reader = Reader(city, TECHNICIAN)
    yield reader
    reader.http.close()


def test_nobody_sees_anything_without_signing_in(city: City) -> None:
    stranger = Reader(city, None)
    for _, _, path in PLACES.values():
        answer = stranger.get(path.format(**some(city)))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/console/login")
        assert stranger.get(path.format(**some(city)), **{"HX-Request": "true"}).status_code == 401


def test_a_right_that_is_missing_shuts_the_page(city: City) -> None:
    assert Reader(city, VIEWER).get("/console/audit").status_code == 403
    assert Reader(city, VIEWER).get("/console/people").status_code == 403
    assert Reader(city, VIEWER).get("/console/audit.csv").status_code == 403
    assert Reader(city, AUDITOR).get("/console/audit").status_code == 200
    assert 'href="/console/audit"' not in Reader(city, VIEWER).get("/console/fleet").text


def test_nothing_of_elsewhere_and_nothing_inline(technician: Reader) -> None:
    answer = technician.get("/console/fleet")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
    assert "<style" not in answer.text and " style=" not in answer.text and not re.search(r"<script(?![^>]*src=)", answer.text)
    assert not re.search(r"\son\w+=", answer.text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text)


def test_files_are_served_under_their_hash_only(technician: Reader) -> None:
    address = frame.address("console.css")
    assert technician.get(address).headers["cache-control"].endswith("immutable")
    for path in ("/console/static/000000000000/console.css", address.replace("console.css", "../frame.py"), f"{address}x"):
        assert technician.http.get(path, follow_redirects=True).status_code == 404


def test_odd_questions_get_a_page(technician: Reader) -> None:
    for query in (
        "page=-1", "page=99999", "page=x", "by=9999-99-99", "by=1900-01-01", "region=zz", "sort=;drop", "cell=1_2_3", "cell=_",
        "search=%25_%00", "standing=x", "question=x", "search=" + "a" * 5000,
    ):  # fmt: skip
        assert technician.get(f"/console/fleet?{query}").status_code == 200, query
    assert technician.get("/console/terminals/no-such").status_code == 404
    assert technician.get("/console/stock?page=999999999999&kind=x&part=x").status_code == 200
    assert technician.get("/console/reports?days=0&region=1").status_code == 200


def test_a_link_cannot_make_the_page_say_something(technician: Reader) -> None:
    assert "一切正常" not in technician.get("/console/fleet?said=一切正常&good=1&by=0").text


def test_a_place_is_text_whatever_stands_in_it(city: City, technician: Reader) -> None:
    with writing(city.centre.engine) as connection:
        connection.execute(sa.insert(terminals).values(terminal="odd", place='=1+1<script>"'))
    try:
        page = Reader(city, ADMINISTRATOR).get("/console/fleet?search=odd").text
        assert "<script>&#34;" not in page.replace("&lt;script&gt;", "") and "&lt;script&gt;" in page
        lines = list(csv.reader(io.StringIO(Reader(city, ADMINISTRATOR).get("/console/fleet.csv?search=odd").text)))
        assert lines[1][1].startswith("'=1+1")
    finally:
        with writing(city.centre.engine) as connection:
            connection.execute(sa.delete(terminals).where(terminals.c.terminal == "odd"))


def test_the_file_holds_every_row_of_the_question(city: City, technician: Reader) -> None:
    expected = rows(city, "SELECT count(*) AS n FROM telemetry_terminals WHERE presence = 'down'")[0]["n"]
    lines = list(csv.reader(io.StringIO(technician.get("/console/fleet.csv?standing=down").text)))
    assert len(lines) == expected + 1
    for page in (page for page in PAGES if page.table):
        who = AUDITOR if page.name == "audit" else TECHNICIAN
        assert Reader(city, who).get(f"/console/{page.path}.csv").status_code == 200


ID_NUMBER, PHONE, NAME, CLAIM = "341602194403120026", "13805671234", "李秀英", "马牛羊鸡狗"


def test_nothing_personal_is_on_any_page(city: City) -> None:
    red, now = some(city)["red"], city.clock()
    owed = {"obligation_id": "o1", "terminal": red, "kind": "card", "place": "", "claim_code": CLAIM, "amount_fen": 0}
    body = {"obligation_id": "o1", "person_ref": ID_NUMBER, "claim_code": CLAIM, "words": NAME, "kind": NAME[:0], "place": NAME}
    with writing(city.centre.engine) as connection:
        someone = connection.execute(sa.select(persons.c.person_id).limit(1)).scalar()
        connection.execute(sa.insert(obligations).values(**owed, since=now, person_id=someone, words=f"电话{PHONE}"))
        event = {"event_id": "e1", "terminal": red, "kind": "obligation_opened", "at": now, "body": json.dumps(body)}
        connection.execute(sa.insert(events).values(**event))
        connection.execute(
            sa.insert(incidents).values(incident_id="i1", terminal=red, kind="odd", words=f"证号{ID_NUMBER}", at=now)
        )
        connection.execute(sa.insert(audit).values(at=now, who=ID_NUMBER, what="fence", subject=ID_NUMBER, words=PHONE))
    for _, who, path in PLACES.values():
        text = Reader(city, who).get(path.format(**some(city))).text
        for personal in (ID_NUMBER, PHONE, NAME, CLAIM, ID_NUMBER[6:14]):
            assert personal not in text, path
    assert "138****1234" in Reader(city, TECHNICIAN).get(f"/console/terminals/{red}").text


def test_a_form_of_another_session_changes_nothing(city: City) -> None:
    admin = Reader(city, ADMINISTRATOR)
    assert admin.http.post("/console/people/disable", data={"name": VIEWER, "csrf": "0" * 64}).status_code == 403
    assert admin.http.post("/console/people/disable", data={"name": VIEWER}).status_code == 403
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', admin.get("/console/people").text)
    assert token is not None
    assert Reader(city, TECHNICIAN).http.post(
        "/console/people/disable", data={"name": VIEWER, "csrf": token[1]}
    ).status_code == 403  # fmt: skip
    assert rows(city, "SELECT disabled_at FROM access_people WHERE name = :name", name=VIEWER)[0]["disabled_at"] is None


def test_who_has_left_is_disabled_and_the_page_says_so(city: City) -> None:
    admin = Reader(city, ADMINISTRATOR)
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', admin.get("/console/people").text)
    assert token is not None
    answer = admin.http.post("/console/people/disable", data={"name": "li", "csrf": token[1]}, follow_redirects=True)
    assert "li已停用" in answer.text
    mine = admin.http.post("/console/people/disable", data={"name": ADMINISTRATOR, "csrf": token[1]}, follow_redirects=True)
    assert "不能停用自己" in mine.text


def test_a_database_that_does_not_answer_is_said(city: City, technician: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> object:
        raise sa.exc.OperationalError("select", {}, Exception("disk"))

    monkeypatch.setattr("remote.console.pages.fleet.fleet", broken)
    answer = technician.get("/console/fleet")
    assert answer.status_code == 503
    assert "中心平台现在答不上来" in answer.text


def test_figures_that_are_still_being_counted_are_not_known(city: City, technician: Reader) -> None:
    first = technician.get("/console/reports?days=30").text
    assert "正在统计" in first or "统计到" in first
    assert "不清楚" in first or re.search(r"\d\d\.\d\d %", first)


def _token(reader: Reader, path: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', reader.get(path).text)
    assert found is not None
    return found[1]


def test_a_pairing_code_is_shown_once_and_kept_as_a_hash(city: City, technician: Reader) -> None:
    form = {"csrf": _token(technician, "/console/enrolment"), "terminal": "bz-new", "place": "谯城区新大厅", "region": "341602"}
    answer = technician.http.post("/console/enrolment/code", data=form)
    code = re.search(r'class="pairing">([0-9A-Z-]{28,40})<', answer.text)
    assert answer.status_code == 200 and code is not None
    assert answer.headers["cache-control"] == "no-store"
    listed = technician.get("/console/enrolment").text
    assert "bz-new" in listed and code[1] not in listed
    assert code[1].encode() not in rows(city, "SELECT secret_hash FROM pairing_codes WHERE terminal = 'bz-new'")[0]["secret_hash"]
    assert rows(city, "SELECT who FROM audit WHERE what = 'pairing_code_made' AND subject = 'bz-new'")[0]["who"] == TECHNICIAN


def test_a_technician_of_one_county_enrols_and_revokes_nothing_elsewhere(city: City) -> None:
    of_qiaocheng = Reader(city, QIAOCHENG)
    form = {"csrf": _token(of_qiaocheng, "/console/enrolment"), "terminal": "bz-elsewhere", "place": "涡阳", "region": "341621"}
    assert of_qiaocheng.http.post("/console/enrolment/code", data=form).status_code == 403
    other = rows(city, "SELECT min(terminal) AS t FROM telemetry_terminals WHERE region = '341621'")[0]["t"]
    taken_over = {**form, "terminal": other, "region": "341602", "replaces": "yes"}
    assert of_qiaocheng.http.post("/console/enrolment/code", data=taken_over).status_code == 403
    stolen = {"csrf": form["csrf"], "terminal": other, "why": "stolen"}
    assert of_qiaocheng.http.post("/console/enrolment/revoke", data=stolen).status_code == 403
    assert rows(city, "SELECT terminal FROM pairing_codes WHERE terminal IN ('bz-elsewhere', :other)", other=other) == []
    assert Reader(city, VIEWER).http.post("/console/enrolment/code", data=form).status_code == 403
