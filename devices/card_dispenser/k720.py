"""TTCE K720 (facts/devices.md 4, one source): no chip contacts, no counter, an antenna place for a reader of its own.

A movement is followed through the status word: nothing may be said before it shows moving, and a card where it should be, or an
error. Uncertain and therefore configuration: the positions of FC, which sensor stands where (a relative's paper: 1 before the
hopper, 2 at the reader, 3 at the gate), and how the slot is closed again. A card that waits before the hopper is one that the
machine has made ready: it still counts as lying in the hopper, and the next feed takes it.
"""
from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

import trio

from devices.card_dispenser import k720_codec as codec
from devices.card_dispenser.errors import words
from devices.card_dispenser.gate import AcceptLoop, watch_gate
from devices.card_dispenser.judging import Act, Evidence, Judgement, judge
from devices.card_dispenser.k720_codec import MOVING, Bits
from devices.card_dispenser.k720_link import K720Link, K720Patience
from devices.card_dispenser.seam import DispenserStation
from devices.card_dispenser.words import (
    AcceptEnd,
    Capabilities,
    DeviceState,
    InitialiseWith,
    Media,
    PathMedia,
    RejectEnd,
    Replenishment,
    Station,
    Status,
    StorageUnit,
    TakenEnd,
    UnitKind,
)
from devices.errors import DeviceFailed, DeviceGone, DeviceRefused, OutcomeUnknown
from devices.wire import OpenWire

_STUCK = {Bits.OVERLAP: "DOUBLE_FEED", Bits.JAM: "JAM"}
_FAILED = {**_STUCK, Bits.ISSUE_ERROR: "FEED_FAILED", Bits.PREPARE_FAILED: "FEED_FAILED", Bits.RECYCLE_ERROR: "CAPTURE_FAILED"}


@dataclass(frozen=True)
class K720Options:
    """`read_at`, `present_at`, `accept_at`: digits of FC. `gate`, `reader`: sensor bits. `close_slot`: the command after which
    nothing is drawn in any more."""

    read_at: int = 7
    present_at: int = 4
    accept_at: int = 8
    reader: Bits = Bits.SENSOR_2
    gate: Bits = Bits.SENSOR_3
    close_slot: bytes = codec.RESET
    stations: frozenset[Station] = field(default_factory=lambda: frozenset({Station.CONTACTLESS}))
    poll_s: float = 0.3


