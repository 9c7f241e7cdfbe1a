"""Lines that the software writes about itself, masked in the instant in which they are written, few at a time."""
from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable

from kiosk.telemetry.mask import mask
from kiosk.telemetry.memory import fact
from kiosk.transaction.journal import Fact
from remote.messages.telemetry import FactKind, LogLine

AT_ONCE = 100                  # lines kept between two gatherings; more of them say nothing new
LEVEL = logging.WARNING


class MaskedLines(logging.Handler):
    """`secrets`: what was read of whoever stands there now. Nothing is kept that was not masked."""

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__(LEVEL)
        self._secrets = secrets
        self._lines: deque[tuple[str, str, str]] = deque(maxlen=AT_ONCE)
        self.lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        try:
            words = record.getMessage()
        except (TypeError, ValueError):
            words = str(record.msg)
        if record.exc_info and record.exc_info[0] is not None:
            words += f" {record.exc_info[0].__name__}"         # its text may hold anything; where it was is in the host's journal
        self.lost += len(self._lines) == AT_ONCE
        self._lines.append((record.levelname.lower()[:16], mask(record.name)[:64], mask(words, self._secrets())))

    def write(self, level: str, source: str, words: str) -> None:
        """A line of our own that does not go through logging."""
        self._lines.append((level, source, mask(words, self._secrets())))

    def take(self) -> list[Fact]:
        """What was written since the last time."""
        lines = list(self._lines)
        self._lines.clear()
        return [fact(FactKind.LOG, LogLine(level=level, source=source, line=line)) for level, source, line in lines]
