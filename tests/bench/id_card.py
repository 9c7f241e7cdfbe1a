"""Reading an ID card over a real pty at 115200, against what the wire and the chip must take."""
from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from statistics import median

import trio

from devices.id_reader.driver import IdReader
from devices.id_reader.model import CHIP_READ_S, FIND_S
from devices.serving import control
from devices.wire import BITS_PER_BYTE, SerialWire, Wire
from tests.bench.figures import Figure
from tests.bench.size import Size
from tests.hall.process import Child, python

BAUD = 115_200


class CountingWire:
    """A wire that knows how many bytes came."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.received = 0

    async def send(self, data: bytes) -> None:
        await self._wire.send(data)

    async def receive(self, at_most: int = 4096) -> bytes:
        data = await self._wire.receive(at_most)
        self.received += len(data)
        return data

    async def aclose(self) -> None:
        await self._wire.aclose()


async def readings(size: Size, folder: Path) -> list[float]:
    """Measured time over wire time and chip time, for each reading."""
    child = Child("machines", python("-m", "tests.hall.machines", "--folder", str(folder), "--today", date.today().isoformat()),
                  folder / "machines.log")  # fmt: skip
    await child.start_ready()
    try:
        wire = CountingWire(await SerialWire.open(str(folder / "id_reader"), BAUD))

        async def opened() -> Wire:
            return wire

        reader = IdReader(opened)
        await reader.sam_status()
        return [await one(reader, wire, folder / "machines.sock") for _ in range(size.readings)]
    finally:
        await child.stop()


async def one(reader: IdReader, wire: CountingWire, machines: Path) -> float:
    await control(machines, do="lay", citizen="senior_card_new")
    before, began = wire.received, trio.current_time()
    await reader.read()
    took = trio.current_time() - began
    await control(machines, do="lift")
    return took / ((wire.received - before) * BITS_PER_BYTE / BAUD + FIND_S + CHIP_READ_S)


def id_read(size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        taken = trio.run(readings, size, Path(folder))
    how = f"median of {len(taken)} readings over a pty at {BAUD}: measured / (bytes received on the wire + the chip's own time)"
    return [Figure("id_read_over_wire", median(taken), "", how, most=1.05)]
