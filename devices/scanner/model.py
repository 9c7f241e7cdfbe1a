"""The machine behind the window: a light, a lens, and whatever is held in front of it."""
from __future__ import annotations

import trio

READ_S = 0.15  # from seeing a code to having read it [assumed]
REREAD_S = 0.4  # a scanner that reads on gives the same code so often [assumed]
OWN_LIGHT_S = 4.0  # the light goes out by itself so long after the trigger [assumed]


class ScannerModel:
    """`auto_sense`: it looks all the time and lights up by itself; otherwise only from the trigger on, until it has read or
    OWN_LIGHT_S are over. `speed` divides the machine's times."""

    def __init__(self, *, auto_sense: bool = True, speed: float = 1.0, identity: str = "SCN-1 rev 2") -> None:
        self.auto_sense = auto_sense
        self.speed = speed
        self.identity = identity
        self.powered = True
        self._shown: bytes | None = None
        self._read_it = False
        self._lit_until = 0.0
        self._changed = trio.Event()

    # Hands

    def show(self, code: bytes) -> None:
        """Hold a code before the window; what was there is taken away."""
        self._shown, self._read_it = code, False
        self._wake()

    def take_away(self) -> None:
        self._shown = None
        self._wake()

    def power_off(self) -> None:
        self.powered, self._lit_until = False, 0.0
        self._wake()

    def power_on(self) -> None:
        self.powered = True
        self._wake()

    # What it does

    @property
    def shown(self) -> bytes | None:
        return self._shown

    @property
    def lit(self) -> bool:
        """Is the light on because of a trigger?"""
        return self.powered and trio.current_time() < self._lit_until

    def light(self, on: bool) -> None:
        """The trigger. A code that lies there is read again with every new light."""
        self._lit_until = trio.current_time() + OWN_LIGHT_S / self.speed if on else 0.0
        self._read_it = False if on else self._read_it
        self._wake()

    async def read(self, *, again: bool) -> bytes:
        """Wait until a code was read. `again`: one that still lies there is read once more after REREAD_S."""
        while True:
            code = self._shown
            if code is None or (self._read_it and not again) or not self.powered or not (self.auto_sense or self.lit):
                self._changed = trio.Event()
                await self._changed.wait()
                continue
            await trio.sleep((REREAD_S if self._read_it else READ_S) / self.speed)
            if self._shown == code and self.powered and (self.auto_sense or self.lit):
                self._read_it = True
                self._lit_until = self._lit_until if again else 0.0
                return code

    def _wake(self) -> None:
        self._changed.set()
