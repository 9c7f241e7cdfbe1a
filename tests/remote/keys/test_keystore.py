"""One seam, two key stores: what cards and centre say to each other is the same, and no key is to be had."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from card import crypto
from card.crypto import PROFILES, KeyUse
from remote.central.keys.keystore import CardKeys, KeyStore, LoadAsked, LoadBooked, MacWrong, NoSuchKey
from remote.central.keys.software import KeyFileError, SoftwareKeys, made_in, masters_of_seed, read_masters
from tests.remote.keys.private_token import must_be_there, private_token, why_not

SEED = 5
CARD = CardKeys(bytes.fromhex("00003416FFFFFFFF"), bytes.fromhex("3416000012345678"), 0, 1)
TERMINAL = bytes.fromhex("341600000001")
MOMENT = bytes.fromhex("20261121214822")
LK = bytes.fromhex("11223344556677888877665544332211")      # facts/card.md 8.2


@pytest.fixture(scope="module", params=["software", "hsm"])
def keys(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyStore]:
    if request.param == "software":
        yield SoftwareKeys.of_seed(SEED)
        return
    missing = why_not()
    if missing is not None:
        assert not must_be_there(), missing
        pytest.skip(missing)
    from remote.central.keys.hsm import HsmKeys

    with private_token(tmp_path_factory.mktemp("token"), SEED) as file:
        yield HsmKeys(file)


def card_key(use: KeyUse, card: CardKeys = CARD) -> bytes:
    return PROFILES[card.algorithm].diversify(masters_of_seed(SEED)[card.algorithm, 1][use], card.issuer, card.serial)


def offered(card: CardKeys = CARD, **changed: Any) -> LoadAsked:
    """What the chip with these keys says."""
    said: dict[str, Any] = {
        "balance": 1230, "sequence": 7, "amount": 5000, "kind": 2, "terminal": TERMINAL, "random": b"\x11\x22\x33\x44",
    }  # fmt: skip
    profile = PROFILES[card.algorithm]
    session = profile.session_key(card_key(KeyUse.LOAD, card), crypto.load_seed(b"\x11\x22\x33\x44", 7))
    mac1 = profile.mac(session, crypto.load_mac1(1230, 5000, 2, TERMINAL))
    return LoadAsked(**{**said, "mac1": mac1, **changed})


def test_a_genuine_card_is_permitted_exactly_what_it_will_check(keys: KeyStore) -> None:
    asked = offered()
    profile = PROFILES[0]
    session = profile.session_key(card_key(KeyUse.LOAD), crypto.load_seed(asked.random, asked.sequence))
    assert keys.permit_load(CARD, asked, MOMENT) == profile.mac(session, crypto.load_mac2(5000, 2, TERMINAL, MOMENT))
    keys.check_offer(CARD, asked)


@pytest.mark.parametrize("changed", [
    {"balance": 1231}, {"sequence": 8}, {"amount": 5001}, {"kind": 1}, {"terminal": bytes(6)}, {"random": bytes(4)},
    {"mac1": bytes(4)},
])  # fmt: skip
def test_nothing_is_permitted_where_one_word_of_the_offer_was_changed(keys: KeyStore, changed: dict[str, Any]) -> None:
    with pytest.raises(MacWrong):
        keys.permit_load(CARD, offered(**changed), MOMENT)
    with pytest.raises(MacWrong):
        keys.check_offer(CARD, offered(**changed))


def test_another_cards_offer_is_not_this_cards(keys: KeyStore) -> None:
    with pytest.raises(MacWrong):
        keys.permit_load(CardKeys(CARD.issuer, bytes(8), 0, 1), offered(), MOMENT)


def test_a_tac_is_the_cards_own_word_for_exactly_this_booking(keys: KeyStore) -> None:
    booked = LoadBooked(6230, 7, 5000, 2, TERMINAL, MOMENT)
    tac = PROFILES[0].tac(card_key(KeyUse.TAC), crypto.load_tac(6230, 7, 5000, 2, TERMINAL, MOMENT))
    assert keys.is_booked(CARD, booked, tac)
    assert not keys.is_booked(CARD, LoadBooked(6231, 7, 5000, 2, TERMINAL, MOMENT), tac)
    assert not keys.is_booked(CARD, booked, bytes(4))


def test_a_purchase_tac(keys: KeyStore) -> None:
    tac = PROFILES[0].tac(card_key(KeyUse.TAC), crypto.purchase_tac(300, 6, TERMINAL, 9, MOMENT))
    assert keys.is_debited(CARD, 300, 6, TERMINAL, 9, MOMENT, tac)
    assert not keys.is_debited(CARD, 300, 6, TERMINAL, 10, MOMENT, tac)


@pytest.mark.parametrize(("algorithm", "version"), [(0, 2), (9, 1)])
def test_cards_of_another_issue_are_refused(keys: KeyStore, algorithm: int, version: int) -> None:
    with pytest.raises(NoSuchKey):
        keys.permit_load(CardKeys(CARD.issuer, CARD.serial, algorithm, version), offered(), MOMENT)
    with pytest.raises(NoSuchKey):
        keys.is_booked(CardKeys(CARD.issuer, CARD.serial, algorithm, version), LoadBooked(1, 1, 1, 2, TERMINAL, MOMENT), bytes(4))


def test_sm4_cards_are_served_by_the_embedded_store_and_refused_by_the_token(keys: KeyStore) -> None:
    card = CardKeys(CARD.issuer, CARD.serial, 4, 1)
    if keys.name == "hsm":
        with pytest.raises(NoSuchKey):
            keys.permit_load(card, offered(), MOMENT)
        return
    assert len(keys.permit_load(card, offered(card), MOMENT)) == 4


def test_both_are_the_published_arithmetic() -> None:
    """facts/card.md 8.2: the key of the vectors is the card's own; here it is reached by undoing the diversification."""
    assert crypto.TDES.mac(crypto.TDES.session_key(LK, crypto.load_seed(b"\x11\x22\x33\x44", 0)),
                           crypto.load_mac2(0x1000, 1, bytes.fromhex("001122334455"), bytes.fromhex("20111221214822"))
                           ) == bytes.fromhex("3A845BF0")  # fmt: skip


