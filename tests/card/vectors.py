"""The vectors of facts/card.md 8.2 (published, counted as such by `./run conformance`), 8.3 and 8.4 (own regression values)."""
from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from card import crypto
from card.crypto import SM4, TDES

KEY = bytes.fromhex("11223344556677888877665544332211")
RANDOM = bytes.fromhex("11223344")
TERMINAL = bytes.fromhex("001122334455")
AMOUNT = 0x1000
LOADED_AT = bytes.fromhex("20111221214822")
BOUGHT_AT = bytes.fromhex("20120229135100")
WEAK_TAC_KEY = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
TAC_KEY = bytes.fromhex("5A17C3984E2B6D10F1A93C7E820455BB")


class Known(NamedTuple):
    what: str
    compute: Callable[[], bytes]
    result: bytes


def _load_session() -> bytes:
    return TDES.session_key(KEY, crypto.load_seed(RANDOM, 0))


def _purchase_session() -> bytes:
    return TDES.session_key(KEY, crypto.purchase_seed(RANDOM, 0, 1))


def _sm4_session() -> bytes:
    return SM4.session_key(KEY, crypto.load_seed(RANDOM, 0))


def _known(what: str, compute: Callable[[], bytes], result: str) -> Known:
    return Known(what, compute, bytes.fromhex(result))


def _load_mac1(kind: int) -> bytes:
    return crypto.load_mac1(0, AMOUNT, kind, TERMINAL)


def _load_mac2(kind: int) -> bytes:
    return crypto.load_mac2(AMOUNT, kind, TERMINAL, LOADED_AT)


def _load_tac(kind: int) -> bytes:
    return crypto.load_tac(AMOUNT, 0, AMOUNT, kind, TERMINAL, LOADED_AT)


def _purchase_tac() -> bytes:
    return crypto.purchase_tac(AMOUNT, 6, TERMINAL, 1, BOUGHT_AT)


PUBLISHED: tuple[Known, ...] = (
    _known("load session key", _load_session, "9B1D924E05595603"),
    _known("load MAC1", lambda: TDES.mac(_load_session(), _load_mac1(1)), "2988AE5A"),
    _known("load MAC2", lambda: TDES.mac(_load_session(), _load_mac2(1)), "3A845BF0"),
    _known("purchase session key", _purchase_session, "003238ABC57659DD"),
    _known(
        "purchase MAC1",
        lambda: TDES.mac(_purchase_session(), crypto.purchase_mac1(AMOUNT, 6, TERMINAL, BOUGHT_AT)),
        "F15CAB75",
    ),
    _known("purchase MAC2", lambda: TDES.mac(_purchase_session(), crypto.purchase_mac2(AMOUNT)), "56988A13"),
)

OWN: tuple[Known, ...] = (
    _known("diversify", lambda: TDES.diversify(KEY, bytes.fromhex("2016122100001003")), "8AEBC113ED5190FBC77D1730A4B51AA5"),
    _known(
        "second level",
        lambda: TDES.diversify(KEY, bytes.fromhex("2016122100001003"), bytes.fromhex("0792800000000145")),
        "4DD55B61CDA868F97514279B599A7F3F",
    ),
    _known("load MAC1, type 02", lambda: TDES.mac(_load_session(), _load_mac1(2)), "A5638AA0"),
    _known("load MAC2, type 02", lambda: TDES.mac(_load_session(), _load_mac2(2)), "FDD12AF1"),
    _known("purchase TAC, weak key", lambda: TDES.tac(WEAK_TAC_KEY, _purchase_tac()), "B3A0D49C"),
    _known("load TAC, weak key, type 01", lambda: TDES.tac(WEAK_TAC_KEY, _load_tac(1)), "6314E5F5"),
    _known("load TAC, weak key, type 02", lambda: TDES.tac(WEAK_TAC_KEY, _load_tac(2)), "422E9358"),
    _known("folded TAC key", lambda: crypto.fold(TAC_KEY), "ABBEFFE6CC2F38AB"),
    _known("purchase TAC", lambda: TDES.tac(TAC_KEY, _purchase_tac()), "732610A3"),
    _known("load TAC, type 01", lambda: TDES.tac(TAC_KEY, _load_tac(1)), "CF1B865C"),
    _known("load TAC, type 02", lambda: TDES.tac(TAC_KEY, _load_tac(2)), "19DF9677"),
    _known(
        "secure-messaging MAC",
        lambda: TDES.file_mac(KEY, bytes.fromhex("AABBCCDD"), bytes.fromhex("04D695180820301231")),
        "23C42DD9",
    ),
    _known(
        "sealed UPDATE BINARY",
        lambda: TDES.seal(KEY, bytes.fromhex("AABBCCDD"), bytes.fromhex("04D69518"), bytes.fromhex("20301231")),
        "2030123123C42DD9",
    ),
    _known("EXTERNAL AUTHENTICATE", lambda: TDES.encrypt(KEY, bytes.fromhex("0102030405060708")), "825151A0C0B94848"),
    _known("RELOAD PIN MAC", lambda: TDES.mac(crypto.fold(KEY), bytes.fromhex("123456")), "6A8B5C73"),
    _known("SM4 diversify", lambda: SM4.diversify(KEY, bytes.fromhex("2016122100001003")), "00CAA8BA2C1A2FF6DC69A1B86F6BE1C0"),
    _known("SM4 session key", _sm4_session, "2BA8909BD617FF7DBC1316598E8BEF60"),
    _known("SM4 load MAC1, type 01", lambda: SM4.mac(_sm4_session(), _load_mac1(1)), "69165F86"),
    _known("SM4 load MAC1, type 02", lambda: SM4.mac(_sm4_session(), _load_mac1(2)), "AE274668"),
)