class K720:
    """One machine. Methods may be called from several tasks: they wait for each other."""

    def __init__(
        self,
        open_wire: OpenWire,
        address: int = 15,
        *,
        patience: K720Patience | None = None,
        options: K720Options | None = None,
    ) -> None:
        self._patience, self._options = patience or K720Patience(), options or K720Options()
        self._link = K720Link(open_wire, b"%02d" % address, self._patience)
        self._one = trio.Lock()
        self._epoch = secrets.token_hex(8)
        self._presented = False

    async def aclose(self) -> None:
        async with self._one:
            await self._link.aclose()

    async def capabilities(self) -> Capabilities:
        async with self._one:
            await self._bits()
            firmware = self._link.version.decode("ascii", "replace")
            return Capabilities("K720", firmware, self._options.stations, counts_bin=False)

    async def status(self, *, sensors: bool = False) -> Status:
        """The sensors come with every status."""
        async with self._one:
            return self._as_status(await self._bits())

    async def evidence(self) -> Evidence:
        """No count: this machine has none."""
        status = await self.status()
        return Evidence(status.path, status.gate, None, self._epoch)

    async def probe(self, act: Act, before: Evidence) -> Judgement:
        return judge(act, before, await self._at_rest())

    async def wait_taken(self, patience_s: float) -> TakenEnd:
        end = await watch_gate(self.status, patience_s, self._options.poll_s, seen=self._presented)
        self._presented = self._presented and end is TakenEnd.STILL_THERE
        return end

    async def initialise(self, card: InitialiseWith = InitialiseWith.LEAVE) -> None:
        """Reset, which leaves the card where it is [uncertain], and then what is asked for it."""
        async with self._one:
            self._presented = False
            await self._link.order(codec.RESET)
            await self._come_to_rest()
            if card is not InitialiseWith.LEAVE and self._as_status(await self._bits()).path.inside:
                await (self._present() if card is InitialiseWith.TO_GATE else self._into_bin())

    async def feed_to(self, station: Station) -> None:
        async with self._one:
            self._must_have(station)
            bits = await self._free_to_move()
            if self._place(bits) != (PathMedia.NOT_PRESENT, Media.NOT_PRESENT):
                raise _refuse("OCCUPIED")
            if bits & Bits.EMPTY:
                raise _refuse("HOPPER_EMPTY")
            await self._move(codec.move(self._options.read_at), self._options.reader)

    async def bring(self, station: Station) -> None:
        async with self._one:
            self._must_have(station)
            if not self._place(await self._free_to_move())[0].inside:
                raise _refuse("NO_MEDIA")
            await self._move(codec.move(self._options.read_at), self._options.reader)

    async def present(self) -> None:
        async with self._one:
            path, gate = self._place(await self._free_to_move())
            if not path.inside:
                raise _refuse("NO_MEDIA")
            if gate is Media.PRESENT:
                raise _refuse("OCCUPIED")
            await self._present()

    async def capture(self) -> None:
        async with self._one:
            if self._place(await self._free_to_move())[1] is not Media.PRESENT:
                raise _refuse("NO_MEDIA")
            await self._into_bin()

    async def reject(self) -> RejectEnd:
        async with self._one:
            bits = await self._come_to_rest()
            path, gate = self._place(bits)
            if gate is Media.PRESENT:
                raise _refuse("OCCUPIED")  # that card has an owner who may be reaching for it: `capture` is for it
            if bits & (Bits.JAM | Bits.OVERLAP):
                await self._link.order(codec.RESET)
                bits = await self._come_to_rest()
                path, gate = self._place(bits)
            if not path.inside:
                return RejectEnd.PATH_WAS_EMPTY
            await self._into_bin()
            return RejectEnd.CARD_REJECTED

    async def accept(self, patience_s: float) -> AcceptEnd:
        async with self._one:
            if self._place(await self._free_to_move()) != (PathMedia.NOT_PRESENT, Media.NOT_PRESENT):
                raise _refuse("OCCUPIED")
        return await AcceptLoop(self.status, self._open_slot, self._close_slot, self._options.poll_s).run(patience_s)

    def station(self, station: Station) -> DispenserStation:
        """None of its own: the reader above its antenna place is a PC/SC reader."""
        raise _refuse("UNSUPPORTED")

    # Inside

    async def _open_slot(self) -> None:
        async with self._one:
            await self._link.order(codec.move(self._options.accept_at))

    async def _close_slot(self) -> None:
        async with self._one:
            await self._come_to_rest()  # a card that is being drawn in arrives first
            await self._link.order(self._options.close_slot)
            await self._come_to_rest()

    async def _bits(self) -> Bits:
        return await self._link.ask(codec.SENSORS, codec.decode_bits)

    async def _at_rest(self) -> Evidence:
        async with self._one:
            await self._come_to_rest()
        return await self.evidence()

    async def _come_to_rest(self) -> Bits:
        """Raises DeviceGone where it moves for ever."""
        with trio.move_on_after(self._patience.move):
            while True:
                bits = await self._bits()
                if not bits & MOVING:
                    return bits
                await trio.sleep(self._patience.poll)
        raise DeviceGone("the machine does not come to rest")

    async def _free_to_move(self) -> Bits:
        bits = await self._come_to_rest()
        for stuck, code in _STUCK.items():
            if bits & stuck:
                raise _refuse(code)
        return bits

    async def _present(self) -> None:
        await self._move(codec.move(self._options.present_at), self._options.gate)
        self._presented = True

    async def _into_bin(self) -> None:
        if await self._bits() & Bits.BIN_FULL:
            raise _refuse("BIN_FULL")
        everywhere = self._options.reader | self._options.gate
        if not await self._follow(codec.CAPTURE, lambda bits: not bits & everywhere):
            # The sensors are clear, but no collecting was seen: a hand may have been faster.
            raise OutcomeUnknown("the card is gone, and the machine was not seen collecting it")

    async def _move(self, order: bytes, goal: Bits) -> None:
        await self._follow(order, lambda bits: bool(bits & goal))

    async def _follow(self, order: bytes, arrived: Callable[[Bits], bool]) -> bool:
        """Send and watch. True where it was seen moving."""
        self._presented = False
        before = await self._bits()
        await self._link.order(order)
        try:
            return await self._watch(order, before, arrived)
        except (DeviceGone, trio.TooSlowError) as error:
            raise OutcomeUnknown(f"{order.decode()} was sent: {error or 'it does not come to an end'}") from error

    async def _watch(self, order: bytes, before: Bits, arrived: Callable[[Bits], bool]) -> bool:
        began, until_begun = False, trio.current_time() + self._patience.begin
        with trio.fail_after(self._patience.move):
            while True:
                bits = await self._bits()
                began = began or bool(bits & MOVING)
                if not bits & MOVING:
                    self._raise_for(bits, before, began)
                    if arrived(bits):
                        return began
                    if began:
                        raise DeviceFailed(words("CONTRADICTION"), "CONTRADICTION")
                    if trio.current_time() > until_begun:
                        raise OutcomeUnknown(f"{order.decode()} was sent, and nothing was seen to move")
                await trio.sleep(self._patience.poll)

    def _raise_for(self, bits: Bits, before: Bits, began: bool) -> None:
        new = bits & ~before
        for error, code in _FAILED.items():
            if new & error:
                raise DeviceFailed(words(code), code)
        if new & Bits.REFUSED and not began:
            raise _refuse("HOPPER_EMPTY" if bits & Bits.EMPTY else "BIN_FULL" if bits & Bits.BIN_FULL else "REFUSED")

    def _place(self, bits: Bits) -> tuple[PathMedia, Media]:
        gate = Media.PRESENT if bits & self._options.gate else Media.NOT_PRESENT
        if bits & (Bits.JAM | Bits.OVERLAP):
            return PathMedia.JAMMED, gate
        return (PathMedia.AT_CONTACTLESS if bits & self._options.reader else PathMedia.NOT_PRESENT), gate

    def _as_status(self, bits: Bits) -> Status:
        path, gate = self._place(bits)
        error = next((code for bit, code in _FAILED.items() if bits & bit), None)
        hopper = (
            Replenishment.EMPTY
            if bits & Bits.EMPTY
            else Replenishment.LOW
            if bits & Bits.PRE_EMPTY
            else Replenishment.FULL
            if bits & Bits.HOPPER_FULL
            else Replenishment.OK
        )
        busy = DeviceState.BUSY if bits & MOVING else DeviceState.ONLINE
        return Status(
            DeviceState.HARDWARE_ERROR if bits & (Bits.JAM | Bits.OVERLAP) else busy,
            path,
            gate,
            StorageUnit("hopper", UnitKind.DISPENSE, hopper),
            StorageUnit("bin", UnitKind.RETAIN, Replenishment.FULL if bits & Bits.BIN_FULL else Replenishment.OK),
            tuple(bool(bits & sensor) for sensor in (Bits.SENSOR_1, Bits.SENSOR_2, Bits.SENSOR_3)),
            error,
        )

    def _must_have(self, station: Station) -> None:
        if station not in self._options.stations:
            raise _refuse("UNSUPPORTED")


def _refuse(code: str) -> DeviceRefused:
    return DeviceRefused(words(code), code)


__all__ = ["K720", "K720Options", "K720Patience"]
