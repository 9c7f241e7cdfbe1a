"""The driver against the simulated machine: the journey that works, and every fault it can have."""
from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
import trio

from devices.errors import DeviceError, DeviceGone, DeviceRefused
from devices.id_reader.codec import Command, Request, Status, encode_request, encode_response
from devices.id_reader.driver import FIND_TIMEOUT_S, READ_TIMEOUT_S
from devices.id_reader.errors import (
    CardLifted,
    CardUnreadable,
    NoCard,
    ReaderIncomprehensible,
    ReaderSilent,
    SamFailed,
    SamNotAuthorised,
    WrongCardType,
)
from devices.id_reader.model import CHIP_READ_S, CardImage, SamState
from devices.id_reader.records import RecordInvalid
from devices.id_reader.simulator import FAULTS, LATE_S, IdReaderSimulator
from devices.wire import MemoryWire, WireGone
from tests.contract.device_class import FaultTable
from tests.devices.id_reader.people import (
    EVERYONE,
    FINGERPRINTS,
    OLD_LADY,
    OLD_LADY_CARD,
    PHOTO,
    YOUNG_MAN,
    YOUNG_MAN_CARD,
)
from tests.devices.id_reader.rig import MemoryRig, memory_rig, with_memory_rig
from tests.virtual_time import run_in_virtual_time


@with_memory_rig
async def test_a_card_that_lies_there_is_read(rig: MemoryRig) -> None:
    rig.model.lay(OLD_LADY_CARD)
    begin = trio.current_time()
    reading = await rig.reader.read()
    assert (reading.card, reading.photo) == (OLD_LADY, PHOTO)
    assert (reading.fingerprints, reading.appended_address) == (b"", None)
    assert trio.current_time() - begin >= CHIP_READ_S + 1295 * 10 / 115_200  # chip and wire


@with_memory_rig
async def test_fingerprints_and_new_address_are_read_when_asked_for(rig: MemoryRig) -> None:
    rig.model.lay(OLD_LADY_CARD)
    reading = await rig.reader.read(fingerprint=True, address=True)
    assert reading.fingerprints == FINGERPRINTS
    assert reading.appended_address == OLD_LADY_CARD.appended_address


@with_memory_rig
async def test_an_older_card_has_neither_fingerprints_nor_a_new_address(rig: MemoryRig) -> None:
    rig.model.lay(YOUNG_MAN_CARD)
    reading = await rig.reader.read(fingerprint=True, address=True)
    assert (reading.card, reading.fingerprints, reading.appended_address) == (YOUNG_MAN, b"", None)


@with_memory_rig
async def test_all_four_kinds_of_card(rig: MemoryRig) -> None:
    for card in EVERYONE:
        rig.model.lay(CardImage.of(card))
        assert (await rig.reader.read()).card == card
        rig.model.lift()


@with_memory_rig
async def test_waiting_until_somebody_comes_and_a_read_card_must_be_lifted_first(rig: MemoryRig) -> None:
    async def somebody_comes() -> None:
        await trio.sleep(60)
        rig.model.lay(OLD_LADY_CARD)
        await trio.sleep(20)
        rig.model.lift()
        await trio.sleep(20)
        rig.model.lay(YOUNG_MAN_CARD)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(somebody_comes)
        assert (await rig.reader.wait_for_card()).card == OLD_LADY
        assert trio.current_time() < 63
        with pytest.raises(NoCard):
            await rig.reader.read()
        assert (await rig.reader.wait_for_card()).card == YOUNG_MAN
        assert trio.current_time() > 100


@with_memory_rig
async def test_the_module_says_that_it_is_ready_and_who_it_is(rig: MemoryRig) -> None:
    await rig.reader.sam_status()
    assert await rig.reader.sam_number() == "05.03-20150101-0001234567-0007654321"


FAULT_TABLE = FaultTable(FAULTS)


