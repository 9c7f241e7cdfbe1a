"""The ZIP around an OFD document, read as a stranger's file: bounded in number, size and ratio, no path outside,
no two entries of one name (a signature would cover one and the page show the other)."""
from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib

from print.ofd.errors import Damaged, NotOfd, TooBig

MOST_ENTRIES = 4_000
MOST_PACKAGE_BYTES = 64 * 1024 * 1024
MOST_ENTRY_BYTES = 48 * 1024 * 1024
MOST_TOTAL_BYTES = 160 * 1024 * 1024
"""Unpacked, all together. Certificates are under 5 MB; a whole embedded Chinese font is 10 to 20 MB."""
RATIO_FREE_BYTES = 1024 * 1024
"""Below this size any ratio is harmless."""
MOST_RATIO = 200
"""Unpacked over packed. XML of a dense page reaches 30; deflate's own limit is 1032."""


class Package:
    """The entries of an OFD file by their path, without leading slash. Unpacked when asked for, and kept."""

    def __init__(self, data: bytes) -> None:
        """Raises NotOfd, Damaged, TooBig."""
        if len(data) > MOST_PACKAGE_BYTES:
            raise TooBig(f"{len(data)} bytes of package")
        if not data.startswith(b"PK\x03\x04"):
            raise NotOfd("no ZIP package")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, struct.error,
                UnicodeDecodeError) as error:  # fmt: skip
            raise NotOfd(f"no readable ZIP package: {error}") from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._paths: dict[str, str] = {}
        self._read: dict[str, bytes] = {}
        self.parsed = 0
        """Bytes of XML read out of it so far; print.ofd.xml keeps count."""
        self._check(self._zip.infolist())
        if self.find("OFD.xml") is None:
            raise NotOfd("a ZIP package without OFD.xml")

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def find(self, path: str) -> str | None:
        """The entry of that path as the package spells it; producers differ in the case of folders (Tpls, TPLS)."""
        return path if path in self._entries else self._paths.get(path.casefold())

    def read(self, path: str) -> bytes:
        """Raises Damaged where there is no such entry or it cannot be unpacked whole."""
        found = self.find(path)
        if found is None:
            raise Damaged(path, "not in the package")
        if found not in self._read:
            self._read[found] = self._unpack(found)
        return self._read[found]

    def _check(self, infos: list[zipfile.ZipInfo]) -> None:
        if len(infos) > MOST_ENTRIES:
            raise TooBig(f"{len(infos)} entries")
        if sum(info.file_size for info in infos) > MOST_TOTAL_BYTES:
            raise TooBig("unpacked size")
        for info in infos:
            if info.filename.endswith("/"):
                continue  # a folder
            path = _safe(info.filename, info.orig_filename)
            if path.casefold() in self._paths:
                raise Damaged(path, "two entries of this name")
            if info.flag_bits & 0x1:
                raise Damaged(path, "encrypted")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Damaged(path, f"packed by method {info.compress_type}")
            if info.file_size > MOST_ENTRY_BYTES:
                raise TooBig(f"{path}: {info.file_size} bytes")
            if info.file_size > max(RATIO_FREE_BYTES, MOST_RATIO * info.compress_size):
                raise TooBig(f"{path}: packed {info.file_size} to {info.compress_size} bytes")
            self._entries[path] = info
            self._paths[path.casefold()] = path

    def _unpack(self, path: str) -> bytes:
        info = self._entries[path]
        try:
            with self._zip.open(info) as entry:
                data = entry.read(info.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError,
                struct.error) as error:  # fmt: skip
            raise Damaged(path, f"cannot be unpacked: {error}") from error
        if len(data) != info.file_size:
            raise Damaged(path, "another size than the directory says")
        return data


def resolve(base: str, location: str) -> str:
    """A location as OFD writes it (`/Doc_0/x` from the root, `x` or `../x` beside the file `base`) as a path in the
    package. Raises Damaged where it would leave the package."""
    text = location.strip().replace("\\", "/")
    joined = text.lstrip("/") if text.startswith("/") else posixpath.join(posixpath.dirname(base), text)
    path = posixpath.normpath(joined)
    if not text or path.startswith("..") or path == "." or "\0" in path:
        raise Damaged(base, f"points outside the package: {location[:80]!r}")
    return path


def _safe(name: str, as_stored: str) -> str:
    parts = name.split("/")
    unsafe = (not name or name.startswith("/") or "\\" in as_stored or "\0" in as_stored or ":" in parts[0]
              or any(part in ("", ".", "..") for part in parts))  # fmt: skip
    if unsafe:
        raise Damaged(repr(as_stored[:80]), "not a path inside the package")
    return name
