"""A slip, and everything that can go wrong with it. Not once may it come out twice, or later for somebody else."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio
import zxingcpp
from PIL import Image

from devices.errors import DeviceGone
from devices.receipt_printer.codec import CLEARED, CUTTER_ERROR, FIXED_BITS
from devices.receipt_printer.driver import Paper, PrintEnd, ReceiptPrinter
from devices.receipt_printer.items import NotPrintable, Picture, Text
from devices.receipt_printer.model import FAULTS, ReceiptPrinterModel
from devices.receipt_printer.simulator import ReceiptPrinterSimulator
from devices.receipt_printer.stream import Asked, Clear, Fence, StreamParser
from devices.serving import control, serve_control, serve_pty
from devices.wire import MemoryWire, SerialWire, Wire
from tests.contract.device_class import FaultTable
from tests.devices.receipt_printer.hall import SLIP, Hall, in_hall
from tests.virtual_time import run_in_virtual_time

Visit = Callable[[Hall], Awaitable[None]]
FAULT_TABLE = FaultTable(FAULTS)
TITLE = "亳州市政务服务"


def shows(*faults: str, process_id: bool = True) -> Callable[[Visit], Callable[[], None]]:
    def decorate(visit: Visit) -> Callable[[], None]:
        def test() -> None:
            in_hall(visit, process_id)

        test.__name__ = visit.__name__
        FAULT_TABLE.add(faults, visit.__name__, test)
        return test

    return decorate


def titles(hall: Hall) -> int:
    """How many slips (whole or torn) begin with our title: how often the citizen's slip came out."""
    return sum(TITLE in text for text in hall.words())


@shows()
async def test_a_slip_is_delivered_once_and_can_be_read(hall: Hall) -> None:
    begun = trio.current_time()
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.DELIVERED
    assert 0.5 < trio.current_time() - begun < 2
    slip = hall.machine.slips[0]
    assert slip.cut
    assert slip.text().splitlines()[0] == TITLE
    assert "《老年人优待证》，已领取。" in slip.text()
    (code,) = zxingcpp.read_barcodes(slip.render(576, None))
    assert code.text == "https://example.invalid/7K3-29Q"


@shows(process_id=False)
async def test_a_machine_without_process_ids_answers_with_its_paper_sensor(hall: Hall) -> None:
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.DELIVERED
    hall.simulator.faults.set("answer_lost", 1)
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.UNKNOWN
    assert titles(hall) == 2


@shows()
async def test_a_picture_full_of_status_requests_does_not_confuse_the_status(hall: Hall) -> None:
    ink = bytes(byte ^ 0xFF for byte in b"\x10\x04\x04\x10\x04\x01" * 4)
    assert (await hall.printer.print_items([Picture(Image.frombytes("1", (192, 1), ink))])).end is PrintEnd.DELIVERED
    hall.machine.paper_mm = 100
    assert (await hall.printer.status()).paper is Paper.LOW


@shows()
async def test_a_line_the_font_lacks_is_refused_before_anything_is_sent(hall: Hall) -> None:
    with pytest.raises(NotPrintable):
        await hall.printer.print_items([Text("领取人"), Text("𠮷田")])
    assert hall.words() == []


@shows("paper_out")
async def test_paper_out_before_the_slip_sends_nothing(hall: Hall) -> None:
    hall.simulator.faults.set("paper_out")
    status = await hall.printer.status()
    assert (status.paper, status.online) == (Paper.OUT, False)
    outcome = await hall.printer.print_items(SLIP)
    assert (outcome.end, outcome.reason) == (PrintEnd.FAILED, "paper out")
    hall.simulator.faults.clear()
    await trio.sleep(10)
    assert hall.words() == []


@shows("near_end")
async def test_near_end_is_low_and_still_prints(hall: Hall) -> None:
    hall.simulator.faults.set("near_end")
    assert (await hall.printer.status()).paper is Paper.LOW
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.DELIVERED


@shows("runs_out_in_mid_slip")
async def test_paper_out_in_mid_slip_fails_and_the_rest_never_comes_out_for_the_next_citizen(hall: Hall) -> None:
    hall.simulator.faults.set("runs_out_in_mid_slip", 1)
    outcome = await hall.printer.print_items(SLIP)
    assert (outcome.end, outcome.reason) == (PrintEnd.FAILED, "paper out")
    assert len(hall.machine.hanging.lines) == 3
    hall.machine.load_paper()
    await trio.sleep(10)
    assert len(hall.words()) == 1  # the torn piece, and nothing after it
    assert "7K3" not in hall.words()[0].splitlines()[-1]
    assert (await hall.printer.print_items([Text("next")])).end is PrintEnd.DELIVERED
    assert titles(hall) == 1


