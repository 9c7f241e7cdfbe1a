"""What PC/SC result codes mean for the card, by where they turn up (facts/card.md 5.1, measured).

The same code means different things before and after the command is on its way, so there are three tables.
"""
from __future__ import annotations

from collections.abc import Mapping

from card.conditions import ChipMute, ReaderBusy
from card.transport import CardError, CardOutcomeUnknown, CardRemoved, ReaderGone, ServiceDown

SUCCESS = 0x00000000
INVALID_HANDLE = 0x80100003
UNKNOWN_READER = 0x80100009
TIMEOUT = 0x8010000A
SHARING_VIOLATION = 0x8010000B
NO_SMARTCARD = 0x8010000C
PROTO_MISMATCH = 0x8010000F
F_COMM_ERROR = 0x80100013
NOT_TRANSACTED = 0x80100016
READER_UNAVAILABLE = 0x80100017
NO_SERVICE = 0x8010001D
SERVICE_STOPPED = 0x8010001E
NO_READERS_AVAILABLE = 0x8010002E
UNSUPPORTED_CARD = 0x80100065
UNRESPONSIVE_CARD = 0x80100066
UNPOWERED_CARD = 0x80100067
RESET_CARD = 0x80100068
REMOVED_CARD = 0x80100069

Meaning = Mapping[int, type[CardError]]

_READER_AND_SERVICE: dict[int, type[CardError]] = {
    UNKNOWN_READER: ReaderGone,
    READER_UNAVAILABLE: ReaderGone,
    NO_READERS_AVAILABLE: ReaderGone,
    NO_SERVICE: ServiceDown,
    SERVICE_STOPPED: ServiceDown,
    F_COMM_ERROR: ServiceDown,
    INVALID_HANDLE: ServiceDown,  # a handle of the service that was there before
}

WHILE_CONNECTING: Meaning = {
    **_READER_AND_SERVICE,
    SHARING_VIOLATION: ReaderBusy,
    NO_SMARTCARD: CardRemoved,
    REMOVED_CARD: CardRemoved,
    PROTO_MISMATCH: ChipMute,  # garbage for an ATR
    UNSUPPORTED_CARD: ChipMute,
    UNRESPONSIVE_CARD: ChipMute,
    UNPOWERED_CARD: ChipMute,
}

BEFORE_SENDING: Meaning = {
    **_READER_AND_SERVICE,
    REMOVED_CARD: CardRemoved,
    NO_SMARTCARD: CardRemoved,
    UNPOWERED_CARD: CardRemoved,
    UNRESPONSIVE_CARD: CardRemoved,
    RESET_CARD: CardRemoved,  # still there, but all that was selected and verified is gone
}

SENDING_REFUSED: Meaning = {
    REMOVED_CARD: CardRemoved,  # the service itself answers these two, before the reader hears of the command
    RESET_CARD: CardRemoved,
}
"""Every other result of sending is CardOutcomeUnknown, success without an answer included."""


def while_connecting(result: int) -> CardError:
    """A code nobody has seen is taken for a reader that cannot be used: nothing was sent to a card."""
    return _error(WHILE_CONNECTING, result, ReaderGone)


def before_sending(result: int) -> CardError:
    return _error(BEFORE_SENDING, result, ReaderGone)


def of_sending(result: int) -> CardError:
    return _error(SENDING_REFUSED, result, CardOutcomeUnknown)


def _error(meaning: Meaning, result: int, otherwise: type[CardError]) -> CardError:
    result &= 0xFFFFFFFF
    return meaning.get(result, otherwise)(f"PC/SC {result:08X}")
