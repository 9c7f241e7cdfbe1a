"""Serial ports by VID and PID: the numbers of /dev/ttyUSB change with the order of plugging."""
from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
import trio

from devices.discovery import UsbId
from devices.id_reader.model import ReaderModel
from devices.id_reader.simulator import IdReaderSimulator
from devices.serving import serve_control, serve_pty
from devices.usb_bench.serial_port import plug_in_adapter, serve_nodes, unplug_adapter
from tests.devices.usb.hall import needs_emulation, run_emulated

ADAPTER = {"vid": 0x10C4, "pid": 0xEA60}


@needs_emulation
def test_a_machine_is_found_by_its_ids_and_again_when_it_is_plugged_in_elsewhere() -> None:
    async def main() -> None:
        with tempfile.TemporaryDirectory(prefix="usb") as folder:
            root, line = Path(folder), Path(folder) / "line"
            simulator = IdReaderSimulator(ReaderModel(speed=50))
            async with trio.open_nursery() as nursery:
                port = await nursery.start(serve_pty, simulator, line)
                for name in ("ttyUSB0", "ttyUSB7"):
                    await nursery.start(serve_nodes, root, name)
                plug_in_adapter(root, line.readlink(), name="ttyUSB0", socket_number=1, serial="CRT0001", **ADAPTER)
                plug_in_adapter(root, line.readlink(), name="ttyUSB1", socket_number=2, serial="CRT0002", **ADAPTER)

                def hand(request: dict[str, Any]) -> dict[str, Any]:
                    port.unplug()
                    unplug_adapter(root, name="ttyUSB0")
                    port.replug()
                    plug_in_adapter(root, line.readlink(), name="ttyUSB7", socket_number=3, serial="CRT0001", **ADAPTER)
                    return {}

                await nursery.start(serve_control, root / "hand", hand)
                assert await run_emulated(root, "tests.devices.usb.serial_situations", str(root / "hand")) == {"all": ""}
                nursery.cancel_scope.cancel()

    trio.run(main)


def test_ids_are_read_as_lsusb_writes_them() -> None:
    assert UsbId.parse("0400:C35a") == UsbId(0x0400, 0xC35A)
    assert UsbId.parse("0400:c35a:A:1") == UsbId(0x0400, 0xC35A, "A:1")
    assert str(UsbId.parse("0400:C35A:A:1")) == "0400:c35a:A:1"


@pytest.mark.parametrize("wrong", ["", "0400", "400:c35a", "0400:c35a:", "0400:c35g", "0x40:c35a", " 0400:c35a"])
def test_anything_else_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        UsbId.parse(wrong)
