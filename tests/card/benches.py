"""The places the conformance suite runs at: a chip station of each kind with a slot that cards go into and out of."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio

from card.inprocess import InProcessStation
from card.link import LinkStation
from card.pcsc import PcscStation
from card.transport import ChipStation
from card.virtual import vpcd
from card.virtual.slot import ChipSlot
from tests.card.private_pcscd import PrivatePcscd

SEEN_WITHIN_S = 10.0  # an upper limit; a card is there after half a second


@dataclass(frozen=True)
class Bench:
    """`sees_removal_at_once`: whether the station knows that a card was pulled before it sends. pcscd polls.

    `sam_slot` and `sam`: where the purchase module is; a station of its own kind where there is a second slot.
    """

    slot: ChipSlot
    station: ChipStation
    sees_removal_at_once: bool = True
    sam_slot: ChipSlot = field(default_factory=ChipSlot)
    own_sam: ChipStation | None = None

    @property
    def sam(self) -> ChipStation:
        return self.own_sam or InProcessStation(lambda: self.sam_slot.card)


@asynccontextmanager
async def in_process() -> AsyncIterator[Bench]:
    slot = ChipSlot()
    yield Bench(slot, InProcessStation(lambda: slot.card))


@asynccontextmanager
async def over_tcp() -> AsyncIterator[Bench]:
    slot = ChipSlot()
    async with trio.open_nursery() as nursery:
        port: int = await nursery.start(vpcd.listen, slot)
        yield Bench(slot, LinkStation("127.0.0.1", port))
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def over_pcscd(daemon: PrivatePcscd, *, seen_within_s: float = SEEN_WITHIN_S) -> AsyncIterator[Bench]:
    """At a pair of slots of its own."""
    slot, sam_slot = ChipSlot(), ChipSlot()
    async with daemon.a_pair() as pair, trio.open_nursery() as nursery:
        stations = [PcscStation(reader, seen_within_s=seen_within_s) for reader in (pair.reader, pair.sam_reader)]
        nursery.start_soon(vpcd.offer, slot, "127.0.0.1", pair.port)
        nursery.start_soon(vpcd.offer, sam_slot, "127.0.0.1", pair.port + 1)
        yield Bench(slot, stations[0], sees_removal_at_once=False, sam_slot=sam_slot, own_sam=stations[1])
        nursery.cancel_scope.cancel()
