"""For the coverage-guided fuzzer: scanned codes, claim codes, and a kiosk.toml somebody edited at night."""
from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from kiosk.config import ConfigError, config_from
from kiosk.scanned import Unknown, classify, judge
from kiosk.transaction.claim import CROCKFORD, claim_code, claim_words, shown

SAMPLE = Path(__file__).resolve().parents[2] / "kiosk.toml"
WHOLE = tomllib.loads(SAMPLE.read_text("utf-8"))
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SEEDS = {
    "fuzz_scanned": [
        b"134567890123456789", b"claim:K7QF2M9X", b"pick-up:Q4ZK-81WM-3M", b"BZ1:NCFK60DG0/3WUWGSL",
        b"identity:0123456789ABCDEFGHJKMNPQRS.1795305600",
    ],
    "fuzz_claim": [b"00112233445566778899aabbccddeeff"],
    "fuzz_config": [f"[{name}]\n".encode() for name in WHOLE] + [b'[id_reader]\nwire = "usb:0400:c35a"\ndriver = "sam_v"\n'],
}  # fmt: skip


def fuzz_scanned(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    scanned = classify(text)
    judge(scanned, NOW, 1.0)
    assert isinstance(scanned, Unknown) or text.strip() not in repr(scanned)


def fuzz_claim(data: bytes) -> None:
    code = claim_code(data.decode("latin-1"))
    assert len(code) == 8 and set(code) <= set(CROCKFORD)
    assert len(set(claim_words(code))) <= 5 and shown(code).replace("-", "") == code


def fuzz_config(data: bytes) -> None:
    """The sample with these tables in place of its own: a configuration, or a ConfigError that names the key."""
    try:
        values = tomllib.loads(data.decode("utf-8", "replace"))
    except tomllib.TOMLDecodeError:
        return
    merged = {
        name: {**table, **values.get(name, {})} if isinstance(values.get(name, {}), dict) else values[name]
        for name, table in WHOLE.items()
    }
    try:
        config_from(SAMPLE, {**values, **merged})
    except ConfigError as error:
        assert str(error)
