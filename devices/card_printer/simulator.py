"""The machine behind the real protocol: bytes in, bytes out, with faults that can be turned on while it runs.

A movement goes on when the terminal is killed or the line is cut; only its own power stops it. Without power it reads
the line and is silent.
"""
from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

import trio

from devices.card_printer.codec import NUL, Command, CommandParser, Malformed
from devices.card_printer.firmware import Firmware
from devices.card_printer.model import CardPrinterModel
from devices.faults import Faults
from devices.wire import Wire, WireGone

DOWNLOAD_TIMEOUT_S = 2.0  # silence in mid-command after which it is abandoned [assumed]
LATE_ANSWER_S = 60.0
QUEUE_LENGTH = 64  # commands waiting for a movement [assumed]


class CardPrinterSimulator:
    """`model` outlives every wire; several wires may be served one after the other, or at once (a stale one and its heir)."""

    def __init__(self, model: CardPrinterModel, firmware: Firmware | None = None, rng: random.Random | None = None) -> None:
        self._model = model
        self.firmware = firmware or Firmware(model)
        self.faults: Faults = model.faults
        self.commands: list[str] = []  # names of all commands received, in order: the evidence that nothing is sent twice
        self._rng = rng or random.Random()
        self._wires: set[Wire] = set()

    @property
    def model(self) -> CardPrinterModel:
        return self._model

    async def serve(self, wire: Wire) -> None:
        """Until the wire goes; a movement that has begun is finished first, commands behind it are dropped."""
        line = _Line(wire)
        to_do, work = trio.open_memory_channel[Command | Malformed | None](QUEUE_LENGTH)
        self._wires.add(wire)
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._read, line, to_do)
                async with work:
                    async for event in work:
                        if line.gone:
                            break
                        await self._carry_out(line, event)
                        self._count(line, -1)
        finally:
            self._count(line, -line.waiting)
            self._wires.discard(wire)

    async def _read(self, line: _Line, to_do: trio.MemorySendChannel[Command | Malformed | None]) -> None:
        parser = CommandParser()
        boot = self._model.boot
        async with to_do:
            while True:
                data = await line.receive(DOWNLOAD_TIMEOUT_S if parser.in_command else None)
                if line.gone:
                    return
                if not self._model.powered or boot != self._model.boot:
                    parser, boot = CommandParser(), self._model.boot
                if not self._model.powered:
                    continue
                if data is None:
                    parser.abandon()
                    self._count(line, 1)
                    await to_do.send(None)
                    continue
                for event in parser.feed(data):
                    await self._received(line, event, to_do)

    async def _received(
        self, line: _Line, event: Command | Malformed, to_do: trio.MemorySendChannel[Command | Malformed | None]
    ) -> None:
        if isinstance(event, Command):
            self.commands.append(event.name)
            if self.faults.take("silent"):
                return
            if (answer := self.firmware.query(event)) is not None:
                await self._answer(line, answer, is_query=True)
                return
        self._count(line, 1)
        await to_do.send(event)

    def _count(self, line: _Line, change: int) -> None:
        line.waiting += change
        self.firmware.waiting += change

    async def _carry_out(self, line: _Line, event: Command | Malformed | None) -> None:
        with self._model.motion():
            if not self._model.powered:
                return
            moving = isinstance(event, Command) and event.name[0] in "SDX" and event.name not in ("Ss", "Sk", "Scs", "Xon")
            answer = self.firmware.broken_download() if event is None else await self.firmware.execute(event)
            if answer is None or (moving and self.faults.take("answer_lost")):
                return
            if moving and self.faults.take("answer_late"):
                await trio.sleep(LATE_ANSWER_S)
            await self._answer(line, answer, is_query=isinstance(event, Command) and event.name[0] == "R")

    async def _answer(self, line: _Line, answer: bytes, is_query: bool) -> None:
        if is_query and self.faults.take("wrong_answer"):
            answer = self.firmware.identity.ribbon.encode()
        if self.faults.take("garbage_answer"):
            answer = bytes(self._rng.randrange(1, 256) for _ in answer)
        await line.send(answer + bytes((NUL,)))

    async def unplug(self) -> None:
        """Pull the data cable: every open wire ends. The machine stays powered."""
        for wire in list(self._wires):
            await wire.aclose()

    async def control(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the bench can do: {"do": name, ...}. Raises ValueError or KeyError for what it cannot."""
        act = self._acts().get(request["do"])
        if act is None:
            raise ValueError(f"this machine knows: {', '.join(sorted(self._acts()))}")
        return await act(request)

    def _acts(self) -> dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]]:
        machine = self._model

        def plain(act: Callable[[], object]) -> Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]:
            async def run(_request: dict[str, Any]) -> dict[str, Any]:
                await trio.lowlevel.checkpoint()
                act()
                return machine.everything()

            return run

        async def state(_request: dict[str, Any]) -> dict[str, Any]:
            await trio.lowlevel.checkpoint()
            return machine.everything()

        async def unplug(_request: dict[str, Any]) -> dict[str, Any]:
            await self.unplug()
            return machine.everything()

        return {
            "state": state,
            "unplug": unplug,
            "take_card": self._take_card,
            "save": self._save,
            "refill": self._with("blanks", machine.refill, 50),
            "change_ribbon": self._with("sets", machine.change_ribbon, 100),
            "fault": self._fault,
            "clear_fault": self._clear_fault,
            "clear_jam": plain(machine.clear_jam),
            "empty_bins": plain(machine.empty_bins),
            "open_cover": plain(machine.open_cover),
            "close_cover": plain(machine.close_cover),
            "power_off": plain(machine.power_off),
            "power_on": plain(machine.power_on),
        }

    def _with(
        self, name: str, act: Callable[[int], object], usual: int
    ) -> Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]:
        async def run(request: dict[str, Any]) -> dict[str, Any]:
            await trio.lowlevel.checkpoint()
            count = int(request.get(name, usual))
            if count < 1:
                raise ValueError(f"{name} must be 1 or more")
            act(count)
            return self._model.everything()

        return run

    async def _take_card(self, request: dict[str, Any]) -> dict[str, Any]:
        """{"do": "take_card", "front": path, "back": path}: the card as the person who took it sees it."""
        await trio.lowlevel.checkpoint()
        card = self._model.take_card()
        if card is not None and "front" in request:
            card.save(request["front"], request.get("back"))
        return {"card": card and card.serial, **self._model.everything()}

    async def _save(self, request: dict[str, Any]) -> dict[str, Any]:
        """{"do": "save", "front": path, "back": path}: the card at the bezel, or else the one inside."""
        await trio.lowlevel.checkpoint()
        cards = [self._model.exit] if self._model.exit else self._model.path
        if not cards or cards[0] is None:
            raise ValueError("there is no card to look at")
        cards[0].save(request["front"], request.get("back"))
        return {"serial": cards[0].serial}

    async def _fault(self, request: dict[str, Any]) -> dict[str, Any]:
        await trio.lowlevel.checkpoint()
        self.faults.set(str(request["name"]), request.get("count"))
        return {"faults": self.faults.active()}

    async def _clear_fault(self, request: dict[str, Any]) -> dict[str, Any]:
        await trio.lowlevel.checkpoint()
        self.faults.clear(request.get("name"))
        return {"faults": self.faults.active()}


class _Line:
    """A wire that remembers that it went instead of raising: a movement must not end because nobody listens."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._sending = trio.Lock()
        self.gone = False
        self.waiting = 0  # commands read from it and not yet carried out

    async def receive(self, patience: float | None) -> bytes | None:
        """None where nothing came in time, or the wire is gone."""
        with trio.move_on_after(float("inf") if patience is None else patience):
            try:
                return await self._wire.receive(65_536)
            except WireGone:
                self.gone = True
        return None

    async def send(self, data: bytes) -> None:
        async with self._sending:
            try:
                await self._wire.send(data)
            except WireGone:
                self.gone = True
