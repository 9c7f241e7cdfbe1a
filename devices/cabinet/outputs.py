"""What the board's outputs should be, and what they are: set, read back, and set anew where they went astray."""
from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import trio

from devices.cabinet.board import OFF, BoardMap, Lamp, Rate
from devices.cabinet.driver import IoBoard
from devices.cabinet.errors import BoardRefused
from devices.cabinet.status import CabinetEvent, LightsLost, LightsStuck

BLINK_HALF_S = 0.5  # 1 Hz; never above 2 Hz (facts/inclusion.md 1)
FEEDS_PER_TIMEOUT = 3  # two feedings may be lost before the watchdog strikes
STUCK_AFTER_LOOKS = 3
READ_BACK_EVERY_S = 1.0  # [A] outputs that nothing was changed on are looked at this often: a restarted board is dark no longer


class Outputs:
    """Lights, beeper and watchdog of one board. `lit` None = the board does not say."""

    def __init__(self, io: IoBoard, board: BoardMap, tell: Callable[[CabinetEvent], None]) -> None:
        self.wish: Mapping[str, Lamp] = {}
        self.beeper = False
        self.lit: tuple[bool, ...] | None = None
        self._io, self._board, self._tell = io, board, tell
        self._set: tuple[bool, ...] | None = None  # what the board confirmed last
        self._astray = 0  # looks in a row at which outputs did not follow
        self._fed_at = -math.inf
        self._read_at = -math.inf
        self._parked = False

    @property
    def follows(self) -> bool:
        """False once they did not for several looks in a row."""
        return self._astray < STUCK_AFTER_LOOKS

    async def follow(self) -> None:
        """Make them as wished, and feed the watchdog. Raises DeviceGone."""
        try:
            if self._board.coils:
                await self._switch()
            await self._feed()
        except BoardRefused:
            self.lit = None
            self._went_astray(tuple(self._board.coils))

    async def park(self) -> None:
        """All off, watchdog stopped, for good. Raises DeviceGone, BoardRefused."""
        self._parked, self.wish, self.beeper = True, {}, False
        await self._io.set_watchdog(0)
        await self._io.set_outputs(self._wished())
        self._set = self.lit = self._wished()

    def forget(self) -> None:
        """The board is silent: what it will have lost is not known."""
        self._set = self.lit = None
        self._astray = 0
        self._fed_at = -math.inf

    def burning(self, slot: str) -> Lamp | None:
        """How this light burns at this moment; a blinking one is off half the time."""
        if self.lit is None:
            return None
        for colour, coil in self._board.lights[slot].items():
            if self.lit[coil - self._board.coils.start]:
                return Lamp(Rate.CONTINUOUS, colour)
        return OFF

    async def _switch(self) -> None:
        wished, now = self._wished(), trio.current_time()
        if wished == self._set == self.lit and now - self._read_at < READ_BACK_EVERY_S:
            return
        before, self._read_at = await self._io.outputs(), now
        if self._set not in (None, before) and not self._astray:
            self._tell(LightsLost())
        if before != wished:
            await self._io.set_outputs(wished)
            self._set = wished
            before = await self._io.outputs()
        self._set, self.lit = wished, before
        if before == wished:
            self._astray = 0
        else:
            self._went_astray(tuple(
                coil for coil, is_, should in zip(self._board.coils, before, wished, strict=True) if is_ != should
            ))

    def _went_astray(self, coils: tuple[int, ...]) -> None:
        self._astray += 1
        if self._astray == STUCK_AFTER_LOOKS:
            self._tell(LightsStuck(coils))

    def _wished(self) -> tuple[bool, ...]:
        bright = trio.current_time() % (2 * BLINK_HALF_S) < BLINK_HALF_S
        burning = {
            self._board.coil_of(slot, lamp.colour)
            for slot, lamp in self.wish.items()
            if lamp.rate is Rate.CONTINUOUS or (lamp.rate is Rate.BLINKING and bright)
        }
        if self.beeper and self._board.beeper is not None:
            burning.add(self._board.beeper)
        return tuple(coil in burning for coil in self._board.coils)

    async def _feed(self) -> None:
        watchdog = self._board.watchdog
        if watchdog is None or self._parked or trio.current_time() - self._fed_at < watchdog.seconds / FEEDS_PER_TIMEOUT:
            return
        await self._io.set_watchdog(watchdog.seconds)
        self._fed_at = trio.current_time()
