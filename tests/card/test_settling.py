"""What became of a load, as a table: what the card shows afterwards, and what may be said then."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from card.log_file import LogRecord
from card.purse import LoadOffer, Proof
from card.settling import (
    CardNow,
    LoadBegun,
    LoadFate,
    Proofs,
    PurchaseBegun,
    PurchaseFate,
    what_a_fresh_offer_proves,
    what_became_of_load,
    what_became_of_purchase,
)

TERMINAL = bytes.fromhex("341600000001")
MAC2 = b"\x01\x02\x03\x04"
BEGUN = LoadBegun("1" * 20, 2, 1_000, 7, 300, TERMINAL, bytes.fromhex("20261121080000"), MAC2)
OURS = LogRecord(7, 0, 300, 2, TERMINAL, date(2026, 11, 21), time(8, 0))
BEFORE = replace(OURS, sequence=6, at=time(7, 0))
BUS = LogRecord(3, 0, 300, 6, TERMINAL, date(2026, 11, 21), time(9, 0))
OTHER_LOAD = replace(OURS, sequence=7, at=time(9, 0))
PROOF, PROOF_OWN_MAC = Proof(7, MAC2, b"tac!"), Proof(7, b"\xff\xff\xff\xff", b"tac!")
NEXT, NEXT_OWN_MAC = replace(PROOF, asked=8), replace(PROOF_OWN_MAC, asked=8)
NONE = Proofs()
CREDITED, NOT, UNKNOWN = LoadFate.CREDITED, LoadFate.NOT_CREDITED, LoadFate.UNKNOWN

TABLE: list[tuple[str, int, tuple[LogRecord | None, ...], Proofs, LoadFate]] = [
    ("nothing happened", 1_000, (BEFORE,), NONE, NOT),
    ("nothing happened, a card without a log", 1_000, (), NONE, NOT),
    ("credited", 1_300, (OURS, BEFORE), Proofs(PROOF), CREDITED),
    ("credited, counted after", 1_300, (OURS, BEFORE), Proofs(None, NEXT), CREDITED),
    ("credited, a MAC of the card's own", 1_300, (), Proofs(PROOF_OWN_MAC), CREDITED),
    ("credited, counted after, a MAC of its own", 1_300, (), Proofs(None, NEXT_OWN_MAC), CREDITED),
    ("credited and spent again", 1_000, (BUS, OURS, BEFORE), Proofs(PROOF), CREDITED),
    ("credited and spent, proof with a MAC of its own", 1_000, (BUS, OURS), Proofs(PROOF_OWN_MAC), CREDITED),
    ("credited and spent, log lost", 1_000, (), Proofs(PROOF_OWN_MAC), UNKNOWN),
    ("credited and spent, proof replaced", 1_000, (BUS, OURS), NONE, CREDITED),
    ("the proof is the load's before", 1_000, (BEFORE,), Proofs(PROOF_OWN_MAC), NOT),
    ("the proof may be the load's before, log unreadable", 1_000, (None, BEFORE), Proofs(PROOF_OWN_MAC), UNKNOWN),
    ("spent from, not credited", 700, (BUS, BEFORE), NONE, NOT),
    ("spent from, no log that tells", 700, (BUS,), NONE, UNKNOWN),
    ("the right balance and no trace", 1_300, (BEFORE,), NONE, UNKNOWN),
    ("another terminal loaded under this number", 1_300, (OTHER_LOAD, BEFORE), Proofs(PROOF_OWN_MAC), NOT),
    ("another terminal loaded under this number, counted after", 1_300, (replace(OTHER_LOAD, sequence=8), BEFORE), NONE, NOT),
    ("ten rides since", 1_000, tuple([BUS] * 10), NONE, UNKNOWN),
    ("the centre says it is genuine", 4_321, (), Proofs(PROOF_OWN_MAC, genuine=True), CREDITED),
    ("the centre says it is not this one's", 1_300, (), Proofs(PROOF_OWN_MAC, genuine=False), UNKNOWN),
    ("not this one's, and nothing happened", 1_000, (BEFORE,), Proofs(PROOF, genuine=False), NOT),
]


@pytest.mark.parametrize(("balance", "log", "proofs", "fate"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_became_of_a_load(balance: int, log: tuple[LogRecord | None, ...], proofs: Proofs, fate: LoadFate) -> None:
    assert what_became_of_load(BEGUN, CardNow(BEGUN.serial, balance, log), proofs) is fate


def test_another_card_says_nothing() -> None:
    now = CardNow("2" * 20, 1_300, (OURS,))
    assert what_became_of_load(BEGUN, now, Proofs(PROOF, genuine=True)) is UNKNOWN


@pytest.mark.parametrize("changed", ("amount", "terminal", "kind"))
def test_a_log_record_of_something_else_is_no_trace(changed: str) -> None:
    other = replace(OURS, **{changed: {"amount": 301, "terminal": bytes(6), "kind": 1}[changed]})
    assert what_became_of_load(BEGUN, CardNow(BEGUN.serial, 1_300, (other, BEFORE)), NONE) is UNKNOWN


@pytest.mark.parametrize(
    ("sequence", "fate"), [(6, UNKNOWN), (7, NOT), (8, CREDITED), (9, UNKNOWN)]
)
def test_what_a_fresh_offer_with_a_right_mac1_proves(sequence: int, fate: LoadFate) -> None:
    offer = LoadOffer(123, sequence, 1, 0, bytes(4), bytes(4))
    assert what_a_fresh_offer_proves(BEGUN, BEGUN.serial, offer) is fate
    assert what_a_fresh_offer_proves(BEGUN, "2" * 20, offer) is UNKNOWN


def test_what_became_of_a_purchase() -> None:
    begun = PurchaseBegun("1" * 20, 6, 1_000, 3, 300, TERMINAL, 99, bytes.fromhex("20261121090000"))
    assert what_became_of_purchase(begun, CardNow(begun.serial, 700, (BUS,)), NONE) is PurchaseFate.DEBITED
    assert what_became_of_purchase(begun, CardNow(begun.serial, 700), Proofs(PROOF)) is PurchaseFate.DEBITED
    assert what_became_of_purchase(begun, CardNow(begun.serial, 1_000), NONE) is PurchaseFate.NOT_DEBITED
    later = replace(BUS, at=time(9, 5))
    assert what_became_of_purchase(begun, CardNow(begun.serial, 700, (later,)), Proofs(PROOF)) is PurchaseFate.NOT_DEBITED
    assert what_became_of_purchase(begun, CardNow(begun.serial, 1_300), NONE) is PurchaseFate.UNKNOWN


def test_what_is_written_down_does_not_show_the_mac() -> None:
    assert MAC2.hex() not in repr(BEGUN) and str(MAC2) not in repr(BEGUN)
