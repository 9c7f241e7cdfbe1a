"""The picture for when no screen is alive, on the frame buffers there are."""
from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from kiosk.config import load
from kiosk.install.splash import FrameBuffer, NoFrameBuffer, draw, main, show
from tests.kiosk.install.test_install import CONFIG

RED = (255, 0, 0)


def console(folder: Path, size: str, stride: int, bits: int) -> tuple[Path, Path]:
    """A frame buffer as the kernel shows it: the memory, and what sysfs says of it."""
    folder.mkdir(exist_ok=True)
    for name, value in {"virtual_size": size, "stride": str(stride), "bits_per_pixel": str(bits)}.items():
        (folder / name).write_text(f"{value}\n")
    memory = folder / "fb0"
    memory.write_bytes(b"\xee" * stride * int(size.split(",")[1]))
    return memory, folder


def test_a_picture_on_a_console_of_32_bits_with_lines_longer_than_the_picture(tmp_path: Path) -> None:
    Image.new("RGB", (4, 2), RED).save(tmp_path / "red.png")
    memory, sysfs = console(tmp_path / "fb", "4,2", 20, 32)
    show(tmp_path / "red.png", memory, sysfs)
    line = b"\x00\x00\xff\x00" * 4 + bytes(4)
    assert memory.read_bytes() == line * 2


def test_a_picture_on_a_console_of_16_bits(tmp_path: Path) -> None:
    Image.new("RGB", (3, 1), RED).save(tmp_path / "red.png")
    memory, sysfs = console(tmp_path / "fb", "3,1", 6, 16)
    show(tmp_path / "red.png", memory, sysfs)
    assert memory.read_bytes() == b"\x00\xf8" * 3


def test_a_panel_lying_down_gets_the_whole_picture_in_its_middle(tmp_path: Path) -> None:
    picture = Image.new("RGB", (2, 4), (255, 255, 255))
    picture.putpixel((1, 3), RED)
    data = FrameBuffer(8, 4, 32, 32).bytes_of(picture)
    rows = [data[at : at + 32] for at in range(0, len(data), 32)]
    assert rows[3][4 * 4 : 4 * 4 + 3] == b"\x00\x00\xff"
    assert rows[0][:3] == b"\xff\xff\xff"


def test_a_console_of_a_kind_nobody_knows_is_refused_in_words(tmp_path: Path) -> None:
    _memory, sysfs = console(tmp_path / "fb", "4,2", 4, 8)
    with pytest.raises(NoFrameBuffer, match="8 bits"):
        FrameBuffer.of(sysfs)
    with pytest.raises(NoFrameBuffer, match="no frame buffer"):
        FrameBuffer.of(tmp_path / "nowhere")


def test_the_picture_is_as_large_as_the_panel_and_every_line_is_inside(tmp_path: Path) -> None:
    assert main(["draw", str(tmp_path / "splash.png"), "--config", str(CONFIG)]) == 0
    config = load(CONFIG)
    picture = Image.open(tmp_path / "splash.png")
    assert picture.size == (config.screen.width_px, config.screen.height_px)
    ground = picture.getpixel((0, 0))
    edges = [picture.getpixel((picture.width - 1, y)) for y in range(picture.height)]
    assert set(edges) == {ground}
    assert len(set(draw(config).resize((90, 160)).tobytes())) > 2        # something is written on it
