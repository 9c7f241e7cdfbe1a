from __future__ import annotations

import pytest

from kiosk.pin import PinHash


def test_only_the_pin_itself_matches() -> None:
    stored = PinHash(PinHash.make("135790"))
    assert stored.matches("135790")
    assert not stored.matches("135791")
    assert not stored.matches("")


def test_the_same_pin_is_never_stored_the_same_way() -> None:
    assert PinHash.make("135790") != PinHash.make("135790")


@pytest.mark.parametrize("pin", ["", "12345", "12345a", "１２３４５６"])
def test_a_weak_pin_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match="6 digits"):
        PinHash.make(pin)


@pytest.mark.parametrize("text", ["", "135790", "md5:00:00", "scrypt:zz:00", "scrypt:00:00"])
def test_what_is_no_hash_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        PinHash(text)
