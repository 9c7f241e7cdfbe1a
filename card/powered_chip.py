"""A PC/SC context and the card handle in it, with the plain SCard functions. Everything here blocks, and runs in the chip's
own thread (card/pcsc.py)."""
from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from card import pcsc_results as results
from card.transport import CardOutcomeUnknown, CardRemoved

PROVEN_FOR_S = 0.05
"""So long after an answer the service is not asked before the next command: it looks for itself every 0.4 s only
(facts/card.md 3.2), and asking costs half as much as a command to a virtual card."""


class PoweredChip:
    """`api`: the SCard functions. `protocols`: what is offered to the card, as SCardConnect wants it."""

    def __init__(self, api: Any, protocols: int) -> None:
        self._api = api
        self._protocols = protocols
        self._context: Any = None
        self._card: Any = None
        self._pci: Any = None
        self._proven_at = -PROVEN_FOR_S
        self._lost = False
        self.atr = b""

    def open(self, pick: Callable[[Sequence[str]], str]) -> None:
        """Closed again if it fails; may then be opened again."""
        try:
            self._open(pick)
        except BaseException:
            self.close()
            raise

    def _open(self, pick: Callable[[Sequence[str]], str]) -> None:
        api = self._api
        result, context = api.SCardEstablishContext(api.SCARD_SCOPE_SYSTEM)
        if result != results.SUCCESS:
            raise results.while_connecting(result)
        self._context = context
        result, readers = api.SCardListReaders(context, [])
        if result != results.SUCCESS:
            raise results.while_connecting(result)
        result, card, protocol = api.SCardConnect(
            context, pick(readers), api.SCARD_SHARE_EXCLUSIVE, self._protocols
        )
        if result != results.SUCCESS:
            raise results.while_connecting(result)
        self._card = card
        self._pci = api.SCARD_PCI_T0 if protocol == api.SCARD_PROTOCOL_T0 else api.SCARD_PCI_T1
        result, *_, atr = api.SCardStatus(card)
        if result != results.SUCCESS:
            raise results.before_sending(result)
        self.atr = bytes(value & 0xFF for value in atr)

    def transmit(self, apdu: bytes) -> bytes:
        """SCardStatus first (0.03 ms, no card I/O): what it finds wrong is certain not to have reached the chip."""
        if self._lost or time.monotonic() - self._proven_at >= PROVEN_FOR_S:
            result = self._api.SCardStatus(self._card)[0]
            if result != results.SUCCESS:
                raise results.before_sending(result)
        if self._lost:
            raise CardRemoved("the chip was lost in the command before")
        self._lost = True
        result, answer = self._api.SCardTransmit(self._card, self._pci, list(apdu))
        if result != results.SUCCESS:
            raise results.of_sending(result)
        if len(answer) < 2:  # a card pulled in mid-command "succeeds" with nothing, facts/card.md 5.1
            raise CardOutcomeUnknown("PC/SC success without an answer")
        self._lost = False
        self._proven_at = time.monotonic()
        return bytes(value & 0xFF for value in answer)

    def close(self) -> None:
        """Power the chip off and let go of the service; idempotent. Results do not matter: there is no second way."""
        card, self._card = self._card, None
        context, self._context = self._context, None
        if card is not None:
            self._api.SCardDisconnect(card, self._api.SCARD_UNPOWER_CARD)
        if context is not None:
            self._api.SCardReleaseContext(context)