@shows()
async def test_cover_open_before_and_in_mid_slip(hall: Hall) -> None:
    hall.machine.open_cover()
    assert (await hall.printer.status()).cover_open is True
    assert (await hall.printer.print_items(SLIP)).reason == "the cover is open"
    hall.machine.close_cover()
    hall.nursery.start_soon(hall.after, 0.2, hall.machine.open_cover)
    outcome = await hall.printer.print_items(SLIP)
    assert (outcome.end, outcome.reason) == (PrintEnd.FAILED, "the cover is open")
    hall.machine.close_cover()
    await trio.sleep(10)
    assert titles(hall) == 1


@shows("cutter_jam")
async def test_a_jammed_knife_fails_with_the_slip_still_hanging(hall: Hall) -> None:
    hall.simulator.faults.set("cutter_jam", 1)
    outcome = await hall.printer.print_items(SLIP)
    assert (outcome.end, outcome.reason) == (PrintEnd.FAILED, "paper or knife jammed")
    assert (await hall.printer.status()).paper is Paper.JAMMED
    hall.machine.clear_cutter()
    assert (await hall.printer.status()).paper is Paper.OK


@shows("head_too_hot", "offline")
async def test_a_machine_that_stops_itself_is_refused_with_its_reason(hall: Hall) -> None:
    hall.simulator.faults.set("head_too_hot")
    assert (await hall.printer.print_items(SLIP)).reason == "machine error"
    hall.simulator.faults.clear()
    hall.simulator.faults.set("offline")
    outcome = await hall.printer.print_items(SLIP)
    assert (outcome.end, outcome.reason) == (PrintEnd.FAILED, "offline")
    assert hall.words() == []


@shows("slow")
async def test_a_slow_machine_is_waited_for(hall: Hall) -> None:
    hall.simulator.faults.set("slow")
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.DELIVERED


@shows("silent")
async def test_a_silent_machine_is_gone_and_gets_no_slip(hall: Hall) -> None:
    hall.simulator.faults.set("silent")
    with pytest.raises(DeviceGone):
        await hall.printer.status()
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.FAILED
    hall.simulator.faults.clear()
    await trio.sleep(10)
    assert hall.words() == []


@shows()
async def test_a_machine_that_falls_silent_in_mid_slip_is_unknown(hall: Hall) -> None:
    hall.simulator.faults.set("slow")
    hall.nursery.start_soon(hall.after, 0.5, lambda: hall.simulator.faults.set("silent"))
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.UNKNOWN
    await trio.sleep(60)
    assert titles(hall) == 1  # it was printed, and nobody printed it again


@shows("garbage_status")
async def test_noise_once_is_asked_again_and_noise_for_ever_is_unknown(hall: Hall) -> None:
    hall.simulator.faults.set("garbage_status", 1)
    assert (await hall.printer.status()).paper is Paper.OK
    hall.simulator.faults.set("garbage_status")
    status = await hall.printer.status()
    assert (status.paper, status.cover_open, status.online) == (Paper.UNKNOWN, None, None)
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.FAILED
    assert hall.words() == []


@shows("lying_status")
async def test_a_status_that_lies_does_not_make_a_slip_delivered(hall: Hall) -> None:
    hall.simulator.faults.set("lying_status")
    hall.simulator.faults.set("paper_out")
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.UNKNOWN
    hall.simulator.faults.clear()
    await trio.sleep(10)
    assert hall.words() == []  # the buffer was cleared when it was given up


@shows("buffer_lost")
async def test_a_lost_buffer_is_unknown(hall: Hall) -> None:
    hall.simulator.faults.set("buffer_lost", 1)
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.UNKNOWN


@shows("answer_lost")
async def test_a_lost_answer_is_unknown_although_the_slip_came_out_and_it_is_not_printed_again(hall: Hall) -> None:
    hall.simulator.faults.set("answer_lost", 1)
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.UNKNOWN
    assert titles(hall) == 1
    assert hall.machine.slips[0].cut


