"""What closes the terminal from outside its programs: an open door, a housing tampered with, mains that are gone.

Doors and tamper are told to the centre the moment they happen. Tamper stays until a technician has looked, over every
restart; a door closes the terminal while it is open; the mains, while the terminal runs on battery. What a silent board
or upsd does not say is unknown: an incident (kiosk/health), and nobody is sent away for it.
"""
from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable

import trio

from devices.cabinet.cabinet import Cabinet
from devices.cabinet.errors import BoardRefused
from devices.cabinet.status import CabinetEvent, DoorClosed, DoorOpened, SomebodyCame, Tamper, Tampered, TamperOver
from devices.errors import DeviceGone
from devices.ups.status import Power
from devices.ups.watch import UpsEvent, UpsWatch
from kiosk.audit.log import Audit, Deed
from kiosk.transaction.journal import TERMINAL, Event, Journal, JournalBroken
from kiosk.transaction.plan import Mark
from remote.messages import DoorNews, EventKind

PARK_WITHIN_S = 3.0          # [A] a board that does not answer keeps no host from shutting down
TAMPERED, TAMPER_SEEN = "tampered", "tamper_seen"
DEEDS = {"open": Deed.DOOR_OPENED, "closed": Deed.DOOR_CLOSED, "tampered": Deed.TAMPERED}
HOUSING = "housing"          # what the tamper switch watches, as doors have names


class Guard:
    """`changed` (the health's look_again, the sender's poke) is called for everything that happens, and must not wait.
    `staff`: whether a technician's menu is open, so that an open door is nobody's surprise."""

    def __init__(
        self,
        cabinet: Cabinet | None,
        ups: UpsWatch | None,
        journal: Journal,
        changed: Callable[[], None],
        staff: Callable[[], bool],
        greet: Callable[[], None],
    ) -> None:
        self.cabinet, self.ups = cabinet, ups
        self.door_was_open = False           # since somebody asked last: what is in doubt may have been taken out
        self.was_on_battery = False
        self._journal, self._tell, self._staff, self._greet = journal, changed, staff, greet
        self._moved = trio.Event()
        if cabinet is not None:
            cabinet.listen(self._cabinet_says)
        if ups is not None:
            ups.listen(self._ups_says)

    # -- what follows from it ----------------------------------------------------------------------------------------

    def shut(self) -> str | None:
        """Why no visit begins (`word.reason.*`), or None."""
        if self.tampered:
            return "tampered"
        if self.cabinet is not None and self.cabinet.status.open_doors:
            return "door_open"
        return "power" if self.on_battery else None

    def troubles(self) -> tuple[str, ...]:
        return ("cabinet_tampered",) if self.tampered else ()

    @property
    def tampered(self) -> bool:
        """The switch says so now, or it did and no technician has looked since."""
        if self.cabinet is not None and self.cabinet.status.tamper is Tamper.ON:
            return True
        return self._journal.last_of_terminal(TAMPERED)[0] > self._journal.last_of_terminal(TAMPER_SEEN)[0]

    @property
    def on_battery(self) -> bool:
        return self.ups is not None and self.ups.on_battery

    @property
    def battery_low(self) -> bool:
        return self.ups is not None and self.ups.power is Power.LOW_BATTERY

    def seen_by_staff(self) -> None:
        """A technician has looked. While the switch is still released the terminal stays closed. Raises JournalBroken."""
        seq, number = self._journal.last_of_terminal(TAMPER_SEEN)
        if self._journal.last_of_terminal(TAMPERED)[0] > seq:
            self._journal.write(TERMINAL, TAMPER_SEEN, number + 1, Mark.DONE)

    async def changed(self) -> None:
        """Returns at the next event."""
        await self._moved.wait()

    # -- in the terminal's nursery -----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Watch both until cancelled."""
        async with trio.open_nursery() as nursery:
            if self.cabinet is not None:
                nursery.start_soon(self.cabinet.run)
            if self.ups is not None:
                nursery.start_soon(self.ups.run)

    async def park(self) -> None:
        """The terminal ends on purpose: lights off, and the board's watchdog does not cut a host that is shutting down."""
        if self.cabinet is None:
            return
        with trio.move_on_after(PARK_WITHIN_S), contextlib.suppress(DeviceGone, BoardRefused):
            await self.cabinet.park()

    # -- events ------------------------------------------------------------------------------------------------------

    def _cabinet_says(self, event: CabinetEvent) -> None:
        match event:
            case SomebodyCame():
                self._greet()
                return
            case DoorOpened(door):
                self.door_was_open = True
                self._door(door, "open")
            case DoorClosed(door):
                self._door(door, "closed")
            case Tampered():
                self._remember_tamper()
                self._door(HOUSING, "tampered")
            case TamperOver():
                self._door(HOUSING, "closed")
        self._wake()

    def _ups_says(self, event: UpsEvent) -> None:
        self.was_on_battery = self.was_on_battery or self.on_battery
        self._wake()

    def _remember_tamper(self) -> None:
        with contextlib.suppress(JournalBroken):        # then the terminal is closed for that, and stays so
            _, number = self._journal.last_of_terminal(TAMPERED)
            self._journal.write(TERMINAL, TAMPERED, number + 1, Mark.DONE)

    def _door(self, door: str, state: str) -> None:
        staff = self._staff()
        news = DoorNews(door=door, state=state, staff=staff)
        event = Event(secrets.token_hex(16), EventKind.DOOR.value, news.model_dump(mode="json"))
        with contextlib.suppress(JournalBroken):
            Audit(self._journal).note(DEEDS[state], [event], door=door, menu=staff)

    def _wake(self) -> None:
        self._tell()
        self._moved.set()
        self._moved = trio.Event()
