"""The camera from the terminal's side: ask for a picture, get it with its time, and know when the camera deceives."""
from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

import trio

from devices.camera.codec import Packet, PacketParser, encode_request
from devices.camera.errors import Black, CameraGone, Frozen, Unviewable
from devices.camera.frames import BLACK_BELOW, Frame, levels
from devices.errors import DeviceError
from devices.wire import OpenWire, Wire, WireGone

FIRST_FRAME_S = 6.0
"""Opening a USB camera takes 0.5 to 3 s before the first picture, exposure included. [A]"""
FRAME_S = 2.0
"""A camera gives 15 to 30 pictures a second; the slowest mode of any is 1. [A]"""
FROZEN_S = 2.0
"""The same bytes for so long is no camera any more. [A]"""
DAMAGED_AT_MOST = 3
"""Damaged pictures in a row before the camera is given up: more is a cable, not chance."""

Now = Callable[[], datetime]


@dataclass(frozen=True)
class _Same:
    digest: bytes
    since: float


class Camera:
    """One camera. The wire is opened at the first picture and again after every loss; `aclose` lets the machine rest.

    Cancelling a call loses nothing: a picture that comes late carries the old tag and is dropped.
    """

    def __init__(self, open_wire: OpenWire, now: Now = lambda: datetime.now(UTC)) -> None:
        self._open_wire = open_wire
        self._now = now
        self._wire: Wire | None = None
        self._parser = PacketParser()
        self._tag = 0
        self._same: _Same | None = None
        self._turn = trio.Lock()
        self._froze = False              # and has not been seen to move since
        self.failed = False              # the last picture did not come, or was none

    async def frame(self) -> Frame:
        """The next picture, taken after this call. Raises CameraGone, Frozen, Black, Unviewable; each of them may pass, and
        the next call tries again."""
        async with self._turn:
            try:
                frame = await self._frame()
            except DeviceError:
                self.failed = True
                raise
            self.failed = False
            return frame

    async def _frame(self) -> Frame:
        packet = await self._whole_packet()
        self._watch_for_frost(packet)
        brightest = levels(packet.jpeg).brightest
        if brightest < BLACK_BELOW:
            raise Black(brightest)
        return Frame(packet.jpeg, packet.number, self._now())

    async def check(self) -> None:
        """One look for the terminal's health; a camera that nobody used is let go afterwards, so that its lamp is off while
        nobody is asked. One that froze has to show two different pictures before it is called well again. Raises what `frame`
        raises."""
        in_use = self._wire is not None
        try:
            first = await self.frame()
            while self._froze:
                self._froze = (await self.frame()).jpeg == first.jpeg
        finally:
            if not in_use:
                with trio.CancelScope(shield=True):
                    await self.aclose()

    async def aclose(self) -> None:
        """Let the camera go; the next call opens it again. Idempotent."""
        wire, self._wire, self._same = self._wire, None, None
        self._parser = PacketParser()
        if wire is not None:
            with contextlib.suppress(DeviceError):
                await wire.aclose()

    async def _whole_packet(self) -> Packet:
        for _ in range(DAMAGED_AT_MOST):
            fresh = self._wire is None
            packet = await self._within(FIRST_FRAME_S if fresh else FRAME_S, self._ask)
            if packet is not None:
                return packet
        await self.aclose()
        raise CameraGone(f"{DAMAGED_AT_MOST} damaged pictures in a row")

    async def _within(self, seconds: float, ask: Callable[[], Awaitable[Packet | None]]) -> Packet | None:
        try:
            with trio.fail_after(seconds):
                return await ask()
        except trio.TooSlowError:
            await self.aclose()
            raise CameraGone(f"no picture within {seconds:.0f} s") from None
        except WireGone as error:
            await self.aclose()
            raise CameraGone(str(error)) from error

    async def _ask(self) -> Packet | None:
        """The answer to this very request; None where it came damaged."""
        if self._wire is None:
            self._wire = await self._open_wire()
        self._tag = (self._tag + 1) & 0xFF
        await self._wire.send(encode_request(self._tag))
        while True:
            for event in self._parser.feed(await self._wire.receive(65_536)):
                if not isinstance(event, Packet):
                    return None
                if event.tag == self._tag:
                    return event

    def _watch_for_frost(self, packet: Packet) -> None:
        digest = blake2b(packet.jpeg, digest_size=16).digest()
        now = trio.current_time()
        if self._same is None or self._same.digest != digest:
            self._same = _Same(digest, now)
        elif now - self._same.since >= FROZEN_S:
            self._froze = True
            raise Frozen(now - self._same.since)


__all__ = ["Black", "Camera", "CameraGone", "Frame", "Frozen", "Unviewable"]
