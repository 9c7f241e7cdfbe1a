"""The cabinet behind the board: doors, a housing, somebody in front, lamps, a beeper, and the board's own watchdog."""
from __future__ import annotations

import math
from collections.abc import Callable

from devices.cabinet.board import BoardMap, Colour, Switch


class CabinetModel:
    """`clock` gives seconds; trio.current_time or time.monotonic.

    The front door's contact may bounce: `bounce` readings after a move come out inverted, then right.
    """

    def __init__(self, board: BoardMap, clock: Callable[[], float]) -> None:
        self.board = board
        self.open_doors: set[str] = set()
        self.tampered = False
        self.somebody = False
        self.stuck_inputs: dict[int, bool] = {}
        self.bounce = 0
        self.powered = True
        self.restarts = 0
        self.strikes = 0
        self.beeps = 0
        self._clock = clock
        self._coils: dict[int, bool] = {}
        self._strikes_at = math.inf
        self._bouncing = 0

    def open_door(self, name: str) -> None:
        """Raises KeyError where there is no such door."""
        self.board.doors[name]
        self.open_doors.add(name)
        self._bouncing = self.bounce

    def close_door(self, name: str) -> None:
        """Raises KeyError where there is no such door."""
        self.board.doors[name]
        self.open_doors.discard(name)
        self._bouncing = self.bounce

    def power_off(self) -> None:
        self.powered = False
        self._go_dark()

    def power_on(self) -> None:
        if not self.powered:
            self.powered = True
            self.restarts += 1

    def restart(self) -> None:
        """The board's processor starts anew: outputs off, watchdog not running."""
        self.restarts += 1
        self._go_dark()

    def input(self, address: int) -> bool:
        """The level at this input now; an input that nothing is wired to is low."""
        if address in self.stuck_inputs:
            return self.stuck_inputs[address]
        for switch, active in self._wired():
            if switch.address == address:
                return switch.active if active else not switch.active
        return False

    def inputs(self) -> dict[int, bool]:
        """All inputs, read at one moment: a reading may catch a contact while it bounces."""
        levels = {address: self.input(address) for address in self.board.inputs}
        if self._bouncing:
            self._bouncing -= 1
            if self._bouncing % 2:
                return {address: not level if address in self._door_inputs() else level for address, level in levels.items()}
        return levels

    def stick(self, address: int) -> None:
        """This input stays at the level it has."""
        self.stuck_inputs[address] = self.input(address)

    def coil(self, address: int) -> bool:
        self._let_the_watchdog_look()
        return self._coils.get(address, False)

    def set_coil(self, address: int, on: bool) -> None:
        self._let_the_watchdog_look()
        if on and address == self.board.beeper and not self._coils.get(address, False):
            self.beeps += 1
        self._coils[address] = on

    def set_watchdog(self, seconds: int) -> None:
        self._let_the_watchdog_look()
        self._strikes_at = self._clock() + seconds if seconds else math.inf

    def watchdog_left(self) -> int:
        """Whole seconds, rounded up; 0 = it does not run."""
        self._let_the_watchdog_look()
        return 0 if self._strikes_at == math.inf else math.ceil(self._strikes_at - self._clock())

    def lit(self) -> dict[str, Colour | None]:
        """What a person sees at each slot at this moment."""
        return {
            slot: next((colour for colour, coil in colours.items() if self.coil(coil)), None)
            for slot, colours in self.board.lights.items()
        }

    def _let_the_watchdog_look(self) -> None:
        if self._clock() >= self._strikes_at:
            self.strikes += 1
            self._go_dark()

    def _go_dark(self) -> None:
        self._coils.clear()
        self._strikes_at = math.inf

    def _door_inputs(self) -> set[int]:
        return {switch.address for switch in self.board.doors.values()}

    def _wired(self) -> list[tuple[Switch, bool]]:
        wired = [(switch, name in self.open_doors) for name, switch in self.board.doors.items()]
        if self.board.tamper is not None:
            wired.append((self.board.tamper, self.tampered))
        if self.board.proximity is not None:
            wired.append((self.board.proximity, self.somebody))
        return wired
