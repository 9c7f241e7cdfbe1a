"""Named faults of a simulated machine, turned on and off while it runs (facts/devices.md 11)."""
from __future__ import annotations

from collections.abc import Mapping


class UnknownFault(ValueError):
    """A fault name that this machine does not have; nothing was set."""


class Faults:
    """The faults that are on, each for ever or for a number of times.

    `known` maps each name the machine understands to what it does, in words; a name outside it is refused, so that a
    misspelt fault never makes a test pass.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = dict(known)
        self._left: dict[str, int | None] = {}

    def set(self, name: str, count: int | None = None) -> None:
        """Turn `name` on: for ever (None), or until it was taken `count` times (1 or more). Raises UnknownFault."""
        self._check(name)
        if count is not None and count < 1:
            raise ValueError(f"count must be 1 or more, not {count}")
        self._left[name] = count

    def clear(self, name: str | None = None) -> None:
        """Turn one fault off, or all of them (None)."""
        if name is None:
            self._left.clear()
            return
        self._check(name)
        self._left.pop(name, None)

    def take(self, name: str) -> bool:
        """Is it on? If so, one of its times is used up."""
        self._check(name)
        if name not in self._left:
            return False
        left = self._left[name]
        if left == 1:
            del self._left[name]
        elif left is not None:
            self._left[name] = left - 1
        return True

    def is_set(self, name: str) -> bool:
        """Is it on? Uses nothing up."""
        self._check(name)
        return name in self._left

    def active(self) -> dict[str, int | None]:
        """What is on, with how many times are left (None = for ever)."""
        return dict(self._left)

    def _check(self, name: str) -> None:
        if name not in self.known:
            raise UnknownFault(f"no fault {name!r}; this machine has: {', '.join(sorted(self.known))}")
