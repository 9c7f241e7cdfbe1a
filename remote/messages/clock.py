"""The centre's clock."""

from __future__ import annotations

from datetime import datetime

from remote.messages.base import Message


class AskClock(Message):
    pass


class Clock(Message):
    now: datetime                                          # aware, Asia/Shanghai
    rules_version: str