def fault(*names: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """The test of each of these faults, by its name: run by pytest and by ./run contract."""

    def decorate(test: Callable[[str], None]) -> Callable[[str], None]:
        for name in names:
            FAULT_TABLE.add((name,), test.__name__, functools.partial(test, name))
        decorated: Callable[[str], None] = pytest.mark.parametrize("name", names)(test)
        return decorated

    return decorate


def with_old_lady(rig: MemoryRig) -> MemoryRig:
    rig.model.lay(OLD_LADY_CARD)
    return rig


def read_with(name: str, count: int | None, expected: type[DeviceError] | None) -> None:
    async def main() -> None:
        async with memory_rig() as rig:
            await rig.reader.sam_number()
            with_old_lady(rig).faults.set(name, count)
            if expected is None:
                assert (await rig.reader.read(fingerprint=True)).card == OLD_LADY
                assert name not in rig.faults.active()
                return
            with pytest.raises(expected) as raised:
                await rig.reader.read()
            assert type(raised.value) is expected
            rig.faults.clear()
            rig.model.lift()
            rig.plugged = True
            rig.model.lay(YOUNG_MAN_CARD)
            assert (await rig.reader.read()).card == YOUNG_MAN  # whatever it was, the next citizen is served

    run_in_virtual_time(main)


DISTURBANCES = ("wrong_checksum", "wrong_length", "short_length", "garbage", "cut_short", "vendor_time_out", "request_unheard")


@fault(*DISTURBANCES)
def test_one_damaged_answer_is_asked_for_again(name: str) -> None:
    read_with(name, 1, None)


@fault(*DISTURBANCES)
def test_two_damaged_answers_are_asked_for_again(name: str) -> None:
    read_with(name, 2, None)


@fault(*DISTURBANCES)
def test_a_line_that_damages_everything_is_given_up(name: str) -> None:
    read_with(name, None, ReaderIncomprehensible)


class DamagesOneAnswerTo(IdReaderSimulator):
    """A line that is disturbed at the worst moment."""

    def __init__(self, command: Command, name: str) -> None:
        super().__init__()
        self._victim: Command | None = command
        self._name = name

    async def _do(self, request: Request) -> tuple[Status, bytes]:
        if self._victim is not None and request.command == self._victim.value:
            self._victim = None
            self.faults.set(self._name, 1)
        return await super()._do(request)


@pytest.mark.parametrize("name", ["wrong_checksum", "wrong_length", "garbage", "cut_short", "silent"])
@pytest.mark.parametrize(
    "command",
    [Command.SAM_NUMBER, Command.FIND_CARD, Command.SELECT_CARD, Command.READ_WITH_FINGERPRINT, Command.READ_APPENDED_ADDRESS],
    ids=lambda command: str(command.name),
)
def test_a_card_is_read_whichever_answer_is_lost_on_the_way(command: Command, name: str) -> None:
    async def main() -> None:
        async with memory_rig(DamagesOneAnswerTo(command, name)) as rig:
            rig.model.lay(OLD_LADY_CARD)
            reading = await rig.reader.read(fingerprint=True, address=True)
            assert (reading.card, reading.appended_address) == (OLD_LADY, OLD_LADY_CARD.appended_address)

    run_in_virtual_time(main)


@pytest.mark.parametrize("name", ["cut_short", "garbage"])
def test_the_citizen_does_not_wait_for_the_rest_of_an_answer_that_broke_off(name: str) -> None:
    async def main() -> None:
        async with memory_rig(DamagesOneAnswerTo(Command.READ, name)) as rig:
            rig.model.lay(OLD_LADY_CARD)
            assert (await rig.reader.read()).card == OLD_LADY
            assert trio.current_time() < 3 * CHIP_READ_S + 0.6  # read twice, and far less than READ_TIMEOUT_S lost

    run_in_virtual_time(main)


def test_a_machine_that_heard_half_a_request_understands_the_next_one() -> None:
    async def main() -> None:
        near, far = MemoryWire.pair(115_200)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(IdReaderSimulator().serve, far)
            await near.send(encode_request(Command.SAM_STATUS)[:6])
            await trio.sleep(1)
            await near.send(encode_request(Command.SAM_STATUS))
            with trio.fail_after(1):
                assert await near.receive() == encode_response(Status.OK)
            near.cut()

    run_in_virtual_time(main)


@fault("echo", "noise_before", "twice")
def test_a_line_that_adds_something_to_every_answer_is_understood(name: str) -> None:
    async def main() -> None:
        async with memory_rig() as rig:
            await rig.reader.sam_number()
            rig.faults.set(name)
            for card, person in [(OLD_LADY_CARD, OLD_LADY), (YOUNG_MAN_CARD, YOUNG_MAN)]:
                rig.model.lay(card)
                assert (await rig.reader.read(fingerprint=True)).card == person
                rig.model.lift()
                with pytest.raises(NoCard):
                    await rig.reader.read()

    run_in_virtual_time(main)


@fault("silent")
def test_one_lost_answer_is_asked_for_again_and_a_silent_reader_is_gone(name: str) -> None:
    read_with(name, 1, None)
    read_with(name, None, ReaderSilent)


@with_memory_rig
async def test_silence_is_reported_within_the_time_limits(rig: MemoryRig) -> None:
    rig.faults.set("silent")
    begin = trio.current_time()
    with pytest.raises(ReaderSilent):
        await rig.reader.wait_for_card()
    assert trio.current_time() - begin < FIND_TIMEOUT_S + READ_TIMEOUT_S + 0.5


@fault("slow")
def test_a_slow_chip_is_waited_for(name: str) -> None:
    read_with(name, 1, None)


@fault("no_card")
def test_a_card_the_antenna_does_not_see_is_no_card(name: str) -> None:
    read_with(name, 1, NoCard)


@fault("card_lifted_in_read")
def test_a_card_lifted_in_mid_read_is_said_to_be_lifted(name: str) -> None:
    read_with(name, 1, CardLifted)


@with_memory_rig
async def test_another_card_laid_while_the_first_is_read_is_never_taken_for_it(rig: MemoryRig) -> None:
    async def swap() -> None:
        await trio.sleep(CHIP_READ_S / 2)
        rig.model.lift()
        rig.model.lay(YOUNG_MAN_CARD)

    rig.model.lay(OLD_LADY_CARD)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(swap)
        with pytest.raises(CardLifted):
            await rig.reader.read()
    assert (await rig.reader.read()).card == YOUNG_MAN


@fault("card_not_genuine", "module_not_accepted", "content_not_genuine", "random_failed")
def test_a_card_that_fails_verification_is_unreadable(name: str) -> None:
    read_with(name, 1, CardUnreadable)


@fault("wrong_card_type")
def test_a_bus_card_is_no_id_card(name: str) -> None:
    read_with(name, 1, WrongCardType)


@fault("sam_not_authorised")
def test_a_module_without_authorisation(name: str) -> None:
    read_with(name, 1, SamNotAuthorised)


@fault("sam_self_test_failed")
def test_a_module_that_failed_its_self_test(name: str) -> None:
    read_with(name, 1, SamFailed)


@with_memory_rig
async def test_an_unauthorised_module_is_told_apart_from_a_broken_one_and_from_a_ready_one(rig: MemoryRig) -> None:
    for state, expected in [(SamState.NOT_AUTHORISED, SamNotAuthorised), (SamState.SELF_TEST_FAILED, SamFailed)]:
        rig.model.sam = state
        with pytest.raises(expected):
            await rig.reader.sam_status()
        with pytest.raises(expected):
            await rig.reader.wait_for_card()
    rig.model.sam = SamState.READY
    await rig.reader.sam_status()


@fault("check_digit_wrong")
def test_a_record_with_a_wrong_check_digit_is_refused(name: str) -> None:
    read_with(name, 1, RecordInvalid)


@fault("no_photo")
def test_a_card_without_a_photo_is_read_all_the_same(name: str) -> None:
    read_with(name, 1, None)


@fault("baud_mismatch")
def test_at_the_wrong_speed_the_reader_understands_nothing(name: str) -> None:
    read_with(name, None, ReaderSilent)


@fault("unplugged")
def test_unplugged_in_the_middle_of_an_answer_and_plugged_in_again(name: str) -> None:
    read_with(name, 1, WireGone)


@fault("late")
def test_an_answer_later_than_any_wait_is_not_waited_for(name: str) -> None:
    assert LATE_S > READ_TIMEOUT_S
    read_with(name, None, ReaderSilent)


@with_memory_rig
async def test_unplugged_while_nobody_looks(rig: MemoryRig) -> None:
    rig.model.lay(OLD_LADY_CARD)
    rig.unplug()
    for _ in range(2):
        with pytest.raises(WireGone):
            await rig.reader.wait_for_card()
    rig.plugged = True
    assert (await rig.reader.wait_for_card()).card == OLD_LADY
    assert rig.opened == 2


@with_memory_rig
async def test_a_power_cut_of_the_reader_in_mid_read_loses_the_reading_and_not_the_card(rig: MemoryRig) -> None:
    async def power_cut() -> None:
        await trio.sleep(CHIP_READ_S / 2)
        rig.simulator.power_off()
        await trio.sleep(3)
        rig.simulator.power_on()

    rig.model.lay(OLD_LADY_CARD)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(power_cut)
        with pytest.raises(DeviceError) as raised:
            await rig.reader.read()
    assert isinstance(raised.value, CardLifted | DeviceGone)
    assert (await rig.reader.wait_for_card()).card == OLD_LADY  # the field comes back and the card answers anew


@with_memory_rig
async def test_without_power_the_reader_is_silent(rig: MemoryRig) -> None:
    rig.simulator.power_off()
    with pytest.raises(ReaderSilent):
        await rig.reader.sam_number()
    rig.simulator.power_on()
    await rig.reader.sam_number()


@with_memory_rig
async def test_a_status_nobody_published_is_reported_with_its_code(rig: MemoryRig) -> None:
    async def odd_machine() -> None:
        await trio.sleep(0.1)
        assert rig.far is not None
        await rig.far.send(bytes.fromhex("AAAAAA9669 0004 123477 55"))

    rig.faults.set("silent", 1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(odd_machine)
        with pytest.raises(DeviceRefused, match="123477"):
            await rig.reader.sam_status()


@with_memory_rig
async def test_two_tasks_asking_at_once_are_served_one_after_the_other(rig: MemoryRig) -> None:
    rig.model.lay(OLD_LADY_CARD)
    numbers: list[str] = []

    async def ask() -> None:
        numbers.append(await rig.reader.sam_number())

    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(ask)
        assert (await rig.reader.read()).card == OLD_LADY
    assert len(set(numbers)) == 1 and len(numbers) == 3


def test_every_fault_of_the_machine_has_a_test() -> None:
    assert FAULT_TABLE.not_shown == set()
    assert len(FAULTS) >= 12
