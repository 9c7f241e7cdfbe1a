"""Each fault of the scanner, and what the citizen and the terminal see of it."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import trio

from devices.errors import DeviceGone
from devices.scanner.codec import Enclosed, Framing
from devices.scanner.driver import GAP_S, REPEAT_WINDOW_S, RETRIGGER_S
from devices.scanner.errors import ScannerIncomprehensible, ScannerSilent
from devices.scanner.simulator import FAULTS, LATE_S
from devices.wire import WireGone
from tests.contract.device_class import FaultTable
from tests.devices.scanner.rig import CLAIM, PAYMENT, MemoryRig, Visit, in_a_rig

FAULT_TABLE = FaultTable(FAULTS)


def shows(*faults: str, triggered: bool = False, framing: Framing | None = None) -> Callable[[Visit], Callable[[], None]]:
    def decorate(visit: Visit) -> Callable[[], None]:
        def test() -> None:
            in_a_rig(visit, triggered=triggered, framing=framing)

        test.__name__ = visit.__name__
        FAULT_TABLE.add(faults, visit.__name__, test)
        return test

    return decorate


@shows("no_read", triggered=True)
async def test_a_code_under_glare_is_tried_again_with_the_next_light(rig: MemoryRig) -> None:
    rig.faults.set("no_read", 1)
    rig.show(PAYMENT)
    assert await rig.code_within(RETRIGGER_S + 1) == PAYMENT
    assert trio.current_time() > RETRIGGER_S


@shows("no_read")
async def test_a_code_that_cannot_be_read_is_no_code_until_the_citizen_gives_up(rig: MemoryRig) -> None:
    rig.faults.set("no_read")
    rig.show(PAYMENT)
    assert await rig.code_within(60) is None


@shows("reads_on")
async def test_a_code_read_over_and_over_is_given_once_however_long_it_lies_there(rig: MemoryRig) -> None:
    rig.faults.set("reads_on")
    rig.show(PAYMENT)
    assert await rig.code_within(1) == PAYMENT
    assert await rig.code_within(10 * REPEAT_WINDOW_S) is None
    rig.show(CLAIM)
    assert await rig.code_within(1) == CLAIM


@shows("reads_on")
async def test_a_new_citizen_may_show_the_same_code(rig: MemoryRig) -> None:
    rig.faults.set("reads_on")
    rig.show(PAYMENT)
    assert await rig.code_within(1) == PAYMENT
    rig.scanner.forget()
    assert await rig.code_within(1) == PAYMENT


@shows("trigger_unheard", triggered=True)
async def test_a_lost_command_to_light_up_is_given_again(rig: MemoryRig) -> None:
    rig.faults.set("trigger_unheard", 1)
    rig.show(PAYMENT)
    assert await rig.code_within(RETRIGGER_S + 1) == PAYMENT


@shows("light_stays_on", triggered=True)
async def test_a_code_read_by_a_light_left_on_does_not_count_for_whoever_comes_next(rig: MemoryRig) -> None:
    rig.faults.set("light_stays_on", 1)
    assert await rig.code_within(0.5) is None
    assert rig.model.lit
    rig.show(PAYMENT)
    await trio.sleep(1)
    rig.model.take_away()
    assert await rig.code_within(1) is None


@shows("late")
async def test_a_code_that_comes_after_the_citizen_has_gone_is_not_the_next_ones(rig: MemoryRig) -> None:
    rig.faults.set("late", 1)
    rig.show(PAYMENT)
    assert await rig.code_within(LATE_S / 2) is None
    rig.model.take_away()
    await trio.sleep(LATE_S)
    rig.after(1, rig.show, CLAIM)
    assert await rig.code_within(5) == CLAIM


@shows("late")
async def test_a_late_code_is_waited_for(rig: MemoryRig) -> None:
    rig.faults.set("late", 1)
    rig.show(PAYMENT)
    assert await rig.code_within(LATE_S + 1) == PAYMENT


@shows("cut_short", "wrong_byte", "noise_before", "endless", "baud_mismatch", triggered=True)
async def test_a_damaged_code_is_read_once_more_at_once(rig: MemoryRig) -> None:
    for fault in ("cut_short", "wrong_byte", "noise_before", "endless", "baud_mismatch"):
        rig.faults.set(fault, 1)
        rig.show(PAYMENT)
        began = trio.current_time()
        assert await rig.code_within(RETRIGGER_S - 1) == PAYMENT, fault
        assert fault not in rig.faults.active()
        assert trio.current_time() - began < 2 + GAP_S
        rig.scanner.forget()


@shows("cut_short", "wrong_byte", "endless", "baud_mismatch", triggered=True)
async def test_a_line_that_damages_everything_is_given_up(rig: MemoryRig) -> None:
    for fault in ("cut_short", "wrong_byte", "endless", "baud_mismatch"):
        rig.faults.set(fault)
        rig.show(PAYMENT)
        with pytest.raises(ScannerIncomprehensible), trio.fail_after(60):
            await rig.scanner.wait_for_code()
        rig.faults.clear()
        assert await rig.code_within(RETRIGGER_S + 1) == PAYMENT
        rig.scanner.forget()


@shows("noise_before", framing=Enclosed())
async def test_noise_between_codes_that_have_a_beginning_does_no_harm(rig: MemoryRig) -> None:
    rig.faults.set("noise_before")
    rig.show(PAYMENT)
    assert await rig.code_within(1) == PAYMENT


@shows("crawling")
async def test_a_code_whose_bytes_come_one_by_one_is_put_together(rig: MemoryRig) -> None:
    rig.faults.set("crawling", 1)
    rig.show(PAYMENT)
    assert await rig.code_within(5) == PAYMENT


@shows("crawling", framing=Enclosed())
async def test_the_second_half_of_a_code_is_not_a_code(rig: MemoryRig) -> None:
    assert await rig.code_within(0.1) is None
    rig.faults.set("crawling", 1)
    rig.show(PAYMENT)
    await trio.sleep(1)
    assert await rig.code_within(10) is None


@shows("other_encoding")
async def test_chinese_in_an_encoding_that_was_not_set_is_damage_and_not_other_words(rig: MemoryRig) -> None:
    rig.faults.set("other_encoding")
    rig.show("亳州")
    assert await rig.code_within(1) is None
    rig.faults.clear()
    rig.show("亳州")
    assert await rig.code_within(1) == "亳州"


@shows("silent")
async def test_a_silent_scanner_looks_like_nobody_and_is_found_out_by_asking(rig: MemoryRig) -> None:
    assert await rig.scanner.identify() == "SCN-1 rev 2"
    rig.faults.set("silent")
    rig.show(PAYMENT)
    assert await rig.code_within(5) is None
    with pytest.raises(ScannerSilent):
        await rig.scanner.identify()


@shows("question_unknown")
async def test_a_scanner_that_does_not_know_the_question_reads_all_the_same(rig: MemoryRig) -> None:
    rig.faults.set("question_unknown", 1)
    with pytest.raises(ScannerSilent):
        await rig.scanner.identify()
    rig.show(PAYMENT)
    assert await rig.code_within(1) == PAYMENT


@shows("unplugged")
async def test_unplugged_in_mid_code_and_plugged_in_again(rig: MemoryRig) -> None:
    rig.faults.set("unplugged", 1)
    rig.show(PAYMENT)
    with pytest.raises(WireGone):
        await rig.scanner.wait_for_code()
    rig.plugged = False
    with pytest.raises(DeviceGone):
        await rig.scanner.wait_for_code()
    rig.plugged = True
    rig.after(1, rig.show, PAYMENT)
    assert await rig.code_within(5) == PAYMENT


def test_every_fault_of_the_machine_has_a_test() -> None:
    assert FAULT_TABLE.not_shown == set()
    assert len(FAULTS) >= 8
