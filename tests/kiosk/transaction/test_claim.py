"""The claim code: forty bits, the same as words and as characters."""
from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from kiosk.transaction.claim import CODE_BITS, CROCKFORD, QUALITIES, THINGS, claim_code, claim_words, shown


def code_of_words(words: tuple[str, ...]) -> str:
    """What somebody who only remembers the pictures can be helped with."""
    number = 0
    for word in words:
        quality = next(q for q in QUALITIES if word.startswith(q))
        number = number << 8 | QUALITIES.index(quality) << 4 | THINGS.index(word.removeprefix(quality))
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(CODE_BITS - 5, -1, -5))


@given(st.binary(min_size=16, max_size=16))
def test_words_and_characters_say_the_same(plan: bytes) -> None:
    code = claim_code(plan.hex())
    assert len(code) == 8 and set(code) <= set(CROCKFORD)
    assert code_of_words(claim_words(code)) == code
    assert shown(code).replace("-", "") == code


def test_every_picture_can_be_told_from_every_other() -> None:
    pictures = {quality + thing for quality in QUALITIES for thing in THINGS}
    assert len(pictures) == 256 == len(set(QUALITIES)) * len(set(THINGS))
    assert not set("ILOU") & set(CROCKFORD) and len(CROCKFORD) == 32


def test_a_hundred_thousand_codes_use_all_forty_bits() -> None:
    """40 bits: 0.0045 collisions are expected among 10^5; this seed has none."""
    rng = random.Random(7)
    codes = {claim_code(f"{rng.getrandbits(128):032x}") for _ in range(100_000)}
    assert len(codes) == 100_000
    assert all({code[place] for code in codes} == set(CROCKFORD) for place in range(8))


def test_the_code_does_not_give_the_plan_away() -> None:
    plan = "0123456789abcdef" * 2
    near = plan[:-1] + "e"
    assert sum(a != b for a, b in zip(claim_code(plan), claim_code(near), strict=True)) >= 5
