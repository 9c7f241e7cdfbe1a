"""An old answer is never taken for a new one, and one citizen's card never for the next one's."""
from __future__ import annotations

import contextlib

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.errors import DeviceError
from devices.id_reader.errors import NoCard
from devices.id_reader.model import CHIP_READ_S
from tests.devices.id_reader.people import OLD_LADY, OLD_LADY_CARD, YOUNG_MAN, YOUNG_MAN_CARD
from tests.devices.id_reader.rig import MemoryRig, memory_rig, with_memory_rig
from tests.virtual_time import run_in_virtual_time


@with_memory_rig
async def test_a_citizen_walks_away_in_mid_read_and_the_next_one_is_not_taken_for_her(rig: MemoryRig) -> None:
    rig.model.lay(OLD_LADY_CARD)
    rig.faults.set("slow")
    with trio.move_on_after(CHIP_READ_S):  # her visit is cancelled while the chip is read
        await rig.reader.read()
    # Her card is still read to the end; its answer comes while the driver is already asking for the next one.
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_swap_cards, rig, 2 * CHIP_READ_S)
        assert (await rig.reader.wait_for_card()).card == YOUNG_MAN


async def _swap_cards(rig: MemoryRig, after: float) -> None:
    await trio.sleep(after)
    rig.model.lift()
    rig.model.lay(YOUNG_MAN_CARD)


@with_memory_rig
async def test_an_answer_that_comes_after_the_time_out_is_dropped(rig: MemoryRig) -> None:
    """The first "no card" comes after its time-out; the card laid meanwhile is found by the second asking."""
    rig.model.find_s = 1.2  # a little longer than the driver waits
    rig.faults.set("no_card", 1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_find_fast_again, rig)
        nursery.start_soon(_swap_cards, rig, 1.1)
        assert (await rig.reader.read()).card == YOUNG_MAN


@with_memory_rig
async def test_a_search_given_up_leaves_no_answer_behind_for_the_next_one(rig: MemoryRig) -> None:
    """Its "no card" would be taken for the next citizen's, whose card answers only once."""
    rig.model.find_s = 0.5
    with trio.move_on_after(0.2):
        await rig.reader.read()
    rig.faults.set("no_card", 1)  # the machine is still at the search given up, and will find nothing
    rig.model.lay(YOUNG_MAN_CARD)
    assert (await rig.reader.read()).card == YOUNG_MAN


@with_memory_rig
async def test_a_late_find_does_not_shift_all_later_answers_by_one(rig: MemoryRig) -> None:
    rig.model.find_s = 1.2
    rig.model.lay(OLD_LADY_CARD)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_find_fast_again, rig)
        assert (await rig.reader.read()).card == OLD_LADY  # found late, asked again, read all the same
    assert await rig.reader.sam_number() == str(rig.model.sam_number)
    rig.model.lift()
    with pytest.raises(NoCard):
        await rig.reader.read()


async def _find_fast_again(rig: MemoryRig) -> None:
    await trio.sleep(0.5)
    rig.model.find_s = 0.02


@with_memory_rig
async def test_what_lies_in_the_line_before_a_command_is_no_answer_to_it(rig: MemoryRig) -> None:
    """A machine that says "no card" unasked."""
    assert rig.far is not None
    await rig.far.send(bytes.fromhex("AAAAAA9669000400008084"))
    rig.model.lay(OLD_LADY_CARD)
    assert (await rig.reader.read()).card == OLD_LADY


TROUBLES = ("late", "silent", "slow", "twice", "wrong_checksum", "cut_short", "garbage", "echo", "unplugged")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, *TROUBLES]),
            st.integers(1, 3),
            st.floats(0.05, 12),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_goes_wrong_and_whenever_the_visit_ends_nobody_gets_somebody_elses_record(
    visits: list[tuple[str | None, int, float]],
) -> None:
    async def main() -> None:
        async with memory_rig() as rig:
            for turn, (fault, count, patience_s) in enumerate(visits):
                image, person = ((OLD_LADY_CARD, OLD_LADY), (YOUNG_MAN_CARD, YOUNG_MAN))[turn % 2]
                rig.model.lay(image)
                if fault:
                    rig.faults.set(fault, count)
                with trio.move_on_after(patience_s):
                    with contextlib.suppress(DeviceError):
                        assert (await rig.reader.wait_for_card(fingerprint=turn % 3 == 0, address=True)).card == person
                rig.model.lift()
            rig.faults.clear()
            await trio.sleep(10)
            rig.model.lay(OLD_LADY_CARD)
            assert (await rig.reader.read()).card == OLD_LADY

    run_in_virtual_time(main)
