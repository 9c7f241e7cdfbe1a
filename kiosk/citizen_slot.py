"""The slot for the citizen's own chip card: one owner at a time, and what this terminal is called by the cards it loads."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import trio

from card.pin import PinEncoding
from card.transport import CardTransport, ChipStation

NUMBER_SIZE = 6              # bytes, facts/card.md 7.3
MACHINE = "citizen_card"     # what an obligation waits for: the card, at whichever terminal it is put in next


@dataclass
class CitizenSlot:
    """A ChipStation whose sessions wait for each other. `number`: 6 bytes, this terminal in the log of a card. `pin`: what the
    issuer's cards have until their holders change it, "" none; loading needs the card's PIN (facts/card.md 12.2)."""

    station: ChipStation
    number: bytes
    pin: str = field(default="", repr=False)
    pin_encoding: PinEncoding = PinEncoding.BCD           # how the cards of this city want it
    her_pin: str = field(default="", repr=False)          # typed in this visit
    new_pin: str = field(default="", repr=False)          # what it shall become
    module: ChipStation | None = None                     # the purchase module; None: nothing is paid from purses here
    forgotten: bool = False                               # somebody left a card in it and went
    _lock: trio.Lock = field(default_factory=trio.Lock, repr=False)

    def __post_init__(self) -> None:
        if len(self.number) != NUMBER_SIZE:
            raise ValueError("a terminal number has 6 bytes")

    def power_up(self) -> AbstractAsyncContextManager[CardTransport]:
        """As ChipStation; waits while another session lasts."""
        return self._powered()

    @asynccontextmanager
    async def _powered(self) -> AsyncIterator[CardTransport]:
        async with self._lock, self.station.power_up() as transport:
            yield transport

    def power_up_module(self) -> AbstractAsyncContextManager[CardTransport]:
        """The purchase module in its own reader."""
        if self.module is None:
            raise LookupError("this terminal has no purchase module")
        return self.module.power_up()

    def forget(self) -> None:
        """The visit is over."""
        self.her_pin = self.new_pin = ""
