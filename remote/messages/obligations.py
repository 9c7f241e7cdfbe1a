"""Settling what is owed."""

from __future__ import annotations

from remote.messages.base import Message
from remote.messages.words import IdentityEvidence, Refusal


class SettleObligation(Message):
    """Settle what is owed, here and now, for the person whose ID card lies on the reader. The first one to ask gets it.

    The claim code is not needed (the ID card finds the obligation); if one was typed it has to be right.
    Ask before handing anything over; an answer that was lost is asked again with the same key.
    """

    obligation_id: str
    person_ref: str
    identity: IdentityEvidence
    claim_code: str | None = None
    how: str = ""                                          # in words, for the books


class ObligationAnswer(Message):
    settled: bool
    amount_fen: int = 0
    refusal: Refusal | None = None
