"""The head of a terminal's audit chain, told to the centre so that nobody can shorten or rewrite it afterwards unseen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message

HEX_OF_SHA256 = r"^[0-9a-f]{64}$"
HEADS_AT_MOST = 2_000


class Contradiction(StrEnum):
    """What the centre remembers and the terminal does not say any more."""

    REWRITTEN = "rewritten"                                # a row that was witnessed has another chain value now
    SHORTENED = "shortened"                                # it ends before a row that was witnessed
    ANOTHER_CHAIN = "another_chain"                        # it begins with another row: a new journal, or a forged one


class Witness(Message):
    """`chain` names the journal: the chain value of its first row. `seen`, `seen_head`: the last row of which the terminal
    knows that it was witnessed, as its journal has it now; 0 and "" where it knows of none."""

    chain: str = Field(pattern=HEX_OF_SHA256)
    seq: int = Field(ge=1)
    head: str = Field(pattern=HEX_OF_SHA256)
    seen: int = Field(default=0, ge=0)
    seen_head: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")


class Witnessed(Message):
    at: datetime
    contradictions: list[Contradiction]                    # found now; kept at the centre


class AskWitnessed(Message):
    chain: str = Field(pattern=HEX_OF_SHA256)


class Head(Message):
    seq: int
    head: str
    at: datetime


class WitnessedHeads(Message):
    """Rising; of more than HEADS_AT_MOST the newest."""

    heads: list[Head]
    others: int                                            # heads of this terminal that belong to another chain
