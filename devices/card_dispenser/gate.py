"""Watching the gate and opening the slot: the same for every machine that can be asked for its status."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import trio

from devices.card_dispenser.words import AcceptEnd, Media, Status, TakenEnd
from devices.errors import OutcomeUnknown

GONE_POLLS = 2  # a sensor blind for one moment must not turn a card that lies there into a taken one
CLOSE_S = 30.0  # for closing the slot, also after a cancellation: a card on its way in arrives first


class AskStatus(Protocol):
    async def __call__(self) -> Status: ...


async def watch_gate(ask: AskStatus, patience_s: float, poll_s: float, *, seen: bool) -> TakenEnd:
    """Looks at least twice, however short the patience. Raises DeviceGone. `seen`: `present` has seen the card at the gate."""
    deadline = trio.current_time() + patience_s
    gone = 0
    while True:
        status = await ask()
        seen |= status.gate is Media.PRESENT
        gone = gone + 1 if status.gate is Media.NOT_PRESENT else 0
        if gone >= GONE_POLLS:
            return TakenEnd.TAKEN if seen else TakenEnd.NEVER_SEEN
        if trio.current_time() >= deadline and not gone:
            return TakenEnd.STILL_THERE
        await trio.sleep(poll_s)


class AcceptLoop:
    """Open, wait, close; closed also when cancelled, and looked at once more after closing: a card may just be on its way."""

    def __init__(
        self, ask: AskStatus, open_slot: Callable[[], Awaitable[None]], close_slot: Callable[[], Awaitable[None]], poll_s: float
    ) -> None:
        self._ask, self._open, self._close, self._poll_s = ask, open_slot, close_slot, poll_s

    async def run(self, patience_s: float) -> AcceptEnd:
        try:
            await self._open()
            await self._wait_inside(patience_s)
        finally:
            with trio.move_on_after(CLOSE_S) as closing:
                closing.shield = True
                await self._close()
        if closing.cancelled_caught:
            raise OutcomeUnknown("the slot may still be open")
        status = await self._ask()
        if status.path.inside:
            return AcceptEnd.CARD_INSIDE
        return AcceptEnd.CARD_AT_GATE if status.gate is Media.PRESENT else AcceptEnd.NOTHING_CAME

    async def _wait_inside(self, patience_s: float) -> None:
        with trio.move_on_after(patience_s):
            while True:
                if (await self._ask()).path.inside:
                    return
                await trio.sleep(self._poll_s)
