"""What survives without power. A dictionary of named cells that changes in one commit, and goes in and out as bytes.

Cells are named by the card's parts (`file/0015`, `life/1001`; a purse adds its own), so new parts need no new format.
"""
from __future__ import annotations

import zlib
from collections.abc import Mapping

MAGIC = b"VCARD1"  # own format: magic, (name size 1, name, value size 4, value)*, CRC-32 of all before it
CRC_SIZE = 4


class BadEeprom(ValueError):
    """These bytes are no exported EEPROM, or were damaged."""


class Eeprom:
    def __init__(self, cells: Mapping[str, bytes] | None = None) -> None:
        self._cells = dict(cells or {})

    def __getitem__(self, name: str) -> bytes:
        return self._cells[name]

    def __contains__(self, name: str) -> bool:
        return name in self._cells

    def get(self, name: str, default: bytes) -> bytes:
        return self._cells.get(name, default)

    def commit(self, writes: Mapping[str, bytes]) -> None:
        """All of it, or (power lost before) none of it."""
        self._cells.update(writes)

    def commit_torn(self, writes: Mapping[str, bytes]) -> None:
        """Power lost while the pages were written: the first half of each new value stands before the rest of the old."""
        for name, new in writes.items():
            old = self._cells.get(name, b"").ljust(len(new), b"\x00")
            half = len(new) // 2
            self._cells[name] = new[:half] + old[half:]

    def export(self) -> bytes:
        body = bytearray(MAGIC)
        for name, value in sorted(self._cells.items()):
            encoded = name.encode("ascii")
            body += bytes((len(encoded),)) + encoded + len(value).to_bytes(4, "big") + value
        return bytes(body) + zlib.crc32(body).to_bytes(CRC_SIZE, "big")

    @classmethod
    def from_bytes(cls, data: bytes) -> Eeprom:
        """Raises BadEeprom."""
        body, crc = data[:-CRC_SIZE], data[-CRC_SIZE:]
        if not body.startswith(MAGIC) or zlib.crc32(body).to_bytes(CRC_SIZE, "big") != crc:
            raise BadEeprom("not an EEPROM, or damaged")
        cells, at = {}, len(MAGIC)
        while at < len(body):
            name_end = at + 1 + body[at]
            size = int.from_bytes(body[name_end : name_end + 4], "big")
            cells[body[at + 1 : name_end].decode("ascii")] = body[name_end + 4 : name_end + 4 + size]
            at = name_end + 4 + size
        return cls(cells)
