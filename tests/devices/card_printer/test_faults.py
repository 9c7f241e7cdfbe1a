"""Each fault of the machine, and the typed outcome the terminal sees."""
from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from devices.card_printer.model import FAULTS
from devices.card_printer.status import Media, PathMedia, RejectEnd, Station, Supply
from devices.errors import DeviceFailed, DeviceGone, DeviceRefused, OutcomeUnknown
from tests.contract.device_class import FaultTable
from tests.devices.card_printer.hall import Hall, face, in_hall

Visit = Callable[[Hall], Awaitable[None]]
FAULT_TABLE = FaultTable(FAULTS)


def shows(*faults: str) -> Callable[[Visit], Callable[[], None]]:
    def decorate(visit: Visit) -> Callable[[], None]:
        def test() -> None:
            in_hall(visit)

        test.__name__ = visit.__name__
        FAULT_TABLE.add(faults, visit.__name__, test)
        return test

    return decorate


@shows("hopper_empty")
async def test_hopper_says_empty(hall: Hall) -> None:
    hall.simulator.faults.set("hopper_empty")
    assert (await hall.printer.status()).hopper is Supply.EMPTY
    with pytest.raises(DeviceRefused) as refused:
        await hall.printer.feed(Station.CONTACT)
    assert refused.value.code == "HOPPER_EMPTY"


@shows("feed_jam")
async def test_a_blank_sticks_in_the_feeder_and_a_technician_clears_it(hall: Hall) -> None:
    hall.simulator.faults.set("feed_jam", 1)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.feed(Station.CONTACT)
    assert failed.value.code == "FEED_JAM"
    status = await hall.printer.status()
    assert (status.path, status.error) == (PathMedia.JAMMED, "FEED_JAM")
    with pytest.raises(DeviceRefused) as refused:
        await hall.printer.reject()
    assert refused.value.code == "JAMMED"
    assert hall.machine.clear_jam() == 1
    await hall.printer.feed(Station.CONTACT)


@shows("double_feed")
async def test_two_blanks_at_once_jam_and_are_both_counted(hall: Hall) -> None:
    hall.simulator.faults.set("double_feed", 1)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.feed(Station.CONTACT)
    assert failed.value.code == "DOUBLE_FEED"
    assert (await hall.printer.counters()).fed == 2
    assert hall.machine.clear_jam() == 2


