"""The receipt printer as the terminal uses it: what the paper is like, and a slip printed once.

A slip counts as delivered only when the machine itself answers, in its turn, that everything before the answer is on paper
(`GS ( H` process id, or `GS r 1` on machines without it). It never prints again by itself (facts/print.md 2).
"""
from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import trio

from devices.errors import DeviceGone
from devices.receipt_printer import codec
from devices.receipt_printer.codec import AnswerParser, Block, is_status
from devices.receipt_printer.items import Item
from devices.receipt_printer.paper import Paper, PaperStatus, PrintEnd, PrintOutcome, status_of
from devices.wire import OpenWire, Wire, WireGone

__all__ = ["Paper", "PaperStatus", "PrintEnd", "PrintOutcome", "PrinterPatience", "ReceiptPrinter"]


@dataclass(frozen=True)
class PrinterPatience:
    """Seconds."""

    open: float = 5.0
    send: float = 30.0
    status: float = 0.5
    quiet: float = 0.02
    look: float = 1.0  # how often the status is asked while a slip is awaited
    slip: float = 30.0


STATUS_ATTEMPTS = 2  # a question moves nothing; noise or a line just plugged in again costs one


class _Silent(DeviceGone):
    """Nothing came in time."""


class _Garbled(DeviceGone):
    """Bytes came that are no status."""


class _Heard:
    """What came from the machine, sorted."""

    def __init__(self) -> None:
        self._parser = AnswerParser()
        self.statuses: list[int] = []
        self.sensors: list[int] = []  # answers to GS r 1
        self.blocks: list[bytes] = []
        self.noise = False

    def take_in(self, data: bytes) -> None:
        for answer in self._parser.feed(data):
            if isinstance(answer, Block):
                self.blocks.append(answer.data)
            elif is_status(answer.value):
                self.statuses.append(answer.value)
            elif not answer.value & 0x90:
                self.sensors.append(answer.value)
            else:
                self.noise = True

    def forget_statuses(self) -> None:
        self.statuses.clear()
        self.noise = False


