"""Which PC/SC reader is meant: by its name, by the beginning of its name, or by its position among all that are there."""
from __future__ import annotations

from collections.abc import Sequence

from card.transport import ReaderGone

Reader = str | int
"""A name such as `Kiosk Contact 00 00`, or what only one name begins with, or a position from 0 in the order of the names."""


def choose(reader: Reader, names: Sequence[str]) -> str:
    """Raises ReaderGone: none, or more than one, is meant."""
    if isinstance(reader, int):
        if not 0 <= reader < len(names):
            raise ReaderGone(f"there are {len(names)} readers, none at position {reader}")
        return sorted(names)[reader]
    found = [name for name in names if name == reader] or [name for name in names if name.startswith(reader)]
    if len(found) != 1:
        raise ReaderGone(f"{len(found)} readers are called {reader!r}")
    return found[0]


def choose_pair(user: Reader, sam: Reader, names: Sequence[str]) -> tuple[str, str]:
    """The citizen's slot and the purchase module's. Raises ReaderGone also where only one of them is there: with a reader
    gone the positions of the others move, and the module would be taken for a citizen's card."""
    pair = choose(user, names), choose(sam, names)
    if pair[0] == pair[1]:
        raise ReaderGone(f"the citizen's slot and the purchase module's are both {pair[0]!r}")
    return pair