@shows("path_jam")
async def test_a_card_jams_on_its_way_out(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("path_jam", 1)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.present()
    assert failed.value.code == "PATH_JAM"
    status = await hall.printer.status()
    assert (status.path, status.exit) == (PathMedia.JAMMED, Media.NOT_PRESENT)


@shows("print_jam")
async def test_a_card_jams_under_the_head(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("print_jam", 1)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.print_card(face())
    assert failed.value.code == "PATH_JAM"
    assert (await hall.printer.status()).path is PathMedia.JAMMED


@shows("ribbon_out")
async def test_ribbon_out_before_the_first_panel_leaves_the_card_unharmed(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("ribbon_out")
    assert (await hall.printer.status()).ribbon_left == 0
    with pytest.raises(DeviceRefused) as refused:
        await hall.printer.print_card(face())
    assert refused.value.code == "RIBBON_OUT"
    assert hall.machine.path[0].printed == {}
    hall.simulator.faults.clear("ribbon_out")
    await hall.printer.print_card(face())


@shows()
async def test_ribbon_out_before_the_back_is_a_failure_because_the_front_is_printed(hall: Hall) -> None:
    hall.machine.ribbon_sets = 1
    await hall.printer.feed(Station.CONTACT)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.print_card(face(), face())
    assert failed.value.code == "RIBBON_OUT"
    assert set(hall.machine.path[0].printed) == {"front"}


@shows("ribbon_torn")
async def test_the_ribbon_tears_and_half_a_face_is_on_the_card(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("ribbon_torn", 1)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.print_card(face())
    assert failed.value.code == "RIBBON_TORN"
    assert (await hall.printer.status()).ribbon_left == 0
    assert await hall.printer.reject() is RejectEnd.CARD_REJECTED


@shows()
async def test_cover_open_refuses_and_cover_opened_in_mid_move_fails(hall: Hall) -> None:
    hall.machine.open_cover()
    assert (await hall.printer.status()).cover_open is True
    with pytest.raises(DeviceRefused) as refused:
        await hall.printer.feed(Station.CONTACT)
    assert refused.value.code == "COVER_OPEN"
    hall.machine.close_cover()
    hall.nursery.start_soon(_open_cover_when, hall, lambda: bool(hall.machine.path))
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.feed(Station.CONTACT)
    assert failed.value.code == "COVER_OPEN"
    assert (await hall.printer.status()).path is PathMedia.IN_TRANSPORT
    hall.machine.close_cover()
    assert await hall.printer.reject() is RejectEnd.CARD_REJECTED


async def _open_cover_when(hall: Hall, condition: Callable[[], bool]) -> None:
    await hall.until(condition)
    hall.machine.open_cover()


@shows("reject_bin_full")
async def test_a_full_reject_bin_refuses_and_the_card_stays_inside(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("reject_bin_full")
    with pytest.raises(DeviceRefused) as refused:
        await hall.printer.reject()
    assert refused.value.code == "REJECT_BIN_FULL"
    status = await hall.printer.status()
    assert (status.path, status.reject_bin_full) == (PathMedia.AT_CONTACT, True)


@shows("capture_bin_full")
async def test_a_full_capture_bin_refuses_and_the_card_stays_at_the_exit(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    await hall.printer.present()
    hall.simulator.faults.set("capture_bin_full")
    with pytest.raises(DeviceRefused) as refused:
        await hall.printer.capture()
    assert refused.value.code == "CAPTURE_BIN_FULL"
    status = await hall.printer.status()
    assert (status.exit, status.capture_bin_full) == (Media.PRESENT, True)


@shows("exit_sensor_covered")
async def test_a_covered_exit_sensor_refuses_the_next_card_and_nothing_is_caught(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("exit_sensor_covered")
    with pytest.raises(DeviceRefused) as refused:
        await hall.printer.present()
    assert refused.value.code == "EXIT_OCCUPIED"
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.capture()
    assert failed.value.code == "NOTHING_CAUGHT"
    assert (await hall.printer.counters()).captured == 0


@shows("exit_sensor_blind")
async def test_a_blind_exit_sensor_makes_presenting_a_failure_not_a_success(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("exit_sensor_blind")
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.present()
    assert failed.value.code == "EXIT_NOT_REACHED"
    assert (await hall.printer.counters()).presented == 0
    assert hall.machine.exit is not None


@shows("path_sensor_blind")
async def test_a_blind_path_sensor_contradicts_the_acknowledgement_and_reject_still_clears_the_path(hall: Hall) -> None:
    hall.simulator.faults.set("path_sensor_blind")
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.feed(Station.CONTACT)
    assert failed.value.code == "CONTRADICTION"
    assert await hall.printer.reject() is RejectEnd.CARD_REJECTED


@shows("card_stuck_at_exit")
async def test_a_card_stuck_at_the_exit_comes_neither_way(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    await hall.printer.present()
    hall.simulator.faults.set("card_stuck_at_exit")
    assert hall.machine.take_card() is None
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.capture()
    assert failed.value.code == "EXIT_JAM"
    assert (await hall.printer.status()).exit is Media.PRESENT


@shows("chip_contacts_worn")
async def test_worn_contacts_show_no_chip(hall: Hall) -> None:
    hall.machine._new_chip = lambda serial: serial
    blank = hall.machine.refill(1)[0]
    hall.machine.hopper.insert(0, hall.machine.hopper.pop())
    hall.simulator.faults.set("chip_contacts_worn")
    await hall.printer.feed(Station.CONTACT)
    assert hall.machine.chip_at_station is None
    await hall.printer.bring(Station.CONTACTLESS)
    assert hall.machine.chip_at_station == blank.serial


@shows("slow")
async def test_a_slow_machine_is_waited_for(hall: Hall) -> None:
    hall.simulator.faults.set("slow")
    await hall.printer.feed(Station.CONTACT)
    await hall.printer.print_card(face())
    await hall.printer.present()
    assert (await hall.printer.counters()).presented == 1


@shows("slipping")
async def test_slipping_rollers_are_found_out(hall: Hall) -> None:
    hall.simulator.faults.set("slipping", 1)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.feed(Station.CONTACT)
    assert failed.value.code == "CONTRADICTION"
    await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("slipping", 1)
    with pytest.raises(OutcomeUnknown):
        await hall.printer.present()
    assert (await hall.printer.status()).path is PathMedia.AT_CONTACT
    hall.simulator.faults.set("slipping", 1)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.reject()
    assert failed.value.code == "CONTRADICTION"
    await hall.printer.present()
    hall.simulator.faults.set("slipping", 1)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.capture()
    assert failed.value.code == "CONTRADICTION"


@shows("slipping")
async def test_a_panel_that_slipped_is_missed_in_the_count(hall: Hall) -> None:
    await hall.printer.feed(Station.PRINT)

    async def slip_after_the_first_panel() -> None:
        await hall.until(lambda: "Db" in hall.simulator.commands)
        hall.simulator.faults.set("slipping", 1)

    hall.nursery.start_soon(slip_after_the_first_panel)
    with pytest.raises(DeviceFailed) as failed:
        await hall.printer.print_card(face(), face())
    assert failed.value.code == "CONTRADICTION"


@shows("silent")
async def test_a_silent_machine_is_gone_and_is_sent_no_movement(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("silent")
    before = hall.moving_commands()
    for attempt in (hall.printer.present, hall.printer.reject, hall.printer.status):
        with pytest.raises(DeviceGone):
            await attempt()
    assert hall.moving_commands() == before
    hall.simulator.faults.clear()
    await hall.printer.present()


@shows("silent")
async def test_a_machine_that_falls_silent_in_mid_move_leaves_the_outcome_unknown(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.nursery.start_soon(_silent_when, hall, lambda: hall.machine.moving)
    with pytest.raises(OutcomeUnknown):
        await hall.printer.present()  # acknowledged, but nobody can say any more whether the sensor saw it
    assert hall.moving_commands() == ["Sis", "Se"]


async def _silent_when(hall: Hall, condition: Callable[[], bool]) -> None:
    await hall.until(condition)
    hall.simulator.faults.set("silent")


@shows("answer_lost")
async def test_a_lost_answer_is_unknown_and_the_movement_is_not_sent_again(hall: Hall) -> None:
    hall.simulator.faults.set("answer_lost", 1)
    with pytest.raises(OutcomeUnknown):
        await hall.printer.feed(Station.CONTACT)
    assert hall.moving_commands() == ["Sis"]
    assert (await hall.printer.status()).path is PathMedia.AT_CONTACT
    hall.simulator.faults.set("answer_lost", 1)
    with pytest.raises(OutcomeUnknown):
        await hall.printer.present()
    assert hall.moving_commands() == ["Sis", "Se"]
    assert (await hall.printer.counters()).presented == 1  # and this is how it is found out


@shows("answer_late")
async def test_a_late_answer_is_not_taken_for_the_answer_to_the_next_movement(hall: Hall) -> None:
    hall.simulator.faults.set("answer_late", 1)
    with pytest.raises(OutcomeUnknown):
        await hall.printer.feed(Station.CONTACT)
    hall.simulator.faults.set("reject_bin_full")
    with pytest.raises(DeviceRefused):  # a stale ACK would have said that the card was rejected
        await hall.printer.reject()


@shows("garbage_answer")
async def test_noise_on_a_question_is_asked_again_and_noise_for_ever_is_garbled(hall: Hall) -> None:
    await hall.printer.status()
    hall.simulator.faults.set("garbage_answer", 1)
    assert (await hall.printer.status()).path is PathMedia.NOT_PRESENT
    hall.simulator.faults.set("garbage_answer")
    with pytest.raises(DeviceGone):
        await hall.printer.status()


@shows("garbage_answer")
async def test_noise_instead_of_an_acknowledgement_is_unknown(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.nursery.start_soon(_noise_when, hall, lambda: hall.machine.moving)
    with pytest.raises(OutcomeUnknown):
        await hall.printer.present()
    assert hall.moving_commands() == ["Sis", "Se"]


async def _noise_when(hall: Hall, condition: Callable[[], bool]) -> None:
    await hall.until(condition)
    hall.simulator.faults.set("garbage_answer", 1)


@shows("wrong_answer")
async def test_the_answer_to_another_question_is_not_believed(hall: Hall) -> None:
    await hall.printer.status()
    hall.simulator.faults.set("wrong_answer", 1)
    assert (await hall.printer.status()).exit is Media.NOT_PRESENT
    hall.simulator.faults.set("wrong_answer")
    with pytest.raises(DeviceGone):
        await hall.printer.counters()


@shows()
async def test_unplugged_and_back(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.plugged = False
    await hall.simulator.unplug()
    with pytest.raises(DeviceGone):
        await hall.printer.present()
    assert hall.moving_commands() == ["Sis"]
    hall.plugged = True
    await hall.printer.present()
    assert hall.moving_commands() == ["Sis", "Se"]


@shows()
async def test_unplugged_in_mid_move_is_unknown_and_the_machine_goes_on(hall: Hall) -> None:
    await hall.printer.feed(Station.CONTACT)
    hall.nursery.start_soon(_unplug_when, hall, lambda: hall.machine.place is PathMedia.IN_TRANSPORT)
    with pytest.raises(OutcomeUnknown):
        await hall.printer.present()
    counters = await hall.printer.counters()
    assert hall.moving_commands() == ["Sis", "Se"]
    await hall.until(lambda: hall.machine.exit is not None)
    assert counters.boot == (await hall.printer.counters()).boot


async def _unplug_when(hall: Hall, condition: Callable[[], bool]) -> None:
    await hall.until(condition)
    await hall.simulator.unplug()


def test_every_fault_has_a_test() -> None:
    assert FAULT_TABLE.not_shown == set()
