"""What every message is made from, and the answers that mean the same everywhere."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Done(Message):
    done: bool = True


class Problem(Message):
    """Body of every answer that is not 200."""

    error: str                                             # "unknown_terminal" | "key_reused" | "malformed" | "busy" | ...
    detail: str = ""
