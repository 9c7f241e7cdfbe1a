"""PINs that are refused, and that good ones are not."""
from __future__ import annotations

import pytest

from kiosk.journeys.citizen_card.simple_pins import why_simple

ID_NUMBER = "34160219440307251X"      # born on 7 March 1944


@pytest.mark.parametrize(("pin", "why"), [
    ("111111", "repeated"), ("121212", "repeated"), ("123123", "repeated"), ("112233", "repeated"), ("998877", "repeated"),
    ("123456", "row"), ("654321", "row"), ("890123", "row"), ("440307", "birth"), ("030744", "birth"), ("194403", "birth"),
    ("307251", "id_number"), ("903114", "same"),
])  # fmt: skip
def test_what_somebody_who_finds_the_card_would_try(pin: str, why: str) -> None:
    assert why_simple(pin, ID_NUMBER, old="903114") == why


@pytest.mark.parametrize("pin", ["284917", "112358", "135790", "440308", "100200"])
def test_others_are_good(pin: str) -> None:
    assert why_simple(pin, ID_NUMBER, old="903114") is None


def test_a_card_that_does_not_say_whose_it_is() -> None:
    assert why_simple("440307", "") is None and why_simple("123456", "") == "row"
