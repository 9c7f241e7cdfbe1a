"""pyserial on a real pty, the plug pulled, the bench at the control socket; and the light, which only the machine knows."""
from __future__ import annotations

from pathlib import Path

import pytest
import trio

from devices.scanner.commands import Trigger
from devices.scanner.driver import Scanner
from devices.scanner.model import ScannerModel
from devices.scanner.simulator import ScannerSimulator
from devices.serving import ControlRefused, control, serve_control, serve_pty
from devices.wire import SerialWire, WireGone
from tests.devices.scanner.rig import CLAIM, PAYMENT, MemoryRig, in_a_rig


def test_over_a_pty_with_the_bench_at_the_control_socket(tmp_path: Path) -> None:
    async def main() -> None:
        simulator = ScannerSimulator(ScannerModel(auto_sense=False, speed=20), trigger=Trigger())
        async with trio.open_nursery() as nursery:
            port = await nursery.start(serve_pty, simulator, tmp_path / "scanner")
            simulator.line = port
            await nursery.start(serve_control, tmp_path / "control", simulator.control)
            scanner = Scanner(lambda: SerialWire.open(str(port.path)), trigger=Trigger())
            with trio.fail_after(10):
                assert await scanner.identify() == "SCN-1 rev 2"
                assert (await control(tmp_path / "control", do="show", code=CLAIM))["shown"] is True
                assert (await scanner.wait_for_code()).text == CLAIM
                await control(tmp_path / "control", do="fault", name="unplugged", count=1)
                scanner.forget()
                for _ in range(2):  # in mid-code, and while there is no port
                    with pytest.raises(WireGone):
                        await scanner.wait_for_code()
                port.replug()
                await control(tmp_path / "control", do="show", code=PAYMENT)
                assert (await scanner.wait_for_code()).text == PAYMENT
                await control(tmp_path / "control", do="take_away")
                for request in ({"do": "explode"}, {"do": "fault", "name": "no_raed"}):
                    with pytest.raises(ControlRefused):
                        await control(tmp_path / "control", **request)
            await scanner.aclose()
            nursery.cancel_scope.cancel()

    trio.run(main)


def test_the_light_is_on_only_while_somebody_is_asked() -> None:
    async def visit(rig: MemoryRig) -> None:
        assert await rig.code_within(1) is None
        await trio.sleep(0.1)
        assert not rig.model.lit
        rig.after(1, rig.show, PAYMENT)
        lit: list[bool] = []
        rig.after(0.5, lambda: lit.append(rig.model.lit))
        assert await rig.code_within(5) == PAYMENT
        await trio.sleep(0.1)
        assert (lit, rig.model.lit) == ([True], False)

    in_a_rig(visit, triggered=True)


def test_without_power_nothing_is_read_and_with_power_again() -> None:
    async def visit(rig: MemoryRig) -> None:
        rig.model.power_off()
        rig.show(PAYMENT)
        assert await rig.code_within(5) is None
        rig.model.power_on()
        assert await rig.code_within(1) == PAYMENT

    in_a_rig(visit)
