"""The simulated printer as a whole: model, IPP, and what goes wrong on the way there and back. Used in memory under any
clock, and behind real HTTP (server.py)."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import trio

from print.ipp.errors import HttpRefused, NoAnswer, NotSent
from print.ipp.simulator.model import PagePrinterModel
from print.ipp.simulator.service import IppService
from print.ipp.terms import PDF, Operation
from print.raster import page_image

SLOW_S = 3.0
PREVIEW_DPI = 150


class PagePrinter:
    """`post` is the printer's Post in memory."""

    def __init__(self, model: PagePrinterModel | None = None, service: IppService | None = None) -> None:
        self.model = model or PagePrinterModel()
        self.faults = self.model.faults
        self.service = service or IppService(self.model)
        self.plugged = True

    async def post(self, body: bytes) -> bytes:
        """Raises NotSent, NoAnswer, HttpRefused, as the real one does."""
        status, answer = await self.exchange(body)
        if status != 200:
            raise HttpRefused(status)
        return answer

    async def exchange(self, body: bytes) -> tuple[int, bytes]:
        """One HTTP exchange: status and body. Raises NotSent where nobody listens, NoAnswer where the line ends."""
        await trio.lowlevel.checkpoint()
        if not (self.model.powered and self.plugged):
            raise NotSent("connection refused")
        boots = self.model.boots
        if self.faults.take("silent"):
            await trio.sleep_forever()
        if self.faults.take("slow"):
            await trio.sleep(SLOW_S)
        for code in (500, 503):
            if self.faults.take(f"http_{code}"):
                return code, b""
        is_job = body[2:4] == Operation.PRINT_JOB.to_bytes(2, "big")
        if is_job and self.faults.take("request_lost"):
            raise NoAnswer("the line ended")
        answer = self.service.answer(body)
        if is_job and self.faults.take("answer_lost"):
            raise NoAnswer("the line ended")
        if boots != self.model.boots or not self.model.powered:
            raise NoAnswer("the printer lost power")
        return 200, answer

    async def control(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the bench can do: {"do": name, ...}. Raises ValueError or KeyError for what it cannot."""
        await trio.lowlevel.checkpoint()
        machine = self.model
        acts: dict[str, Callable[[], object]] = {
            "state": lambda: None,
            "load": lambda: machine.load(*([int(request["sheets"])] if "sheets" in request else [])),
            "take_output": lambda: self._take(request),
            "open_cover": lambda: setattr(machine, "cover_open", True),
            "close_cover": lambda: setattr(machine, "cover_open", False),
            "clear_jam": machine.clear_jam,
            "new_toner": machine.new_toner,
            "strange_job": machine.strange_job,
            "power_off": machine.power_off,
            "power_on": machine.power_on,
            "unplug": lambda: setattr(self, "plugged", False),
            "replug": lambda: setattr(self, "plugged", True),
            "speed": lambda: setattr(machine, "speed", float(request["times"])),
            "fault": lambda: self.faults.set(str(request["name"]), request.get("count")),
            "clear_fault": lambda: self.faults.clear(request.get("name")),
        }
        if request["do"] not in acts:
            raise ValueError(f"this machine knows: {', '.join(sorted(acts))}")
        acts[request["do"]]()
        return machine.everything()

    def _take(self, request: dict[str, Any]) -> None:
        """{"do": "take_output", "picture": PATH}: what lay there, the topmost side as a picture where it was a PDF."""
        sides = self.model.take_output()
        if not sides:
            raise ValueError("nothing has come out")
        if "picture" in request and sides[-1].format == PDF:
            page_image(sides[-1].document, PREVIEW_DPI, sides[-1].page).save(Path(request["picture"]))
