"""A place that a virtual card can be put into and taken out of while the terminal runs."""
from __future__ import annotations

from dataclasses import dataclass

import trio

from card.virtual.card import VirtualCard


@dataclass(frozen=True, eq=False)
class Insertion:
    """One stay of a card in the slot; `gone` is set when it ends, even if the same card comes back at once."""

    card: VirtualCard
    gone: trio.Event


class ChipSlot:
    """Contacts with or without a card. Taking the card out cuts its power."""

    def __init__(self, card: VirtualCard | None = None) -> None:
        self._insertion: Insertion | None = None
        self._arrived = trio.Event()
        if card is not None:
            self.insert(card)

    @property
    def insertion(self) -> Insertion | None:
        return self._insertion

    @property
    def card(self) -> VirtualCard | None:
        return self._insertion.card if self._insertion is not None else None

    def insert(self, card: VirtualCard) -> None:
        """Put it in; nothing happens to a card that is in already. Raises ValueError where another card is in."""
        if self.card is card:
            return
        if self._insertion is not None:
            raise ValueError("there is a card in the slot")
        self._insertion = Insertion(card, trio.Event())
        self._arrived.set()

    def remove(self) -> VirtualCard | None:
        """Take out what is there."""
        insertion, self._insertion = self._insertion, None
        if insertion is None:
            return None
        self._arrived = trio.Event()
        insertion.card.power_off()
        insertion.gone.set()
        return insertion.card

    async def inserted(self) -> Insertion:
        """Wait for a card."""
        while self._insertion is None:
            await self._arrived.wait()
        return self._insertion
