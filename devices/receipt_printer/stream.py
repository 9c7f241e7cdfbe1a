"""ESC/POS as the machine receives it: bytes in any pieces -> operations. No I/O."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from devices.receipt_printer.codec import CLEAR_BUFFERS, DLE, EOT, ESC, FS, GS, LF, process_id_answer, status_request


@dataclass(frozen=True)
class Asked:
    """`DLE EOT n`: answered at once, wherever the bytes stood (also inside a picture)."""

    which: int


@dataclass(frozen=True)
class Clear:
    """`DLE DC4` fn 8."""


@dataclass(frozen=True)
class Typed:
    """Bytes of text up to and without the line feed; `feed` False = the text goes on."""

    text: bytes
    feed: bool


@dataclass(frozen=True)
class Mode:
    """A mode set from here on: align 0 1 2, bold 0 1, size (GS ! byte), kanji 0 1, or initialise."""

    name: str
    value: int = 0


@dataclass(frozen=True)
class Raster:
    """`GS v 0`: `width` bytes by `height` dots, 1 = black."""

    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class FeedLines:
    lines: int


@dataclass(frozen=True)
class CutPaper:
    pass


@dataclass(frozen=True)
class Fence:
    """Answer with `answer` when all before is on paper; None = with the paper sensor (GS r 1)."""

    answer: bytes | None


Operation = Typed | Mode | Raster | FeedLines | CutPaper | Fence
Event = Asked | Clear | Operation

_MODES = {(ESC, ord("a")): "align", (ESC, ord("E")): "bold", (GS, ord("!")): "size", (ESC, ord("t")): "page"}


class StreamParser:
    """The machine's end of the line: bytes in any pieces, events in order. Unknown bytes are printed as text, as the
    machine does."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Event]:
        self._buffer += data
        while self._buffer:
            length, events = self._next(bytes(self._buffer[:64]))
            if not length:
                return
            del self._buffer[:length]
            yield from events

    def _next(self, head: bytes) -> tuple[int, list[Event]]:
        """(bytes used, 0 = more are needed; events)."""
        first, second = head[0], head[1] if len(head) > 1 else None
        if first == LF:
            return 1, [Typed(b"", True)]
        if first not in (DLE, ESC, FS, GS):
            return self._text()
        if second is None:
            return 0, []
        if first == DLE:
            return _real_time(head)
        if (first, second) in _MODES:
            return (3, [Mode(_MODES[first, second], head[2])]) if len(head) > 2 else (0, [])
        match bytes((first, second)):
            case b"\x1b@":
                return 2, [Mode("initialise")]
            case b"\x1c&" | b"\x1c.":
                return 2, [Mode("kanji", int(second == ord("&")))]
            case b"\x1bd":
                return (3, [FeedLines(head[2])]) if len(head) > 2 else (0, [])
            case b"\x1dV":
                length = 4 if head[2:3] >= b"A" else 3  # modes 65 and 66 carry a distance
                return (length, [CutPaper()]) if len(head) >= length else (0, [])
            case b"\x1dr":
                return (3, [Fence(None)]) if len(head) > 2 else (0, [])
            case b"\x1d(":
                return self._block(head)
            case b"\x1dv":
                return self._raster(head)
        return 2, []

    def _text(self) -> tuple[int, list[Event]]:
        end = next((i for i, byte in enumerate(self._buffer) if byte in (LF, DLE, ESC, FS, GS)), len(self._buffer))
        text = bytes(self._buffer[:end])
        if end < len(self._buffer) and self._buffer[end] == LF:
            return end + 1, [Typed(text, True)]
        return end, [Typed(text, False)]

    def _block(self, head: bytes) -> tuple[int, list[Event]]:
        if len(head) < 5 or len(self._buffer) < (length := 5 + head[3] + 256 * head[4]):
            return 0, []
        body = bytes(self._buffer[5:length])
        is_fence = head[2] == ord("H") and body[:2] == b"00" and len(body) == 6
        return length, [Fence(process_id_answer(body[2:]))] if is_fence else []

    def _raster(self, head: bytes) -> tuple[int, list[Event]]:
        if len(head) < 8:
            return 0, []
        width, height = head[4] + 256 * head[5], head[6] + 256 * head[7]
        if len(self._buffer) < (length := 8 + width * height):
            return 0, []
        data = bytes(self._buffer[8:length])
        asked: list[Event] = [Asked(n) for n in range(1, 5) for _ in range(data.count(status_request(n)))]
        return length, [*asked, Raster(width, height, data)]


def _real_time(head: bytes) -> tuple[int, list[Event]]:
    if head[1] == EOT:
        if len(head) < 3:
            return 0, []
        return 3, [Asked(head[2])] if 1 <= head[2] <= 4 else []
    if CLEAR_BUFFERS.startswith(head[: len(CLEAR_BUFFERS)]):
        return (len(CLEAR_BUFFERS), [Clear()]) if len(head) >= len(CLEAR_BUFFERS) else (0, [])
    return 2, []