class ReceiptPrinter:
    """One printer. `process_id` False for machines that do not know `GS ( H` function 48."""

    def __init__(
        self,
        open_wire: OpenWire,
        dots_per_line: int = 576,
        process_id: bool = True,
        patience: PrinterPatience | None = None,
        new_id: Callable[[], bytes] = lambda: secrets.token_hex(2).encode(),
    ) -> None:
        self._open_wire, self._dots, self._process_id = open_wire, dots_per_line, process_id
        self._patience, self._new_id = patience or PrinterPatience(), new_id
        self._wire: Wire | None = None
        self._heard = _Heard()
        self._leftovers = True  # somebody's slip may still be in the machine
        self._one = trio.Lock()

    async def aclose(self) -> None:
        if self._wire is not None:
            wire, self._wire = self._wire, None
            await wire.aclose()

    async def status(self) -> PaperStatus:
        """Paper, cover and readiness now (DLE EOT 1-4). Raises DeviceGone where the machine is silent."""
        async with self._one:
            return await self._status()

    async def print_items(self, items: Sequence[Item]) -> PrintOutcome:
        """Print a slip, once. Raises NotPrintable or ValueError before anything is sent."""
        slip = codec.encode(items, self._dots)
        async with self._one:
            try:
                before = await self._status()
                if before.hindrance is not None:
                    return PrintOutcome(PrintEnd.FAILED, before.hindrance)
                if self._leftovers:
                    await self._clear()
            except DeviceGone as gone:
                return PrintOutcome(PrintEnd.FAILED, f"the printer does not answer: {gone}")
            self._leftovers = True
            try:
                outcome = await self._print(slip)
            except DeviceGone as gone:
                return PrintOutcome(PrintEnd.UNKNOWN, f"the printer fell silent: {gone}")
            self._leftovers = outcome.end is not PrintEnd.DELIVERED
            return outcome

    async def _print(self, slip: bytes) -> PrintOutcome:
        identity = self._new_id()
        self._heard.sensors.clear()
        self._heard.blocks.clear()
        fence = codec.process_id_request(identity) if self._process_id else codec.PAPER_SENSOR_REQUEST
        await self._send(slip + fence, self._patience.send)
        deadline = trio.current_time() + self._patience.slip
        while trio.current_time() < deadline:
            with contextlib.suppress(_Silent):
                await self._pump_until(lambda: self._on_paper(identity), self._patience.look)
            if not self._on_paper(identity):
                status = await self._status(reopen=False)
                if status.paper is not Paper.UNKNOWN and status.hindrance and not self._on_paper(identity):
                    return await self._stopped(status.hindrance, identity)
            if self._on_paper(identity):
                return await self._delivered()
        await self._clear()
        if self._on_paper(identity):
            return await self._delivered()
        return PrintOutcome(PrintEnd.UNKNOWN, "no answer that the slip is on paper")

    def _on_paper(self, identity: bytes) -> bool:
        if self._process_id:
            return codec.process_id_answer(identity) in self._heard.blocks
        return bool(self._heard.sensors)

    async def _stopped(self, reason: str, identity: bytes) -> PrintOutcome:
        """Nothing of this slip may come out later, when somebody else stands there."""
        cleared = await self._clear()
        if self._on_paper(identity):
            return await self._delivered()
        if cleared:
            return PrintOutcome(PrintEnd.FAILED, reason)
        return PrintOutcome(PrintEnd.UNKNOWN, f"{reason}; the rest may still come out")

    async def _delivered(self) -> PrintOutcome:
        """The machine answered in its turn. A jammed knife still holds the slip."""
        try:
            after = await self._status(reopen=False)
        except DeviceGone as gone:
            if self._process_id:  # its answer named this slip: that is evidence enough
                return PrintOutcome(PrintEnd.DELIVERED)
            return PrintOutcome(PrintEnd.UNKNOWN, f"the printer fell silent: {gone}")
        if after.paper is Paper.JAMMED:
            return PrintOutcome(PrintEnd.FAILED, "paper or knife jammed")
        return PrintOutcome(PrintEnd.DELIVERED)

    async def _status(self, reopen: bool = True) -> PaperStatus:
        error: DeviceGone = _Silent("never asked")
        for _ in range(STATUS_ATTEMPTS):
            try:
                await self._settle()
                return status_of(*[await self._ask(which) for which in (1, 2, 3, 4)])
            except WireGone as gone:
                await self.aclose()
                if not reopen:
                    raise
                error = gone
            except DeviceGone as silent:
                error = silent
        if isinstance(error, _Garbled):
            return PaperStatus(Paper.UNKNOWN, None, None)
        raise error

    async def _ask(self, which: int) -> int:
        await self._send(codec.status_request(which), self._patience.status)
        await self._pump_until(lambda: bool(self._heard.statuses) or self._heard.noise, self._patience.status)
        if self._heard.noise:
            raise _Garbled("noise instead of a status")
        return self._heard.statuses.pop(0)

    async def _settle(self) -> None:
        """Let late status bytes arrive (a picture may have asked for some), and forget them."""
        with contextlib.suppress(_Silent):
            await self._pump_until(lambda: False, self._patience.quiet)
        self._heard.forget_statuses()

    async def _clear(self) -> bool:
        """Make the machine forget what is not yet printed. True = it says so."""
        self._heard.blocks = [block for block in self._heard.blocks if block != codec.CLEARED]
        await self._send(codec.CLEAR_BUFFERS, self._patience.status)
        with contextlib.suppress(_Silent):
            await self._pump_until(lambda: codec.CLEARED in self._heard.blocks, self._patience.status)
            return True
        return False

    async def _send(self, data: bytes, patience: float) -> None:
        wire = await self._connected()
        with trio.move_on_after(patience):
            await wire.send(data)
            return
        raise _Silent(f"the printer took no more bytes for {patience} s")

    async def _pump_until(self, enough: Callable[[], bool], patience: float) -> None:
        """Take in what comes until `enough`. Raises _Silent when the time is up, WireGone."""
        wire = await self._connected()
        with trio.move_on_after(patience):
            while not enough():
                self._heard.take_in(await wire.receive())
            return
        raise _Silent(f"no answer in {patience} s")

    async def _connected(self) -> Wire:
        if self._wire is None:
            self._heard = _Heard()
            self._leftovers = True
            with trio.move_on_after(self._patience.open):
                self._wire = await self._open_wire()
            if self._wire is None:
                raise WireGone("the line cannot be opened")
        return self._wire
