"""Finer conditions of a chip station, for callers that tell them apart. Each is one of transport.py's four errors."""
from __future__ import annotations

from card.transport import CardRemoved, ReaderGone


class ChipMute(CardRemoved):
    """A card is there, but its chip gives no readable answer to reset: the wrong way round, or dead."""


class ReaderBusy(ReaderGone):
    """The station is in use: by another program, by another task, or by a command that a hung chip never answered."""
