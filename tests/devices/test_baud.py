"""What a UART hears at the wrong speed."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.baud import heard_at

SPEEDS = st.sampled_from([9_600, 19_200, 38_400, 57_600, 115_200])


@given(st.binary(max_size=60), SPEEDS)
def test_at_the_same_speed_everything_is_heard(data: bytes, baud: int) -> None:
    assert heard_at(data, baud, baud) == data


@given(st.binary(max_size=60), st.integers(-2, 2))
def test_two_percent_off_is_still_heard(data: bytes, percent: int) -> None:
    """A UART samples mid-bit and starts anew at each start bit: 2 % over ten bits is a fifth of a bit."""
    assert heard_at(data, 10_000, 10_000 + 100 * percent) == data


@given(st.binary(min_size=1, max_size=60), SPEEDS, SPEEDS)
def test_as_many_characters_as_fit_the_time(data: bytes, sent: int, heard: int) -> None:
    assert 1 <= len(heard_at(data, sent, heard)) <= len(data) * max(1, heard / sent) * 1.1 + 1


def test_a_letter_sent_slowly_is_heard_as_several_others() -> None:
    # 55 hex at 9600 is the level 0 1 0 1 0 1 0 1 0 1, each for two bit times at 19200:
    # start, then 0 1 1 0 0 1 1 0 (lowest first = 66 hex), stop bit 0 in its place: a framing error, read as 00.
    assert heard_at(b"\x55", 9_600, 19_200)[0] == 0
