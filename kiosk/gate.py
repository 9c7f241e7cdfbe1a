"""The technicians' PIN behind the hidden gesture: attempts are counted, and too many shut it for a while."""
from __future__ import annotations

import trio

from kiosk.conversation import Conversation
from kiosk.leaflet import DIGITS_DONE
from kiosk.pin import PinHash
from kiosk.prompts import Digits, Prompt

PIN_TRIES = 5  # [A] then the gate stays shut for a while
SHUT_S = 900.0  # [A]


class Gate:
    def __init__(self, talk: Conversation, pin: PinHash) -> None:
        self._talk = talk
        self._pin = pin
        self._wrong = 0
        self._shut_until = 0.0

    async def let_in(self) -> bool:
        """Ask for the PIN until it is right, given up, or tried too often. Raises WalkedAway."""
        while trio.current_time() >= self._shut_until:
            asked = Prompt("operator_pin", contents=(Digits(6, 12, hidden=True),), choices=(DIGITS_DONE,), back=True)
            answer = await self._talk.ask(asked)
            if not answer.value:
                return False
            if self._pin.matches(answer.value):
                self._wrong = 0
                return True
            self._wrong += 1
            if self._wrong >= PIN_TRIES:
                self._wrong, self._shut_until = 0, trio.current_time() + SHUT_S
        return False
