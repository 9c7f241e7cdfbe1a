"""A place that a virtual card can be put into and taken out of while the terminal runs."""
from __future__ import annotations

import trio

from card.virtual.card import VirtualCard


class ChipSlot:
    """Contacts with or without a card. Taking the card out cuts its power."""

    def __init__(self, card: VirtualCard | None = None) -> None:
        self._card = card
        self._changed = trio.Event()

    @property
    def card(self) -> VirtualCard | None:
        return self._card

    def insert(self, card: VirtualCard) -> None:
        """Put it in; nothing happens to a card that is in already. Raises ValueError where another card is in."""
        if self._card is card:
            return
        if self._card is not None:
            raise ValueError("there is a card in the slot")
        self._card = card
        self._tell()

    def remove(self) -> VirtualCard | None:
        """Take out what is there."""
        card, self._card = self._card, None
        if card is not None:
            card.power_off()
            self._tell()
        return card

    async def inserted(self) -> VirtualCard:
        """Wait for a card, return it."""
        while self._card is None:
            await self._changed.wait()
        return self._card

    async def removed(self, card: VirtualCard) -> None:
        """Wait until that card is no longer here."""
        while self._card is card:
            await self._changed.wait()

    def _tell(self) -> None:
        changed, self._changed = self._changed, trio.Event()
        changed.set()
