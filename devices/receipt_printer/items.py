"""What can stand on a slip. A text line the machine's own font cannot show is given as a Picture instead."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PIL import Image

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Text:
    """One line (the machine wraps a longer one). `size` multiplies the 24-dot font. Raises NotPrintable when encoded."""

    text: str
    size: Literal[1, 2, 3] = 1
    bold: bool = False
    align: Align = "left"


@dataclass(frozen=True)
class Picture:
    """An image of at most the paper's width; what is darker than middle grey is printed."""

    image: Image.Image
    align: Align = "left"


@dataclass(frozen=True)
class Qr:
    """A QR code, error correction M, drawn by us: `module` dots to a module."""

    text: str
    module: int = 6


@dataclass(frozen=True)
class Rule:
    """A line across the paper, `dots` thick."""

    dots: int = 2


@dataclass(frozen=True)
class Feed:
    """`lines` empty lines."""

    lines: int = 1


@dataclass(frozen=True)
class Cut:
    """Feed past the knife and cut."""


Item = Text | Picture | Qr | Rule | Feed | Cut


class NotPrintable(ValueError):
    """The machine's font has no such character: the caller gives the line as a Picture."""

    def __init__(self, char: str) -> None:
        super().__init__(f"U+{ord(char):04X} is not in the printer's font")
        self.char = char


def printable(char: str) -> bool:
    """Printable ASCII, or two bytes in GBK. Control characters are commands to the machine: never text."""
    if char.isascii():
        return " " <= char <= "~"
    try:
        return len(char.encode("gbk")) == 2
    except UnicodeEncodeError:
        return False


def needs_picture(text: str) -> bool:
    """Whether `text` holds a character outside ASCII and two-byte GBK (rare names, U+00A5, emoji, four-byte GB18030)."""
    return not all(printable(char) for char in text)
