"""The same contract over a memory wire, a pty and TCP: what any driver and machine of this class owe the terminal.

Real clock on pty and TCP, with a machine that is a hundred times faster than a real one.
"""
from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio
from PIL import Image

from devices.card_printer.driver import CardPrinter
from devices.card_printer.model import CardPrinterModel, MachineTimes
from devices.card_printer.simulator import CardPrinterSimulator
from devices.card_printer.status import Media, PathMedia, RejectEnd, Station
from devices.errors import DeviceRefused
from devices.serving import control, serve_control, serve_pty, serve_tcp
from devices.wire import MemoryWire, SerialWire, StreamWire, Wire
from tests.devices.card_printer.hall import face


def fast_machine() -> CardPrinterSimulator:
    return CardPrinterSimulator(CardPrinterModel(blanks=5, times=MachineTimes(speed=100)))


Opener = Callable[[trio.Nursery, CardPrinterSimulator, Path], Awaitable[Callable[[], Awaitable[Wire]]]]


async def on_memory(nursery: trio.Nursery, simulator: CardPrinterSimulator, _: Path) -> Callable[[], Awaitable[Wire]]:
    await trio.lowlevel.checkpoint()

    async def open_wire() -> Wire:
        await trio.lowlevel.checkpoint()
        near, far = MemoryWire.pair()
        nursery.start_soon(simulator.serve, far)
        return near

    return open_wire


async def on_pty(nursery: trio.Nursery, simulator: CardPrinterSimulator, place: Path) -> Callable[[], Awaitable[Wire]]:
    await nursery.start(serve_pty, simulator, place / "printer")

    async def open_wire() -> Wire:
        return await SerialWire.open(str(place / "printer"), 115_200)

    return open_wire


async def on_tcp(nursery: trio.Nursery, simulator: CardPrinterSimulator, _: Path) -> Callable[[], Awaitable[Wire]]:
    port = await nursery.start(serve_tcp, simulator, 0)

    async def open_wire() -> Wire:
        return await StreamWire.connect("127.0.0.1", port)

    return open_wire


@pytest.mark.parametrize("opener", [on_memory, on_pty, on_tcp])
def test_contract(opener: Opener, tmp_path: Path) -> None:
    async def main() -> None:
        simulator = fast_machine()
        async with trio.open_nursery() as nursery:
            printer = CardPrinter(await opener(nursery, simulator, tmp_path))
            with trio.fail_after(30):
                await contract(printer, simulator.model)
                await printer.aclose()
                await contract(printer, simulator.model)  # closed and opened again: the same machine goes on
            nursery.cancel_scope.cancel()

    trio.run(main)


async def contract(printer: CardPrinter, machine: CardPrinterModel) -> None:
    before = await printer.counters()
    assert await printer.reject() is RejectEnd.PATH_WAS_EMPTY
    await printer.feed(Station.CONTACT)
    with pytest.raises(DeviceRefused):
        await printer.feed(Station.CONTACT)
    await printer.print_card(face())
    assert (await printer.status()).path is PathMedia.PRINTED_INSIDE
    await printer.present()
    assert (await printer.status()).exit is Media.PRESENT
    assert machine.take_card() is not None
    await printer.feed(Station.CONTACTLESS)
    await printer.present()
    await printer.capture()
    after = await printer.counters()
    assert after.comparable(before)
    for name, difference in {"fed": 2, "presented": 2, "taken": 1, "captured": 1, "rejected": 0}.items():
        assert getattr(after, name) - getattr(before, name) == difference
    assert machine.census().conserved


def test_the_bench_sees_and_turns_everything_over_the_control_socket(tmp_path: Path) -> None:
    async def main() -> None:
        simulator = fast_machine()
        async with trio.open_nursery() as nursery:
            printer = CardPrinter(await on_memory(nursery, simulator, tmp_path))
            await nursery.start(serve_control, tmp_path / "control", simulator.control)

            async def bench(**request: object) -> dict[str, object]:
                return await control(tmp_path / "control", **request)

            await printer.feed(Station.CONTACT)
            await printer.print_card(face())
            await printer.present()
            await bench(do="save", front=str(tmp_path / "seen.png"))
            taken = await bench(do="take_card", front=str(tmp_path / "card_front.png"))
            assert taken["card"] == "B000001"
            with Image.open(tmp_path / "card_front.png") as picture:
                assert picture.size == (1016, 648)
                assert picture.getpixel((500, 60)) == (203, 41, 41)  # 200, 40, 40 in 64 levels
            assert (tmp_path / "seen.png").read_bytes() == (tmp_path / "card_front.png").read_bytes()
            assert (await bench(do="refill", blanks=10))["hopper"] == 14
            await bench(do="fault", name="feed_jam", count=1)
            assert (await bench(do="state"))["faults"] == {"feed_jam": 1}
            await bench(do="clear_fault")
            acts = ("open_cover", "close_cover", "power_off", "power_on", "clear_jam", "empty_bins", "change_ribbon", "unplug")
            for act in acts:
                json.dumps(await bench(do=act))
            with pytest.raises(Exception, match="this machine knows"):
                await bench(do="explode")
            with pytest.raises(Exception, match="no fault"):
                await bench(do="fault", name="hopper_emty")
            nursery.cancel_scope.cancel()

    trio.run(main)
