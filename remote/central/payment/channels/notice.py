"""A channel calls: what is common to all. A call tells which order to ask about, and nothing else of it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class NotFromChannel(Exception):
    """The call is not signed by the channel, or cannot be read. Nothing comes of it."""


class Opener(Protocol):
    taken: tuple[int, str]
    """Status and body that tell the channel to be quiet."""

    def order_no(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
        """Which order the call is about; None where it is about something else. Never asks the channel. `headers`: names in
        small letters. Raises NotFromChannel."""
