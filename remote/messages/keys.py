"""What became of a key."""

from __future__ import annotations

from typing import Any

from remote.messages.base import Message


class Bar(Message):
    """Ask what became of a key, and forbid it if nothing did: after `happened` False the key can never take effect."""

    key: str


class Barred(Message):
    happened: bool
    operation: str | None = None
    answer: dict[str, Any] | None = None
