"""The drawing on the page of a pairing code, read as the terminal's scanner reads it."""
from __future__ import annotations

import re

import numpy as np
import zxingcpp

from remote.console.pages.enrolment import qr_of
from remote.enrolment.code import PairingCode, read_code


def test_a_scanner_reads_the_pairing_code_off_the_page() -> None:
    code = PairingCode.new(b"the CA")
    drawn = qr_of(code.for_qr)
    size = re.match(r'<svg viewBox="0 0 (\d+) (\d+)"', drawn)
    assert size is not None and "http" not in drawn.replace('xmlns="http://www.w3.org/2000/svg"', "")
    picture = np.full((int(size[2]), int(size[1])), 255, np.uint8)
    for x, y, wide, high in (map(int, found) for found in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", drawn)):
        picture[y : y + high, x : x + wide] = 0
    [found] = zxingcpp.read_barcodes(np.kron(picture, np.ones((4, 4), np.uint8)))
    assert read_code(found.text) == code
