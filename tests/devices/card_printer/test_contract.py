"""The contract over a memory wire, a pty and TCP; and the bench's hand on the machine."""
from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio
from PIL import Image

from devices.card_printer.driver import CardPrinter
from devices.card_printer.status import Station
from devices.serving import control, serve_control
from devices.wire import MemoryWire, Wire
from tests.contract.device_class import Way, rules_and_ways, run_rule
from tests.devices.card_printer.contract import Rig
from tests.devices.card_printer.device_class import CLASS, fast_machine
from tests.devices.card_printer.hall import face


@pytest.mark.parametrize(("rule", "way"), rules_and_ways(CLASS))
def test_a_simulated_printer_keeps_the_contract(rule: Callable[[Rig], Awaitable[None]], way: Way[Rig], tmp_path: Path) -> None:
    run_rule(rule, way, tmp_path)


def test_the_bench_sees_and_turns_everything_over_the_control_socket(tmp_path: Path) -> None:
    async def main() -> None:
        simulator = fast_machine()
        async with trio.open_nursery() as nursery:

            async def open_wire() -> Wire:
                await trio.lowlevel.checkpoint()
                near, far = MemoryWire.pair()
                nursery.start_soon(simulator.serve, far)
                return near

            printer = CardPrinter(open_wire)
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
