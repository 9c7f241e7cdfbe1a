"""The centre's electronic credentials: whose, sealed how, and believed by whom."""
from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from print.ofd import Trust, UnknownIssuer, Valid, draw, open_ofd, text_of, verify_seals
from remote.central.centre import Centre
from remote.central.ecredentials.service import SEAL_NAME, in_folder, keeper
from remote.central.seal.authority import SealFolderError
from remote.central.settings import Settings
from remote.central.times import BEIJING
from remote.messages import (
    CheckPerson,
    ECredentialFile,
    ECredentialKind,
    ECredentials,
    FetchECredential,
    IdentityEvidence,
    ListECredentials,
    PersonAnswer,
    RefusalCode,
)
from tests.remote.identities import enrolled

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
ALONE = IdentityEvidence.CARD_ALONE
LIVE = "already_has_card"


@pytest.fixture
def centre() -> Centre:
    made = Centre.in_memory(1, 4, lambda: NOW)
    enrolled(made, "T1", "1号大厅")
    return made


def ref(centre: Centre, key: str) -> str:
    who = centre.demo_citizens()[key]
    ask = CheckPerson(id_number=who.id_number, name=who.name, birth=who.birth, id_valid_to=who.valid_to, chip_photo_usable=False)
    answer = centre.handle("T1", "check_person", ask)
    assert isinstance(answer, PersonAnswer)
    return answer.person_ref


def offered(centre: Centre, key: str, identity: IdentityEvidence = ALONE) -> ECredentials:
    answer = centre.handle("T1", "list_ecredentials", ListECredentials(person_ref=ref(centre, key), identity=identity))
    assert isinstance(answer, ECredentials)
    return answer


def fetched(centre: Centre, key: str, kind: ECredentialKind = ECredentialKind.SENIOR_CARD) -> ECredentialFile:
    ask = FetchECredential(person_ref=ref(centre, key), identity=ALONE, kind=kind)
    answer = centre.handle("T1", "fetch_ecredential", ask)
    assert isinstance(answer, ECredentialFile)
    return answer


def ofd(answer: ECredentialFile) -> bytes:
    data = base64.b64decode(answer.ofd_base64 or "")
    assert hashlib.sha256(data).hexdigest() == answer.sha256
    return data


def trust_of(files: dict[str, bytes]) -> Trust:
    def certificate(name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate(files[name])

    lists = tuple(x509.load_pem_x509_crl(data) for name, data in files.items() if name.startswith("revocation/"))
    return Trust((certificate("roots/root.pem"),), (certificate("intermediates/authority.pem"),), lists)


@pytest.mark.parametrize("kind", list(ECredentialKind))
def test_holder_of_a_live_card_gets_a_sealed_file_that_says_what_the_books_say(centre: Centre, kind: ECredentialKind) -> None:
    assert [offer.kind for offer in offered(centre, LIVE).offers] == list(ECredentialKind)
    doc = open_ofd(ofd(fetched(centre, LIVE, kind)))
    assert centre.service.ecredentials is not None
    trust = trust_of(dict(centre.service.ecredentials().trust_files))
    [verdict] = verify_seals(doc, trust, NOW)
    assert verdict.outcome == Valid("asked") and verdict.seal_name == SEAL_NAME
    who = centre.demo_citizens()[LIVE]
    [words] = text_of(doc)
    assert who.name in words and who.id_number in words and "没有法律效力" in words
    assert draw(doc).unsupported == ()


def test_another_root_does_not_know_the_seal(centre: Centre) -> None:
    stranger = keeper(Settings(mode="demo", seed=5), lambda: NOW, None)
    assert stranger is not None
    doc = open_ofd(ofd(fetched(centre, LIVE)))
    [verdict] = verify_seals(doc, trust_of(dict(stranger().trust_files)), NOW)
    assert isinstance(verdict.outcome, UnknownIssuer)


def test_the_same_file_all_day(centre: Centre) -> None:
    assert fetched(centre, LIVE).sha256 == fetched(centre, LIVE).sha256


def test_without_a_live_card_there_is_none(centre: Centre) -> None:
    assert offered(centre, "senior_card_new") == ECredentials(offers=[], refusal=None)
    answer = fetched(centre, "senior_card_new")
    assert answer.ofd_base64 is None and answer.refusal is not None and answer.refusal.code is RefusalCode.NOTHING_ON_RECORD


def test_nothing_without_proof_of_who_stands_there(centre: Centre) -> None:
    answer = offered(centre, LIVE, IdentityEvidence.FACE)
    assert answer.offers == [] and answer.refusal is not None
    assert answer.refusal.code is RefusalCode.IDENTITY_CHECK_MISSING


def test_where_no_library_is_connected_she_is_sent_to_the_window(centre: Centre) -> None:
    centre.service.ecredentials = None
    for answer in (offered(centre, LIVE), fetched(centre, LIVE)):
        assert answer.refusal is not None and answer.refusal.code is RefusalCode.AT_THE_WINDOW
    assert keeper(Settings(mode="production"), lambda: NOW, None) is None


def test_keys_stay_over_a_restart_and_the_trust_folder_is_there(tmp_path: Path) -> None:
    first = in_folder(tmp_path / "e", NOW)
    again = in_folder(tmp_path / "e", NOW + timedelta(days=40))
    assert first.seal == again.seal and first.office.certificate == again.office.certificate
    trust = Trust.load(tmp_path / "e" / "trust")
    assert len(trust.roots) == len(trust.intermediates) == 1 and len(trust.revocation_lists) == 2
    assert (tmp_path / "e" / "keys.json").stat().st_mode & 0o077 == 0
    (tmp_path / "e" / "keys.json").write_text("{}")
    with pytest.raises(SealFolderError, match="keys.json"):
        in_folder(tmp_path / "e", NOW)
