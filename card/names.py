"""How a person's name goes into the 20 bytes that EF 0016 has for it.

The rule: GB18030, so that no character of a name is refused for being rare. Ten GBK characters fit, or five that only
GB18030 has. A longer name is refused before anything is written, or, where the caller says so, its beginning
is stored with a mark that says it goes on: nobody who reads the chip can take the shortened name for the whole one.
The printed face always carries the whole name. A character is never cut, nor parted from its variation selector.
"""
from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from card.fields import encode_text, text_size

NAME_SIZE = 20  # bytes, EF 0016 (facts/card.md 7.2)
SHORTENED_MARK = "…"  # U+2026, A1AD in GBK: two bytes [own choice]


class NameDoesNotFit(ValueError):
    """The name cannot go onto the chip as it is. `size` is what it would take, in bytes (None: it is no text at all)."""

    def __init__(self, size: int | None) -> None:
        super().__init__(f"takes {size} bytes, there are {NAME_SIZE}" if size is not None else "is no text for a chip")
        self.size = size


@dataclass(frozen=True)
class NameOnChip:
    """`stored` goes into EF 0016 (with the mark, when shortened); `left_out` is the rest of the whole name."""

    stored: str = field(repr=False)
    left_out: str = field(default="", repr=False)

    @property
    def shortened(self) -> bool:
        return bool(self.left_out)


def encode_name(name: str) -> bytes:
    """20 bytes. Raises NameDoesNotFit."""
    try:
        size = text_size(name)
    except ValueError:
        raise NameDoesNotFit(None) from None
    if not name.strip():
        raise NameDoesNotFit(None)
    if size > NAME_SIZE:
        raise NameDoesNotFit(size)
    return encode_text(name, NAME_SIZE)


def fits(name: str) -> bool:
    """Whether the whole name goes onto the chip."""
    try:
        encode_name(name)
    except NameDoesNotFit:
        return False
    return True


def name_for_chip(name: str, *, shorten: bool = False) -> NameOnChip:
    """The whole name where it fits. Otherwise its beginning and the mark if `shorten`, else NameDoesNotFit."""
    try:
        encode_name(name)
    except NameDoesNotFit as error:
        if not shorten or error.size is None:
            raise
        return _shortened(name)
    return NameOnChip(name)


def _shortened(name: str) -> NameOnChip:
    room = NAME_SIZE - text_size(SHORTENED_MARK)
    begin = ""
    for character in _whole_characters(name):
        if text_size(begin + character) > room:
            break
        begin += character
    stored = begin + SHORTENED_MARK
    encode_name(stored)
    return NameOnChip(stored, name[len(begin) :])


def _whole_characters(text: str) -> list[str]:
    """Each with the combining marks and variation selectors that belong to it."""
    characters: list[str] = []
    for code_point in text:
        if characters and unicodedata.category(code_point).startswith("M"):
            characters[-1] += code_point
        else:
            characters.append(code_point)
    return characters
