"""The board as one asks it: levels of its inputs, levels of its outputs, its watchdog.

Modbus RTU numbers neither requests nor answers, so an answer that came late could be taken for the next one of the same
kind. After a time-out, a damaged answer, a cancellation or a new connection the driver first sends a token for the
board to give back (function 08), and drops everything that comes before it: the board answers in order. A board
without that function refuses it, which is as good; one that keeps silent at it (`loopback` False) is waited out.
"""
from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import trio

from devices.cabinet import codec
from devices.cabinet.board import BoardMap
from devices.cabinet.codec import Answer, AnswerParser, Levels, Loopback, Refused, Request, Word
from devices.cabinet.errors import BoardIncomprehensible, BoardRefused, BoardSilent
from devices.errors import DeviceGone
from devices.wire import OpenWire, Wire, WireGone

BUSY_CODES = (5, 6)  # Modbus 7: acknowledge (still at it), server device busy
ILLEGAL_FUNCTION = 1
SILENT_RETRIES = 1  # one answer can be lost; a board silent twice is not there
LINE_RETRIES = 2  # a damaged answer is a disturbance once or twice, and a bad line after that
BUSY_RETRIES = 2
_DRAIN_LIMIT_BYTES = 4_096  # a line that never stops talking is not drained for ever


@dataclass(frozen=True)
class BoardPatience:
    """Seconds."""

    open: float = 3.0
    answer: float = 0.5  # boards answer in some 10 ms; a longer block at 9600 baud takes 40 ms on the wire
    gap: float = 0.1  # inside a frame characters follow each other; USB adapters hold them back up to 16 ms
    between: float = 0.005  # 3.5 characters of silence end a frame: 4 ms at 9600 baud (Modbus over serial line 2.5.1.1)
    busy: float = 0.1
    step: float = 1.0  # for a board to finish what it is still at, before it is asked anew


class _LineDamaged(Exception):
    """What came was no answer; ask again. Every request may be repeated: it reads, or it sets to a given level."""


class IoBoard:
    """The only user of its line. Connects at the first call, and again at the call after a DeviceGone.

    Every call may raise DeviceGone (WireGone, BoardSilent, BoardIncomprehensible) and BoardRefused. Cancelling a call
    loses nothing.
    """

    def __init__(
        self,
        open_wire: OpenWire,
        board: BoardMap,
        patience: BoardPatience | None = None,
        new_token: Callable[[], int] = lambda: secrets.randbelow(0x1_0000),
    ) -> None:
        self.board = board
        self._open_wire, self._patience, self._new_token = open_wire, patience or BoardPatience(), new_token
        self._wire: Wire | None = None
        self._in_step = False
        self._one = trio.Lock()

    async def inputs(self) -> tuple[bool, ...]:
        """Levels of the inputs `board.inputs`."""
        block = self.board.inputs
        return _levels(await self._exchange(codec.ReadInputs(block.start, len(block)))) if block else ()

    async def outputs(self) -> tuple[bool, ...]:
        """Levels of the coils `board.coils` as the board has them."""
        block = self.board.coils
        return _levels(await self._exchange(codec.ReadCoils(block.start, len(block)))) if block else ()

    async def set_outputs(self, levels: Sequence[bool]) -> None:
        """All of `board.coils` at once. Coils in the block that nothing is wired to are set as given."""
        block = self.board.coils
        if len(levels) != len(block):
            raise ValueError(f"{len(block)} levels, not {len(levels)}")
        if block:
            await self._exchange(codec.WriteCoils(block.start, tuple(levels)))

    async def watchdog_left(self) -> int | None:
        """Seconds until it strikes, 0 = it does not run; None = not fitted."""
        if self.board.watchdog is None:
            return None
        answer = await self._exchange(codec.ReadRegister(self.board.watchdog.register))
        assert isinstance(answer, Word)
        return answer.value

    async def set_watchdog(self, seconds: int) -> None:
        """Start it anew; 0 stops it. Does nothing where there is none."""
        if self.board.watchdog is not None:
            await self._exchange(codec.WriteRegister(self.board.watchdog.register, seconds))

    async def aclose(self) -> None:
        """Let go of the line, once no call is under way; the next call takes it again."""
        async with self._one:
            await self._let_go()

    async def _let_go(self) -> None:
        wire, self._wire = self._wire, None
        self._in_step = False
        if wire is not None:
            await wire.aclose()

    async def _exchange(self, request: Request) -> Answer:
        async with self._one:
            try:
                answer = await self._asked_again(request)
            except DeviceGone:
                with trio.CancelScope(shield=True):  # closing takes no time, and a dead line must not be used again
                    await self._let_go()
                raise
        if isinstance(answer, Refused):
            raise BoardRefused("the board refuses", f"{answer.code:02d}")
        return answer

    async def _asked_again(self, request: Request) -> Answer:
        silences = damages = refusals = 0
        while True:
            try:
                answer = await self._ask(await self._line_in_step(), request, self._patience.answer)
            except BoardSilent:
                silences += 1
                if silences > SILENT_RETRIES:
                    raise
            except _LineDamaged as damage:
                damages += 1
                if damages > LINE_RETRIES:
                    raise BoardIncomprehensible(str(damage)) from damage
            else:
                refusals += 1
                if not (isinstance(answer, Refused) and answer.code in BUSY_CODES) or refusals > BUSY_RETRIES:
                    return answer
                await trio.sleep(self._patience.busy)

    async def _line_in_step(self) -> Wire:
        """The wire, with no answer to anything still under way."""
        if self._wire is None:
            with trio.move_on_after(self._patience.open):
                self._wire = await self._open_wire()
            if self._wire is None:
                raise WireGone("the line cannot be opened")
            self._in_step = False
        if not await self._quiet(self._patience.between) or not self._in_step:
            await self._come_into_step(self._wire)
        return self._wire

    async def _come_into_step(self, wire: Wire) -> None:
        self._in_step = False
        if not self.board.loopback:
            await self._quiet(self._patience.step)
        else:
            answer = await self._ask(wire, Loopback(self._new_token()), self._patience.step)
            if isinstance(answer, Refused) and answer.code != ILLEGAL_FUNCTION:
                raise _LineDamaged(f"the board refused the loopback with {answer.code}")
            await self._quiet(self._patience.between)
        self._in_step = True

    async def _quiet(self, seconds: float) -> bool:
        """Wait until nothing came for so long, dropping what comes. True where nothing did."""
        assert self._wire is not None
        drained = 0
        while drained < _DRAIN_LIMIT_BYTES:
            data = b""
            with trio.move_on_after(seconds):
                data = await self._wire.receive()
            if not data:
                break
            drained += len(data)
        return drained == 0

    async def _ask(self, wire: Wire, request: Request, patience_s: float) -> Answer:
        """One request, one answer. Out of step until the answer is there, whatever happens in between."""
        parser = AnswerParser(self.board.unit, request)
        self._in_step = False
        with trio.move_on_after(patience_s) as sending:
            await wire.send(codec.encode(self.board.unit, request))
        if sending.cancelled_caught:
            raise BoardSilent("the line takes no bytes")
        deadline = until = trio.current_time() + patience_s
        while True:
            data = b""
            with trio.move_on_at(until):
                data = await wire.receive()
            if not data:
                raise _LineDamaged("no answer in what came") if parser.heard else BoardSilent("the board does not answer")
            answer = parser.feed(data)
            if answer is not None:
                self._in_step = True
                return answer
            until = min(deadline, trio.current_time() + self._patience.gap)


def _levels(answer: Answer) -> tuple[bool, ...]:
    assert isinstance(answer, Levels)
    return answer.levels
