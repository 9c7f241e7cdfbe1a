"""Every operation on files that an update makes, one method each: so that a test can cut it after any of them.

What is durable: the content of a file after `sync` of that file, a name (made, moved or removed) after `sync` of its folder,
everything after `sync_all`. `rename` within one folder replaces in one step.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol


class Disk(Protocol):
    """All raise OSError; of what is not there FileNotFoundError."""

    def read(self, path: Path) -> bytes: ...
    def size(self, path: Path) -> int: ...
    def names(self, folder: Path) -> list[str]: ...
    def is_folder(self, path: Path) -> bool: ...
    def is_link(self, path: Path) -> bool: ...
    def exists(self, path: Path) -> bool: ...
    def read_link(self, path: Path) -> str: ...
    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None: ...
    def append(self, path: Path, data: bytes) -> None: ...
    def sync(self, path: Path) -> None: ...
    def rename(self, before: Path, after: Path) -> None: ...
    def remove(self, path: Path) -> None: ...
    def make_folder(self, path: Path) -> None: ...
    def remove_folder(self, path: Path) -> None: ...
    def link(self, path: Path, target: str) -> None: ...
    def sync_all(self) -> None: ...


class RealDisk:
    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def size(self, path: Path) -> int:
        return path.stat().st_size

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in folder.iterdir())

    def is_folder(self, path: Path) -> bool:
        return path.is_dir() and not path.is_symlink()

    def is_link(self, path: Path) -> bool:
        return path.is_symlink()

    def exists(self, path: Path) -> bool:
        return os.path.lexists(path)

    def read_link(self, path: Path) -> str:
        return str(path.readlink())

    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
        with os.fdopen(number, "wb") as file:
            file.write(data)
        path.chmod(mode)

    def append(self, path: Path, data: bytes) -> None:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "ab") as file:
            file.write(data)

    def sync(self, path: Path) -> None:
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)

    def rename(self, before: Path, after: Path) -> None:
        before.replace(after)

    def remove(self, path: Path) -> None:
        path.unlink()

    def make_folder(self, path: Path) -> None:
        path.mkdir(mode=0o755)

    def remove_folder(self, path: Path) -> None:
        path.rmdir()

    def link(self, path: Path, target: str) -> None:
        path.symlink_to(target)

    def sync_all(self) -> None:
        os.sync()


def put(disk: Disk, path: Path, data: bytes, mode: int = 0o644) -> None:
    """The whole new content or the whole old one, whenever it is cut; durable when it returns."""
    beside = path.with_name(path.name + ".new")
    disk.write(beside, data, mode)
    disk.sync(beside)
    disk.rename(beside, path)
    disk.sync(path.parent)


def put_link(disk: Disk, path: Path, target: str) -> None:
    beside = path.with_name(path.name + ".new")
    if disk.exists(beside):
        disk.remove(beside)
    disk.link(beside, target)
    disk.rename(beside, path)
    disk.sync(path.parent)


def forget(disk: Disk, path: Path) -> None:
    """Gone for good when it returns; it may not have been there."""
    if disk.exists(path):
        disk.remove(path)
        disk.sync(path.parent)


def make_folders(disk: Disk, folder: Path) -> None:
    """Each durable in its parent."""
    if not disk.exists(folder):
        make_folders(disk, folder.parent)
        disk.make_folder(folder)
        disk.sync(folder.parent)


def clear(disk: Disk, path: Path) -> None:
    """A folder and all in it; links are removed, never followed."""
    if not disk.exists(path):
        return
    if not disk.is_folder(path):
        disk.remove(path)
        return
    for name in disk.names(path):
        clear(disk, path / name)
    disk.remove_folder(path)
