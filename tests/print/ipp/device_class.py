"""The A4 printer as a device class: over memory with PDF and with raster, over real HTTP, and a real one given by its URI."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import trio

from print.ipp.client import IppClient
from print.ipp.http_post import HttpPost
from print.ipp.printer import A4Printer
from print.ipp.simulator.machine import PagePrinter
from print.ipp.simulator.model import PagePrinterModel
from print.ipp.simulator.server import serve
from print.ipp.simulator.service import IppService
from print.ipp.terms import PDF, PWG_RASTER
from tests.contract.device_class import DeviceClass, Driver, Hands, Way
from tests.print.ipp.contract import CONTRACT, Rig
from tests.print.ipp.rig import memory_rig
from tests.print.ipp.test_faults import FAULT_TABLE

FAST = 50.0  # the simulated machine on a real clock


class SimulatedRig:
    def __init__(self, printer: A4Printer, again: A4Printer, machine: PagePrinterModel) -> None:
        self.printer = printer
        self._again = again
        self._machine = machine

    def terminal(self) -> A4Printer:
        return self._again

    async def sides_out(self) -> int:
        await trio.lowlevel.checkpoint()
        return len(self._machine.take_output())


class HardwareRig:
    def __init__(self, uri: str, hands: Hands) -> None:
        self._uri, self._hands = uri, hands
        self.printer = self.terminal()

    def terminal(self) -> A4Printer:
        client = IppClient(HttpPost(self._uri), self._uri)
        return A4Printer(client, client)

    async def sides_out(self) -> int:
        return await self._hands.number("How many printed sides came out? Take them away. Number:")


@asynccontextmanager
async def over_memory(_: Path) -> AsyncIterator[Rig]:
    async with memory_rig() as rig:
        yield SimulatedRig(rig.printer, rig.terminal(), rig.model)


@asynccontextmanager
async def as_raster(_: Path) -> AsyncIterator[Rig]:
    async with memory_rig(formats=(PWG_RASTER,)) as rig:
        yield SimulatedRig(rig.printer, rig.terminal(), rig.model)


@asynccontextmanager
async def over_http(_: Path) -> AsyncIterator[Rig]:
    model = PagePrinterModel(speed=FAST)
    machine = PagePrinter(model, IppService(model, (PDF, PWG_RASTER)))
    async with trio.open_nursery() as nursery:
        port = await nursery.start(partial(serve, machine, mode="test"))
        uri = f"ipp://127.0.0.1:{port}/ipp/print"
        posts = [HttpPost(uri), HttpPost(uri)]
        clients = [IppClient(post, uri) for post in posts]
        printers = [A4Printer(client, client) for client in clients]
        yield SimulatedRig(printers[0], printers[1], model)
        for post in posts:
            post.close()
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def at_the_real_printer(port: str, hands: Hands) -> AsyncIterator[Rig]:
    """`port`: ipp://host/ipp/print."""
    yield HardwareRig(port, hands)


CLASS: DeviceClass[Rig] = DeviceClass(
    "a4_printer",
    CONTRACT,
    (
        Driver(
            "ipp",
            (Way("memory", over_memory), Way("raster", as_raster), Way("http", over_http, virtual=False)),
            FAULT_TABLE,
            at_the_real_printer,
        ),
    ),
)
