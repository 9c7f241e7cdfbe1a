"""Waiting for a code over a wire.

A scanner sends whatever it sees whenever it sees it, so three rules keep one citizen's code from being taken for another's:
what lies in the line is thrown away before somebody is asked for a code; the light is on only while somebody is asked; a
code seen again within a while is the same paper still lying there, and is given once.
"""
from __future__ import annotations

import hashlib
import math
import secrets

import trio

from devices.errors import DeviceGone
from devices.scanner.codec import Code, CodeParser, Damaged, Framing, Suffix
from devices.scanner.commands import IDENTIFY, LONGEST_IDENTITY_BYTES, Trigger, identity_of
from devices.scanner.errors import ScannerIncomprehensible, ScannerSilent
from devices.wire import OpenWire, Wire

REPEAT_WINDOW_S = 3.0  # scanners read a code that stays where it is two to four times a second [assumed]
RETRIGGER_S = 5.0  # scanners switch their own light off after some seconds, and a command can be lost [assumed]
GAP_S = 0.3  # bytes of one code follow each other; a longer pause means that the rest is lost
DAMAGED_LIMIT = 5  # a code half seen is usual; five of them in a row are a line that says nothing
IDENTIFY_TIMEOUT_S = 1.0
_SWITCH_OFF_S = 0.5  # a line that takes no bytes must not hold up a citizen who leaves
_DRAIN_S = 0.03  # chips between USB and serial hand over what they have every 16 ms: the rest of a code must not look like one
_DRAIN_LIMIT_BYTES = 16_384  # a line that never stops talking is not drained for ever


class Scanner:
    """The only user of its scanner. Connects at the first call, and again at the call after a DeviceGone.

    `trigger` None = the scanner lights and looks by itself (auto-sense). `encoding` is one of codec.ENCODINGS.
    Every call may raise DeviceGone (WireGone: unplugged; ScannerIncomprehensible).
    """

    def __init__(
        self,
        open_wire: OpenWire,
        *,
        framing: Framing | None = None,
        trigger: Trigger | None = None,
        encoding: str = "utf-8",
        repeat_window_s: float = REPEAT_WINDOW_S,
    ) -> None:
        self._open_wire = open_wire
        self._parser = CodeParser(framing or Suffix(), encoding)
        self._trigger = trigger
        self._repeat_window_s = repeat_window_s
        self._one = trio.Lock()
        self._wire: Wire | None = None
        self._salt = secrets.token_bytes(16)
        self._last_seen: tuple[bytes, float] | None = None
        self._damaged = 0

    async def wait_for_code(self) -> Code:
        """The next code somebody shows. The caller sets the time limit; cancelled, the light goes out.

        A scanner that is silent and a citizen who shows nothing look the same here: ask `identify`.
        """
        async with self._one:
            try:
                wire = await self._connected()
                await self._drain(wire)
                return await self._lit(wire)
            except DeviceGone:
                await self._let_go()
                raise

    async def identify(self) -> str:
        """What the scanner says of itself, e.g. "SCN-1 rev 2". Raises ScannerSilent: many scanners know no such question."""
        async with self._one:
            try:
                wire = await self._connected()
                await self._drain(wire)
                return await self._identity(wire)
            except ScannerSilent:
                raise
            except DeviceGone:
                await self._let_go()
                raise

    def forget(self) -> None:
        """The next citizen may show the same code, and nothing of the last one stays."""
        self._last_seen = None
        self._parser.clear()

    async def aclose(self) -> None:
        """Let go of the line, once no call is under way; the next call takes it again."""
        async with self._one:
            await self._let_go()

    async def _lit(self, wire: Wire) -> Code:
        self._damaged = 0
        if self._trigger is None:
            while (code := await self._new_code(wire)) is None:
                pass
            return code
        try:
            while True:
                await wire.send(self._trigger.on)
                with trio.move_on_after(RETRIGGER_S):
                    if (code := await self._new_code(wire)) is not None:
                        return code
        finally:
            with trio.move_on_after(_SWITCH_OFF_S, shield=True):
                await wire.send(self._trigger.off)

    async def _new_code(self, wire: Wire) -> Code | None:
        """None where what came was damaged: a triggered scanner has put its light out, and is to look again."""
        while True:
            for event in await self._heard(wire):
                if isinstance(event, Damaged):
                    self._damaged += 1
                    if self._damaged >= DAMAGED_LIMIT:
                        raise ScannerIncomprehensible(event.reason.value)
                    return None
                if self._is_new(event):
                    return event

    async def _heard(self, wire: Wire) -> list[Code | Damaged]:
        with trio.move_on_after(GAP_S if self._parser.waiting else math.inf):
            return list(self._parser.feed(await wire.receive()))
        return [self._parser.abandon()]

    def _is_new(self, code: Code) -> bool:
        seen, now = self._fingerprint(code), trio.current_time()
        before, self._last_seen = self._last_seen, (seen, now)
        return before is None or before[0] != seen or now - before[1] > self._repeat_window_s

    def _fingerprint(self, code: Code) -> bytes:
        """Enough to know a code again, and nothing that says what it was."""
        return hashlib.blake2b(code.text.encode(), key=self._salt, digest_size=16).digest()

    async def _identity(self, wire: Wire) -> str:
        await wire.send(IDENTIFY)
        heard = b""
        with trio.move_on_after(IDENTIFY_TIMEOUT_S):
            while len(heard) < LONGEST_IDENTITY_BYTES:
                heard += await wire.receive()
                if identity := identity_of(heard):
                    return identity
        raise ScannerSilent("the scanner does not say what it is")

    async def _connected(self) -> Wire:
        if self._wire is None:
            self._wire = await self._open_wire()
            self._parser.clear()
        return self._wire

    async def _let_go(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            with trio.CancelScope(shield=True):  # closing takes no time, and a dead line must not be used again
                await wire.aclose()

    async def _drain(self, wire: Wire) -> None:
        """Throw away what was scanned while nobody was asked."""
        drained = 0
        while drained < _DRAIN_LIMIT_BYTES:
            data = b""
            with trio.move_on_after(_DRAIN_S):
                data = await wire.receive()
            if not data:
                break
            drained += len(data)
        self._parser.clear()
