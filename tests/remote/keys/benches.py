"""What one permission costs: MAC1 checked and MAC2 given, in the token and in the embedded store. For `./run bench`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from card import crypto
from card.crypto import PROFILES, KeyUse
from remote.central.keys.keystore import CardKeys, KeyStore, LoadAsked
from remote.central.keys.software import SoftwareKeys, masters_of_seed
from tests.remote.keys.private_token import private_token, why_not

SEED, TIMES = 5, 200


def _asked(card: CardKeys) -> LoadAsked:
    terminal, random = bytes.fromhex("341600000001"), b"\x11\x22\x33\x44"
    key = PROFILES[0].diversify(masters_of_seed(SEED)[0, 1][KeyUse.LOAD], card.issuer, card.serial)
    session = PROFILES[0].session_key(key, crypto.load_seed(random, 7))
    mac1 = PROFILES[0].mac(session, crypto.load_mac1(1230, 5000, 2, terminal))
    return LoadAsked(1230, 7, 5000, 2, terminal, random, mac1)


def _milliseconds(keys: KeyStore) -> float:
    """The median of one pair."""
    card = CardKeys(bytes.fromhex("00003416FFFFFFFF"), bytes.fromhex("3416000012345678"), 0, 1)
    asked, moment = _asked(card), bytes.fromhex("20261121214822")

    def one() -> float:
        began = time.perf_counter()
        keys.permit_load(card, asked, moment)
        return (time.perf_counter() - began) * 1e3

    return _median(one)


def _median(one: Callable[[], float]) -> float:
    return sorted(one() for _ in range(TIMES))[TIMES // 2]


def mac_pair_ms() -> dict[str, float]:
    """{"software": ms, "hsm": ms}; without a token here, only the first."""
    found = {"software": _milliseconds(SoftwareKeys.of_seed(SEED))}
    if why_not() is None:
        from remote.central.keys.hsm import HsmKeys

        with tempfile.TemporaryDirectory() as folder, private_token(Path(folder) / "token", SEED) as file:
            found["hsm"] = _milliseconds(HsmKeys(file))
    return found
