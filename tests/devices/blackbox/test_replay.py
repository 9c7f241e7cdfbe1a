"""What was recorded at the machines is made again on the drivers: the same ends, and nobody's name on the way."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio

from devices.blackbox.file import Box, NoBlackBox, read, traffic_line, write
from devices.blackbox.recorder import Entry, Happened, Recorder
from devices.blackbox.replay import Replayed, replay
from devices.card_printer.driver import CardPrinter
from devices.card_printer.status import Station
from devices.errors import DeviceError
from devices.id_reader.driver import IdReader
from devices.id_reader.simulator import IdReaderSimulator
from devices.receipt_printer.driver import ReceiptPrinter
from tests.devices.card_printer import hall as card_hall
from tests.devices.id_reader.people import OLD_LADY, OLD_LADY_CARD, PHOTO
from tests.devices.id_reader.rig import MemoryRig, memory_rig
from tests.devices.receipt_printer import hall as slip_hall
from tests.virtual_time import run_in_virtual_time

Recorded = list[Entry]
FAULTS = sorted(IdReaderSimulator().faults.known)


def at_the_reader(situation: Callable[[IdReader, MemoryRig], Awaitable[None]]) -> Recorded:
    async def main() -> Recorded:
        recorder = Recorder(trio.current_time)
        async with memory_rig() as rig:
            reader = recorder.driver("id_reader", IdReader(recorder.wire("id_reader", rig.open_wire)))
            await situation(reader, rig)
        return recorder.take(all_of_it=True)

    return run_in_virtual_time(main)


def replayed(entries: Recorded, device: str, driver: str = "") -> list[Replayed]:
    async def main() -> list[Replayed]:
        return await replay(device, driver, entries)

    return run_in_virtual_time(main)


async def ends(work: Awaitable[object]) -> None:
    """However it ends: the recording says."""
    try:
        await work
    except DeviceError:
        return


def every_byte(entries: Recorded) -> bytes:
    return b"".join(entry.data + "".join(entry.words).encode() for entry in entries)


def assert_nobody(entries: Recorded) -> None:
    said = every_byte(entries)
    for text in (OLD_LADY.name, OLD_LADY.id_number, OLD_LADY.address[:8]):
        assert text.encode("utf-16-le") not in said and text.encode() not in said
    assert PHOTO[:20] not in said


async def she_lays_her_card(reader: IdReader, rig: MemoryRig) -> None:
    await reader.sam_status()
    await ends(reader.read())
    rig.model.lay(OLD_LADY_CARD)
    await reader.read(fingerprint=False)
    await ends(reader.read())


def test_a_card_that_was_read_is_read_again_and_is_nobodys() -> None:
    entries = at_the_reader(she_lays_her_card)
    assert_nobody(entries)
    done = replayed(entries, "id_reader", "sam_v")
    assert [one.call.name for one in done] == ["sam_status", "read", "read", "read"]
    assert [one.now for one in done] == [one.call.answer for one in done]
    assert done[2].now == "Reading" and "NoCard" in done[1].now
    assert not any(one.left_out for one in done)


def test_a_reader_that_fell_silent_is_as_silent_again_and_takes_as_long() -> None:
    async def falls_silent(reader: IdReader, rig: MemoryRig) -> None:
        await reader.sam_status()
        rig.faults.set("silent")
        await ends(reader.sam_status())

    entries = at_the_reader(falls_silent)
    _, silent = replayed(entries, "id_reader", "sam_v")
    assert silent.same and "does not answer" in silent.now


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reader_with_a_fault_ends_as_it_ended_then_and_says_nobodys_name(fault: str) -> None:
    async def faulty(reader: IdReader, rig: MemoryRig) -> None:
        await reader.sam_status()
        rig.model.lay(OLD_LADY_CARD)
        rig.faults.set(fault)
        for _ in range(2):
            await ends(reader.read())

    entries = at_the_reader(faulty)
    assert_nobody(entries)
    done = replayed(entries, "id_reader", "sam_v")
    assert [one.now for one in done] == [one.call.answer for one in done]


def test_a_card_printed_then_is_printed_again_with_a_white_face() -> None:
    async def main() -> Recorded:
        recorder = Recorder(trio.current_time)
        async with card_hall.hall() as place:
            printer = recorder.driver("card_printer", CardPrinter(recorder.wire("card_printer", place.open_wire)))
            await printer.status()
            await printer.feed(Station.PRINT)
            await printer.print_card(card_hall.face())
            await printer.present()
        return recorder.take(all_of_it=True)

    entries = run_in_virtual_time(main)
    assert len(every_byte(entries)) < 20_000                      # no picture of hers among them
    done = replayed(entries, "card_printer")
    assert [(one.call.name, one.same, one.left_out) for one in done] == [
        ("status", True, ""), ("feed", True, ""), ("print_card", True, ""), ("present", True, ""),
    ]  # fmt: skip


def test_a_recording_that_begins_in_the_middle_accuses_no_driver() -> None:
    """The older minutes are gone, and in them what a driver asks once, at its start."""

    async def main() -> tuple[Recorded, float]:
        recorder = Recorder(trio.current_time)
        async with card_hall.hall() as place:
            printer = recorder.driver("card_printer", CardPrinter(recorder.wire("card_printer", place.open_wire)))
            await printer.status()
            await printer.feed(Station.PRINT)
            middle = trio.current_time()
            await printer.reject()
            await printer.status()
        return recorder.take(all_of_it=True), middle

    entries, middle = run_in_virtual_time(main)
    done = replayed([entry for entry in entries if entry.at >= middle], "card_printer")
    assert [one.call.name for one in done] == ["reject", "status"]
    assert all(one.left_out and not one.same for one in done)


def test_a_slip_of_then_is_delivered_again_and_was_never_recorded() -> None:
    async def main() -> Recorded:
        recorder = Recorder(trio.current_time)
        async with slip_hall.hall() as place:
            printer = recorder.driver("receipt_printer", ReceiptPrinter(recorder.wire("receipt_printer", place.open_wire)))
            await printer.status()
            await printer.print_items(slip_hall.SLIP)
        return recorder.take(all_of_it=True)

    entries = run_in_virtual_time(main)
    assert "老年人优待证".encode("gb18030") not in every_byte(entries) and b"7K3" not in every_byte(entries)
    done = replayed(entries, "receipt_printer")
    assert [(one.call.name, one.same) for one in done] == [("status", True), ("print_items", True)]


def test_a_driver_that_decides_otherwise_today_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = at_the_reader(she_lays_her_card)

    async def read(reader: IdReader, *, fingerprint: bool = False, address: bool = False) -> None:
        return None

    monkeypatch.setattr(IdReader, "read", read)
    assert [one.same for one in replayed(entries, "id_reader", "sam_v")] == [True, False, False, False]


def test_what_is_still_being_answered_is_not_taken_before_it_is_masked() -> None:
    clock = [0.0]
    recorder = Recorder(lambda: clock[0])
    recorder.sent("scanner", b"?")
    recorder.received("scanner", b"1234")
    recorder.told("cabinet", Happened.CALL, "status")
    assert [entry.device for entry in recorder.take()] == ["scanner"]      # what was sent; the answer may go on
    recorder.received("scanner", b"56\r")
    clock[0] = 60.0
    assert [entry.data for entry in recorder.take() if entry.device == "scanner"] == [b"0000", b"00\r"]


def test_the_file_says_again_what_was_put_in(tmp_path: Path) -> None:
    entries = at_the_reader(she_lays_her_card)
    head = {"terminal": "bz-01", "machines": {"id_reader": "sam_v"}}
    row = {"kind": "audit", "seq": 1, "act": "started"}
    write(tmp_path / "a.blackbox", head, [*(traffic_line(entry) for entry in entries), row])
    write(tmp_path / "b.blackbox", head, [*(traffic_line(entry) for entry in entries), row])
    assert (tmp_path / "a.blackbox").read_bytes() == (tmp_path / "b.blackbox").read_bytes()
    box: Box = read(tmp_path / "a.blackbox")
    assert box.head["terminal"] == "bz-01" and list(box.rows) == [row]
    assert [(entry.happened, entry.data, entry.words) for entry in box.traffic] == [
        (entry.happened, entry.data, entry.words) for entry in entries
    ]


@pytest.mark.parametrize("damage", [lambda raw: raw[:40], lambda raw: b"text", lambda raw: raw[:-20] + b"x" * 20])
def test_a_damaged_file_is_refused_in_words(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "a.blackbox"
    write(file, {}, [{"kind": "audit", "seq": number} for number in range(200)])
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(NoBlackBox):
        read(file)
