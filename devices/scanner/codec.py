"""What a scanner on a serial line sends: codes with something between them. Pure: bytes in, codes out.

Scanners are set up by scanning a sheet of the vendor's; two ways to tell codes apart are usual (facts/devices.md 7, uncertain):
a suffix (CR from the factory, CR LF on some), or STX before and ETX after each code.
"""
from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

CR, LF, STX, ETX = 0x0D, 0x0A, 0x02, 0x03
LONGEST_CODE_BYTES = 7_089  # digits in the largest QR code (ISO/IEC 18004, version 40-L): a longer one is no code
ENCODINGS = ("utf-8", "gb18030")
"""How a scanner may be set to send Chinese; which one it is cannot be told from the bytes."""


@dataclass(frozen=True)
class Code:
    """One code as it stood on paper or glass, without its framing. May be somebody's money or identity: never logged."""

    text: str = field(repr=False)


class Damage(Enum):
    TOO_LONG = "longer than any code"
    NOT_TEXT = "bytes that are no text"
    CUT_SHORT = "half a code"


@dataclass(frozen=True)
class Damaged:
    """Something came that was no whole code."""

    reason: Damage


class Framing(Protocol):
    """Where a code begins and where it ends."""

    def encode(self, code: bytes) -> bytes:
        """The code as it goes over the wire."""

    def begin(self, line: bytearray) -> None:
        """Throw away what cannot be the beginning of a code."""

    def end(self, line: bytearray) -> tuple[int, int, int] | None:
        """Of the code that `line` begins with: where its text begins, where it ends, and where the next one begins."""


@dataclass(frozen=True)
class Suffix:
    """CR after each code; an LF after the CR is tolerated."""

    def encode(self, code: bytes) -> bytes:
        return code + bytes((CR,))

    def begin(self, line: bytearray) -> None:
        del line[: len(line) - len(line.lstrip(b"\r\n"))]

    def end(self, line: bytearray) -> tuple[int, int, int] | None:
        at = line.find(CR)
        return None if at < 0 else (0, at, at + 1)


@dataclass(frozen=True)
class Enclosed:
    """STX before and ETX after each code: noise between codes is not taken for one."""

    def encode(self, code: bytes) -> bytes:
        return bytes((STX,)) + code + bytes((ETX,))

    def begin(self, line: bytearray) -> None:
        at = line.find(STX)
        del line[: at if at >= 0 else len(line)]

    def end(self, line: bytearray) -> tuple[int, int, int] | None:
        at = line.find(ETX)
        # A second STX before the ETX: the first code broke off, the whole one begins at the last STX.
        return None if at < 0 else (line.rfind(STX, 0, at) + 1, at, at + 1)


class CodeParser:
    """Finds codes in what the line brings, in pieces of any size, and starts anew after anything that is none."""

    def __init__(self, framing: Framing, encoding: str = "utf-8") -> None:
        self._framing = framing
        self._encoding = encoding
        self._line = bytearray()
        self._overflowing = False

    @property
    def waiting(self) -> bool:
        """Has a code begun without its end?"""
        return bool(self._line) or self._overflowing

    def clear(self) -> None:
        """Forget what came so far."""
        self._line.clear()
        self._overflowing = False

    def abandon(self) -> Damaged:
        """The rest does not come."""
        self.clear()
        return Damaged(Damage.CUT_SHORT)

    def feed(self, data: bytes) -> Iterator[Code | Damaged]:
        """Take bytes, give the codes and damaged codes they complete."""
        self._line += data
        while (event := self._next()) is not None:
            yield event

    def _next(self) -> Code | Damaged | None:
        if not self._overflowing:
            self._framing.begin(self._line)
        found = self._framing.end(self._line)
        if found is None:
            if len(self._line) > LONGEST_CODE_BYTES + 1:  # one byte of framing before the text
                self._line.clear()
                self._overflowing = True
            return None
        begin, end, following = found
        raw = bytes(self._line[begin:end])
        del self._line[:following]
        if self._overflowing or len(raw) > LONGEST_CODE_BYTES:
            self._overflowing = False
            return Damaged(Damage.TOO_LONG)
        return _code(raw, self._encoding)


def _code(raw: bytes, encoding: str) -> Code | Damaged:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return Damaged(Damage.NOT_TEXT)
    # No code a terminal is shown holds control characters; a line at the wrong speed makes plenty.
    if not text or any(unicodedata.category(character) == "Cc" for character in text):
        return Damaged(Damage.NOT_TEXT)
    return Code(text)
