"""The camera at the other end of the wire: the scene behind the protocol, with faults."""
from __future__ import annotations

import io
import random

import trio

from devices.camera.codec import Packet, RequestParser, encode_packet
from devices.camera.model import CameraModel
from devices.faults import Faults
from devices.wire import Wire, WireGone

FPS = 15
QUALITY = 88                         # JPEG
LATE_S = 5.0                         # longer than a driver waits
SLOW_S = 1.2                         # a picture, where the exposure is long: within a driver's patience

FAULTS = {
    "black": "the lens is covered",
    "dark": "the hall's lamps are off",
    "blurred": "the lens is smeared or out of focus",
    "frozen": "the same picture again and again, under new numbers",
    "silent": "no picture comes",
    "slow": f"a picture takes {SLOW_S} s",
    "late": f"a picture comes {LATE_S:.0f} s late",
    "unplugged": "the plug is pulled half way through a picture",
    "cut_short": "a picture breaks off half way, and the next one follows",
    "wrong_checksum": "one bit of a picture is wrong",
    "wrong_length": "a picture says it is longer than any can be",
    "noise_before": "noise, with half a beginning in it, comes before the picture",
    "no_jpeg": "what comes whole is no picture",
    "broken_jpeg": "what comes whole begins and ends like a picture, and cannot be decoded",
    "twice": "the picture comes twice",
}


class CameraSimulator:
    def __init__(self, model: CameraModel | None = None, *, seed: int = 0) -> None:
        self.model = model or CameraModel(seed)
        self.faults = Faults(FAULTS)
        self._random = random.Random(seed)
        self._last = b""
        self._powered = True
        self._power = trio.Event()

    def power_off(self) -> None:
        """No light, no answers; what hangs on the wire hears nothing."""
        self._powered = False

    def power_on(self) -> None:
        self._powered = True

    async def serve(self, wire: Wire) -> None:
        """Answer until the wire goes."""
        requests = RequestParser()
        try:
            while True:
                for tag in requests.feed(await wire.receive()):
                    await self._answer(wire, tag)
        except WireGone:
            return

    async def _answer(self, wire: Wire, tag: int) -> None:
        await trio.sleep(SLOW_S if self.faults.take("slow") else 1 / FPS)
        if not self._powered or self.faults.take("silent"):
            return
        if self.faults.take("late"):
            await trio.sleep(LATE_S)
        data = self._packet(tag)
        if self.faults.take("unplugged"):
            await wire.send(data[: len(data) // 2])
            await wire.aclose()
            raise WireGone("unplugged")
        await wire.send(self._spoilt(data))

    def _packet(self, tag: int) -> bytes:
        jpeg = self._jpeg()
        taken_ms = self.model.number * 1000 // FPS
        return encode_packet(Packet(tag, self.model.number & 0xFFFFFFFF, taken_ms, jpeg))

    def _jpeg(self) -> bytes:
        if self.faults.take("frozen") and self._last:
            self.model.number += 1
            return self._last
        covered, dark, blurred = (self.faults.take(name) for name in ("black", "dark", "blurred"))
        picture = io.BytesIO()
        self.model.expose(covered=covered, dark=dark, blurred=blurred).save(picture, "JPEG", quality=QUALITY)
        self._last = picture.getvalue()
        if self.faults.take("no_jpeg"):
            return self._random.randbytes(2_000)
        if self.faults.take("broken_jpeg"):
            return b"\xff\xd8" + self._random.randbytes(2_000) + b"\xff\xd9"
        return self._last

    def _spoilt(self, data: bytes) -> bytes:
        if self.faults.take("wrong_checksum"):
            middle = len(data) // 2
            return data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :]
        if self.faults.take("wrong_length"):
            return data[:17] + b"\xff\xff\xff\xff" + data[21:]
        if self.faults.take("cut_short"):
            return data[: len(data) // 2]
        if self.faults.take("noise_before"):
            return self._random.randbytes(37) + b"FRA" + data
        if self.faults.take("twice"):
            return data + data
        return data
