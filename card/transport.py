"""The one seam between the terminal and a chip: transmit bytes, get bytes. PC/SC, the dispenser's and the printer's
chip stations and the virtual card all offer it."""
from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol, runtime_checkable


class CardTransport(Protocol):
    """A powered chip. One owner at a time."""

    async def transmit(self, apdu: bytes) -> bytes:
        """Send one command APDU, return response data and the two status bytes exactly as the chip gave them
        (61xx and 6Cxx included: `card.apdu` handles those).

        Raises CardRemoved, CardOutcomeUnknown, ReaderGone or ServiceDown. Only CardOutcomeUnknown can follow a command
        that was on its way. After any of them this transport is done with: power up again.
        """


@runtime_checkable
class KnowsAtr(Protocol):
    """A transport that also tells the answer to reset of the chip it was powered up for."""

    @property
    def atr(self) -> bytes: ...


def atr_of(transport: CardTransport) -> bytes | None:
    """None where the reader does not tell it (a dispenser's station)."""
    return transport.atr if isinstance(transport, KnowsAtr) else None


class ChipStation(Protocol):
    """A place where a card can be powered: a reader slot, the contact station of a card printer."""

    def power_up(self) -> AbstractAsyncContextManager[CardTransport]:
        """Power the chip at this station for the length of the block, from cold, and off afterwards (also when
        the block is cancelled). Raises CardRemoved where no chip answers (`conditions.ChipMute`: a card, but no chip
        speaks), ReaderGone (`conditions.ReaderBusy`: in use) or ServiceDown."""


class CardError(Exception):
    """Base of what a transport raises."""


class CardRemoved(CardError):
    """No chip there, or it left before the command was sent: nothing happened."""


class CardOutcomeUnknown(CardError):
    """The command was on its way when the chip was lost: it may have been carried out (facts/card.md 5.1, 10)."""


class ReaderGone(CardError):
    """The reader is unplugged: nothing was sent."""


class ServiceDown(CardError):
    """The PC/SC service does not answer: nothing was sent."""
