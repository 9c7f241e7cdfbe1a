"""What the terminal asks of any dispenser.

Movements are sent at most once. They raise
  DeviceRefused   nothing moved; `code` is a key of errors.REASONS
  DeviceFailed    it stopped on the way, or its sensors contradict it: `status` tells where the card is
  OutcomeUnknown  it was sent and no answer came: it may have been done. Take `evidence` and ask `judging.judge`
  DeviceGone      nothing was sent
and wait for each other when called from several tasks. A plan takes `evidence` before a movement and keeps it (as_json).
"""
from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from devices.card_dispenser.judging import Act, Evidence, Judgement
from devices.card_dispenser.words import AcceptEnd, Capabilities, InitialiseWith, RejectEnd, Station, Status, TakenEnd


class PoweredChip(Protocol):
    """A powered chip; its `transmit` raises NoCardAtStation (the chip did not get it), OutcomeUnknown (it may have), DeviceGone
    (nothing was sent). After any of them this object is done with: power up again."""

    @property
    def answer(self) -> bytes:
        """Answer to reset at the contact station; answer to select (may be empty) at the contactless one."""

    async def transmit(self, apdu: bytes) -> bytes:
        """One command APDU; what the chip gave, status words and all, 61xx and 6Cxx included."""


class DispenserStation(Protocol):
    """A chip station of the machine, for the card that stands there."""

    @property
    def station(self) -> Station: ...

    def power_up(self) -> AbstractAsyncContextManager[PoweredChip]:
        """Power the chip from cold for the length of the block, and off afterwards, also when cancelled.

        Raises NoCardAtStation, ChipMute, StationInUse, DeviceRefused or DeviceGone.
        """


class CardDispenser(Protocol):
    async def capabilities(self) -> Capabilities: ...

    async def status(self, *, sensors: bool = False) -> Status:
        """Where cards are now. Raises DeviceGone. `sensors`: ask for the raw ones too."""

    async def evidence(self) -> Evidence:
        """What can be compared after a movement whose answer was lost. Raises DeviceGone."""

    async def probe(self, act: Act, before: Evidence) -> Judgement:
        """Was `act` done since `before`? Asks sensors and counters, moves nothing. Raises DeviceGone."""

    async def initialise(self, card: InitialiseWith = InitialiseWith.LEAVE) -> None:
        """Motors home, errors forgotten, slot closed."""

    async def feed_to(self, station: Station) -> None:
        """A card from the hopper to `station`. Refused with OCCUPIED while a card is inside or at the gate."""

    async def bring(self, station: Station) -> None:
        """The card inside to another station."""

    async def present(self) -> None:
        """The card inside to the gate, where a hand can take it; returns when the gate sensor has seen it."""

    async def wait_taken(self, patience_s: float) -> TakenEnd:
        """Watch the gate. Raises DeviceGone."""

    async def capture(self) -> None:
        """Draw the card at the gate into the bin."""

    async def reject(self) -> RejectEnd:
        """Whatever is inside goes into the bin: a spoiled card, an accepted old one. Safe to repeat and safe when empty.
        Refused with OCCUPIED while a card is at the gate."""

    async def accept(self, patience_s: float) -> AcceptEnd:
        """Open the slot, wait for somebody to put a card in, draw it in, close the slot (also when cancelled: then ask
        `status` whether one is inside)."""

    def station(self, station: Station) -> DispenserStation:
        """The chip station there. Raises DeviceRefused where the machine has none."""

    async def aclose(self) -> None: ...
