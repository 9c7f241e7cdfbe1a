"""The receipt printer of paper and rubber: roll, cover, knife, head, and the slip that is just coming out."""
from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import trio
from PIL import Image, ImageChops

from devices.faults import Faults
from devices.receipt_printer.codec import (
    COVER_OPEN,
    CUTTER_ERROR,
    ERROR,
    FIXED_BITS,
    NEAR_END,
    OFFLINE,
    PAPER_OUT,
    PAPER_STOP,
    UNRECOVERABLE,
)
from devices.receipt_printer.slip import CELL, DOTS_PER_MM, LINE_GAP, EmptyLine, Line, PictureLine, Slip, TextLine, wrapped
from devices.receipt_printer.stream import CutPaper, FeedLines, Fence, Mode, Operation, Raster, Typed

FAULTS = {
    "paper_out": "the paper sensor sees no paper",
    "near_end": "the near-end sensor sees the end of the roll",
    "runs_out_in_mid_slip": "after three more lines the paper is at its end",
    "cutter_jam": "the knife jams at the next cut",
    "head_too_hot": "the head's thermistor stops the machine",
    "offline": "the machine says offline and prints nothing",
    "slow": "paper moves at a tenth of its speed",
    "silent": "nothing is answered and nothing is done",
    "garbage_status": "status bytes arrive as noise",
    "lying_status": "status bytes say that all is well, whatever is",
    "buffer_lost": "what is not yet printed is forgotten",
    "answer_lost": "the answer at the end of a slip is lost",
}
"""Faults that can be turned on while the machine runs."""

PAPER_MM_PER_S = 150.0  # [assumed: usual for 80 mm kiosk printers; a slip of 200 mm takes 1.5 s with its cut]
CUT_S = 0.2  # [assumed]
ROLL_MM = 80_000.0  # an 80 m roll
NEAR_END_MM = 3_000.0  # [assumed]
LINES_BEFORE_THE_END = 3
LOOK_EVERY_S = 0.2  # how often a stopped machine looks at its sensors [assumed]

Reply = Callable[[bytes], Awaitable[None]]


