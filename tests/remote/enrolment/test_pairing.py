"""A terminal is made known by a code: once, in time, by the right one; stolen ones are replaced."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from remote.central.centre import Centre
from remote.central.enrolment.pairing import WRONG_FROM_ONE, PairingError, PairingRefused
from remote.central.times import BEIJING
from remote.central.wire import respond
from remote.enrolment.code import ALPHABET, CodeWrong, PairingCode, read_code
from remote.enrolment.identity import IdentityError, IdentityFolder, NotEnrolled, request_for
from remote.enrolment.renew import renew_if_due
from remote.messages.enrolment import Enrol, Enrolled, RenewCertificate
from remote.platform import Platform, PlatformAway
from remote.transport import NoAnswer
from tests.remote.identities import identity_of, signed
from tests.virtual_time import run_in_virtual_time


class Office:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING)
        self.centre = Centre.in_memory(1, 0, lambda: self.now)

    def code(self, terminal: str = "T1", *, replaces: bool = False) -> PairingCode:
        return self.centre.pairing_code(terminal, "一楼1号机", "341602", "zhao", replaces=replaces)

    def pair(
        self, code: PairingCode, terminal: str = "T1", key: ec.EllipticCurvePrivateKey | None = None, source: str = "a"
    ) -> Enrolled:
        request = request_for(terminal, key or ec.generate_private_key(ec.SECP256R1()))
        return self.centre.pair(Enrol(terminal=terminal, secret=code.secret, request=request), source)


def test_a_code_serves_once() -> None:
    office = Office()
    code = office.code()
    office.pair(code)
    with pytest.raises(PairingRefused):
        office.pair(code)


def test_who_did_not_hear_the_answer_asks_again_with_the_same_key() -> None:
    office = Office()
    code, key = office.code(), ec.generate_private_key(ec.SECP256R1())
    assert office.pair(code, key=key) == office.pair(code, key=key)


def test_a_code_ends_after_half_an_hour_and_when_another_is_made() -> None:
    office = Office()
    old, code = office.code(), office.code()
    with pytest.raises(PairingRefused):
        office.pair(old)
    office.now += timedelta(minutes=30)
    with pytest.raises(PairingRefused):
        office.pair(code)


def test_a_code_is_for_one_terminal() -> None:
    office = Office()
    code = office.code("T1")
    with pytest.raises(PairingRefused):
        office.pair(code, "T2")


def test_who_guesses_is_made_to_wait_and_then_heard_again() -> None:
    office = Office()
    right = office.code()
    wrong = PairingCode("0" * 10, right.pin)
    for _ in range(WRONG_FROM_ONE):
        with pytest.raises(PairingRefused, match="pairing_refused"):
            office.pair(wrong)
    with pytest.raises(PairingRefused, match="throttled"):
        office.pair(right)
    office.pair(right, source="b")  # somebody else is not held up by it
    office.now += timedelta(minutes=11)
    office.pair(office.code(replaces=True))


def test_guesses_from_everywhere_stop_pairing_altogether() -> None:
    office = Office()
    right = office.code()
    for number in range(50):
        with pytest.raises(PairingRefused):
            office.pair(PairingCode("0" * 10, right.pin), source=f"s{number}")
    with pytest.raises(PairingRefused, match="throttled"):
        office.pair(right, source="new")


def test_a_known_terminal_gets_another_key_only_by_a_code_that_says_so_and_the_stolen_one_is_silent_at_once() -> None:
    office = Office()
    thief = identity_of(office.centre, "T1").signer(lambda: office.now)
    with pytest.raises(PairingError):
        office.code("T1")
    fresh = identity_of(office.centre, "T1").signer(lambda: office.now)
    assert respond(office.centre, "/v1/clock", b"{}", signed(thief, "/v1/clock", b"{}")) == (401, b"")
    assert respond(office.centre, "/v1/clock", b"{}", signed(fresh, "/v1/clock", b"{}"))[0] == 200


def test_a_request_with_a_foreign_name_or_a_weak_key_gets_a_certificate_for_its_own_name_only_or_none() -> None:
    office = Office()
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding

    code = office.code()
    foreign = request_for("T9", ec.generate_private_key(ec.SECP256R1()))
    given = office.centre.pair(Enrol(terminal="T1", secret=code.secret, request=foreign))
    assert x509.load_pem_x509_certificate(given.certificate.encode()).subject.rfc4514_string() == "CN=T1"
    weak = rsa.generate_private_key(65537, 1024)
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(weak, hashes.SHA256())
    with pytest.raises(PairingRefused):
        office.centre.pair(Enrol(terminal="T1", secret=code.secret, request=request.public_bytes(Encoding.PEM).decode()))


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=60), st.integers(0, 27), st.sampled_from(ALPHABET))
def test_a_code_with_one_wrong_letter_is_told_before_anything_is_sent(ca: bytes, at: int, letter: str) -> None:
    code = PairingCode.new(ca)
    assert read_code(str(code).lower().replace("-", " ")) == code == read_code(code.for_qr)
    text = str(code).replace("-", "")
    if text[at] != letter:
        with pytest.raises(CodeWrong):
            read_code(text[:at] + letter + text[at + 1 :])


# -- renewal ---------------------------------------------------------------------------------------------------------


class Line:
    """To the centre in this process; the first `lose` answers are lost on the way back."""

    def __init__(self, office: Office, folder: IdentityFolder, lose: int = 0) -> None:
        self.office, self.folder, self.lose = office, folder, lose

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        signer = self.folder.load().signer(lambda: self.office.now)
        answer = respond(self.office.centre, path, body, signed(signer, path, body, headers))
        if self.lose:
            self.lose -= 1
            raise NoAnswer
        return answer


def paired(office: Office, folder: Path) -> IdentityFolder:
    own = IdentityFolder(folder)
    own.keep(identity_of(office.centre, "T1"))
    return own


def test_the_certificate_is_renewed_in_its_last_ten_days_under_a_new_key(tmp_path: Path) -> None:
    office = Office()
    own = paired(office, tmp_path)
    first = own.load()

    async def main(force: bool = False) -> bool:
        return await renew_if_due(own, Platform(Line(office, own), "T1"), office.now, force)

    office.now += timedelta(days=19)
    assert run_in_virtual_time(main) is False
    office.now += timedelta(days=1)
    assert run_in_virtual_time(main) is True
    assert own.load().certificate.public_key() != first.certificate.public_key()
    office.now += timedelta(days=15)  # the first one is over now
    assert run_in_virtual_time(lambda: Platform(Line(office, own), "T1").clock()).now == office.now


def test_a_renewal_whose_answers_are_lost_leaves_the_present_identity_at_work(tmp_path: Path) -> None:
    office = Office()
    own = paired(office, tmp_path)
    before = own.load()

    async def main(lose: int) -> bool:
        return await renew_if_due(own, Platform(Line(office, own, lose), "T1"), office.now, True)

    with pytest.raises(PlatformAway):
        run_in_virtual_time(lambda: main(4))
    assert own.load() == before
    run_in_virtual_time(lambda: Platform(Line(office, own), "T1").clock())
    assert run_in_virtual_time(lambda: main(0)) is True
    with office.centre.engine.connect() as connection:  # the same key got the same certificate
        assert connection.exec_driver_sql("SELECT count(*) FROM terminal_certificates").scalar_one() == 2


def test_the_key_is_for_the_terminals_user_only_and_a_folder_others_can_read_is_refused(tmp_path: Path) -> None:
    own = paired(Office(), tmp_path / "identity")
    assert stat.S_IMODE(own.file.stat().st_mode) == 0o600 and stat.S_IMODE((tmp_path / "identity").stat().st_mode) == 0o700
    own.file.chmod(0o640)
    with pytest.raises(IdentityError):
        IdentityFolder(tmp_path / "identity").load()
    with pytest.raises(NotEnrolled):
        IdentityFolder(tmp_path / "elsewhere").load()


def test_a_renewal_request_that_is_none_is_refused() -> None:
    office = Office()
    identity_of(office.centre, "T1")
    answer = office.centre.handle("T1", "renew_certificate", RenewCertificate(request="x"), "k")
    assert getattr(answer, "error", "") == "malformed"
