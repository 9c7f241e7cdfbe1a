"""The chip stations inside a CRT: CM 51 for contacts, CM 60 for the antenna (facts/devices.md 3.2).

From a maker's paper for the same protocol: a reset answers its type ('0' T=0, '1' T=1) and the ATR; an activation answers the
kind of card ('A', 'B', 'M') and what it said of itself; codes 63, 64 (67, 68 elsewhere) mean that the chip was sent the
command and its answer did not come, 65 that it has no power.
"""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import trio

from devices.card_dispenser import crt_codec as codec
from devices.card_dispenser.crt_codec import Cm, Command, Reply
from devices.card_dispenser.errors import ChipMute, NoCardAtStation, StationInUse, words
from devices.card_dispenser.seam import PoweredChip
from devices.card_dispenser.words import Station
from devices.errors import DeviceError, DeviceFailed, DeviceRefused, OutcomeUnknown

VCC_5V_ISO = b"\x33"  # 33: 5 V and ISO/IEC 7816-3 (30: 5 V and EMV2000)
A_THEN_B = b"AB"
POWER_OFF_S = 20.0  # for the power to be taken off a chip that is still thinking
NOT_SENT = frozenset({"02", "05", "16", "45", "65", "66", "B0"})
"""The chip was not sent the command: no power on it, no card, nothing initialised."""
NO_CHIP = frozenset({"02", "60", "61", "62", "63", "64", "65", "66", "67", "68", "69"})
"""A reset that woke no chip. Whether a card is there at all, the status tells."""


class _Machine(Protocol):
    async def ready(self) -> None: ...

    async def chip(self, command: Command) -> Reply: ...

    async def card_is_inside(self) -> bool: ...


class _Station:
    """Shared by both: one owner at a time, power off at the end whatever happens."""

    station: Station
    _off: Command

    def __init__(self, machine: _Machine) -> None:
        self._machine = machine
        self._in_use = False

    def power_up(self) -> AbstractAsyncContextManager[PoweredChip]:
        return self._powered()

    async def _wake(self) -> _Chip:
        raise NotImplementedError

    @asynccontextmanager
    async def _powered(self) -> AsyncIterator[PoweredChip]:
        if self._in_use:
            raise StationInUse(words("STATION_IN_USE"), "STATION_IN_USE")
        self._in_use = True
        try:
            await self._machine.ready()
            try:
                yield await self._wake()
            finally:
                await self._power_off()
        finally:
            self._in_use = False

    async def _power_off(self) -> None:
        """A chip that keeps its power keeps its PIN open, and the machine does not move a card whose contacts are down."""
        with trio.move_on_after(POWER_OFF_S) as scope:
            scope.shield = True
            try:
                await self._machine.chip(self._off)
            except (DeviceError, OSError):
                return  # without a line there is no order to give; initialising the machine lifts the contacts too

    async def _woken(self, command: Command) -> Reply:
        reply = await self._machine.chip(command)
        if reply.ok:
            return reply
        if reply.code in NO_CHIP:
            if await self._machine.card_is_inside():
                raise ChipMute(f"{words('CHIP_MUTE')}: {reply.code}", "CHIP_MUTE")
            raise NoCardAtStation(words("NO_MEDIA"), "NO_MEDIA")
        code = codec.REASON_OF_CODE.get(reply.code, reply.code)
        raise DeviceRefused(words(code), code) if reply.code in codec.NOTHING_MOVED else DeviceFailed(words(code), code)


class ContactStation(_Station):
    station = Station.CONTACT
    _off = Command(Cm.CPU_CARD, codec.POWER_DOWN)

    async def _wake(self) -> _Chip:
        reply = await self._woken(Command(Cm.CPU_CARD, codec.COLD_RESET, VCC_5V_ISO))
        if not reply.data:
            raise ChipMute("a reset without an answer to it", "CHIP_MUTE")
        return _Chip(self._machine, Cm.CPU_CARD, codec.APDU_AUTO, reply.data[1:])


class ContactlessStation(_Station):
    station = Station.CONTACTLESS
    _off = Command(Cm.RF_CARD, codec.RF_DEACTIVATE)

    async def _wake(self) -> _Chip:
        reply = await self._woken(Command(Cm.RF_CARD, codec.RF_ACTIVATE, A_THEN_B))
        apdu = {b"A": codec.RF_APDU_A, b"B": codec.RF_APDU_B}.get(reply.data[:1])
        if apdu is None:
            raise ChipMute("the antenna sees no processor card", "CHIP_MUTE")
        return _Chip(self._machine, Cm.RF_CARD, apdu, _answer_to_select(reply.data))


def _answer_to_select(data: bytes) -> bytes:
    """Type A: kind, ATQA (2), length of the UID, UID, SAK, ATS. What does not fit gives nothing: it is only shown."""
    if data[:1] != b"A" or len(data) < 4:
        return b""
    return data[4 + data[3] + 1 :]


class _Chip:
    def __init__(self, machine: _Machine, cm: int, pm: int, answer: bytes) -> None:
        self._machine, self._cm, self._pm = machine, cm, pm
        self.answer = answer
        self._lost = False

    async def transmit(self, apdu: bytes) -> bytes:
        if self._lost:
            raise NoCardAtStation("the chip was lost before the command was sent", "NO_MEDIA")
        self._lost = True  # until the answer is here: one given up half-way would be taken for the next one's
        reply = await self._machine.chip(Command(self._cm, self._pm, apdu))
        if reply.ok:
            self._lost = False
            return reply.data
        if reply.code in NOT_SENT:
            raise NoCardAtStation(f"the chip has no power: {reply.code}", "NO_MEDIA")
        raise OutcomeUnknown(f"the chip was sent the command, and the machine reports {reply.code}")
