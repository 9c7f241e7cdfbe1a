"""One request at a time: the right terminal's, a copy of it, one changed on the way, one of somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from remote.central.centre import Centre
from remote.central.enrolment import certificates
from remote.central.enrolment.authenticate import forget_nonces
from remote.central.enrolment.tables import nonces, security_events
from remote.central.store.database import reading, writing
from remote.central.times import BEIJING
from remote.central.wire import respond
from remote.enrolment.signing import Signer, read_signed
from tests.remote.identities import enrolled, identity_of, lowered, signed

CLOCK = "/v1/clock"


@dataclass
class Office:
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING))

    def __post_init__(self) -> None:
        self.centre = Centre.in_memory(1, 0, lambda: self.now)
        self.signer = enrolled(self.centre, "T1")

    def ask(self, headers: dict[str, str], body: bytes = b"{}", path: str = CLOCK) -> tuple[int, bytes]:
        return respond(self.centre, path, body, headers)

    def events(self) -> dict[str, int]:
        with reading(self.centre.engine) as connection:
            rows = connection.execute(sa.select(security_events)).all()
        return {row.kind: row.count for row in rows}


def test_the_right_terminal_is_answered() -> None:
    office = Office()
    assert office.ask(signed(office.signer, CLOCK, b"{}"))[0] == 200 and office.events() == {}


def test_the_same_request_again_gets_nothing_and_is_noted() -> None:
    office = Office()
    sent = signed(office.signer, CLOCK, b"{}")
    office.ask(sent)
    assert office.ask(sent) == (401, b"") and office.ask(sent) == (401, b"")
    assert office.events() == {"replayed": 2}


def test_requests_that_overtake_each_other_are_all_answered_once() -> None:
    office = Office()
    sent = [signed(office.signer, CLOCK, b"{}") for _ in range(5)]
    assert [office.ask(one)[0] for one in reversed(sent)] == [200] * 5
    assert [office.ask(one)[0] for one in sent] == [401] * 5


def test_a_copy_kept_beyond_the_window_is_too_old_also_when_its_nonce_is_forgotten() -> None:
    office = Office()
    sent = signed(office.signer, CLOCK, b"{}")
    office.ask(sent)
    for minutes in (4, 7, 11, 60):
        office.now += timedelta(minutes=minutes)
        with writing(office.centre.engine) as connection:
            forget_nonces(connection, office.now)
        assert office.ask(sent)[0] == 401
    with reading(office.centre.engine) as connection:
        assert connection.execute(sa.select(nonces)).all() == []


@pytest.mark.parametrize(("off", "status"), [(-301, 401), (-299, 200), (299, 200), (301, 401)])
def test_a_clock_may_be_five_minutes_off_and_no_more(off: int, status: int) -> None:
    office = Office()
    signer = replace(office.signer, now=lambda: office.now + timedelta(seconds=off))
    assert office.ask(signed(signer, CLOCK, b"{}"))[0] == status
    assert office.events() == ({"clock": 1} if status == 401 else {})


def revoked(office: Office) -> Signer:
    with writing(office.centre.engine) as connection:
        certificates.revoke(connection, "T1", by="zhao", why="stolen", now=office.now)
    return office.signer


def expired(office: Office) -> Signer:
    office.now += timedelta(days=30)
    return office.signer


def somebody_elses_key(office: Office) -> Signer:
    return replace(office.signer, key=ec.generate_private_key(ec.SECP256R1()))


def for_another_id(office: Office) -> Signer:
    enrolled(office.centre, "T2")
    return replace(office.signer, terminal="T2")


def never_issued(office: Office) -> Signer:
    return replace(office.signer, serial=bytes(20))


@pytest.mark.parametrize(
    ("who", "kind"),
    [(revoked, "revoked"), (expired, "expired"), (somebody_elses_key, "bad_signature"), (for_another_id, "other_terminal"),
     (never_issued, "unknown_certificate")],
)  # fmt: skip
def test_a_bad_identity_gets_no_word_and_is_noted(who: Callable[[Office], Signer], kind: str) -> None:
    office = Office()
    signer = who(office)
    sent = signed(signer, CLOCK, b"{}")
    assert office.ask(sent) == (401, b"")
    with reading(office.centre.engine) as connection:
        [event] = connection.execute(sa.select(security_events)).all()
    assert (event.kind, event.terminal, event.at) == (kind, signer.terminal, office.now)


def test_the_certificate_a_terminal_had_before_ends_with_the_first_request_under_the_new_one() -> None:
    office = Office()
    office.ask(signed(office.signer, CLOCK, b"{}"))
    fresh = identity_of(office.centre, "T1").signer(lambda: office.now)
    assert office.ask(signed(fresh, CLOCK, b"{}"))[0] == 200 and office.ask(signed(office.signer, CLOCK, b"{}"))[0] == 401


def test_a_refused_change_changes_nothing() -> None:
    office = Office()
    sent = signed(office.signer, "/v1/keys/bar", b'{"key":"a:b:1"}', {"Idempotency-Key": "k"})
    assert office.ask(sent | {"Idempotency-Key": "other"}, b'{"key":"a:b:1"}', "/v1/keys/bar")[0] == 401
    with reading(office.centre.engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM idempotency").scalar_one() == 0


def test_a_flood_of_strangers_makes_a_number_larger_and_not_the_table() -> None:
    office = Office()
    for number in range(700):
        office.ask({"Signature-Input": f't=();keyid="x{number}/"'})
    with reading(office.centre.engine) as connection:
        rows = connection.execute(sa.select(security_events.c.count)).scalars().all()
    assert sum(rows) == 700 and len(rows) <= 501


HEADERS = ("content-digest", "signature-input", "signature", "idempotency-key")


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from([*HEADERS, "path", "body"]),
    at=st.integers(0, 400),
    put=st.binary(min_size=1, max_size=3),
    cut=st.integers(0, 3),
)
def test_whatever_is_changed_on_the_way_is_not_believed(name: str, at: int, put: bytes, cut: int) -> None:
    body, path = b'{"key":"a:b:1"}', "/v1/keys/bar"
    headers = lowered(signed(SIGNER, path, body, {"Idempotency-Key": "k:1"}))
    before = {**headers, "path": path, "body": body.decode()}
    text = before[name]
    at %= len(text) + 1
    changed = text[:at] + put.decode("latin-1") + text[at + cut :]
    after = {**before, name: changed}
    if changed == text or changed.strip() == text:
        return
    found = read_signed("POST", after["path"], after["body"].encode(), {key: after[key] for key in headers})
    assert found is None or not found.by(SIGNER.key.public_key())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=120), st.binary(max_size=50))
def test_whatever_is_written_there_breaks_nothing(given_input: str, signature: str, body: bytes) -> None:
    assert read_signed("POST", CLOCK, body, {"signature-input": given_input, "signature": signature}) is None


@given(st.binary(max_size=200), st.sampled_from([CLOCK, "/a%20b?x=1&y=%2F", "/"]), st.none() | st.text("abc:1", min_size=1))
@settings(max_examples=60, deadline=None)
def test_what_was_signed_is_believed(body: bytes, path: str, key: str | None) -> None:
    others = {} if key is None else {"Idempotency-Key": key}
    found = read_signed("POST", path, body, lowered(signed(SIGNER, path, body, others)))
    assert found is not None and found.by(SIGNER.key.public_key()) and found.terminal == "bz-01"


THEN = datetime(2026, 11, 22, tzinfo=BEIJING)
SIGNER = Signer("bz-01", bytes(range(20)), ec.generate_private_key(ec.SECP256R1()), lambda: THEN)
