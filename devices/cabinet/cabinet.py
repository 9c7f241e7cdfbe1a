"""The cabinet as the terminal uses it: lights that are wished for, doors that are watched, a watchdog that is fed.

`run` looks at the board again and again. What is wished holds until something else is wished: a board that was away,
or restarted, gets its lights as soon as it answers. A silent board never keeps anybody waiting.
"""
from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import trio

from devices.cabinet.board import BoardMap, Lamp, Switch
from devices.cabinet.driver import BoardPatience, IoBoard
from devices.cabinet.edges import CONTACT_SETTLES_S, Contact, Proximity
from devices.cabinet.errors import BoardRefused
from devices.cabinet.outputs import Outputs
from devices.cabinet.status import (
    BoardBack,
    BoardLost,
    CabinetEvent,
    CabinetStatus,
    Door,
    DoorClosed,
    DoorOpened,
    Presence,
    SomebodyCame,
    SomebodyLeft,
    Tamper,
    Tampered,
    TamperOver,
)
from devices.errors import DeviceGone
from devices.wire import OpenWire

BEEP_S = 0.2  # [A]
BEEP_PAUSE_S = 0.2


@dataclass(frozen=True)
class CabinetTimes:
    """Seconds [A]."""

    look: float = 0.25
    silent: float = 2.0  # no answer for so long: the board is lost
    contact: float = CONTACT_SETTLES_S
    presence: float = 1.0  # people sway
    presence_stuck: float = 600.0  # nobody stands that still for so long; the sensor is stuck, or a chair stands there


class Cabinet:
    """The only user of its board. `run` must be running for anything to be seen, to blink or to be fed."""

    def __init__(
        self,
        open_wire: OpenWire,
        board: BoardMap,
        times: CabinetTimes | None = None,
        patience: BoardPatience | None = None,
    ) -> None:
        self.board = board
        self._times = times or CabinetTimes()
        self._io = IoBoard(open_wire, board, patience)
        self._outputs = Outputs(self._io, board, self._tell)
        self._listeners: list[Callable[[CabinetEvent], None]] = []
        self._answering: bool | None = None  # None = not known yet
        self._heard_at = -math.inf
        self._why = "not asked yet"
        self._doors = {name: Contact(self._times.contact) for name in board.doors}
        self._tamper = Contact(self._times.contact)
        self._proximity = Proximity(self._times.presence, self._times.presence_stuck)
        self._somebody: bool | None = None
        self._look_now = trio.Event()
        self._one = trio.Lock()

    def listen(self, tell: Callable[[CabinetEvent], None]) -> None:
        """`tell` is called for every event, on the loop, and must not wait."""
        self._listeners.append(tell)

    @property
    def status(self) -> CabinetStatus:
        """As of the last look."""
        return CabinetStatus(
            asked=self._answering is not None,
            answering=bool(self._answering),
            why="" if self._answering else self._why,
            doors=MappingProxyType({name: _DOOR[contact.active] for name, contact in self._doors.items()}),
            tamper=Tamper.NOT_FITTED if self.board.tamper is None else _TAMPER[self._tamper.active],
            presence=_PRESENCE[self._proximity.known(trio.current_time())],
            lights=MappingProxyType({slot: self._outputs.burning(slot) for slot in self.board.lights}),
            lights_follow=self._outputs.follows,
        )

    def light(self, wish: Mapping[str, Lamp]) -> None:
        """From now on these lights burn so, and all others are off. Slots without a light are passed over."""
        self._outputs.wish = {slot: lamp for slot, lamp in wish.items() if slot in self.board.lights}
        self._look_now.set()

    async def beep(self, times: int = 1) -> None:
        """Returns after the last one. A silent board, or one without a beeper, keeps nobody waiting longer."""
        try:
            for n in range(times):
                if n:
                    await trio.sleep(BEEP_PAUSE_S)
                self._beep(True)
                await trio.sleep(BEEP_S)
                self._beep(False)
        finally:
            self._beep(False)

    def _beep(self, on: bool) -> None:
        self._outputs.beeper = on
        self._look_now.set()

    async def run(self) -> None:
        """Look, light and feed until cancelled."""
        while True:
            self._look_now = trio.Event()
            await self.look()
            with trio.move_on_after(self._times.look):
                await self._look_now.wait()

    async def look(self) -> CabinetStatus:
        """Once, now."""
        async with self._one:
            try:
                self._heard(await self._io.inputs())
                await self._outputs.follow()
            except (DeviceGone, BoardRefused) as trouble:
                self._not_heard(str(trouble))
            return self.status

    async def park(self) -> None:
        """All lights off and the watchdog stopped, for a terminal that ends on purpose. Raises DeviceGone, BoardRefused.

        A watchdog that is not stopped cuts the power of a host that is still saving its files.
        """
        async with self._one:
            await self._outputs.park()

    async def aclose(self) -> None:
        """Let go of the line; lights stay as they are until the board's watchdog strikes."""
        await self._io.aclose()

    def _heard(self, levels: tuple[bool, ...]) -> None:
        now = trio.current_time()
        self._heard_at = now
        if not self._answering:
            self._answering = True
            self._tell(BoardBack())
        for name, switch in self.board.doors.items():
            if self._moved(self._doors[name], switch, levels, now):
                self._tell(DoorOpened(name) if self._doors[name].active else DoorClosed(name))
        if self.board.tamper is not None and self._moved(self._tamper, self.board.tamper, levels, now):
            self._tell(Tampered() if self._tamper.active else TamperOver())
        if self.board.proximity is not None:
            self._proximity.heard(self._active(self.board.proximity, levels), now)
        self._notice(self._proximity.known(now))

    def _moved(self, contact: Contact, switch: Switch, levels: tuple[bool, ...], now: float) -> bool:
        """Is there something to tell? A door found closed at the first look is no news; one found open is."""
        before = contact.active
        return contact.heard(self._active(switch, levels), now) and (before is not None or bool(contact.active))

    def _active(self, switch: Switch, levels: tuple[bool, ...]) -> bool:
        return levels[switch.address - self.board.inputs.start] == switch.active

    def _not_heard(self, why: str) -> None:
        now = trio.current_time()
        self._why = why
        if self._answering is False or now - self._heard_at < self._times.silent:
            return
        self._answering = False
        self._outputs.forget()
        for contact in (*self._doors.values(), self._tamper):
            contact.forget()
        self._proximity.forget()
        self._notice(None)
        self._tell(BoardLost(why))

    def _notice(self, somebody: bool | None) -> None:
        before, self._somebody = self._somebody, somebody
        if somebody and not before:
            self._tell(SomebodyCame())
        elif before and not somebody:
            self._tell(SomebodyLeft())

    def _tell(self, event: CabinetEvent) -> None:
        for tell in self._listeners:
            tell(event)


_DOOR = {True: Door.OPEN, False: Door.CLOSED, None: Door.UNKNOWN}
_TAMPER = {True: Tamper.ON, False: Tamper.OFF, None: Tamper.UNKNOWN}
_PRESENCE = {True: Presence.PRESENT, False: Presence.NOT_PRESENT, None: Presence.UNKNOWN}
