"""The picture that stands where the terminal's own window does not: drawn once at the installation, put on the bare console
by writing the frame buffer. It promises nothing: nobody knows here whether the terminal comes back in a minute.

    python -m kiosk.install.splash draw FILE.png --config FILE      python -m kiosk.install.splash show FILE.png
"""
from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from kiosk.config import Config, ConfigError, load
from kiosk.ui.theme import Colour
from print.fonts import BOLD, REGULAR

DEVICE = Path("/dev/fb0")
SYSFS = Path("/sys/class/graphics/fb0")
TITLE_PART, BODY_PART, MARGIN_PART = 1 / 12, 1 / 22, 1 / 10
"""Of the panel's shorter side: 90 and 49 pixels on 1080."""
LINE_SPACING = 1.5
TITLE = "机器暂时不能用"
BODY = ("请稍等一会儿，", "或者到{window}办理。", "", "放在机器上的身份证", "请先拿好。")


class NoFrameBuffer(Exception):
    """There is no bare console to draw on, or one of a kind that is not known; says which."""


@dataclass(frozen=True)
class FrameBuffer:
    """Geometry as the kernel tells it in sysfs; only 16 (RGB 565) and 32 bits (BGRX) are known."""

    width: int
    height: int
    stride: int          # bytes a line
    bits: int

    @classmethod
    def of(cls, sysfs: Path) -> FrameBuffer:
        """Raises NoFrameBuffer."""
        try:
            width, height = (int(part) for part in (sysfs / "virtual_size").read_text().split(","))
            stride, bits = int((sysfs / "stride").read_text()), int((sysfs / "bits_per_pixel").read_text())
        except (OSError, ValueError) as error:
            raise NoFrameBuffer(f"no frame buffer is described in {sysfs}: {error}") from error
        if bits not in (16, 32):
            raise NoFrameBuffer(f"{bits} bits a pixel are not known")
        return cls(width, height, stride, bits)

    def bytes_of(self, picture: Image.Image) -> bytes:
        """The whole buffer with the picture in its middle, made smaller where it does not fit."""
        whole = Image.new("RGB", (self.width, self.height), picture.getpixel((0, 0)))
        fitted = picture.convert("RGB")
        fitted.thumbnail((self.width, self.height))
        whole.paste(fitted, ((self.width - fitted.width) // 2, (self.height - fitted.height) // 2))
        lines = bgrx(whole) if self.bits == 32 else rgb565(whole)
        pad = bytes(self.stride - self.width * self.bits // 8)
        return b"".join(line.tobytes() + pad for line in lines)


def bgrx(picture: Image.Image) -> npt.NDArray[np.uint8]:
    """Height x width x 4."""
    red, green, blue = (np.asarray(band) for band in picture.split())
    return np.stack([blue, green, red, np.zeros_like(red)], axis=-1)


def rgb565(picture: Image.Image) -> npt.NDArray[np.uint16]:
    """Height x width, little-endian."""
    red, green, blue = (np.asarray(band).astype("<u2") for band in picture.split())
    return ((red >> 3 << 11) | (green >> 2 << 5) | (blue >> 3)).astype("<u2")


def rgb8(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (round(part * 255) for part in colour[:3])
    return red, green, blue


def draw(config: Config) -> Image.Image:
    """As large as the panel, in the terminal's own colours and words."""
    palette, panel = config.showing.palette, config.screen
    picture = Image.new("RGB", (panel.width_px, panel.height_px), rgb8(palette.plain.ground))
    pen = ImageDraw.Draw(picture)
    short = min(panel.width_px, panel.height_px)
    y = panel.height_px / 3
    left = short * MARGIN_PART
    title = ImageFont.truetype(str(BOLD.path), round(short * TITLE_PART))
    body = ImageFont.truetype(str(REGULAR.path), round(short * BODY_PART))
    window = config.terminal.window or "服务台"
    for text, face in ((TITLE, title), *((line.format(window=window), body) for line in BODY)):
        pen.text((left, y), text, fill=rgb8(palette.plain.ink), font=face)
        y += face.size * LINE_SPACING
    return picture


def show(picture: Path, device: Path = DEVICE, sysfs: Path = SYSFS) -> None:
    """Put a picture on the bare console. Raises NoFrameBuffer, OSError."""
    buffer = FrameBuffer.of(sysfs)
    with Image.open(picture) as opened:
        data = buffer.bytes_of(opened)
    with device.open("r+b") as console:
        console.write(data)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m kiosk.install.splash", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw", help="draw the picture into a file")
    drawing.add_argument("file", type=Path)
    drawing.add_argument("--config", type=Path, required=True)
    showing = commands.add_parser("show", help="put it on the bare console")
    showing.add_argument("file", type=Path)
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "draw":
            draw(load(asked.config)).save(asked.file)
        else:
            show(asked.file)
    except (ConfigError, NoFrameBuffer, OSError) as error:
        sys.stderr.write(f"no splash: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
