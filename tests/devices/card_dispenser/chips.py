"""Virtual cards in a simulated dispenser: devices and card do not know each other, so a test joins them."""
from __future__ import annotations

from card.virtual.card import VirtualCard
from card.virtual.slot import ChipSlot
from card.virtual.tear import Mute, PowerLost
from devices.card_dispenser.model import Card, ChipHangs, ChipLost, DispenserModel
from devices.card_dispenser.words import PathMedia


class VirtualChip:
    """A virtual card as the machine's metal sees it (devices.card_dispenser.model.Chip)."""

    def __init__(self, card: VirtualCard) -> None:
        self.card = card

    def power_on(self) -> bytes:
        return self.card.power_on()

    def power_off(self) -> None:
        self.card.power_off()

    def handle(self, apdu: bytes) -> bytes:
        try:
            return self.card.handle(apdu)
        except PowerLost as lost:
            raise ChipLost from lost
        except Mute as mute:
            raise ChipHangs from mute


class MachineSlot(ChipSlot):
    """A slot of the conformance suite whose contacts are a place inside the machine."""

    def __init__(self, model: DispenserModel, place: PathMedia) -> None:
        super().__init__()
        self._model, self._place = model, place

    def insert(self, card: VirtualCard) -> None:
        before = self.card
        super().insert(card)
        if before is not card:
            self._model.put_inside(Card("TEST", VirtualChip(card)), self._place)

    def remove(self) -> VirtualCard | None:
        self._model.pull_out()
        return super().remove()
