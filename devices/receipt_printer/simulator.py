"""The receipt printer behind ESC/POS: status in real time, everything else in its turn, faults while it runs.

What is in the buffer is printed even when the terminal that sent it is dead; without power the line is read and lost.
"""
from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import trio

from devices.faults import Faults
from devices.receipt_printer.codec import CLEARED
from devices.receipt_printer.model import LOOK_EVERY_S, ReceiptPrinterModel
from devices.receipt_printer.slip import Slip
from devices.receipt_printer.stream import Asked, Clear, Event, StreamParser
from devices.wire import Wire, WireGone


class ReceiptPrinterSimulator:
    """`font`: a TrueType file with Chinese glyphs, to render slips with."""

    def __init__(self, model: ReceiptPrinterModel, font: Path | str | None = None, rng: random.Random | None = None) -> None:
        self._model = model
        self.faults: Faults = model.faults
        self.font = font
        self._rng = rng or random.Random()
        self._wires: set[Wire] = set()

    @property
    def model(self) -> ReceiptPrinterModel:
        return self._model

    async def serve(self, wire: Wire) -> None:
        """Until the wire goes and what was received is printed, or cannot be."""
        self._wires.add(wire)
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._model.work)
                await self._read(wire)
                while True:
                    if self._model.stopped or not self._model.at_work:
                        break
                    await trio.sleep(LOOK_EVERY_S)
                nursery.cancel_scope.cancel()
        finally:
            self._wires.discard(wire)

    async def _read(self, wire: Wire) -> None:
        parser, boots = StreamParser(), self._model.boots
        reply = _reply_on(wire)
        while True:
            try:
                data = await wire.receive(65_536)
            except WireGone:
                return
            if boots != self._model.boots or not self._model.powered:
                parser, boots = StreamParser(), self._model.boots
            if not self._model.powered or self.faults.take("silent"):
                continue
            for event in parser.feed(data):
                await self._received(event, reply)

    async def _received(self, event: Event, reply: Callable[[bytes], Awaitable[None]]) -> None:
        match event:
            case Asked(which):
                noise = self.faults.take("garbage_status")
                await reply(bytes((self._rng.randrange(0x80, 0x100) if noise else self._model.status_byte(which),)))
            case Clear():
                self._model.clear()
                await reply(CLEARED)
            case operation:
                self._model.receive(operation, reply)

    async def unplug(self) -> None:
        """Pull the data cable: every open wire ends. The machine stays powered and prints what it has."""
        for wire in list(self._wires):
            await wire.aclose()

    async def control(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the bench can do: {"do": name, ...}. Raises ValueError or KeyError for what it cannot."""
        await trio.lowlevel.checkpoint()
        machine = self._model
        acts: dict[str, Callable[[], object]] = {
            "state": lambda: None,
            "load_paper": lambda: machine.load_paper(*([float(request["millimetres"])] if "millimetres" in request else [])),
            "tear_off": machine.tear_off,
            "open_cover": machine.open_cover,
            "close_cover": machine.close_cover,
            "clear_cutter": machine.clear_cutter,
            "power_off": machine.power_off,
            "power_on": machine.power_on,
            "fault": lambda: self.faults.set(str(request["name"]), request.get("count")),
            "clear_fault": lambda: self.faults.clear(request.get("name")),
            "save": lambda: self.save(self._asked_slip(request), request["picture"], request.get("text")),
        }
        if request["do"] == "unplug":
            await self.unplug()
        elif request["do"] in acts:
            acts[request["do"]]()
        else:
            raise ValueError(f"this machine knows: {', '.join(sorted({*acts, 'unplug'}))}")
        return machine.everything()

    def save(self, slip: Slip, picture: Path | str, text: Path | str | None = None) -> None:
        """A slip as the citizen holds it: PNG as wide as the paper, and text."""
        slip.save(picture, text, self._model.dots_per_line, self.font)

    def _asked_slip(self, request: dict[str, Any]) -> Slip:
        """{"slip": n} from the oldest, -1 = the newest (usual), "hanging" = what has come out and is not cut."""
        which = request.get("slip", -1)
        if which == "hanging":
            return self._model.hanging
        if not -len(self._model.slips) <= int(which) < len(self._model.slips):
            raise ValueError("there is no such slip")
        return self._model.slips[int(which)]


def _reply_on(wire: Wire) -> Callable[[bytes], Awaitable[None]]:
    async def reply(data: bytes) -> None:
        try:
            await wire.send(data)
        except WireGone:
            return  # nobody listens any more; the machine goes on

    return reply