@shows()
async def test_power_cut_in_mid_slip_is_unknown_and_nothing_more_comes_out(hall: Hall) -> None:
    async def blink() -> None:
        await trio.sleep(0.2)
        hall.machine.power_off()
        await trio.sleep(0.4)
        hall.machine.power_on()

    hall.nursery.start_soon(blink)
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.UNKNOWN
    assert titles(hall) == 1
    assert not hall.machine.slips  # half a slip hangs out
    hall.machine.tear_off()
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.DELIVERED
    assert hall.machine.slips[-1].text().startswith(TITLE)


@shows()
async def test_unplugged_and_back(hall: Hall) -> None:
    await hall.printer.status()
    hall.plugged = False
    await hall.simulator.unplug()
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.FAILED
    hall.plugged = True
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.DELIVERED
    assert titles(hall) == 1


@shows()
async def test_unplugged_in_mid_slip_is_unknown_and_the_machine_prints_on(hall: Hall) -> None:
    await hall.printer.status()
    hall.nursery.start_soon(_unplug_after, hall, 0.3)
    assert (await hall.printer.print_items(SLIP)).end is PrintEnd.UNKNOWN
    await trio.sleep(5)
    assert [slip.cut for slip in hall.machine.slips] == [True]


async def _unplug_after(hall: Hall, seconds: float) -> None:
    await trio.sleep(seconds)
    await hall.simulator.unplug()


@shows()
async def test_a_terminal_killed_while_paper_was_out_leaves_nothing_for_the_next_citizen(hall: Hall) -> None:
    hall.simulator.faults.set("runs_out_in_mid_slip", 1)
    with trio.move_on_after(0.3):
        await hall.printer.print_items(SLIP)
    hall.machine.tear_off()
    successor = ReceiptPrinter(hall.open_wire)
    hall.machine.paper_mm = 1000  # paper is back before the new process looks
    assert (await successor.print_items([Text("next")])).end is PrintEnd.DELIVERED
    await trio.sleep(10)
    assert [text for text in hall.words() if "7K3" in text] == []


def test_a_machine_that_answers_with_its_knife_jammed_has_not_delivered() -> None:
    """Some machines go on working through their buffer with a slip stuck in the knife."""

    async def machine(wire: Wire) -> None:
        parser, printed = StreamParser(), False
        while True:
            for event in parser.feed(await wire.receive()):
                match event:
                    case Asked(which):
                        await wire.send(bytes((FIXED_BITS | (CUTTER_ERROR if which == 3 and printed else 0),)))
                    case Clear():
                        await wire.send(CLEARED)
                    case Fence(answer) if answer is not None:
                        printed = True
                        await wire.send(answer)

    async def main() -> None:
        near, far = MemoryWire.pair()

        async def open_wire() -> Wire:
            await trio.lowlevel.checkpoint()
            return near

        async with trio.open_nursery() as nursery:
            nursery.start_soon(machine, far)
            outcome = await ReceiptPrinter(open_wire).print_items(SLIP)
            assert (outcome.end, outcome.reason) == (PrintEnd.FAILED, "paper or knife jammed")
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main)


def test_every_fault_has_a_test() -> None:
    assert FAULT_TABLE.not_shown == set()


def test_the_same_over_a_pty_with_the_bench_at_the_control_socket(tmp_path: Path) -> None:
    async def main() -> None:
        simulator = ReceiptPrinterSimulator(ReceiptPrinterModel())
        async with trio.open_nursery() as nursery:
            await nursery.start(serve_pty, simulator, tmp_path / "receipt")
            await nursery.start(serve_control, tmp_path / "control", simulator.control)

            async def open_wire() -> Wire:
                return await SerialWire.open(str(tmp_path / "receipt"), 115_200)

            printer = ReceiptPrinter(open_wire)
            with trio.fail_after(20):
                assert (await printer.status()).paper is Paper.OK
                assert (await printer.print_items(SLIP)).end is PrintEnd.DELIVERED
                await control(tmp_path / "control", do="open_cover")
                assert (await printer.print_items(SLIP)).end is PrintEnd.FAILED
                await control(tmp_path / "control", do="close_cover")
                await printer.aclose()
                assert (await printer.status()).paper is Paper.OK
                await control(tmp_path / "control", do="save", picture=str(tmp_path / "s.png"), text=str(tmp_path / "s.txt"))
            assert (tmp_path / "s.txt").read_text(encoding="utf-8").startswith(TITLE)
            with Image.open(tmp_path / "s.png") as picture:
                assert picture.width == 576
            nursery.cancel_scope.cancel()

    trio.run(main)
