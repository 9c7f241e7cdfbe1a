"""What can come out of an OFD file instead of a document. Nothing else may: the file comes from outside."""
from __future__ import annotations


class OfdError(Exception):
    """Base of everything this room raises about a file."""


class NotOfd(OfdError):
    """These bytes are no OFD package at all."""


class Damaged(OfdError):
    """An OFD package that breaks its own rules: a missing entry, unreadable XML, a number that is none."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


class TooBig(OfdError):
    """Honest or not, it needs more memory or time than a terminal gives to one document."""
