"""Tear hooks: what can happen to a chip in the middle of a command. Each fires once."""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Moment(Enum):
    BEFORE_COMMIT = "before commit"  # nothing written, no answer
    IN_COMMIT = "in commit"  # half of the pages written, no answer
    AFTER_COMMIT = "after commit"  # written, no answer
    IN_ANSWER = "in the answer"  # written, half of the answer sent
    HANG = "hang"  # nothing written, never an answer; the card stays where it is
    GARBAGE = "garbage"  # nothing written, an answer that is none


@dataclass
class Tear:
    """Armed with `VirtualCard.tear = Tear(...)`; `ins` None = any command; `skip` lets that many go by first."""

    moment: Moment
    ins: int | None = None
    skip: int = 0
    garbage: bytes = b"\xa5"

    def hits(self, ins: int) -> bool:
        """Count one command. True = this is the one."""
        if self.ins is not None and ins != self.ins:
            return False
        self.skip -= 1
        return self.skip < 0


class PowerLost(Exception):
    """The card lost power (or contact) in this command; `begun` is what it had already sent of an answer of `size`."""

    def __init__(self, begun: bytes = b"", size: int = 0) -> None:
        super().__init__("power lost")
        self.begun = begun
        self.size = size


class Mute(Exception):
    """The card will never answer this command. Whoever asked waits until the card goes or patience ends."""
