"""The photo plug-in: none, the simulated one, and a vendor's library in a process of its own."""
from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import trio
from PIL import Image

from devices.id_reader.answers import PHOTO_BYTES
from devices.id_reader.bench import silhouette
from devices.id_reader.photo import (
    HEIGHT,
    WIDTH,
    NoDecoder,
    PhotoDecoder,
    PhotoUndecodable,
    Picture,
    PixelOrder,
    SimulatedDecoder,
    VendorDecoder,
    simulated_photo,
)
from tests.devices.id_reader.people import PHOTO

# A vendor's library in few words: the first byte of the photo says what it does.
LIBRARY = """
#include <stdlib.h>
#include <unistd.h>
int unpack(char *src, char *dst, int mode) {
    if (src[0] == 'c') abort();
    if (src[0] == 'h') for (;;) pause();
    if (src[0] == 'r') return -1;
    for (int i = 0; i < 102 * 126 * 3; i++) dst[i] = 0;
    dst[0] = 1; dst[1] = 2; dst[2] = 3;          /* B G R of the first pixel it writes */
    dst[3] = 4; dst[4] = 5; dst[5] = 6 + mode;   /* and of the second */
    return 1;
}
"""


def decode(decoder: PhotoDecoder, wlt: bytes) -> Picture:
    async def main() -> Picture:
        return await decoder.decode(wlt)

    return trio.run(main)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler to stand in for the vendor")
    folder = tmp_path_factory.mktemp("vendor")
    (folder / "wlt.c").write_text(LIBRARY)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", folder / "libwlt.so", folder / "wlt.c"], check=True)
    return folder / "libwlt.so"


def test_a_simulated_photo_fills_the_block_is_marked_and_comes_back_as_a_likeness() -> None:
    picture = silhouette()
    block = simulated_photo(picture)
    assert len(block) == PHOTO_BYTES and block.startswith(b"SIMULATED PHOTO")
    seen = decode(SimulatedDecoder(), block)
    assert (seen.width, seen.height, len(seen.rgb)) == (WIDTH, HEIGHT, WIDTH * HEIGHT * 3)
    likeness = Image.frombytes("RGB", (WIDTH, HEIGHT), seen.rgb).convert("L")
    wanted = picture.convert("L").tobytes()
    difference = sum(abs(a - b) for a, b in zip(likeness.tobytes(), wanted, strict=True)) / len(wanted)
    assert difference < 20


def test_even_noise_fits_into_the_block() -> None:
    assert len(simulated_photo(Image.effect_noise((WIDTH, HEIGHT), 90))) == PHOTO_BYTES


@pytest.mark.parametrize("wlt", [PHOTO, b"", b"SIMULATED PHOTO\0", b"SIMULATED PHOTO\0\x00\x10" + bytes(1000)])
def test_what_nobody_can_decode_is_said_to_be_undecodable(wlt: bytes) -> None:
    for decoder in (SimulatedDecoder(), NoDecoder()):
        with pytest.raises(PhotoUndecodable):
            decode(decoder, wlt)


def test_a_vendors_pixels_come_out_upright_in_red_green_blue(library: Path) -> None:
    seen = decode(VendorDecoder(library), PHOTO)
    assert seen.rgb[-6:] == bytes((6, 5, 4, 3, 2, 1))  # last pixel first
    seen = decode(VendorDecoder(library, mode=1, order=PixelOrder.BOTTOM_UP), PHOTO)
    row = seen.rgb[-WIDTH * 3 :]
    assert row[:6] == bytes((3, 2, 1, 7, 5, 4))  # last row first, pixels from the left


@pytest.mark.parametrize("what", [b"crashes", b"refuses"])
def test_a_vendors_library_that_crashes_or_refuses_gives_no_picture_and_harms_nobody(library: Path, what: bytes) -> None:
    with pytest.raises(PhotoUndecodable):
        decode(VendorDecoder(library), what.ljust(PHOTO_BYTES))


def test_a_vendors_library_that_hangs_is_ended(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.id_reader.photo._DECODE_TIMEOUT_S", 0.3)
    with pytest.raises(PhotoUndecodable, match="more than"):
        decode(VendorDecoder(library), b"hangs".ljust(PHOTO_BYTES))


def test_a_library_that_is_not_there_and_a_photo_that_is_not_there(library: Path) -> None:
    with pytest.raises(PhotoUndecodable):
        decode(VendorDecoder(library.with_name("nowhere.so")), PHOTO)
    with pytest.raises(PhotoUndecodable):
        decode(VendorDecoder(library), b"")