class ReceiptPrinterModel:
    """`slips` are those that were cut, oldest first; `hanging` is what has come out since the last cut.
    `speed` divides all machine times."""

    def __init__(
        self,
        *,
        dots_per_line: int = 576,
        paper_mm: float = ROLL_MM,
        faults: Faults | None = None,
        speed: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = trio.sleep,
    ) -> None:
        self.faults = faults or Faults(FAULTS)
        self.dots_per_line, self.speed = dots_per_line, speed
        self.paper_mm, self.cover_open, self.cutter_jammed, self.powered = paper_mm, False, False, True
        self.boots = 1
        self.slips: list[Slip] = []
        self.hanging = Slip()
        self._sleep = sleep
        self._moving: set[trio.CancelScope] = set()
        self.buffer: deque[tuple[Operation, Reply]] = deque()
        self._arrived = trio.Event()
        self._one = trio.Lock()
        self._lines_left: int | None = None
        self._forget_modes()

    def _forget_modes(self) -> None:
        self._align, self._bold, self._size, self._kanji, self._row = 0, False, 1, False, ""

    # Sensors

    @property
    def paper_present(self) -> bool:
        return self.paper_mm > 0 and not self.faults.is_set("paper_out")

    @property
    def stopped(self) -> bool:
        """Whether it can print nothing until somebody does something."""
        held = self.faults.is_set("offline") or self.faults.is_set("head_too_hot")
        return not self.paper_present or self.cover_open or self.cutter_jammed or held

    def status_byte(self, which: int) -> int:
        """The answer to DLE EOT `which`."""
        if self.faults.is_set("lying_status"):
            return FIXED_BITS
        hot, out = self.faults.is_set("head_too_hot"), not self.paper_present
        bits = {
            1: OFFLINE * self.stopped,
            2: COVER_OPEN * self.cover_open | PAPER_STOP * out | ERROR * (self.cutter_jammed or hot),
            3: CUTTER_ERROR * self.cutter_jammed | UNRECOVERABLE * hot,
            4: NEAR_END * (out or self.paper_mm < NEAR_END_MM or self.faults.is_set("near_end")) | PAPER_OUT * out,
        }
        return FIXED_BITS | bits[which]

    # People

    def load_paper(self, millimetres: float = ROLL_MM) -> None:
        """A new roll; what hung out is torn off."""
        self.paper_mm, self._lines_left = millimetres, None
        self.tear_off()

    def tear_off(self) -> Slip | None:
        """Somebody pulls off what hangs out, uncut."""
        if not self.hanging.lines:
            return None
        torn, self.hanging = self.hanging, Slip()
        self.slips.append(torn)
        return torn

    def open_cover(self) -> None:
        self.cover_open = True

    def close_cover(self) -> None:
        self.cover_open = False

    def clear_cutter(self) -> None:
        self.cutter_jammed = False

    def power_off(self) -> None:
        """At this instant: the paper stops, the buffer and the modes are forgotten."""
        self.powered = False
        self.clear()
        self._forget_modes()

    def power_on(self) -> None:
        self.boots += int(not self.powered)
        self.powered = True

    def clear(self) -> None:
        """DLE DC4 fn 8: what is not yet on paper is forgotten, a movement that waits is given up."""
        self.buffer.clear()
        self._row = ""
        for scope in self._moving:
            scope.cancel()

    # Printing

    def receive(self, operation: Operation, reply: Reply) -> None:
        """Into the buffer; `reply` sends the answer to a Fence."""
        self.buffer.append((operation, reply))
        if isinstance(operation, Fence) and self.faults.take("buffer_lost"):
            self.clear()
        self._arrived.set()

    @property
    def at_work(self) -> bool:
        return bool(self.buffer or self._moving)

    async def work(self) -> None:
        """Print what is in the buffer, for ever. A power cut or `clear` ends the movement under way."""
        while True:
            while not self.buffer:
                self._arrived = trio.Event()
                await self._arrived.wait()
            async with self._one:
                if self.buffer:
                    await self._do(*self.buffer.popleft())

    async def _do(self, operation: Operation, reply: Reply) -> None:
        with trio.CancelScope() as scope:
            self._moving.add(scope)
            try:
                await self._carry_out(operation, reply)
            finally:
                self._moving.discard(scope)

    async def _carry_out(self, operation: Operation, reply: Reply) -> None:
        match operation:
            case Fence(answer):
                await self._ready()
                if not self.faults.take("answer_lost"):
                    await reply(bytes((self._paper_sensor(),)) if answer is None else answer)
            case Mode(name, value):
                self._set(name, value)
            case Typed(text, feed):
                self._row += self._decode(text)
                if feed:
                    await self._feed_row()
            case Raster(width, height, data):
                inked = Image.frombytes("1", (width * 8, height), data)
                seen = ImageChops.invert(inked.convert("L")).convert("1")
                await self._put(PictureLine(seen.crop((0, 0, min(width * 8, self.dots_per_line), height)), self._align))
            case FeedLines(lines):
                await self._put(EmptyLine(lines * (CELL + LINE_GAP)))
            case CutPaper():
                await self._cut()

    def _set(self, name: str, value: int) -> None:
        match name:
            case "initialise":
                self._forget_modes()
            case "align":
                self._align = value % 48 % 3
            case "bold":
                self._bold = bool(value & 1)
            case "size":
                self._size = (value & 0x07) + 1
            case "kanji":
                self._kanji = bool(value)

    def _decode(self, text: bytes) -> str:
        """Chinese only in `FS &` mode; otherwise, and for four-byte GB18030, the code page's odd signs."""
        shown = text.decode("gbk" if self._kanji else "ascii", "replace")
        return "".join(char for char in shown if char >= " ")

    async def _ready(self) -> None:
        while self.stopped:
            await self._sleep(LOOK_EVERY_S)

    def _paper_sensor(self) -> int:
        """The answer to GS r 1."""
        return 0x03 * bool(self.status_byte(4) & NEAR_END) | 0x0C * (not self.paper_present)

    async def _feed_row(self) -> None:
        row, self._row = self._row, ""
        for part in wrapped(row, self._size, self.dots_per_line):
            await self._put(TextLine(part, self._size, self._bold, self._align))

    async def _put(self, line: Line) -> None:
        """The line is on the paper only once its time has passed."""
        await self._ready()
        speed = self.speed * PAPER_MM_PER_S * (0.1 if self.faults.is_set("slow") else 1)
        await self._sleep(line.dots / DOTS_PER_MM / speed)
        self.hanging.lines.append(line)
        self.paper_mm = max(0.0, self.paper_mm - line.dots / DOTS_PER_MM)
        if self._lines_left is None and self.faults.take("runs_out_in_mid_slip"):
            self._lines_left = LINES_BEFORE_THE_END
        if self._lines_left is not None:
            self._lines_left -= 1
            if self._lines_left <= 0:
                self.paper_mm, self._lines_left = 0.0, None

    async def _cut(self) -> None:
        await self._ready()
        await self._sleep(CUT_S / self.speed)
        if self.faults.take("cutter_jam"):
            self.cutter_jammed = True
            return
        slip, self.hanging = self.hanging, Slip()
        slip.cut = True
        self.slips.append(slip)

    def everything(self) -> dict[str, Any]:
        return {
            "paper_mm": round(self.paper_mm, 1),
            "paper_present": self.paper_present,
            "cover_open": self.cover_open,
            "cutter_jammed": self.cutter_jammed,
            "powered": self.powered,
            "stopped": self.stopped,
            "slips": len(self.slips),
            "hanging_lines": len(self.hanging.lines),
            "in_buffer": len(self.buffer),
            "faults": self.faults.active(),
        }
