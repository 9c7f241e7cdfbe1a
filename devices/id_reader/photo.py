"""The photo on the chip: 1024 bytes of WLT, a closed format. No open decoder exists (facts/devices.md 2.8), so decoding
is a plug-in, and whoever shows a photo must be able to do without."""
from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

import trio
from PIL import Image

from devices.errors import DeviceError
from devices.id_reader.answers import PHOTO_BYTES

WIDTH, HEIGHT = 102, 126  # pixels
_RAW_BYTES = WIDTH * HEIGHT * 3
_SIMULATED = b"SIMULATED PHOTO\0"
_DECODE_TIMEOUT_S = 5.0  # assumed: a vendor library takes milliseconds


class PhotoUndecodable(DeviceError):
    """There is a photo block, or none, but no picture: go on without it."""


@dataclass(frozen=True)
class Picture:
    """24-bit RGB, rows from the top, pixels from the left; width * height * 3 bytes."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


class PhotoDecoder(Protocol):
    async def decode(self, wlt: bytes) -> Picture:
        """Raises PhotoUndecodable."""


class NoDecoder:
    """Where no vendor library is configured."""

    async def decode(self, wlt: bytes) -> Picture:
        await trio.lowlevel.checkpoint()
        raise PhotoUndecodable("no photo decoder is configured")


class PixelOrder(Enum):
    """How the vendor's buffer lies. REVERSED: the last pixel first (met in public code); BOTTOM_UP: rows only."""

    REVERSED = "reversed"
    BOTTOM_UP = "bottom_up"


class VendorDecoder:
    """A vendor's library offering `int unpack(char *src, char *dst, int mode)`, 1 = done.

    It is closed code fed with bytes from a card, so it runs in a process of its own: when it crashes or hangs, there
    is no picture, and nothing else happens.
    """

    def __init__(self, path: str | Path, *, mode: int = 0, order: PixelOrder = PixelOrder.REVERSED) -> None:
        self._path = Path(path)
        self._mode = mode
        self._order = order

    async def decode(self, wlt: bytes) -> Picture:
        if len(wlt) != PHOTO_BYTES:
            await trio.lowlevel.checkpoint()
            raise PhotoUndecodable(f"a photo has {PHOTO_BYTES} bytes, not {len(wlt)}")
        worker = Path(__file__).with_name("photo_worker.py")
        command = [sys.executable, "-I", str(worker), str(self._path), str(self._mode), str(_RAW_BYTES)]
        with trio.move_on_after(_DECODE_TIMEOUT_S):
            result = await trio.run_process(
                command, stdin=wlt, capture_stdout=True, stderr=subprocess.DEVNULL, check=False
            )
            if result.returncode != 0 or len(result.stdout) != _RAW_BYTES:
                raise PhotoUndecodable(f"the vendor library gave no picture (exit {result.returncode})")
            return Picture(WIDTH, HEIGHT, self._upright(result.stdout))
        raise PhotoUndecodable(f"the vendor library took more than {_DECODE_TIMEOUT_S} s")

    def _upright(self, bgr: bytes) -> bytes:
        rgb = bgr[::-1]  # last pixel first, and B G R read backwards is R G B
        if self._order is PixelOrder.REVERSED:
            return rgb
        return Image.frombytes("RGB", (WIDTH, HEIGHT), rgb).transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()


class SimulatedDecoder:
    """Decodes what `simulated_photo` made, and nothing else."""

    async def decode(self, wlt: bytes) -> Picture:
        await trio.lowlevel.checkpoint()
        if not wlt.startswith(_SIMULATED):
            raise PhotoUndecodable("not a simulated photo")
        length = int.from_bytes(wlt[len(_SIMULATED) : len(_SIMULATED) + 2], "big")
        jpeg = wlt[len(_SIMULATED) + 2 :][:length]
        try:
            with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
                upright = image.convert("RGB").resize((WIDTH, HEIGHT))
        except (OSError, ValueError) as error:
            raise PhotoUndecodable("the simulated photo is damaged") from error
        return Picture(WIDTH, HEIGHT, upright.tobytes())


def simulated_photo(picture: Image.Image) -> bytes:
    """1024 bytes marked as simulated, with the picture as a small grey JPEG. No WLT decoder takes them for a photo."""
    room = PHOTO_BYTES - len(_SIMULATED) - 2
    for shrink in (1, 2, 3, 4):
        small = picture.convert("L").resize((WIDTH // shrink, HEIGHT // shrink))
        for quality in (60, 40, 25, 15, 8):
            jpeg = io.BytesIO()
            small.save(jpeg, "JPEG", quality=quality, optimize=True)
            data = jpeg.getvalue()
            if len(data) <= room:
                return (_SIMULATED + len(data).to_bytes(2, "big") + data).ljust(PHOTO_BYTES, b"\0")
    raise ValueError("the picture is too rich for 1024 bytes")
