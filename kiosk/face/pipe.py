"""One message over a pipe: length(4) of the head, the head as JSON with the sizes of the pictures, then the pictures."""
from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

LENGTH = struct.Struct(">I")
LARGEST = 64 << 20                    # bytes of one message: three live pictures and a reference have 2 MB


class TooLarge(ValueError):
    """No message of ours is so large: the other end has lost its way."""


def packed(head: dict[str, Any], pictures: Sequence[bytes] = ()) -> bytes:
    words = json.dumps({**head, "sizes": [len(picture) for picture in pictures]}).encode()
    return LENGTH.pack(len(words)) + words + b"".join(pictures)


class Unpacker:
    """Bytes in any pieces; whole messages out. Raises TooLarge, ValueError."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> tuple[dict[str, Any], list[bytes]] | None:
        """The next message, None while it is not whole."""
        self._buffer += data
        if len(self._buffer) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack_from(self._buffer)
        if length > LARGEST:
            raise TooLarge(str(length))
        end = LENGTH.size + length
        if len(self._buffer) < end:
            return None
        head = json.loads(bytes(self._buffer[LENGTH.size : end]))
        sizes = [int(size) for size in head.pop("sizes")]
        if sum(sizes) > LARGEST or min(sizes, default=0) < 0:
            raise TooLarge(str(sum(sizes)))
        if len(self._buffer) < end + sum(sizes):
            return None
        pictures = []
        for size in sizes:
            pictures.append(bytes(self._buffer[end : end + size]))
            end += size
        del self._buffer[:end]
        return head, pictures
