"""A machine that says again what it said then: each thing it is sent gets the answer that stood behind the same thing.

A driver draws tokens by chance to know its own answers. Where only such a token differs, the new one takes the old one's place
in the answer.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import trio

from devices.blackbox.masks import MASKS, Masks
from devices.blackbox.recorder import Entry, Happened
from devices.wire import MemoryWire, Wire, WireGone


@dataclass
class Exchange:
    sent: bytes                              # b"": it spoke without being asked
    answers: list[tuple[float, bytes]] = field(default_factory=list)   # seconds after it was sent
    gone: bool = False
    used: bool = False


def exchanges(entries: Sequence[Entry]) -> list[Exchange]:
    """The conversation of one machine, cut where something was sent."""
    found: list[Exchange] = []
    began = 0.0
    for entry in entries:
        if entry.happened is Happened.SENT:
            found.append(Exchange(entry.data))
            began = entry.at
        elif entry.happened is Happened.RECEIVED:
            if not found:
                found.append(Exchange(b""))
                began = entry.at
            found[-1].answers.append((entry.at - began, entry.data))
        elif entry.happened is Happened.GONE and found:
            found[-1].gone = True
    return found


class ReplayMachine:
    """The far end of a wire. `unknown`: what was sent and never stood in the recording."""

    def __init__(self, device: str, entries: Sequence[Entry], nursery: trio.Nursery) -> None:
        self._masks = MASKS.get(device, Masks())
        self._exchanges = exchanges(entries)
        self._at = 0
        self._nursery = nursery
        self.unknown: list[bytes] = []

    async def open_wire(self) -> Wire:
        near, far = MemoryWire.pair()
        self._nursery.start_soon(self._serve, far)
        await trio.lowlevel.checkpoint()
        return near

    def begin_at(self, number: int) -> None:
        """The next call began behind so many sent things."""
        self._at = number

    async def _serve(self, wire: MemoryWire) -> None:
        try:
            for exchange in self._exchanges[self._at :]:
                if exchange.sent:
                    break
                await self._answer(wire, exchange, b"")
            while True:
                sent = await wire.receive(1 << 20)
                found = self._matching(self._masks.sent(sent))
                if found is None:
                    self.unknown.append(sent)
                    continue
                await self._answer(wire, found, self._masks.sent(sent))
        except WireGone:
            return

    async def _answer(self, wire: MemoryWire, exchange: Exchange, sent: bytes) -> None:
        began = trio.current_time()
        for after, data in self._renamed(exchange, sent):
            await trio.sleep_until(began + after)
            await wire.send(data)
        if exchange.gone:
            await wire.aclose()

    def _renamed(self, exchange: Exchange, sent: bytes) -> list[tuple[float, bytes]]:
        """The answer in its pieces, with the token of now; a token may lie across two pieces."""
        old, new = self._masks.token(exchange.sent), self._masks.token(sent)
        if old == new:
            return exchange.answers
        whole = self._masks.renamed(b"".join(data for _, data in exchange.answers), old, new)
        pieces: list[tuple[float, bytes]] = []
        for after, data in exchange.answers:
            pieces.append((after, whole[: len(data)]))
            whole = whole[len(data) :]
        return pieces

    def _matching(self, sent: bytes) -> Exchange | None:
        """The next of its kind that was not used; else an earlier one, for what a driver asks anew at its start."""
        for number in self._order():
            exchange = self._exchanges[number]
            if exchange.sent and self._without_token(exchange.sent) == self._without_token(sent):
                exchange.used = True
                self._at = max(self._at, number + 1)
                return exchange
        return None

    def _without_token(self, sent: bytes) -> bytes:
        token = self._masks.token(sent)
        return sent.replace(token, b"") if token else sent

    def _order(self) -> Iterator[int]:
        yield from (n for n in range(self._at, len(self._exchanges)) if not self._exchanges[n].used)
        yield from reversed(range(self._at))