# -- no key is to be had ---------------------------------------------------------------------------------------------

def test_the_token_gives_no_master_and_keeps_nothing_it_derived(keys: KeyStore) -> None:
    if keys.name != "hsm":
        pytest.skip("about the token")
    from remote.central.keys.hsm import HsmKeys

    assert isinstance(keys, HsmKeys)

    def look(pkcs11: Any, session: Any) -> None:
        found = session.findObjects([(pkcs11.CKA_CLASS, pkcs11.CKO_SECRET_KEY)])
        assert len(found) == len(masters_of_seed(SEED)[0, 1]), "derived keys were left behind"
        flags = ("SENSITIVE", "EXTRACTABLE", "ENCRYPT", "DECRYPT", "MODIFIABLE", "DERIVE")
        for key in found:
            are = session.getAttributeValue(key, [getattr(pkcs11, f"CKA_{flag}") for flag in flags])
            assert dict(zip(flags, map(bool, are), strict=True)) == {
                "SENSITIVE": True, "EXTRACTABLE": False, "ENCRYPT": False, "DECRYPT": False, "MODIFIABLE": False, "DERIVE": True,
            }  # fmt: skip
            assert session.getAttributeValue(key, [pkcs11.CKA_VALUE]) == [None]

    keys._token.use(look)


def test_nothing_is_logged_and_nothing_is_shown(keys: KeyStore, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asked = offered()
    mac2 = keys.permit_load(CARD, asked, MOMENT)
    shown = f"{caplog.text} {asked!r} {keys!r}"
    for secret in (mac2, asked.mac1, *(key for issue in masters_of_seed(SEED).values() for key in issue.values())):
        assert secret.hex() not in shown and repr(secret) not in shown


# -- the embedded file -----------------------------------------------------------------------------------------------

def test_the_file_is_made_once_and_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "card_keys.json"
    made_in(file)
    assert file.stat().st_mode & 0o777 == 0o600
    first = read_masters(file)
    made_in(file)
    assert read_masters(file) == first
    assert len({key for masters in first.values() for key in masters.values()}) == sum(map(len, first.values()))


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "card_keys.json"
    made_in(file)
    file.chmod(0o640)
    with pytest.raises(KeyFileError, match="600"):
        read_masters(file)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"keys": {"0.1": {"LOAD": "00"}}}', '{"keys": {"7.1": {}}}', '{"keys": {"0.1": {"X": ""}}}']
)
def test_a_file_that_is_none_is_told_without_a_key(tmp_path: Path, text: str) -> None:
    file = tmp_path / "card_keys.json"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(KeyFileError, match="expected"):
        read_masters(file)


def test_a_key_that_is_wrong_does_not_stand_in_the_error(tmp_path: Path) -> None:
    file = tmp_path / "card_keys.json"
    file.write_text(json.dumps({"keys": {"0.1": {"LOAD": "00112233445566778899AABBCCDDEE"}}}))
    file.chmod(0o600)
    with pytest.raises(KeyFileError) as told:
        read_masters(file)
    assert "0011" not in str(told.value) and told.value.__cause__ is None
