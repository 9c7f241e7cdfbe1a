"""Started by VendorDecoder in a process of its own: photo_worker.py LIBRARY MODE RAW_BYTES < wlt > pixels.

Imports nothing of the terminal. Exit status 0 only when the library said 1 = done.
"""
from __future__ import annotations

import ctypes
import sys

_SPARE = 4096  # room for a library that writes more than it says (a BMP header, padded rows)


def main(library: str, mode: int, raw_bytes: int) -> int:
    source = ctypes.create_string_buffer(sys.stdin.buffer.read())
    target = ctypes.create_string_buffer(raw_bytes + _SPARE)
    unpack = ctypes.CDLL(library).unpack
    unpack.restype = ctypes.c_int
    unpack.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int)
    if unpack(source, target, mode) != 1:
        return 1
    sys.stdout.buffer.write(target.raw[:raw_bytes])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
